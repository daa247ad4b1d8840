"""How fast each mode goes on each kind of road, by class, surface and slope.

Defaults for rural townships. Where the numbers come from:

- car, motorcycle: design speeds of 公路工程技术标准 JTG B01-2014 (class II 60 to 80, III 30 to 40,
  IV 20 to 30 km/h) and the limits of 道路交通安全法实施条例 §45 (30 in town and 40 in the country
  without a centre line, 50 and 70 with one lane each way), taken at the lower, mountain end,
  because people plan with these minutes.
- e_bike: GB 17761-2018 cuts the motor at 25 km/h; riders in Kunming averaged 21.9 km/h (Lin, He,
  Tan, He 2008, Transportation Research Record 2048).
- walk: 5 km/h on the flat and the slope function of Tobler (1993, NCGIA 93-1); stairs at
  0.5 m/s along the ground (Fruin 1971).
- surface and tracktype caps: our judgement after the wiki descriptions of the OpenStreetMap keys
  `surface`, `tracktype` and `smoothness`; calibration replaces them.

A speed of 0 means closed to that mode. Order of the four numbers everywhere: `MODES`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from halfhour.vocabulary import TravelMode

MODES = (TravelMode.WALK, TravelMode.E_BIKE, TravelMode.MOTORCYCLE, TravelMode.CAR)

Speeds = tuple[float, float, float, float]

WALK_KPH = 5.0

CLASS_KPH: Mapping[str, Speeds] = MappingProxyType(
    {
        "motorway": (0, 0, 80, 100),
        "motorway_link": (0, 0, 50, 55),
        "trunk": (5, 20, 60, 70),
        "trunk_link": (5, 20, 45, 45),
        "primary": (5, 20, 55, 60),
        "primary_link": (5, 20, 40, 40),
        "secondary": (5, 20, 50, 50),
        "secondary_link": (5, 20, 40, 40),
        "tertiary": (5, 20, 40, 40),
        "tertiary_link": (5, 20, 35, 35),
        "unclassified": (5, 20, 30, 30),
        "residential": (5, 20, 25, 25),
        "road": (5, 20, 20, 20),
        "living_street": (5, 12, 12, 12),
        "service": (5, 15, 15, 15),
        "track": (5, 20, 30, 30),
        "busway": (0, 0, 0, 0),
        "cycleway": (5, 20, 0, 0),
        "pedestrian": (5, 0, 0, 0),
        "footway": (5, 0, 0, 0),
        "path": (4.5, 0, 0, 0),
        "bridleway": (4.5, 0, 0, 0),
        "corridor": (4, 0, 0, 0),
        "steps": (2, 0, 0, 0),
    }
)
"""Kilometres per hour by OpenStreetMap road class."""

ON_PERMISSION_KPH: Speeds = (4.5, 12, 12, 10)
"""Where a class is closed to a mode but a tag opens it, such as `bicycle=yes` on a path."""

SURFACE_CAP_KPH: Mapping[str, Speeds] = MappingProxyType(
    {
        "paved": (5, 25, 120, 120),
        "cobbled": (5, 15, 30, 30),
        "gravel": (5, 15, 30, 30),
        "earth": (4.5, 10, 20, 15),
    }
)

_SURFACES = {
    "cobbled": "sett cobblestone unhewn_cobblestone cobblestone:flattened grass_paver",
    "gravel": "unpaved compacted fine_gravel gravel pebblestone rock stone shells woodchips",
    "earth": "ground dirt earth grass mud sand clay snow ice dirt/sand soil",
}
SURFACE_GROUP = {name: group for group, names in _SURFACES.items() for name in names.split()}

TRACKTYPE_CAP_KPH: Mapping[str, Speeds] = MappingProxyType(
    {
        "grade1": (5, 20, 30, 30),
        "grade2": (5, 15, 25, 20),
        "grade3": (5, 12, 20, 15),
        "grade4": (4.5, 10, 15, 10),
        "grade5": (4.5, 8, 12, 8),
    }
)

USUAL_TRACKTYPE = "grade3"
"""Taken for a track that does not say how firm it is."""

SMOOTHNESS_CAP_KPH: Mapping[str, Speeds] = MappingProxyType(
    {
        "bad": (5, 15, 30, 30),
        "very_bad": (5, 12, 20, 15),
        "horrible": (4.5, 8, 12, 8),
        "very_horrible": (4.5, 5, 8, 0),
        "impassable": (4, 0, 0, 0),
    }
)

_MPH = 1.609344


def surface_group(tags: Mapping[str, str], road_class: str) -> str:
    """Sort a road into paved, cobbled, gravel or earth; an untagged track is gravel."""
    untagged = "gravel" if road_class == "track" else "paved"
    surface = tags.get("surface", "")
    return SURFACE_GROUP.get(surface, "paved" if surface else untagged)


def speed_limit_kph(text: str | None) -> float | None:
    """
    Read a `maxspeed` value; None where it gives no number to hold a driver to.

    >>> speed_limit_kph("50"), speed_limit_kph("30 mph"), speed_limit_kph("CN:urban")
    (50.0, 48.28032, None)
    """
    if text == "walk":
        return WALK_KPH
    found = re.match(r"\s*(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?", text or "")
    if found is None or float(found[1]) <= 0:
        return None
    return float(found[1]) * (_MPH if found[2] == "mph" else 1.0)


def walking_factor(grade: NDArray[np.float64]) -> NDArray[np.float64]:
    """Speed on a slope as a share of the speed on the flat, after Tobler's hiking function."""
    return np.asarray(np.exp(-3.5 * (np.abs(grade + 0.05) - 0.05)))


_GRAVITY = 9.81
_ROLLING = 0.012
_AIR = 1.2

WHEEL_W, TOTAL_KG, DRAG_M2 = 0, 1, 2
MACHINES: Mapping[TravelMode, tuple[float, float, float]] = MappingProxyType(
    {
        # GB 17761-2018: motor at most 400 W, machine at most 55 kg; with a rider and a bag.
        TravelMode.E_BIKE: (320.0, 130.0, 0.6),
        # A loaded 125 cm³ motorcycle, about 6.5 kW at the wheel.
        TravelMode.MOTORCYCLE: (6500.0, 210.0, 0.7),
        # A 1.2-litre van with five people, about 45 kW at the wheel.
        TravelMode.CAR: (45000.0, 1700.0, 0.9),
    }
)


def climbing_kph(mode: TravelMode, grade: NDArray[np.float64]) -> NDArray[np.float64]:
    """Steady speed a machine holds uphill, where wheel power = (slope + rolling + air) · speed."""
    power_w, mass_kg, drag_m2 = MACHINES[mode]
    force_n = mass_kg * _GRAVITY * (np.maximum(grade, 0.0) + _ROLLING)
    speed = np.full(grade.shape, 40.0)
    for _ in range(12):  # Newton's method on a convex function: settles in a handful of steps
        excess = force_n * speed + 0.5 * _AIR * drag_m2 * speed**3 - power_w
        speed = speed - excess / (force_n + 1.5 * _AIR * drag_m2 * speed**2)
    return np.asarray(np.maximum(speed * 3.6, 4.0))  # below that people get off and push


def on_slope_kph(
    mode: TravelMode, flat_kph: NDArray[np.float64], grade: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Speed of a mode on a slope; `grade` is rise over run, positive uphill."""
    if mode is TravelMode.WALK:
        return flat_kph * walking_factor(grade)
    return np.minimum(flat_kph, climbing_kph(mode, grade))
