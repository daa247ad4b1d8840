"""Making one tiling of polygons that were drawn one by one and nearly fit.

Corners that lie close together become one; all borders are cut where they meet; each of the faces
between them goes to whoever covers it. Faces that two cover or nobody does are hairlines if they
are narrow, and go to the neighbour with the longest common border.

GEOS has a function for this, but it can give a whole polygon to its neighbour (libgeos/geos#1525).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.noding import Shapes, as_multipolygon, matched

Floats = NDArray[np.float64]


def aligned(shapes: Shapes, *, snap_m: float, gap_m: float) -> Shapes:
    """
    Align the borders of polygons that should tile.

    Parameters
    ----------
    shapes
        Valid polygons in metres.
    snap_m
        Corners up to this far from each other, or from an edge, are brought together.
    gap_m
        Overlaps and enclosed voids up to this mean width are resolved; wider ones stay.

    Returns
    -------
    shapes
        One multipolygon for each, in the same order; one that would vanish is left as it was.
    """
    snapped = matched(_with_common_corners(shapes, snap_m), within=snap_m, apart=2 * snap_m)
    faces = _faces(snapped)
    owners = _owners(faces, snapped, gap_m)
    done = shapes.copy()
    of_shape: dict[int, list[int]] = defaultdict(list)
    for face, face_owners in enumerate(owners):
        for owner in face_owners:
            of_shape[owner].append(face)
    for owner, own_faces in of_shape.items():
        done[owner] = as_multipolygon(shapely.coverage_union_all(faces[own_faces]))
    return done


def _with_common_corners(shapes: Shapes, snap_m: float) -> Shapes:
    """Move corners to the most used one near them; shapes that would break are left."""
    corners, owner = shapely.get_coordinates(shapes, return_index=True)
    unique, inverse = np.unique(corners, axis=0, return_inverse=True)
    pairs = np.unique(np.column_stack([inverse.ravel(), owner]), axis=0)
    uses = np.bincount(pairs[:, 0], minlength=len(unique))
    target = unique[_centres(unique, uses, snap_m)][inverse.ravel()]
    done = shapes.copy()
    for position in np.unique(owner[(target != corners).any(axis=1)]):
        moved = _rebuilt(shapes[position], target[owner == position])
        if moved is not None and moved.is_valid:
            done[position] = moved
    return done


def _centres(unique: Floats, uses: NDArray[np.int64], snap_m: float) -> NDArray[np.int64]:
    """For each corner the one it moves to: the most used comes first and takes what is near."""
    points: Any = shapely.points(unique)
    left, right = shapely.STRtree(points).query(points, predicate="dwithin", distance=snap_m)
    near: dict[int, list[int]] = defaultdict(list)
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        near[a].append(b)
    centre = np.full(len(unique), -1, dtype=np.int64)
    for corner in np.lexsort((unique[:, 1], unique[:, 0], -uses)).tolist():
        if centre[corner] < 0:
            for other in near[corner]:
                if centre[other] < 0:
                    centre[other] = corner
    return centre


def _rebuilt(shape: Any, corners: Floats) -> Any:
    """Give the shape other corners, without repeated ones; None if a ring collapses."""
    moved = iter(corners)
    polygons = []
    for polygon in shapely.get_parts(shape):
        rings = []
        for ring in (polygon.exterior, *polygon.interiors):
            own = np.array([next(moved) for _ in range(shapely.get_num_coordinates(ring))])
            own = own[np.concatenate([[True], (own[1:] != own[:-1]).any(axis=1)])]
            if len(own) < 4:
                return None
            rings.append(own)
        polygons.append(shapely.Polygon(rings[0], rings[1:]))
    return shapely.MultiPolygon(polygons)


def _faces(shapes: Shapes) -> Shapes:
    """Cut the plane into pieces along all borders; the outside is none of them."""
    borders = shapely.union_all(shapely.boundary(shapes))
    faces: Shapes = shapely.get_parts(shapely.polygonize(shapely.get_parts(borders)))
    return faces


def _owners(faces: Shapes, shapes: Shapes, gap_m: float) -> list[list[int]]:
    """Who gets each face: all who cover it, or one neighbour where that is a narrow mistake."""
    inside = shapely.STRtree(shapes).query(shapely.point_on_surface(faces), predicate="within")
    owners: list[list[int]] = [[] for _ in faces]
    for face, owner in inside.T.tolist():
        owners[face].append(owner)
    width_m = 2 * shapely.area(faces) / shapely.length(faces)
    narrow = [f for f in range(len(faces)) if len(owners[f]) != 1 and width_m[f] <= gap_m]
    contacts = _contacts(faces, narrow)
    waiting = set(narrow)
    allowed = {face: set(owners[face]) for face in narrow}
    while waiting:
        given = {}
        for face in sorted(waiting):
            heir = _heir(contacts[face], owners, waiting, allowed[face])
            if heir is not None:
                given[face] = heir
        if not given:
            break
        for face, heir in given.items():
            owners[face] = [heir]
            waiting.discard(face)
    return owners


def _contacts(faces: Shapes, narrow: list[int]) -> dict[int, list[tuple[int, float]]]:
    """For each narrow face the faces beside it, with the length of the common border."""
    if not narrow:
        return {}
    at, beside = shapely.STRtree(faces).query(faces[narrow], predicate="intersects")
    face = np.array(narrow)[at]
    common_m = shapely.length(
        shapely.intersection(shapely.boundary(faces[face]), shapely.boundary(faces[beside]))
    )
    contacts: dict[int, list[tuple[int, float]]] = {number: [] for number in narrow}
    for a, b, length_m in zip(face.tolist(), beside.tolist(), common_m.tolist(), strict=True):
        if a != b and length_m > 0:
            contacts[a].append((b, length_m))
    return contacts


def _heir(
    contacts: list[tuple[int, float]],
    owners: list[list[int]],
    waiting: set[int],
    allowed: set[int],
) -> int | None:
    """Pick the neighbour with the longest border; of those who cover the face, if any do."""
    border_m: dict[int, float] = defaultdict(float)
    for face, length_m in contacts:
        if face not in waiting and len(owners[face]) == 1:
            border_m[owners[face][0]] += length_m
    among = {owner: length for owner, length in border_m.items() if owner in allowed} or border_m
    return max(among, key=lambda owner: (among[owner], -owner)) if among else None
