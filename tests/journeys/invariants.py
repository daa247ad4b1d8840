"""What must hold in the database whatever was killed, raced or refused."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import text

from halfhour.six_orders import Stage, Step, stage_from
from models.database import owner_engine

WITH_SOMEBODY = {Stage.DISPATCHED, Stage.ACCEPTED}


def assert_everything_is_whole(owner_url: str) -> None:
    """
    Assert that no request is half-assigned and nobody is booked twice.

    The stage is the one its history derives; a request has an active offer exactly when somebody
    is on it; nobody has two unanswered offers or more than they can carry.
    """
    engine = owner_engine(owner_url)
    with engine.connect() as connection:
        requests = connection.execute(text("SELECT id, stage FROM requests")).all()
        steps = connection.execute(
            text("SELECT request_id, step FROM request_events ORDER BY request_id, seq")
        ).all()
        offers = connection.execute(
            text(
                "SELECT o.request_id, o.volunteer_id, o.state, v.load_limit FROM offers o"
                " JOIN volunteers v ON v.person_id = o.volunteer_id"
                " WHERE o.state IN ('dispatched', 'accepted')"
            )
        ).all()
    engine.dispose()
    active = Counter(offer.request_id for offer in offers)
    for request in requests:
        history = [Step(step.step) for step in steps if step.request_id == request.id]
        stage = Stage(request.stage)
        assert stage is stage_from(history)
        assert active[request.id] == (stage in WITH_SOMEBODY)
    unanswered = Counter(offer.volunteer_id for offer in offers if offer.state == "dispatched")
    carried = Counter(offer.volunteer_id for offer in offers)
    assert max(unanswered.values(), default=0) <= 1
    assert all(carried[offer.volunteer_id] <= offer.load_limit for offer in offers)
