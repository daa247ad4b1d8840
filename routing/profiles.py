"""What a road's tags mean for each mode: one profile for all roads that travel alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from halfhour.vocabulary import TravelMode
from routing.access import directions, permission
from routing.speeds import (
    CLASS_KPH,
    MODES,
    ON_PERMISSION_KPH,
    SMOOTHNESS_CAP_KPH,
    SURFACE_CAP_KPH,
    TRACKTYPE_CAP_KPH,
    USUAL_TRACKTYPE,
    Speeds,
    speed_limit_kph,
    surface_group,
)

CLOSED_SPEEDS: Speeds = (0.0, 0.0, 0.0, 0.0)


class Profile(NamedTuple):
    """Everything travel time depends on, apart from length and slope."""

    road_class: str
    surface: str
    """paved, cobbled, gravel or earth."""
    structure: str
    """bridge, tunnel, or empty."""
    forward_kph: Speeds
    """By mode, in the order of `routing.speeds.MODES`; 0 is closed."""
    backward_kph: Speeds

    @property
    def is_symmetric(self) -> bool:
        """Whether every mode goes both ways at one speed."""
        return self.forward_kph == self.backward_kph

    @property
    def is_closed(self) -> bool:
        """Whether nobody may use the road."""
        return not any(self.forward_kph) and not any(self.backward_kph)

    def reversed(self) -> Profile:
        """Describe the same road drawn from its other end."""
        return self._replace(forward_kph=self.backward_kph, backward_kph=self.forward_kph)


def profile_of(tags: Mapping[str, str]) -> Profile | None:
    """Read a road's tags; None if its `highway` class is no road people travel on."""
    road_class = tags.get("highway", "")
    if road_class not in CLASS_KPH:
        return None
    forward, backward = [], []
    for index, mode in enumerate(MODES):
        along, against = directions(tags, road_class, mode)
        forward.append(_kph(tags, road_class, index, "forward") if along else 0.0)
        backward.append(_kph(tags, road_class, index, "backward") if against else 0.0)
    return Profile(
        road_class,
        surface_group(tags, road_class),
        _structure(tags),
        (forward[0], forward[1], forward[2], forward[3]),
        (backward[0], backward[1], backward[2], backward[3]),
    )


def _kph(tags: Mapping[str, str], road_class: str, index: int, way: str) -> float:
    mode = MODES[index]
    kph = CLASS_KPH[road_class][index]
    allowed = permission(tags, mode)
    if allowed is False or (allowed is None and _kept_off(tags, mode)):
        return 0.0
    if kph == 0:
        kph = ON_PERMISSION_KPH[index] if allowed else 0.0
    limit = speed_limit_kph(tags.get(f"maxspeed:{way}", tags.get("maxspeed")))
    if limit is not None and mode is not TravelMode.WALK:
        kph = min(kph, limit)
    caps = (
        SURFACE_CAP_KPH[surface_group(tags, road_class)],
        TRACKTYPE_CAP_KPH.get(tags.get("tracktype", _usual_tracktype(road_class))),
        SMOOTHNESS_CAP_KPH.get(tags.get("smoothness", "")),
    )
    return min([kph, *(cap[index] for cap in caps if cap is not None)])


def _usual_tracktype(road_class: str) -> str:
    return USUAL_TRACKTYPE if road_class == "track" else ""


def _kept_off(tags: Mapping[str, str], mode: TravelMode) -> bool:
    """Motor roads are not for walkers and bicycles; the surface of a square is for walkers."""
    slow = mode in {TravelMode.WALK, TravelMode.E_BIKE}
    on_motor_road = slow and tags.get("motorroad") == "yes"
    return on_motor_road or (tags.get("area") == "yes" and mode is not TravelMode.WALK)


def _structure(tags: Mapping[str, str]) -> str:
    if tags.get("tunnel", "no") not in {"no", "building_passage", "covered"}:
        return "tunnel"
    return "bridge" if tags.get("bridge", "no") != "no" else ""
