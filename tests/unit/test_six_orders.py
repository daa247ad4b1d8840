"""The six orders: what may follow what, and that history determines the stage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfhour.errors import WrongStageError
from halfhour.six_orders import WHO_MAY, Stage, Step, stage_after, stage_from


def test_the_six_orders_lead_from_the_sentence_to_the_review() -> None:
    steps = [Step.PLACE, Step.CLASSIFY, Step.DISPATCH, Step.ACCEPT, Step.COMPLETE, Step.RATE]
    assert stage_from([*steps, Step.REVIEW]) is Stage.REVIEWED


@pytest.mark.parametrize("step", [Step.DECLINE, Step.EXPIRE])
def test_an_offer_that_is_not_taken_can_be_dispatched_again(step: Step) -> None:
    assert stage_after(Stage.DISPATCHED, step) is Stage.CATALOGUED


def test_a_request_cannot_be_dispatched_twice() -> None:
    with pytest.raises(WrongStageError, match="派单"):
        stage_after(Stage.DISPATCHED, Step.DISPATCH)


def test_every_step_says_who_may_take_it() -> None:
    assert set(WHO_MAY) == set(Step)


@given(st.lists(st.sampled_from(Step), max_size=30))
def test_a_legal_history_is_one_whose_every_step_is_legal(walk: list[Step]) -> None:
    stage, taken = Stage.PLACED, [Step.PLACE]
    for step in walk:
        try:
            stage = stage_after(stage, step)
        except WrongStageError:
            with pytest.raises(WrongStageError):
                stage_from([*taken, step])
        else:
            taken.append(step)
    assert stage_from(taken) is stage


@given(
    st.lists(st.sampled_from(Step), max_size=5).filter(lambda s: not s or s[0] is not Step.PLACE)
)
def test_no_history_begins_with_anything_but_the_resident(steps: list[Step]) -> None:
    with pytest.raises(WrongStageError):
        stage_from(steps)
