"""Where on earth is the demo township? Local metres to degrees, and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gis.crs import in_degrees, in_metres, metric_crs_at
from gis.synthetic.lines import dots
from gis.synthetic.raster import Floats
from halfhour.places import DECIMALS

LON, LAT = 110.31, 27.86
"""The middle of the demo's raster: somewhere in the mountains of western Hunan, nobody's town."""


@dataclass(frozen=True)
class Placement:
    """Local metres are east and north of one point, in its CGCS2000 zone."""

    lon: float = LON
    lat: float = LAT

    def to_lonlat(self, xy: Floats) -> Floats:
        """Degrees of points in local metres, rounded to 1e-7."""
        points = in_degrees(dots(xy + self._origin()), metric_crs_at(self.lon))
        return np.round(shapely.get_coordinates(points), DECIMALS)

    def to_local(self, lonlat: Floats) -> Floats:
        """Local metres of points in degrees."""
        points = in_metres(dots(lonlat), metric_crs_at(self.lon))
        local: Floats = shapely.get_coordinates(points) - self._origin()
        return local

    def _origin(self) -> Floats:
        point = in_metres(shapely.Point(self.lon, self.lat), metric_crs_at(self.lon))
        return shapely.get_coordinates(point)
