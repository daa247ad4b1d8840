"""Which edges does somebody mean who clicks on a road, or draws the water on the map?

A click means the nearest edge and whatever runs between the same two junctions within a road's
width of it; a drawn line the edges it crosses or follows; a drawn area every edge that touches it.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from halfhour.errors import BadFileError, NoSuchError
from halfhour.places import LonLat
from routing.edge_times import EARTH_M
from routing.network import StreetNetwork

CLICK_M = 30.0
"""How far from a road a click still means it."""
ROAD_WIDTH_M = 12.0
_DEGREES_PER_M = 180 / np.pi / EARTH_M


class EdgeMap:
    """The edges of a network as shapes that can be clicked on."""

    def __init__(self, network: StreetNetwork) -> None:
        self.network = network
        middle = np.radians(network.point_e7[:, 1].mean() / 1e7)
        self._scale = np.array([np.cos(middle), 1.0]) / _DEGREES_PER_M
        owner = np.repeat(np.arange(network.edges), np.diff(network.point_first))
        lines = np.asarray(
            shapely.linestrings(network.point_e7 / 1e7 * self._scale, indices=owner), dtype=object
        )
        self._tree = shapely.STRtree(lines)

    def clicked(self, place: LonLat) -> list[int]:
        """
        List the nearest edge, and those beside it between the same junctions.

        Raises
        ------
        NoSuchError
            If no edge lies within `CLICK_M`.
        """
        point = self._placed(shapely.Point(place.lon, place.lat))
        near = self._tree.query(point, predicate="dwithin", distance=CLICK_M)
        if len(near) == 0:
            raise NoSuchError("路段", f"({place.lon:.5f}, {place.lat:.5f}) {CLICK_M:g}米以内")
        distances = shapely.distance(self._tree.geometries[near], point)
        nearest = int(near[np.lexsort((near, distances))[0]])
        beside = near[distances <= distances.min() + ROAD_WIDTH_M]
        ends = self._ends(np.array([nearest]))[0]
        return [int(e) for e in np.sort(beside) if (self._ends(np.array([e]))[0] == ends).all()]

    def touched(self, drawn: shapely.Geometry) -> list[int]:
        """List the edges that a drawing touches; lines and points have the width of a road."""
        placed = self._placed(drawn)
        is_area = isinstance(placed, shapely.Polygon | shapely.MultiPolygon)
        reach = placed if is_area else shapely.buffer(placed, ROAD_WIDTH_M / 2)
        return [int(e) for e in np.sort(self._tree.query(reach, predicate="intersects"))]

    def _placed(self, drawn: shapely.Geometry) -> shapely.Geometry:
        return shapely.transform(drawn, lambda degrees: degrees * self._scale)

    def _ends(self, edges: NDArray[np.int64]) -> NDArray[np.uint32]:
        network = self.network
        return np.sort(np.stack([network.edge_start[edges], network.edge_end[edges]], 1), axis=1)


def read_closed_edges(path: Path, network: StreetNetwork) -> list[int]:
    """
    Read which edges a GeoJSON file closes.

    A point is a click, a line or an area closes what it touches; a feature with a property
    `edge` closes the edge of that number.

    Raises
    ------
    BadFileError
        If the file is no GeoJSON, or names an edge that is not there.
    NoSuchError
        If a point lies near no road.
    """
    edge_map = EdgeMap(network)
    closed: set[int] = set()
    for number, feature in enumerate(_features(path), start=1):
        named = (feature.get("properties") or {}).get("edge")
        if named is not None:
            if not isinstance(named, int) or not 0 <= named < network.edges:
                remedy = f"请填0到{network.edges - 1}之间的路段号"
                raise BadFileError(path, f"第{number}个要素：没有路段“{named}”", remedy)
            closed.add(named)
            continue
        shape = _shape(path, number, feature)
        for part in shapely.get_parts(shape):
            if isinstance(part, shapely.Point):
                closed.update(edge_map.clicked(LonLat(part.x, part.y)))
            else:
                closed.update(edge_map.touched(part))
    return sorted(closed)


def _features(path: Path) -> list[dict[str, dict[str, object]]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        features = content["features"] if content["type"] == "FeatureCollection" else [content]
    except (OSError, ValueError, KeyError, TypeError) as error:
        remedy = "请给点、线或面的 GeoJSON 文件"
        raise BadFileError(path, "读不出 GeoJSON", remedy) from error
    return list(features)


def _shape(path: Path, number: int, feature: dict[str, dict[str, object]]) -> shapely.Geometry:
    try:
        return shapely.from_geojson(json.dumps(feature["geometry"]))
    except (shapely.GEOSException, KeyError, TypeError) as error:
        remedy = "请重新画成点、线或面"
        raise BadFileError(path, f"第{number}个要素没有图形", remedy) from error
