"""Where does whoever is sent go, when the words name only a village or a grid?"""

from __future__ import annotations

from dataclasses import dataclass

from halfhour.places import LonLat
from halfhour.vocabulary import StationKind
from models.database import UnitOfWork
from models.requests import Request
from models.stations import Station


@dataclass(frozen=True, slots=True)
class MeetingPlace:
    """A point to travel to, and what it is: the spot itself, or where one is met."""

    point: LonLat
    what: str


def meeting_place(unit: UnitOfWork, request: Request) -> MeetingPlace:
    """
    Decide where to send somebody.

    The spot, if it is known. Otherwise the area's own station, where somebody knows the way on;
    otherwise the settlement that bears the area's name; otherwise a point inside the area.
    """
    if request.place is not None:
        return MeetingPlace(request.place, request.place_label or "指定位置")
    path = request.path
    stations = [s for s in unit.stations.all() if _serves(s, request)]
    if stations:
        return MeetingPlace(stations[0].place, f"{stations[0].name}（会合点）")
    code = path.finest_code
    namesake = unit.gazetteer.namesake(code)
    if namesake is not None and namesake.point is not None:
        return MeetingPlace(namesake.point, f"{namesake.name}（会合点）")
    return MeetingPlace(unit.areas.anchor(path), "辖区内一点（会合点）")


def _serves(station: Station, request: Request) -> bool:
    if request.grid_code is not None:
        return station.grid_code == request.grid_code
    return station.kind is StationKind.STATION and station.village_code == request.village_code
