"""Where the houses stand.

Along streets and lanes in town, in clusters on gentle slopes elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gis.synthetic.ground import Ground
from gis.synthetic.hamlets import Hamlets
from gis.synthetic.lines import every
from gis.synthetic.plots import Barred, Plots
from gis.synthetic.raster import Floats, Ints, settled
from gis.synthetic.streets import Block, Town
from gis.synthetic.terrain import Terrain
from gis.synthetic.ways import Water, Way

IN_TOWN = -1
"""Number that stands in place of a hamlet's for houses in the town."""
ESTATE = -2
"""The same for flats of the estate."""
FLATS = 12
"""Flats on one stair: six storeys, two on each."""
_ROW_M, _ROW_APART_M, _HAMLET_APART_M = 10.2, 9.0, 13.0
_MAIN_SETBACK_M, _SETBACK_M = 15.0, 10.5


@dataclass(frozen=True)
class Houses:
    """Front doors, one per household."""

    xy: Floats
    hamlet: Ints
    stair: Ints
    """Number of the stair in the estate, 0 elsewhere."""
    heading: Floats
    """Direction of the building's long side in radians."""


def place_houses(
    rng: np.random.Generator,
    terrain: Terrain,
    ground: Ground,
    town: Town,
    *,
    hamlets: Hamlets,
    ways: list[Way],
    waters: list[Water],
    in_town: int,
) -> Houses:
    """Stand every household's house on firm, gentle ground beside the roads, not on them."""
    builder = _Builder(rng, terrain, ground, Barred(ways, waters), Plots())
    stairs = builder.estate(town.estate)
    hamlet = [ESTATE] * len(stairs)
    hamlet += [IN_TOWN] * builder.streets(town, in_town - len(stairs))
    for number, wanted in enumerate(hamlets.households.tolist()):
        hamlet += [number] * builder.hamlet(hamlets.xy[number], wanted)
    xy = settled(np.array(builder.plots.xy), 4)
    stair = np.zeros(len(xy), dtype=np.int64)
    stair[: len(stairs)] = stairs
    return Houses(xy, np.array(hamlet), stair, builder.barred.heading(xy))


@dataclass
class _Builder:
    rng: np.random.Generator
    terrain: Terrain
    ground: Ground
    barred: Barred
    plots: Plots

    def estate(self, blocks: list[Block]) -> list[int]:
        """Two stairs a block; doors stand a step apart on the map. Gives the stair of each flat."""
        stairs = []
        for block in blocks:
            along = np.array([np.cos(block.heading), np.sin(block.heading)])
            across = np.array([-along[1], along[0]])
            for stair in (0, 1):
                for flat in range(FLATS):
                    shift = (stair - 0.5) * 22 + (flat % 6 - 2.5) * 2.6
                    x, y = block.centre + along * shift + across * (2.4 if flat < 6 else -2.4)
                    self.plots.take(float(x), float(y), apart_m=0.5)
                    stairs.append(2 * (block.number - 1) + stair + 1)
        return stairs

    def streets(self, town: Town, count: int) -> int:
        """Rows of houses on both sides of every street, the nearest to the seat first."""
        seat = self.ground.seat_xy
        doors = _rows(town, seat)
        doors += self.rng.normal(0, 0.6, doors.shape)
        liveable = self.terrain.frame.sample(self.ground.liveable, doors)
        doors = doors[self.barred.free(doors) & (liveable > 0.12)]
        if town.estate:
            flats = shapely.MultiPoint([block.centre for block in town.estate]).buffer(32)
            doors = doors[~shapely.contains_xy(flats, doors[:, 0], doors[:, 1])]
        doors = doors[np.argsort(np.hypot(*(doors - seat).T), kind="stable")]
        return self._filled(doors, count, _ROW_APART_M)

    def hamlet(self, centre: Floats, wanted: int) -> int:
        """Houses along the contour through the hamlet's middle, most of them near a road."""
        placed, spread = 0, 34.0 + 8.0 * np.sqrt(wanted)
        while placed < wanted and spread < 900:
            doors = self._candidates(centre, spread, 30 * wanted)
            liveable = self.terrain.frame.sample(self.ground.liveable, doors)
            inside = self.terrain.frame.sample(self.ground.inside.astype(float), doors) > 0.99
            usable = inside & (liveable > 0.06) & self.barred.free(doors)
            doors, liveable = doors[usable], liveable[usable]
            near = np.exp(-self.barred.road_distance(doors) / 70) + 0.05
            appeal = settled(np.log(liveable * near) + self.rng.gumbel(size=len(doors)))
            doors = doors[np.argsort(-appeal, kind="stable")]
            placed += self._filled(doors, wanted - placed, _HAMLET_APART_M)
            spread *= 1.35
        return placed

    def _filled(self, doors: Floats, count: int, apart_m: float) -> int:
        taken = 0
        for x, y in doors.tolist():
            if taken == count:
                break
            taken += self.plots.take(x, y, apart_m=apart_m)
        return taken

    def _candidates(self, centre: Floats, spread: float, count: int) -> Floats:
        reach = 60.0
        ahead = np.array([[reach, 0], [-reach, 0], [0, reach], [0, -reach]]) + centre
        east, west, north, south = self.terrain.frame.sample(self.terrain.heights_m, ahead)
        uphill = np.arctan2(north - south, east - west)
        steep = min(float(np.hypot(north - south, east - west)) / (2 * reach) / 0.2, 1.0)
        along = self.rng.normal(0, spread * (1 + 0.35 * steep), count)
        across = self.rng.normal(0, spread * (1 - 0.45 * steep), count)
        turn = np.array([[-np.sin(uphill), np.cos(uphill)], [np.cos(uphill), np.sin(uphill)]])
        return settled(centre + np.column_stack((along, across)) @ turn, 4)


def _rows(town: Town, seat: Floats) -> Floats:
    """Points on both sides of the main road through town and of every street."""
    middle = town.main.project(shapely.Point(seat))
    at = middle + np.arange(-900.0, 900.0, 10.0)
    main = shapely.get_coordinates(shapely.line_interpolate_point(town.main, at))
    rows = []
    for line, setback in [(main, _MAIN_SETBACK_M), *[(w.xy, _SETBACK_M) for w in town.streets]]:
        front = every(line, _ROW_M)
        if len(front) < 2:
            continue
        facing = np.gradient(front, axis=0)
        facing /= np.hypot(*facing.T)[:, None]
        side = np.column_stack((-facing[:, 1], facing[:, 0])) * setback
        rows += [front + side, front - side]
    return settled(np.vstack(rows), 4)
