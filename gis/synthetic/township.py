"""青溪镇: a whole township from one seed, from its mountains to the card on the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.crs import LONLAT
from gis.gazetteer import GazetteerEntry, OutsideName
from gis.synthetic.borders import tiled
from gis.synthetic.gazetteer import make_gazetteer, outside_names
from gis.synthetic.hierarchy import Hierarchy, gather
from gis.synthetic.houses import ESTATE
from gis.synthetic.landmarks import Landmark, Station, make_landmarks, make_stations
from gis.synthetic.landscape import SMALL, Landscape, Size, make_landscape, stream
from gis.synthetic.lines import dots
from gis.synthetic.mesh import make_mesh
from gis.synthetic.names import Namer
from gis.synthetic.people import Household, Volunteer, make_households, make_volunteers
from gis.synthetic.placement import Placement
from gis.synthetic.places import (
    TOWNSHIP_CODE,
    TOWNSHIP_NAME,
    Register,
    cell_names,
    grid_name,
    make_register,
)
from gis.synthetic.raster import Bools, Floats
from gis.synthetic.ways import Way
from halfhour.vocabulary import Level

__all__ = ["SEED", "SMALL", "Size", "Township", "make_township"]

SEED = 7
"""Seed of the committed files."""


@dataclass(frozen=True)
class Township:
    """Everything there is to know about 青溪镇. Positions are degrees of EPSG:4326."""

    areas: gpd.GeoDataFrame
    """`code`, `name`, `level` (1 to 4), `parent_code`, MultiPolygons in EPSG:4326."""
    households: list[Household]
    volunteers: list[Volunteer]
    stations: list[Station]
    landmarks: list[Landmark]
    gazetteer: list[GazetteerEntry]
    outside: list[OutsideName]
    landscape: Landscape
    """Terrain, water, roads and houses, in local metres; houses in the order of `households`."""
    placement: Placement
    """From local metres to degrees."""


def make_township(seed: int = SEED, size: Size | None = None) -> Township:
    """
    Make a township. The same seed and size always give the same one.

    The full size takes about half a minute, `SMALL` a few seconds.
    """
    size = size or Size()
    land = make_landscape(seed, size)
    placement = Placement()
    mesh = make_mesh(stream(seed, 6), land.terrain, land.ground, land.houses.xy, land.waters)
    tree = gather(stream(seed, 7), mesh, land.houses, land.hamlets, _downtown(land))
    cells = tiled(mesh, tree.patch_cell, placement.to_lonlat)
    lonlat = placement.to_lonlat(land.houses.xy)
    register = make_register(Namer(stream(seed, 9)), lonlat, land, tree)
    households = make_households(Namer(stream(seed, 10)), register, tree, lonlat)
    landmarks = make_landmarks(
        Namer(stream(seed, 12)),
        register,
        tree,
        land,
        lonlat=lonlat,
        bridges=_bridges(land.ways, placement),
    )
    seat = placement.to_lonlat(land.ground.seat_xy[None])[0]
    return Township(
        areas=_areas(register, tree, cells),
        households=households,
        volunteers=make_volunteers(
            Namer(stream(seed, 11)), households, register.village_names, count=size.volunteers
        ),
        stations=make_stations(Namer(stream(seed, 13)), register, tree, lonlat, landmarks),
        landmarks=landmarks,
        gazetteer=make_gazetteer(register, tree, households, landmarks, seat),
        outside=outside_names(),
        landscape=land,
        placement=placement,
    )


def _downtown(land: Landscape) -> Bools:
    """Mark the half of the town farther along the main road; the estate stays whole."""
    in_town, flats = land.houses.hamlet < 0, land.houses.hamlet == ESTATE
    along = np.asarray(shapely.line_locate_point(land.town.main, dots(land.houses.xy)))
    downtown: Bools = in_town & (along > np.median(along[in_town]))
    if flats.any():
        downtown[flats] = downtown[flats].mean() > 0.5
    return downtown


def _bridges(ways: list[Way], placement: Placement) -> dict[str, tuple[Floats, Floats]]:
    """Name of every named bridge, and its middle in local metres and in degrees."""
    named = [way for way in ways if "bridge:name" in way.tags]
    middles = [(way.tags["bridge:name"], way.xy.mean(axis=0)) for way in reversed(named)]
    return {name: (xy, placement.to_lonlat(xy[None])[0]) for name, xy in middles}


def _areas(register: Register, tree: Hierarchy, cells: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    """Cells as drawn, and each level above as the exact union of the level below."""
    shapes: Mapping[str, shapely.Geometry] = dict(zip(register.cell_codes, cells, strict=True))
    names = dict(zip(register.cell_codes, cell_names(register, tree), strict=True))
    names |= {code: grid_name(register, code) for code in register.grid_codes}
    names |= register.village_names | {TOWNSHIP_CODE: TOWNSHIP_NAME}
    rows: list[tuple[int, str, str, str | None, shapely.Geometry]] = []
    for level in (Level.CELL, Level.GRID, Level.VILLAGE, Level.TOWNSHIP):
        above = {code: _parent(code, level) for code in shapes}
        rows += [(level.value, c, names[c], above[c], shape) for c, shape in shapes.items()]
        shapes = _union(shapes, above)
    rows.sort(key=lambda row: row[:2])
    return gpd.GeoDataFrame(
        {
            "code": [row[1] for row in rows],
            "name": [row[2] for row in rows],
            "level": [row[0] for row in rows],
            "parent_code": pd.Series([row[3] for row in rows], dtype=object),
        },
        geometry=[shapely.MultiPolygon(shapely.get_parts(row[4]).tolist()) for row in rows],
        crs=LONLAT,
    )


def _parent(code: str, level: Level) -> str | None:
    if level is Level.TOWNSHIP:
        return None
    return TOWNSHIP_CODE if level is Level.VILLAGE else code[:-3]


def _union(
    shapes: Mapping[str, shapely.Geometry], above: Mapping[str, str | None]
) -> dict[str, shapely.Geometry]:
    members: dict[str, list[shapely.Geometry]] = {}
    for code, shape in shapes.items():
        members.setdefault(above[code] or "", []).append(shape)
    return {
        parent: shapely.normalize(shapely.coverage_union_all(own))
        for parent, own in members.items()
    }
