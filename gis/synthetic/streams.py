"""Where do rivers and brooks run on the map? Smooth lines from the terrain's reaches."""

from __future__ import annotations

import numpy as np

from gis.synthetic.ground import RIVER_M2
from gis.synthetic.lines import curved, rounded, thinned
from gis.synthetic.terrain import Terrain
from gis.synthetic.ways import Water


def make_streams(terrain: Terrain) -> list[Water]:
    """One line per reach, from its head to the confluence; the ends of touching reaches agree."""
    streams = []
    for reach in terrain.water.reaches:
        if len(reach.bins) < 2:
            continue
        xy = rounded(terrain.frame.xy(reach.bins), passes=3)
        xy = thinned(curved(thinned(xy, 4.0), times=1), 0.8)
        half_width = float(np.clip(0.9 * (reach.area_m2 / 1e6) ** 0.5, 0.8, 17.0))
        streams.append(Water(xy, half_width, reach.area_m2 >= RIVER_M2))
    return streams
