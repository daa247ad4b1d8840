"""A small township with people in it, and everything else with a default.

A A B B C C      villages   上坝村 (A, B, D, E)   下坝村 (C, F)
A A B B C C      grids      第一 (A, D)   第二 (B, E)   第三 (C, F)
D D E E F F      cells      A to F
D D E E F F
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

import geopandas as gpd
import pandas as pd

from gis.gazetteer import GazetteerEntry, entries_from_areas
from halfhour.places import LonLat
from halfhour.shifts import Hours
from halfhour.six_orders import Step
from halfhour.vocabulary import Channel, Level, Role, Skill, StationKind, TravelMode
from models.database import Database, UnitOfWork
from models.founding import found_township
from models.geometry import point_at
from models.requests import Request
from tests.sketches import at, sketch

TOWNSHIP = "520626101000"
UPPER, LOWER = "520626101201", "520626101202"
FIRST, SECOND, THIRD = UPPER + "001", UPPER + "002", LOWER + "001"
CELLS = {
    "A": FIRST + "001",
    "B": SECOND + "001",
    "C": THIRD + "001",
    "D": FIRST + "002",
    "E": SECOND + "002",
    "F": THIRD + "002",
}
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""A Monday, ten in the morning in Asia/Shanghai."""
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ALWAYS: tuple[Hours, ...] = tuple((day, time(0), time(0)) for day in range(1, 8))
"""Shifts around the clock."""

IN_A, IN_B, IN_C = at(1, 1), at(3, 1), at(5, 1)
IN_D, IN_E, IN_F = at(1, 3), at(3, 3), at(5, 3)
OUTSIDE = at(9, 9)


@dataclass(frozen=True)
class Cast:
    """Who acts in the small township, by person id."""

    operator: int
    dispatcher: int
    upper_dispatcher: int
    first_chief: int
    third_chief: int
    planner: int
    committee: int
    cell_lead: int
    volunteers: tuple[int, ...]
    """On duty around the clock; homes in A, B, C."""
    nobody_special: int


def a_tiling() -> gpd.GeoDataFrame:
    """The four levels of the small township as one frame."""
    cells = """
        AABBCC
        AABBCC
        DDEEFF
        DDEEFF
    """
    grids = cells.translate(str.maketrans("ABCDEF", "PQRPQR"))
    villages = cells.translate(str.maketrans("ABCDEF", "UULUUL"))
    whole = cells.translate(str.maketrans("ABCDEF", "TTTTTT"))
    levels = [
        _level(whole, Level.TOWNSHIP, {"T": (TOWNSHIP, "青溪镇", None)}),
        _level(
            villages,
            Level.VILLAGE,
            {"U": (UPPER, "上坝村", TOWNSHIP), "L": (LOWER, "下坝村", TOWNSHIP)},
        ),
        _level(
            grids,
            Level.GRID,
            {
                "P": (FIRST, "上坝村第一网格", UPPER),
                "Q": (SECOND, "上坝村第二网格", UPPER),
                "R": (THIRD, "下坝村第三网格", LOWER),
            },
        ),
        _level(
            cells,
            Level.CELL,
            {letter: (code, f"{letter}联户", code[:-3]) for letter, code in CELLS.items()},
        ),
    ]
    return gpd.GeoDataFrame(pd.concat(levels, ignore_index=True), crs="EPSG:4326")


def a_gazetteer() -> list[GazetteerEntry]:
    """The areas of the small township, a landmark and the heads of two households."""
    entries = entries_from_areas(a_tiling())
    return [
        *entries,
        GazetteerEntry("L-1", FIRST, "landmark", "老水井", ("水井",), IN_A.lon, IN_A.lat),
        GazetteerEntry("H-A", CELLS["A"], "household", "罗木匠"),
        GazetteerEntry("H-C", CELLS["C"], "household", "冉木匠"),
    ]


def settle_a_township(owner_url: str, database: Database) -> Cast:
    """Import the small township, and let people act in it."""
    operator = found_township(owner_url, TOWNSHIP, "青溪镇", now=LONG_AGO)
    with database.unit(operator) as unit:
        unit.areas.add_edition(a_tiling(), TOWNSHIP, by=operator, now=LONG_AGO, note="初次导入")
        cast = _hire(unit, operator)
        unit.stations.add(StationKind.INSTITUTE, "青溪镇实践所", at(3, 2), phone="0856-0000000")
        unit.households.add_many(
            {"reference": f"H-{letter}", "point": place, "head": f"{letter}家", "phone": "139"}
            for letter, place in zip(
                "ABCDEF", map(point_at, (IN_A, IN_B, IN_C, IN_D, IN_E, IN_F)), strict=True
            )
        )
        unit.commit()
    return cast


def a_volunteer(
    unit: UnitOfWork,
    name: str = "志愿者",
    *,
    home: LonLat = IN_A,
    mode: TravelMode = TravelMode.MOTORCYCLE,
    skills: frozenset[Skill] = frozenset({Skill.GENERAL}),
    load_limit: int = 3,
    shifts: tuple[Hours, ...] = ALWAYS,
) -> int:
    """Enrol somebody; returns the person's id."""
    person = unit.people.add(name, phone="13800000000")
    unit.volunteers.add(
        person.id, home=home, mode=mode, skills=skills, load_limit=load_limit, shifts=shifts
    )
    return person.id


def a_request(
    unit: UnitOfWork,
    text: str = "家里停电了",
    *,
    point: LonLat = IN_A,
    classified: bool = True,
    now: datetime = NOW,
    reporter_phone: str | None = "13900000000",
) -> Request:
    """Place a request, and classify it unless told otherwise."""
    request = unit.requests.open_new(
        text=text,
        channel=Channel.PHONE,
        path=unit.areas.path_at(point),
        point=point,
        now=now,
        reporter_phone=reporter_phone,
    )
    if classified:
        request.take(Step.CLASSIFY, at=now, by=_acting(unit))
        unit.flush()
    return request


def offer_to(unit: UnitOfWork, request: Request, volunteer_id: int, *, now: datetime = NOW) -> None:
    """Dispatch a request to somebody and write it."""
    request.take(Step.DISPATCH, at=now, by=_acting(unit), volunteer_id=volunteer_id, travel_s=600.0)
    unit.flush()


def _acting(unit: UnitOfWork) -> int:
    assert unit.person_id is not None
    return unit.person_id


def _hire(unit: UnitOfWork, operator: int) -> Cast:
    def hired(name: str, role: Role | None, area_code: str = TOWNSHIP) -> int:
        person = unit.people.add(name, phone="13700000000")
        if role is not None:
            unit.people.grant(person.id, role, area_code, by=operator, now=LONG_AGO)
        return person.id

    volunteers = tuple(
        a_volunteer(unit, name, home=home)
        for name, home in (("罗甲", IN_A), ("罗乙", IN_B), ("罗丙", IN_C))
    )
    for volunteer_id in volunteers:
        unit.people.grant(volunteer_id, Role.VOLUNTEER, TOWNSHIP, by=operator, now=LONG_AGO)
    return Cast(
        operator=operator,
        dispatcher=hired("派单员", Role.DISPATCHER),
        upper_dispatcher=hired("上坝派单员", Role.DISPATCHER, UPPER),
        first_chief=hired("一网格长", Role.GRID_CHIEF, FIRST),
        third_chief=hired("三网格长", Role.GRID_CHIEF, THIRD),
        planner=hired("规划员", Role.PLANNER),
        committee=hired("党委", Role.COMMITTEE),
        cell_lead=hired("联户长", Role.CELL_LEAD, CELLS["A"]),
        volunteers=volunteers,
        nobody_special=hired("路人", None),
    )


def _level(
    drawing: str, level: Level, areas: dict[str, tuple[str, str, str | None]]
) -> gpd.GeoDataFrame:
    frame = sketch(drawing, level=level)
    frame["name"] = [areas[letter][1] for letter in frame["code"]]
    frame["parent_code"] = [areas[letter][2] for letter in frame["code"]]
    frame["code"] = [areas[letter][0] for letter in frame["code"]]
    return frame
