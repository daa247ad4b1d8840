"""指挥大屏: what the wall shows, as one snapshot and a few layers that seldom change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from gis.drawing import feature, feature_collection, label_point, light_areas
from halfhour.dispatching import Candidate
from halfhour.errors import NothingImportedError
from halfhour.six_orders import Stage
from halfhour.vocabulary import Level, StationKind, TravelMode
from models.database import UnitOfWork
from routing.road_frame import road_frame
from routing.service_area import service_area
from services.bootstrap import App
from services.requests import named_rows


@dataclass(frozen=True, slots=True)
class Board:
    """One snapshot for the wall, as one person may see it."""

    version: int
    edition: int
    """Number of the edition of its borders, as people call it."""
    taken_at: datetime
    counts: dict[str, Any]
    requests: list[dict[str, Any]]
    volunteers: list[dict[str, Any]]
    stations: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """Plain values for the browser."""
        return {
            "version": self.version,
            "edition": self.edition,
            "time": self.taken_at.isoformat(),
            "counts": self.counts,
            "requests": self.requests,
            "volunteers": self.volunteers,
            "stations": self.stations,
        }


def board_version(app: App, person_id: int) -> int:
    """Read the number that grows with every commit that changes the board."""
    with app.unit(person_id) as unit:
        return unit.board_version()


def read_board(app: App, person_id: int, now: datetime) -> Board:
    """
    Read one snapshot: open requests, people, stations, counts.

    Raises
    ------
    NothingImportedError
        If no boundaries were imported.
    """
    with app.unit(person_id, snapshot=True) as unit:
        edition = unit.areas.published()
        open_requests = named_rows(unit, unit.requests.board_rows())
        people = unit.volunteers.on_hand(now)
        return Board(
            version=unit.board_version(),
            edition=edition.number,
            taken_at=now,
            counts=_counts(unit, open_requests, people, now=now),
            requests=open_requests,
            volunteers=[
                {
                    "id": person.volunteer_id,
                    "name": person.name,
                    "mode": person.mode.label,
                    "lon": person.place.lon,
                    "lat": person.place.lat,
                    "state": _state(person),
                }
                for person in people
            ],
            stations=[
                {
                    "kind": station.kind.value,
                    "label": station.kind.label,
                    "name": station.name,
                    "lon": station.place.lon,
                    "lat": station.place.lat,
                }
                for station in unit.stations.all()
            ],
        )


def map_revision(app: App, person_id: int) -> str:
    """Name the state of everything that the layers below are drawn from."""
    with app.unit(person_id) as unit:
        edition, roads = unit.areas.published().id, (unit.roads.digest() or "none")[:12]
        sites = [(s.kind.value, s.place.lon, s.place.lat) for s in unit.stations.all()]
    return f"{edition}-{roads}-{crc32(repr(sorted(sites)).encode()):08x}"


def area_geojson(app: App, person_id: int, level: Level) -> bytes:
    """Draw the areas of one level: GeoJSON with `code`, `name` and a point for its label."""
    with app.unit(person_id) as unit:
        every = unit.areas.frame()
    areas = every[every["level"] == level]
    leaves = every[~every["code"].isin(every["parent_code"])]  # not every village has its grids yet
    shapes = light_areas(areas, leaves)
    return feature_collection(
        feature(
            shapes[area.code], code=area.code, name=area.name, label=label_point(shapes[area.code])
        )
        for area in areas.itertuples(index=False)
    )


def roads_geojson(app: App, person_id: int) -> bytes:
    """Draw the imported roads for the base map: GeoJSON lines with `class` and `name`."""
    with app.unit(person_id) as unit:
        roads = road_frame(app.roads(unit).network)
    return feature_collection(
        feature(road.geometry, **{"class": road.road_class, "name": road.name})
        for road in roads.itertuples(index=False)
    )


def half_hour_geojson(
    app: App, person_id: int, *, mode: TravelMode = TravelMode.E_BIKE, minutes: int = 30
) -> bytes:
    """Draw the half-hour circle (半小时服务圈) of the stations; decoration, not the count."""
    with app.unit(person_id) as unit:
        kinds = {StationKind.INSTITUTE, StationKind.COMMAND_CENTRE}
        stations = [s for s in unit.stations.all() if s.kind in kinds] or unit.stations.all()
        if not stations:
            raise NothingImportedError("阵地", "halfhour import stations 文件 --commit")
        places = [station.place for station in stations]
        circle = service_area(app.roads(unit), places, minutes=minutes, mode=mode)
    return feature_collection([feature(circle, minutes=minutes, mode=mode.label)])


def _counts(
    unit: UnitOfWork, requests: list[dict[str, Any]], people: list[Candidate], *, now: datetime
) -> dict[str, Any]:
    by_stage = {stage.value: 0 for stage in Stage if stage.open}
    for request in requests:
        by_stage[request["stage"]] += 1
    sent, in_time = unit.requests.in_time_today(now)
    return {
        "open": len(requests),
        "by_stage": [
            {"stage": stage.value, "label": stage.label, "count": by_stage[stage.value]}
            for stage in Stage
            if stage.open
        ],
        "volunteers": len(people),
        "on_shift": sum(person.on_shift for person in people),
        "free": sum(person.on_shift and person.open_requests == 0 for person in people),
        "sent_today": sent,
        "in_time_today": in_time,
    }


def _state(person: Candidate) -> str:
    if not person.on_shift:
        return "off"
    return "busy" if person.open_requests else "free"
