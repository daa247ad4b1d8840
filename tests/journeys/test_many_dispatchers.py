"""Many dispatchers at once, each on a connection of their own: nobody is booked twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from halfhour.errors import HalfHourError, NobodyInReachError, WrongStageError
from services import dispatch
from services.bootstrap import App
from tests.builders import IN_A, IN_B, NOW, Cast, a_request, a_volunteer
from tests.journeys.invariants import assert_everything_is_whole


def at_once(tasks: list[Callable[[], object]]) -> list[object]:
    """Run tasks in threads that start together; errors of ours are answers too."""
    together = Barrier(len(tasks))

    def run(task: Callable[[], object]) -> object:
        together.wait()
        try:
            return task()
        except HalfHourError as error:
            return error

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def requests_in(app: App, township: Cast, number: int) -> list[int]:
    with app.unit(township.dispatcher) as unit:
        ids = [a_request(unit, point=IN_B if n % 2 else IN_A).id for n in range(number)]
        unit.commit()
    return ids


def test_one_request_is_sent_to_one_volunteer_however_many_dispatch_it(
    app: App, township: Cast
) -> None:
    (request_id,) = requests_in(app, township, 1)
    answers = at_once(
        [lambda: dispatch.dispatch(app, township.dispatcher, request_id, NOW) for _ in range(8)]
    )
    won = [answer for answer in answers if isinstance(answer, tuple)]
    assert len(won) == 1
    assert all(isinstance(answer, tuple | WrongStageError) for answer in answers)
    assert_everything_is_whole(app.server.owner_url)


def test_many_requests_share_the_volunteers_without_booking_one_twice(
    app: App, township: Cast
) -> None:
    with app.unit(township.operator) as unit:
        people = {*township.volunteers, *(a_volunteer(unit, f"志愿者{n}") for n in range(5))}
        unit.commit()
    request_ids = requests_in(app, township, 12)
    answers = at_once(
        [
            lambda request_id=request_id: dispatch.dispatch(
                app, township.dispatcher, request_id, NOW
            )
            for request_id in request_ids
        ]
    )
    sent = [answer[0].volunteer_id for answer in answers if isinstance(answer, tuple)]
    assert sorted(sent) == sorted(people)
    assert sum(isinstance(answer, NobodyInReachError) for answer in answers) == 12 - len(people)
    assert_everything_is_whole(app.server.owner_url)


@pytest.mark.parametrize("round_number", range(3))
def test_answers_and_new_offers_race_without_harm(
    app: App, township: Cast, round_number: int
) -> None:
    request_ids = requests_in(app, township, 6)
    for request_id in request_ids[:3]:
        dispatch.dispatch(app, township.dispatcher, request_id, NOW)
    at_once(
        [
            *(
                lambda r=r: dispatch.accept(app, township.dispatcher, r, NOW)
                for r in request_ids[:3]
            ),
            *(
                lambda r=r: dispatch.decline(app, township.dispatcher, r, NOW, reason="在外地")
                for r in request_ids[:3]
            ),
            *(
                lambda r=r: dispatch.dispatch(app, township.dispatcher, r, NOW)
                for r in request_ids[3:]
            ),
        ]
    )
    assert_everything_is_whole(app.server.owner_url)
