"""Where something is: one point in degrees, checked once."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from halfhour.errors import BadCoordinateError

DECIMALS = 7
"""Degrees are kept to 1e-7, about one centimetre, so that equal corners are equal numbers."""


@dataclass(frozen=True, slots=True, order=True)
class LonLat:
    """
    A point in WGS-84 degrees, longitude first, rounded to 1e-7.

    Raises
    ------
    BadCoordinateError
        If a value is not finite or out of range; latitudes beyond 90 name swapped axes.
    """

    lon: float
    lat: float

    def __post_init__(self) -> None:
        if not (isfinite(self.lon) and isfinite(self.lat)):
            raise BadCoordinateError(self.lon, self.lat)
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise BadCoordinateError(self.lon, self.lat)
        object.__setattr__(self, "lon", round(self.lon, DECIMALS))
        object.__setattr__(self, "lat", round(self.lat, DECIMALS))
