"""What the stores answer: areas, requests, volunteers, households, names, roads."""

from __future__ import annotations

from halfhour.six_orders import Stage, Step
from tests.builders import (
    CELLS,
    FIRST,
    IN_A,
    NOW,
    TOWNSHIP,
    UPPER,
    a_request,
    offer_to,
)


def test_a_point_has_its_cell_grid_and_village(acting, township) -> None:
    with acting(township.dispatcher) as unit:
        path = unit.areas.path_at(IN_A)
        assert path.codes() == (TOWNSHIP, UPPER, FIRST, CELLS["A"])
        assert unit.areas.full_name(path) == "青溪镇上坝村第一网格A联户"


def test_a_request_goes_from_place_to_review(acting, township) -> None:
    with acting(township.dispatcher) as unit:
        request = a_request(unit)
        offer_to(unit, request, township.volunteers[0])
        unit.commit()
        assert request.number == f"{TOWNSHIP}-2026-00001"
    with acting(township.volunteers[0]) as unit:
        mine = unit.requests.locked(request.id)
        mine.take(Step.ACCEPT, at=NOW, by=township.volunteers[0])
        unit.commit()
        mine.take(Step.COMPLETE, at=NOW, by=township.volunteers[0])
        unit.commit()
    with acting(township.dispatcher) as unit:
        unit.requests.locked(request.id).take(Step.RATE, at=NOW, by=township.dispatcher)
        unit.commit()
    with acting(township.committee) as unit:
        unit.requests.locked(request.id).take(Step.REVIEW, at=NOW, by=township.committee)
        unit.commit()
        assert unit.requests.get(request.id).stage is Stage.REVIEWED
        steps = [event.step.value for event in unit.requests.history(request.id)]
    assert steps == ["place", "classify", "dispatch", "accept", "complete", "rate", "review"]
