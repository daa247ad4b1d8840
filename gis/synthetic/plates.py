"""What stands on the door? Street and number in town, block and flat, or group and number."""

from __future__ import annotations

import numpy as np
import shapely

from gis.synthetic.houses import ESTATE, FLATS, Houses
from gis.synthetic.lines import dots
from gis.synthetic.raster import Ints
from gis.synthetic.streets import MAIN_STREET, Town

ESTATE_NAME = "锦溪家园"


def street_names(town: Town) -> list[str]:
    """Names by the numbers `street_of` gives; the last is the main road's."""
    return [*(way.tags["name"] for way in town.streets), MAIN_STREET]


def street_of(town: Town, houses: Houses) -> Ints:
    """Find the number of the street each house in town stands at, -1 for houses elsewhere."""
    tree = shapely.STRtree(_lines(town))
    nearest: Ints = tree.query_nearest(dots(houses.xy), all_matches=False)[1]
    return np.where(houses.hamlet < 0, nearest, -1)


def door_plates(houses: Houses, town: Town, group: Ints, group_names: list[str]) -> list[str]:
    """Write a plate for every door; no two are the same."""
    plates = [""] * len(houses.xy)
    serial: dict[int, int] = {}
    for index, number in enumerate(group.tolist()):
        serial[number] = serial.get(number, 0) + 1
        plates[index] = f"{group_names[number]}{serial[number]}号"
    count: dict[str, int] = {}
    for name, _, _, index in sorted(_along_streets(houses, town)):
        count[name] = count.get(name, 0) + 1
        plates[index] = f"{name}{count[name]}号"
    for rank, index in enumerate(np.flatnonzero(houses.hamlet == ESTATE).tolist()):
        block, stair = divmod(int(houses.stair[index]) - 1, 2)
        floor, door = divmod(rank % FLATS, 2)
        plates[index] = f"{ESTATE_NAME}{block + 1}栋{stair + 1}单元{floor + 1}0{door + 1}室"
    return plates


def _along_streets(houses: Houses, town: Town) -> list[tuple[str, int, float, int]]:
    """Street name and number, metres along it, and number of every house in a street."""
    names, lines = street_names(town), _lines(town)
    return [
        (names[street], street, lines[street].project(shapely.Point(houses.xy[index])), index)
        for index, street in enumerate(street_of(town, houses).tolist())
        if street >= 0 and houses.hamlet[index] != ESTATE
    ]


def _lines(town: Town) -> list[shapely.LineString]:
    return [*(shapely.LineString(way.xy) for way in town.streets), town.main]
