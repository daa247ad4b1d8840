"""青溪镇 with a busy morning: the demo township, loaded through the same doors as a real one."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from gis.boundary_files import BoundaryMapping
from gis.gazetteer import GazetteerEntry
from gis.locator.answers import Located
from halfhour.dispatching import Candidate
from halfhour.errors import BadFileError, NobodyInReachError
from halfhour.vocabulary import Channel, EditionState, Level, Role
from services import accounts, dispatch, imports, intake, registers
from services.bootstrap import App
from services.imports import Imported

Say = Callable[[str], None]

DATA = Path(__file__).resolve().parents[1] / "data"
BOUNDARIES = DATA / "boundaries" / "demo_township.geojson"
ROADS = DATA / "roads" / "demo_roads.osm.gz"
PEOPLE = DATA / "demo"
CODE = "431260104000"
"""青溪镇, in a county whose code is given to nobody."""

MORNING_REQUESTS = 24
TROUBLES = (
    "停电了",
    "自来水没水了",
    "水管漏水",
    "屋顶漏雨",
    "路灯不亮了",
    "老人一个人在家，想请人看看",
    "和隔壁为地界吵起来了",
    "想请人帮忙代买药",
    "下水道堵了",
    "娃儿作业没人辅导",
    "门口的树倒了挡住路",
    "医保怎么交不会弄",
)
LOGINS: tuple[tuple[str, str, Role], ...] = (
    ("admin", "管理员", Role.ADMINISTRATOR),
    ("dispatcher", "派单员", Role.DISPATCHER),
    ("chief", "网格长", Role.GRID_CHIEF),
)
"""Login, name, role. The grid chief holds the first grid, everybody else the township."""


@dataclass(frozen=True, slots=True)
class Journey:
    """One request on its way from the sentence to the volunteer."""

    text: str
    located: Located
    placed: intake.Placed
    ranking: list[Candidate]
    chosen: Candidate | None
    """None if nobody could come in time, which the software says plainly."""


def load(app: App, *, now: datetime, say: Say = lambda _: None) -> bool:
    """
    Load 青溪镇, unless it is here already from the same files.

    Returns
    -------
    loaded
        Whether anything had to be done.

    Raises
    ------
    BadFileError
        If a file of the demo is missing or damaged.
    """
    note = f"demo {_digest()[:16]}"
    if _is_complete(app, note, now=now):
        say("青溪镇已经在库里")
        return False
    mapping = BoundaryMapping()
    _require(imports.boundaries(app, BOUNDARIES, mapping, commit=True, now=now, note=note, say=say))
    operator = accounts.operator(app, CODE)
    dem = PEOPLE / "elevation.asc.gz"
    _require(imports.roads(app, operator, ROADS, dem=dem, commit=True, now=now, say=say))
    gazetteer, outside = PEOPLE / "gazetteer.csv", PEOPLE / "outside.csv"
    _require(imports.places(app, operator, gazetteer, outside=outside, commit=True, say=say))
    _require(registers.stations(app, operator, PEOPLE / "stations.csv", commit=True, say=say))
    _require(registers.households(app, operator, PEOPLE / "households.csv", commit=True, say=say))
    _require(registers.volunteers(app, operator, PEOPLE / "volunteers.csv", commit=True, say=say))
    return True


def sign_ins(app: App, *, now: datetime) -> list[accounts.NewAccount]:
    """Make one account for each kind of person, or give those there are new passwords."""
    operator = accounts.operator(app, CODE)
    known = {account.login for account in accounts.listing(app, operator, now)}
    return [
        accounts.reset(app, operator, login, now)
        if login in known
        else accounts.add(
            app,
            operator,
            login=login,
            name=name,
            role=role,
            area=_first_grid(app, operator) if role is Role.GRID_CHIEF else None,
            now=now,
        )
        for login, name, role in LOGINS
    ]


def busy_morning(app: App, dispatcher: int, *, now: datetime) -> int:
    """
    Let two dozen residents call in the last two hours, and send somebody to most of them.

    Every step is a real one, taken by the dispatcher; the same day gives the same morning.

    Returns
    -------
    placed
        How many requests were placed; none if the wall shows open ones already.
    """
    with app.unit(dispatcher) as unit:
        if unit.requests.open_requests():
            return 0
        homes = [entry for entry in unit.gazetteer.entries() if entry.level == "household"]
    chance = random.Random(f"{now:%Y-%m-%d}")  # noqa: S311  # a demo, not a secret
    for number, home in enumerate(chance.sample(homes, MORNING_REQUESTS)):
        called_at = now - timedelta(minutes=120 - 5 * number)
        _one_call(app, dispatcher, home, chance, number=number, called_at=called_at)
    return MORNING_REQUESTS


def journey(app: App, person_id: int, text: str | None = None, *, now: datetime) -> Journey:
    """
    Take one sentence all the way to a volunteer.

    Raises
    ------
    AmbiguousPlaceError, OutsideTownshipError, NoPlaceGivenError
        As `services.intake.place`.
    """
    said = text or sentence(app, person_id)
    located = intake.suggest(app, person_id, said)
    placed = intake.place(app, person_id, said, channel=Channel.PHONE, now=now)
    try:
        chosen, ranking = dispatch.dispatch(app, person_id, placed.request_id, now)
    except NobodyInReachError:
        return Journey(said, located, placed, _ranking(app, person_id, placed, now), None)
    return Journey(said, located, placed, ranking, chosen)


def sentence(app: App, person_id: int) -> str:
    """Say what somebody of the first village's fourth group might say on the phone."""
    with app.unit(person_id) as unit:
        entries = unit.gazetteer.entries()
    group = next(e for e in entries if e.level == "group" and e.name.endswith("四组"))
    cells = {e.id for e in entries if e.parent_id == group.id and e.level == "cell"}
    home = next(e for e in entries if e.parent_id in cells and e.level == "household")
    return f"{group.name}{home.name}家停电了，老人一个人在家"


def _one_call(
    app: App,
    dispatcher: int,
    home: GazetteerEntry,
    chance: random.Random,
    *,
    number: int,
    called_at: datetime,
) -> None:
    text = f"{home.name}家{chance.choice(TROUBLES)}"
    channel = chance.choice([Channel.PHONE, Channel.WECHAT, Channel.VISIT, Channel.PAPER])
    placed = intake.place(app, dispatcher, text, choice=home.id, channel=channel, now=called_at)
    if number % 6 == 5:
        return
    try:
        dispatch.dispatch(app, dispatcher, placed.request_id, called_at + timedelta(minutes=2))
    except NobodyInReachError:
        return
    if number % 3 < 2:
        dispatch.accept(app, dispatcher, placed.request_id, called_at + timedelta(minutes=4))
    if number % 3 == 0:
        dispatch.complete(app, dispatcher, placed.request_id, called_at + timedelta(minutes=4))


def _ranking(app: App, person_id: int, placed: intake.Placed, now: datetime) -> list[Candidate]:
    return dispatch.candidates(app, person_id, placed.request_id, now)


def _first_grid(app: App, operator: int) -> str:
    with app.unit(operator) as unit:
        return str(unit.areas.frame(Level.GRID)["code"].iloc[0])


def _is_complete(app: App, note: str, *, now: datetime) -> bool:
    """Volunteers are imported last: where they and this edition are, everything is."""
    if CODE not in accounts.townships(app):
        return False
    with app.unit(accounts.operator(app, CODE)) as unit:
        notes = [e.note for e in unit.areas.editions() if e.state is EditionState.PUBLISHED]
        return notes == [note] and bool(unit.volunteers.on_hand(now))


def _digest() -> str:
    files = [BOUNDARIES, ROADS, *sorted(PEOPLE.glob("*.csv")), PEOPLE / "elevation.asc.gz"]
    content = sha256()
    for file in files:
        try:
            content.update(sha256(file.read_bytes()).digest())
        except OSError as error:
            raise BadFileError(file, "打不开", "请重新取得完整的源码") from error
    return content.hexdigest()


def _require(imported: Imported) -> None:
    if not imported.written:
        first = imported.findings[0].sentence if imported.findings else ""
        raise BadFileError("演示数据", f"没有写入：{first}", "请重新取得完整的源码")
