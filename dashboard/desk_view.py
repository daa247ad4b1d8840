"""What the desk's map shows, and what a click on it means. Pure: no page, no service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import texts
from dashboard.snippets import minutes_text
from gis.locator.answers import Match
from halfhour.dispatching import Candidate
from halfhour.places import LonLat

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pin:
    """A place somebody set on our own map, WGS-84, with the areas the browser saw there."""

    point: LonLat
    names: tuple[str, ...]

    @property
    def label(self) -> str:
        """The finest area there; the database decides when the request is written."""
        return self.names[-1] if self.names else texts.PIN_OUTSIDE


@dataclass(frozen=True, slots=True)
class Click:
    """A new event of the map: a pin, or the id of an option or person that was chosen."""

    op: str
    seq: int
    pin: Pin | None = None
    chosen: str = ""


def read_click(value: object, last_seq: int) -> Click | None:
    """Read what the map told; None for nothing, for an old event, and for what it cannot mean."""
    if not isinstance(value, Mapping) or not isinstance(value.get("seq"), int):
        return None
    if value["seq"] <= last_seq:
        return None
    if value.get("op") == "pin":
        names = tuple(str(name) for name in value.get("names", ()))
        return Click("pin", value["seq"], pin=Pin(LonLat(value["lon"], value["lat"]), names))
    if value.get("op") in {"option", "person"}:
        return Click(str(value["op"]), value["seq"], chosen=str(value["id"]))
    return None


def drafting(options: Sequence[Match], *, pin: Pin | None, asked: str) -> View:
    """Show the places a sentence may mean, numbered as in the form, or the pin that beats them."""
    numbered = [
        {
            "id": match.id,
            "n": n,
            "label": match.label,
            "area": match.cell_id or match.grid_id or match.village_id,
            **_at(match.point),
        }
        for n, match in enumerate(options, start=1)
    ]
    shown = [] if pin else numbered
    key = f"draft {pin.point if pin else asked} {[option['id'] for option in shown]}"
    return {
        "options": shown,
        "pin": {"label": pin.label, **_at(pin.point)} if pin else None,
        "request": None,
        "people": [],
        "route": [],
        "pinnable": True,
        "view": key if not pin else "draft pin",
    }


def working(
    request: Mapping[str, Any],
    people: Sequence[Candidate],
    *,
    pin: Pin | None = None,
) -> View:
    """Show a request and the people who could go to it, numbered as in the list."""
    return {
        "options": [],
        "pin": {"label": pin.label, **_at(pin.point)} if pin else None,
        "request": request if request.get("lon") is not None else None,
        "people": [
            {
                "id": person.volunteer_id,
                "n": n,
                "name": person.name,
                "note": f"{minutes_text(person.travel_s)} · {person.mode.label}",
                **_at(person.place),
            }
            for n, person in enumerate(people, start=1)
        ],
        "route": [],
        "pinnable": True,
        "view": f"request {request['id']} {request['stage']}",
    }


def going(request: Mapping[str, Any], route: Sequence[LonLat], *, name: str, note: str) -> View:
    """Show a request, the person on the way to it, and the road they take."""
    walker = {"id": 0, "n": 0, "name": name, "note": note}
    return {
        **working(request, ()),
        "people": [{**walker, **_at(route[0])}] if route else [],
        "route": [[round(p.lon, 6), round(p.lat, 6)] for p in route],
        "pinnable": False,
        "view": f"going {request['id']} {request['stage']} {bool(route)}",
    }


def _at(point: LonLat | None) -> dict[str, float]:
    return {} if point is None else {"lon": round(point.lon, 7), "lat": round(point.lat, 7)}
