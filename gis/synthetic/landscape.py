"""What the land looks like before anybody has a name.

Mountains, water, hamlets, roads and houses, in local metres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.synthetic.ground import Ground, make_ground
from gis.synthetic.hamlets import Hamlets, make_hamlets
from gis.synthetic.houses import Houses, place_houses
from gis.synthetic.lanes import make_lanes
from gis.synthetic.roads import plan_roads
from gis.synthetic.signs import signed
from gis.synthetic.streams import make_streams
from gis.synthetic.streets import Town, make_town
from gis.synthetic.terrain import Terrain, make_terrain
from gis.synthetic.ways import Water, Way, bridged, joined, planned_ways

LOW_M = 310.0
"""Height of the river where it leaves the raster."""
FORDS = 2


@dataclass(frozen=True)
class Size:
    """How much of everything; the defaults are the committed demo township."""

    width_m: float = 16_000.0
    height_m: float = 15_000.0
    step_m: float = 25.0
    area_km2: float = 122.0
    villages: int = 13
    """Besides the town's two communities."""
    hamlets: int = 205
    grids: int = 82
    """Besides the town's."""
    rural_households: int = 8_500
    town_households: int = 1_750
    volunteers: int = 300


SMALL = Size(
    width_m=7_500.0,
    height_m=7_000.0,
    area_km2=18.0,
    villages=4,
    hamlets=36,
    grids=12,
    rural_households=1_150,
    town_households=420,
    volunteers=40,
)
"""Enough for a test: the same steps in a few seconds."""


@dataclass(frozen=True)
class Landscape:
    """Ground, water, roads and houses of a township."""

    terrain: Terrain
    ground: Ground
    hamlets: Hamlets
    town: Town
    houses: Houses
    ways: list[Way]
    waters: list[Water]


def stream(seed: int, step: int) -> np.random.Generator:
    """Give each step its own draws, so that a change in one leaves the others as they were."""
    return np.random.default_rng([seed, step])


def raised(seed: int, size: Size) -> Terrain:
    """Raise and carve the mountains of a township."""
    return make_terrain(
        stream(seed, 1),
        width_m=size.width_m,
        height_m=size.height_m,
        step_m=size.step_m,
        low_m=LOW_M,
    )


def make_landscape(seed: int, size: Size) -> Landscape:
    """Raise mountains, choose the township's ground, settle it and connect it."""
    terrain = raised(seed, size)
    ground = make_ground(stream(seed, 2), terrain, area_km2=size.area_km2)
    hamlets = make_hamlets(
        stream(seed, 3),
        terrain,
        ground,
        hamlets=size.hamlets,
        households=size.rural_households,
        villages=size.villages,
        grids=size.grids,
        town_radius_m=300 + 12 * size.town_households**0.5,
    )
    waters = make_streams(terrain)
    planned = planned_ways(plan_roads(stream(seed, 4), terrain, ground, hamlets))
    town = make_town(terrain, ground, planned)
    roads = planned + town.streets
    houses = place_houses(
        stream(seed, 5),
        terrain,
        ground,
        town,
        hamlets=hamlets,
        ways=roads,
        waters=waters,
        in_town=size.town_households,
    )
    roads = joined(roads + make_lanes(stream(seed, 14), terrain, ground, houses, ways=roads))
    ways = signed(stream(seed, 8), bridged(roads, waters, fords=FORDS), ground.seat_xy)
    return Landscape(terrain, ground, hamlets, town, houses, ways, waters)
