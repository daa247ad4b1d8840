"""Who may use a road, and in which directions? OpenStreetMap's access tags, read per mode.

The most specific tag decides: `motorcar` before `motor_vehicle` before `vehicle` before `access`
(https://wiki.openstreetmap.org/wiki/Key:access). An e-bike (电动自行车) is a bicycle in law.
"""

from __future__ import annotations

from collections.abc import Mapping

from halfhour.vocabulary import TravelMode

Tags = Mapping[str, str]

KEYS = {
    TravelMode.WALK: ("foot", "access"),
    TravelMode.E_BIKE: ("bicycle", "vehicle", "access"),
    TravelMode.MOTORCYCLE: ("motorcycle", "motor_vehicle", "vehicle", "access"),
    TravelMode.CAR: ("motorcar", "motor_vehicle", "vehicle", "access"),
}

CLOSED = frozenset(
    {
        "no", "private", "agricultural", "forestry", "agricultural;forestry", "emergency",
        "military", "use_sidepath", "restricted", "permit", "residents", "none", "unknown",
    }
)  # fmt: skip
OPENING = frozenset(
    {"yes", "designated", "permissive", "official", "destination", "customers", "public"}
)

PASSABLE_BARRIERS = frozenset(
    {
        "gate", "lift_gate", "swing_gate", "sliding_gate", "toll_booth", "border_control",
        "cattle_grid", "entrance", "height_restrictor", "kerb", "sally_port", "bump_gate",
        "hampshire_gate", "no", "bus_trap", "sump_buster", "wicket_gate", "speed_bump",
    }
)  # fmt: skip
"""A gate without further tags is taken to open for those who live there."""

ONLY_FEET = frozenset(
    {"stile", "kissing_gate", "turnstile", "full-height_turnstile", "step", "log"}
)
ONLY_NARROW = frozenset(
    {
        "bollard", "block", "cycle_barrier", "motorcycle_barrier", "planter", "jersey_barrier",
        "chain", "rope", "bar", "barrier_board", "concrete", "tyres",
    }
)  # fmt: skip
"""Barriers with a gap that a two-wheeler fits through."""


def permission(tags: Tags, mode: TravelMode) -> bool | None:
    """Say whether the tags close (False) or open (True) something to a mode, or are silent."""
    for key in KEYS[mode]:
        value = tags.get(key)
        if value in CLOSED:
            return False
        if value in OPENING and key != "access":
            return True
        if value is not None:
            return None
    return None


def directions(tags: Tags, road_class: str, mode: TravelMode) -> tuple[bool, bool]:
    """
    Say whether a mode may go along and against the drawn direction of an open road.

    Walkers mind only `oneway:foot`. Lanes whose direction changes by the hour
    (`oneway=reversible`) are closed to vehicles, because nobody can promise minutes on them.
    """
    if mode is TravelMode.WALK:
        return _along_and_against(tags.get("oneway:foot", "no"))
    rule = _own_rule(tags, mode) or tags.get("oneway", "")
    if rule in {"", "no", "0", "false"} and "oneway" not in tags and _implied(tags, road_class):
        rule = "yes"
    return _along_and_against(rule)


def _own_rule(tags: Tags, mode: TravelMode) -> str:
    if mode is TravelMode.E_BIKE:
        contraflow = any(
            tags.get(key, "").startswith("opposite")
            for key in ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
        )
        return tags.get("oneway:bicycle", "no" if contraflow else "")
    own = "motorcycle" if mode is TravelMode.MOTORCYCLE else "motorcar"
    return tags.get(f"oneway:{own}", tags.get("oneway:motor_vehicle", ""))


def _implied(tags: Tags, road_class: str) -> bool:
    return road_class == "motorway" or tags.get("junction") in {"roundabout", "circular"}


def _along_and_against(rule: str) -> tuple[bool, bool]:
    if rule in {"yes", "true", "1"}:
        return True, False
    if rule in {"-1", "reverse"}:
        return False, True
    if rule == "reversible":
        return False, False
    return True, True


def stopped_by_barrier(tags: Tags) -> frozenset[TravelMode]:
    """List the modes that cannot pass a point with these tags; empty for an ordinary point."""
    kind = tags.get("barrier")
    if kind is None and not any(key in tags for keys in KEYS.values() for key in keys):
        return frozenset()
    return frozenset(mode for mode in TravelMode if not _passes(tags, kind, mode))


def _passes(tags: Tags, kind: str | None, mode: TravelMode) -> bool:
    allowed = permission(tags, mode)
    if allowed is not None:
        return allowed
    if kind is None or kind in PASSABLE_BARRIERS:
        return tags.get("locked") != "yes" or mode is TravelMode.WALK
    if kind in ONLY_FEET:
        return mode is TravelMode.WALK
    if kind in ONLY_NARROW:
        return mode is not TravelMode.CAR
    return mode is TravelMode.WALK
