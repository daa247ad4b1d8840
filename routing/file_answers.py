"""Half-hour circles, coverage and the nearest people from files alone, in plain values for JSON.

Tables of places are those of `routing.tables`. Nothing here needs a database, so anybody can
check the figures of a township.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import Any

import shapely

from halfhour.errors import BadFileError
from halfhour.vocabulary import TravelMode
from routing.coverage import MISSING_ROAD_M, coverage, missing_roads
from routing.service_area import service_area, share_wrong
from routing.snapping import DETOUR, OFF_NETWORK_M
from routing.speeds import WALK_KPH
from routing.tables import NamedPlace
from routing.travel_time import Roads

PROOF_POINTS = 1000


def write_service_area(
    roads: Roads,
    stations: Sequence[NamedPlace],
    *,
    minutes: float,
    mode: TravelMode,
    out_geojson: Path,
) -> dict[str, Any]:
    """
    Write one polygon per station, each with the share of its points found wrong.

    Every polygon is proven: `PROOF_POINTS` random points of it are routed again, and
    `wrong_share` is the share not reached in time, 0 to 1.

    Raises
    ------
    BadFileError
        If the file cannot be written.
    """
    features = [_circle(roads, station, minutes, mode) for station in stations]
    collection = {"type": "FeatureCollection", "features": features}
    try:
        Path(out_geojson).write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        raise BadFileError(out_geojson, "写不了这个文件", "请换一个能写的文件夹") from error
    worst = max((f["properties"]["wrong_share"] for f in features), default=0.0)
    return {"stations": len(features), "proof_points": PROOF_POINTS, "worst_wrong_share": worst}


def _circle(roads: Roads, station: NamedPlace, minutes: float, mode: TravelMode) -> dict[str, Any]:
    here = [station.place]
    area = service_area(roads, here, minutes=minutes, mode=mode)
    wrong = share_wrong(roads, here, area, minutes=minutes, mode=mode, points=PROOF_POINTS)
    facts = {"id": station.id, "minutes": minutes, "mode": mode.value, "wrong_share": wrong}
    rounded = shapely.set_precision(area, 1e-7)
    return {
        "type": "Feature",
        "properties": facts,
        "geometry": json.loads(shapely.to_geojson(rounded)),
    }


def coverage_figures(
    roads: Roads,
    households: Sequence[NamedPlace],
    stations: Sequence[NamedPlace],
    *,
    minutes: float,
    mode: TravelMode,
) -> dict[str, Any]:
    """Count coverage, with the definition it was counted by and the houses to look at."""
    places = [household.place for household in households]
    found = coverage(roads, places, [s.place for s in stations], minutes=minutes, mode=mode)
    return {
        "households": found.households,
        "served": found.served,
        "served_share": round(found.served_share, 6),
        "served_twice": found.served_twice,
        "off_network": found.off_network,
        "gaps": [households[i].id for i in found.gaps],
        "missing_road": [
            {"id": households[i].id, "straight_m": None if m == inf else round(m, 1)}
            for i, m in missing_roads(roads, places)
        ],
        "definition": definition(minutes, mode, stations=len(stations)),
    }


def definition(minutes: float, mode: TravelMode, *, stations: int) -> dict[str, Any]:
    """State in numbers and in words what a coverage figure means."""
    return {
        "minutes": minutes,
        "mode": mode.value,
        "stations": stations,
        "off_network_m": OFF_NETWORK_M,
        "missing_road_m": MISSING_ROAD_M,
        "walk_kph_to_road": WALK_KPH,
        "detour_to_road": DETOUR,
        "text": (
            f"从 {stations} 个阵地中最快的一个出发，{mode.label}，{minutes:g} 分钟之内（含）到门口"
            f"的住户算作覆盖；逐户按路网计算。从路边到门口按直线距离的 {DETOUR:g} 倍、每小时"
            f" {WALK_KPH:g} 公里步行；离可走道路超过 {OFF_NETWORK_M:g} 米算作不通路网。"
        ),
    }


def nearest_people(
    roads: Roads,
    people: Sequence[NamedPlace],
    requests: Sequence[NamedPlace],
    *,
    mode: TravelMode,
    k: int = 5,
    minutes: float = 30,
) -> list[dict[str, Any]]:
    """List for each request the `k` people who arrive first within `minutes`, inclusive."""
    places = [person.place for person in people]
    return [
        {
            "request": request.id,
            "people": [
                {"id": people[i].id, "seconds": seconds}
                for i, seconds in roads.nearest(
                    places, request.place, mode=mode, k=k, limit_s=minutes * 60
                )
            ],
        }
        for request in requests
    ]
