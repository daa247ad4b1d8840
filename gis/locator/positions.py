"""A shared position: where it really is, and which unit's doorstep is nearest."""

from __future__ import annotations

from math import cos, radians

import numpy as np

from gis.addresses import WrittenPosition
from gis.datum import in_china, to_wgs84
from gis.locator.answers import Hint
from gis.locator.tree import Tree
from halfhour.errors import BadInputError
from halfhour.places import LonLat
from halfhour.vocabulary import Channel, Datum

_METRES_PER_DEGREE = 111_320.0
_NEAR_M = 1_500.0
_POINTS_FIRST = ("household", "house_number", "card", "cell", "landmark", "pole", "group")


def position_of(hint: Hint, written: WrittenPosition | None, text: str) -> LonLat | None:
    """
    Convert the shared position, or the one written in the text; None if there is none.

    Phones and maps in China speak GCJ-02 until proven otherwise; a drone or a GPS does not.
    """
    if hint.lon is not None and hint.lat is not None:
        return _converted(hint.lon, hint.lat, _datum(hint.crs), channel=hint.channel, text=text)
    if written is not None:
        return _converted(written.lon, written.lat, written.datum, channel=hint.channel, text=text)
    return None


def _datum(named: Datum | str | None) -> Datum | None:
    try:
        return None if not named else Datum(str(named).lower().replace("-", ""))
    except ValueError:
        return None


def _converted(
    lon: float, lat: float, datum: Datum | None, *, channel: Channel | str | None, text: str
) -> LonLat | None:
    if datum is None:
        surveyed = str(channel) == "drone" or "GPS" in text.upper()
        datum = Datum.WGS84 if surveyed or not in_china(lon, lat) else Datum.GCJ02
    try:
        return to_wgs84(lon, lat, datum)
    except BadInputError:
        return None


class Positions:
    """The points of a gazetteer, for the question which is nearest."""

    def __init__(self, tree: Tree) -> None:
        fine = [n for level in _POINTS_FIRST for n in tree.by_level[level] if tree.entries[n].point]
        coarse = [n for level in ("grid", "village") for n in tree.by_level[level]]
        every = fine or coarse or tree.by_level["township"]
        self._numbers = [n for n in every if tree.entries[n].point is not None]
        points = [(tree.entries[n].lon, tree.entries[n].lat) for n in self._numbers]
        self._points = np.array(points, dtype=np.float64).reshape(-1, 2)
        self._far_m = max(_NEAR_M, self._spacing_m(tree))

    def _spacing_m(self, tree: Tree) -> float:
        """Say how far apart villages lie: in a sparse gazetteer, near is farther."""
        villages = [e.point for n in tree.by_level["village"] if (e := tree.entries[n]).point]
        gaps = [
            min(distance_m(a, b) for b in villages if b is not a)
            for a in villages
            if len(villages) > 1
        ]
        dense = len(self._numbers) > 20 * max(1, len(villages))
        return float(np.median(gaps)) if gaps and not dense else 0.0

    def nearest(self, point: LonLat) -> tuple[int, float] | None:
        """Find the nearest entry and its distance in metres; of equals, the finest."""
        if not self._numbers:
            return None
        scale = np.array([cos(radians(point.lat)), 1.0]) * _METRES_PER_DEGREE
        away = np.hypot(*((self._points - (point.lon, point.lat)) * scale).T)
        at = int(np.argmin(away))
        return self._numbers[at], float(away[at])

    def is_far(self, metres: float) -> bool:
        """Tell whether a position so far from every known point lies outside the township."""
        return metres > self._far_m


def distance_m(left: LonLat, right: LonLat) -> float:
    """Measure metres between two near points."""
    east = (left.lon - right.lon) * cos(radians((left.lat + right.lat) / 2))
    return _METRES_PER_DEGREE * float(np.hypot(east, left.lat - right.lat))
