"""Two at once: exactly one wins, and nothing is half done. Real connections, real threads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import Engine, func, select, text

from halfhour.errors import (
    AlreadyDispatchedError,
    ChangedMeanwhileError,
    DatabaseUnavailableError,
    HalfHourError,
    NeverChangesError,
    OutOfStepError,
    VolunteerBusyError,
    WrongStageError,
)
from halfhour.six_orders import Stage, Step, stage_from
from models.database import Database
from models.offers import ACTIVE, Offer
from models.requests import Request, RequestEvent
from tests.builders import (
    IN_B,
    NOW,
    TOWNSHIP,
    Cast,
    a_request,
    a_volunteer,
    offer_to,
)


def requests_placed(database: Database, cast: Cast, count: int) -> list[int]:
    with database.unit(cast.dispatcher) as unit:
        placed = [a_request(unit).id for _ in range(count)]
        unit.commit()
    return placed


def at_once(attempts: list[Callable[[], object]]) -> list[str]:
    """Run attempts in as many threads, all let go at one moment; name how each ended."""
    gate = Barrier(len(attempts))

    def run(attempt: Callable[[], object]) -> str:
        gate.wait()
        try:
            attempt()
        except HalfHourError as error:
            return type(error).__name__
        return "won"

    with ThreadPoolExecutor(len(attempts)) as pool:
        return list(pool.map(run, attempts))


def dispatch(database: Database, cast: Cast, request_id: int, volunteer_id: int) -> None:
    """What a dispatcher does, at the level of the store."""
    with database.unit(cast.dispatcher) as unit:
        request = unit.requests.locked(request_id)
        if not unit.volunteers.hold_if_free(volunteer_id, now=NOW):
            raise VolunteerBusyError
        request.take(
            Step.DISPATCH, at=NOW, by=cast.dispatcher, volunteer_id=volunteer_id, travel_s=300
        )
        unit.commit()


def require_consistent(owner: Engine) -> None:
    """Stage and history agree, nobody is asked twice, nobody is over their limit."""
    with owner.connect() as connection:
        for request in connection.execute(select(Request.id, Request.stage, Request.version)):
            events = connection.execute(
                select(RequestEvent.step, RequestEvent.seq)
                .where(RequestEvent.request_id == request.id)
                .order_by(RequestEvent.seq)
            ).all()
            assert stage_from([event.step for event in events]) is request.stage
            assert [event.seq for event in events] == list(range(1, request.version + 1))
        held = select(Offer.volunteer_id, func.count()).where(Offer.state.in_(ACTIVE))
        for volunteer_id, count in connection.execute(held.group_by(Offer.volunteer_id)):
            limit = text("SELECT load_limit FROM volunteers WHERE person_id = :id")
            assert count <= connection.scalars(limit, {"id": volunteer_id}).one()


def test_two_dispatchers_send_one_person(database, township, owner) -> None:
    first, second, _ = township.volunteers
    for request_id in requests_placed(database, township, 2):
        with database.unit(township.dispatcher) as unit:  # both free again
            for held in unit.requests.open_requests():
                if held.stage is Stage.DISPATCHED:
                    held.take(Step.DECLINE, at=NOW, by=township.dispatcher, reason="改派")
            unit.commit()
        ends = at_once(
            [lambda v=v, r=request_id: dispatch(database, township, r, v) for v in (first, second)]
        )
        assert sorted(ends) == ["WrongStageError", "won"]
    require_consistent(owner)


def test_one_volunteer_is_asked_by_one_of_two_requests(database, township, owner) -> None:
    volunteer = township.volunteers[0]
    attempts = [
        lambda r=r: dispatch(database, township, r, volunteer)
        for r in requests_placed(database, township, 2)
    ]
    assert sorted(at_once(attempts)) == ["VolunteerBusyError", "won"]
    require_consistent(owner)


def test_the_constraints_hold_where_nobody_locks(database, township, owner) -> None:
    volunteer = township.volunteers[0]

    def careless(request_id: int) -> None:
        with database.unit(township.dispatcher) as unit:
            offer_to(unit, unit.requests.get(request_id), volunteer)
            unit.commit()

    ends = at_once([lambda r=r: careless(r) for r in requests_placed(database, township, 6)])
    assert Counter(ends) == {"won": 1, "VolunteerBusyError": 5}
    require_consistent(owner)


def test_one_request_is_offered_once_where_nobody_locks(database, township, owner) -> None:
    (request_id,) = requests_placed(database, township, 1)

    def careless(volunteer_id: int) -> None:
        with database.unit(township.dispatcher) as unit:
            offer_to(unit, unit.requests.get(request_id), volunteer_id)
            unit.commit()

    ends = Counter(at_once([lambda v=v: careless(v) for v in township.volunteers]))
    assert ends.pop("won") == 1
    assert set(ends) <= {"AlreadyDispatchedError", "ChangedMeanwhileError", "WrongStageError"}
    require_consistent(owner)


def test_twelve_dispatchers_share_eight_volunteers(database, township, owner) -> None:
    with database.unit(township.operator) as unit:
        people = [a_volunteer(unit, f"志愿者{n}", home=IN_B) for n in range(8)]
        unit.commit()
    placed = requests_placed(database, township, 12)

    def work(start: int) -> int:
        """Go through the requests from somewhere, giving each to whoever is free."""
        sent = 0
        for turn in range(len(placed)):
            request_id = placed[(start + turn) % len(placed)]
            for volunteer_id in people[start % 8 :] + people[: start % 8]:
                try:
                    dispatch(database, township, request_id, volunteer_id)
                except WrongStageError:
                    break
                except VolunteerBusyError:
                    continue
                sent += 1
                break
        return sent

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(work, range(12))) == 8
    require_consistent(owner)


def test_whoever_is_not_free_is_let_go_at_once(database, township) -> None:
    busy = township.volunteers[0]
    with database.unit(township.dispatcher) as unit:
        offer_to(unit, a_request(unit), busy)
        unit.commit()
    with database.unit(township.dispatcher) as first, database.unit(township.dispatcher) as second:
        assert not first.volunteers.hold_if_free(busy, now=NOW)
        second.session.execute(text("SET LOCAL lock_timeout = '1ms'"))
        assert second.volunteers.locked([busy], NOW)
        free = township.volunteers[1]
        assert first.volunteers.hold_if_free(free, now=NOW)
        with pytest.raises(DatabaseUnavailableError, match="别人处理"):
            second.volunteers.locked([free], NOW)


def test_the_load_limit_holds_under_a_crowd(database, township, owner) -> None:
    """Accepting frees the ear but not the hands: never more than the limit at once."""
    with database.unit(township.operator) as unit:
        volunteer = a_volunteer(unit, "一个人", load_limit=2)
        unit.commit()

    def dispatch_and_accept(request_id: int) -> None:
        dispatch(database, township, request_id, volunteer)
        with database.unit(volunteer) as unit:
            unit.requests.locked(request_id).take(Step.ACCEPT, at=NOW, by=volunteer)
            unit.commit()

    placed = requests_placed(database, township, 6)
    won = 0
    for _ in range(3):
        ends = at_once([lambda r=r: dispatch_and_accept(r) for r in placed])
        won += ends.count("won")
    assert won == 2
    require_consistent(owner)


def test_numbers_are_given_once_each_without_gaps(database, township) -> None:
    def place(_: int) -> str:
        with database.unit(township.dispatcher) as unit:
            number = a_request(unit).number
            unit.commit()
        return number

    def give_up(_: int) -> None:
        with database.unit(township.dispatcher) as unit:
            a_request(unit)

    with ThreadPoolExecutor(8) as pool:
        given = pool.map(place, range(24))
        list(pool.map(give_up, range(8)))
        numbers = sorted(given)
    assert numbers == [f"{TOWNSHIP}-2026-{serial:05}" for serial in range(1, 25)]


def test_a_number_is_never_used_again(database, township, owner) -> None:
    (request_id,) = requests_placed(database, township, 1)
    for statement in ("DELETE FROM requests", "TRUNCATE requests CASCADE"):
        with pytest.raises(NeverChangesError), owner.begin() as connection:
            connection.execute(text(statement))
    with database.unit(township.dispatcher) as unit:
        assert unit.requests.get(request_id).serial == 1


def test_a_request_changed_meanwhile_is_not_overwritten(database, township) -> None:
    (request_id,) = requests_placed(database, township, 1)
    with database.unit(township.dispatcher) as slow, database.unit(township.dispatcher) as quick:
        stale = slow.requests.get(request_id)
        slow.commit()
        quick.requests.locked(request_id).take(Step.CORRECT, at=NOW, by=township.dispatcher)
        quick.commit()
        stale.take(Step.CORRECT, at=NOW, by=township.dispatcher)
        with pytest.raises(ChangedMeanwhileError):
            slow.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE request_events SET reason = 'x'",
        "DELETE FROM request_events",
        "TRUNCATE request_events",
        "UPDATE requests SET placed_by = 1, version = version + 1",
        "UPDATE offers SET volunteer_id = 4",
        "DELETE FROM offers",
    ],
)
def test_history_is_final_even_for_the_owner(database, township, owner, statement) -> None:
    (request_id,) = requests_placed(database, township, 1)
    dispatch(database, township, request_id, township.volunteers[0])
    with pytest.raises(NeverChangesError), owner.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE requests SET stage = 'accepted', version = version + 1",
        "UPDATE requests SET stage = 'reviewed'",
        "UPDATE requests SET text = 'nichts'",
        "UPDATE offers SET state = 'declined', answered_at = now()",
    ],
)
def test_a_stage_and_its_history_cannot_part(database, township, owner, statement) -> None:
    (request_id,) = requests_placed(database, township, 1)
    dispatch(database, township, request_id, township.volunteers[0])
    with pytest.raises(OutOfStepError), owner.begin() as connection:
        connection.execute(text(statement))
    require_consistent(owner)


def test_an_offer_is_answered_once(database, township, owner) -> None:
    (request_id,) = requests_placed(database, township, 1)
    volunteer = township.volunteers[0]
    dispatch(database, township, request_id, volunteer)

    def answer(step: Step) -> None:
        with database.unit(volunteer) as unit:
            unit.requests.locked(request_id).take(step, at=NOW, by=volunteer)
            unit.commit()

    ends = at_once([lambda s=s: answer(s) for s in (Step.ACCEPT, Step.DECLINE)])
    assert ends.count("won") == 1
    assert set(ends) <= {"won", "WrongStageError", "NoSuchError"}
    require_consistent(owner)


def test_a_dispatch_cut_off_in_the_middle_has_not_happened(
    cluster, database, township, owner
) -> None:
    (request_id,) = requests_placed(database, township, 1)
    volunteer = township.volunteers[0]
    with database.unit(township.dispatcher) as unit:
        offer_to(unit, unit.requests.locked(request_id), volunteer)
        backend = unit.session.scalars(select(func.pg_backend_pid())).one()
        with psycopg.connect(cluster.admin_url) as administrator:
            administrator.execute("SELECT pg_terminate_backend(%s)", [backend])
        with pytest.raises(DatabaseUnavailableError):
            unit.commit()
    dispatch(database, township, request_id, volunteer)
    require_consistent(owner)


def test_an_unlocked_second_offer_is_said_to_be_one(database, township) -> None:
    (request_id,) = requests_placed(database, township, 1)
    dispatch(database, township, request_id, township.volunteers[0])
    with database.unit(township.dispatcher) as unit:
        unit.session.add(
            Offer(
                township_code=TOWNSHIP,
                request_id=request_id,
                volunteer_id=township.volunteers[1],
                state=ACTIVE[0],
                offered_at=NOW,
            )
        )
        with pytest.raises(AlreadyDispatchedError):
            unit.flush()
