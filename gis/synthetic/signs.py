"""What stands on the road signs? Names, numbers, widths and surfaces of roads and bridges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gis.synthetic.lines import length_m
from gis.synthetic.raster import Floats
from gis.synthetic.streets import MAIN_STREET, REACH_M
from gis.synthetic.ways import Way

Tags = dict[str, str]

_BRIDGED = {"secondary", "tertiary", "unclassified"}
_BRIDGES = ("青溪大桥", "风雨桥", "新桥", "下洞大桥", "团结桥", "幸福桥", "红军桥", "溶江桥")


def signed(rng: np.random.Generator, ways: list[Way], seat: Floats) -> list[Way]:
    """Add what a mapper would note about each way, and name the bridges over the river."""
    writers: dict[str, Callable[[Way], Tags]] = {
        "secondary": lambda way: _main_road(way, seat),
        "tertiary": _county_road,
        "unclassified": lambda _: _village_road(rng),
        "track": lambda _: _track(rng),
        "service": lambda _: {"surface": "concrete", "width": "3"},
        "path": lambda _: {"surface": str(rng.choice(["ground", "dirt", "stepping_stones"]))},
        "footway": lambda _: {"surface": str(rng.choice(["concrete", "paving_stones", "ground"]))},
        "steps": lambda way: {"surface": "paving_stones", "step_count": f"{_steps(way)}"},
    }
    result = []
    for way in ways:
        writer = writers.get(way.road)
        extra = writer(way) if writer else {}
        result.append(replace(way, tags={**extra, **way.tags}))
    return _with_bridge_names(result, seat)


def _steps(way: Way) -> int:
    return max(3, round(length_m(way.xy) / 0.45))


def _main_road(way: Way, seat: Floats) -> Tags:
    tags = {"ref": "S358", "surface": "asphalt", "lanes": "2"}
    middle = way.xy.mean(axis=0)
    if np.hypot(*(middle - seat)) < REACH_M * 1.3:
        return tags | {"name": MAIN_STREET, "maxspeed": "40"}
    return tags | {"name": "沅岚公路", "maxspeed": "60"}


def _county_road(way: Way) -> Tags:
    return {"surface": "asphalt" if length_m(way.xy) > 300 else "concrete", "maxspeed": "40"}


def _village_road(rng: np.random.Generator) -> Tags:
    surface = str(rng.choice(["concrete", "concrete", "concrete", "asphalt", "gravel"]))
    return {"surface": surface, "width": "4.5" if surface != "gravel" else "3.5"}


def _track(rng: np.random.Generator) -> Tags:
    grade = int(rng.integers(2, 5))
    surface = {2: "gravel", 3: "compacted", 4: "dirt"}[grade]
    return {"tracktype": f"grade{grade}", "surface": surface}


def _with_bridge_names(ways: list[Way], seat: Floats) -> list[Way]:
    """Name long road bridges, the one next to the seat first."""
    named = list(ways)
    long = [
        index
        for index, way in enumerate(ways)
        if "bridge" in way.tags and length_m(way.xy) > 30 and way.road in _BRIDGED
    ]
    long.sort(key=lambda index: float(np.hypot(*(ways[index].xy.mean(axis=0) - seat))))
    for index, name in zip(long, _BRIDGES, strict=False):
        named[index] = replace(ways[index], tags=ways[index].tags | {"bridge:name": name})
    return named
