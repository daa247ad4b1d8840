"""The six orders of a request (六单), and which step may follow which.

点单 place · 供单 classify · 派单 dispatch · 接单 accept · 评单 rate · 审单 review, with the side
steps decline, expire and complete. Pure rules: no clock, no database. `models.requests` stores
what these functions decide.
"""

from __future__ import annotations

from enum import StrEnum

from halfhour.errors import WrongStageError
from halfhour.vocabulary import Role


class Stage(StrEnum):
    """Where a request stands (环节)."""

    PLACED = "placed"
    CATALOGUED = "catalogued"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    RATED = "rated"
    REVIEWED = "reviewed"

    @property
    def label(self) -> str:
        """What people read: the order that comes next or was just done."""
        return _STAGE_LABELS[self]

    @property
    def open(self) -> bool:
        """Whether somebody still has to act on the resident's trouble."""
        return self not in {Stage.COMPLETED, Stage.RATED, Stage.REVIEWED}


class Step(StrEnum):
    """Something done to a request (动作)."""

    PLACE = "place"
    CLASSIFY = "classify"
    CORRECT = "correct"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    COMPLETE = "complete"
    RATE = "rate"
    REVIEW = "review"

    @property
    def label(self) -> str:
        """The Chinese verb."""
        return _STEP_LABELS[self]


_STAGE_LABELS = {
    Stage.PLACED: "待供单",
    Stage.CATALOGUED: "待派单",
    Stage.DISPATCHED: "待接单",
    Stage.ACCEPTED: "办理中",
    Stage.COMPLETED: "待评单",
    Stage.RATED: "待审单",
    Stage.REVIEWED: "已审单",
}
_STEP_LABELS = {
    Step.PLACE: "点单",
    Step.CLASSIFY: "供单",
    Step.CORRECT: "更正位置",
    Step.DISPATCH: "派单",
    Step.ACCEPT: "接单",
    Step.DECLINE: "拒单",
    Step.EXPIRE: "超时",
    Step.COMPLETE: "办结",
    Step.RATE: "评单",
    Step.REVIEW: "审单",
}

_NEXT: dict[tuple[Stage, Step], Stage] = {
    (Stage.PLACED, Step.CLASSIFY): Stage.CATALOGUED,
    (Stage.PLACED, Step.CORRECT): Stage.PLACED,
    (Stage.CATALOGUED, Step.CORRECT): Stage.CATALOGUED,
    (Stage.CATALOGUED, Step.DISPATCH): Stage.DISPATCHED,
    (Stage.DISPATCHED, Step.ACCEPT): Stage.ACCEPTED,
    (Stage.DISPATCHED, Step.DECLINE): Stage.CATALOGUED,
    (Stage.DISPATCHED, Step.EXPIRE): Stage.CATALOGUED,
    (Stage.ACCEPTED, Step.COMPLETE): Stage.COMPLETED,
    (Stage.COMPLETED, Step.RATE): Stage.RATED,
    (Stage.RATED, Step.REVIEW): Stage.REVIEWED,
}

WHO_MAY: dict[Step, frozenset[Role]] = {
    Step.PLACE: frozenset(
        {Role.DISPATCHER, Role.GRID_CHIEF, Role.GRID_WORKER, Role.CELL_LEAD, Role.ADMINISTRATOR}
    ),
    Step.CLASSIFY: frozenset({Role.DISPATCHER, Role.GRID_CHIEF, Role.ADMINISTRATOR}),
    Step.CORRECT: frozenset(
        {Role.DISPATCHER, Role.GRID_CHIEF, Role.GRID_WORKER, Role.ADMINISTRATOR}
    ),
    Step.DISPATCH: frozenset({Role.DISPATCHER, Role.ADMINISTRATOR}),
    Step.ACCEPT: frozenset({Role.VOLUNTEER, Role.DISPATCHER}),
    Step.DECLINE: frozenset({Role.VOLUNTEER, Role.DISPATCHER}),
    Step.EXPIRE: frozenset({Role.ADMINISTRATOR}),
    Step.COMPLETE: frozenset({Role.VOLUNTEER, Role.GRID_WORKER, Role.GRID_CHIEF, Role.DISPATCHER}),
    Step.RATE: frozenset({Role.RESIDENT, Role.DISPATCHER}),
    Step.REVIEW: frozenset({Role.COMMITTEE}),
}
"""Which roles may take a step; where they may is decided by their polygon, in the database."""


def stage_after(stage: Stage, step: Step) -> Stage:
    """
    Decide the stage a request reaches when `step` is taken at `stage`.

    Raises
    ------
    WrongStageError
        If the step may not follow; every pair not in the table is refused.
    """
    try:
        return _NEXT[stage, step]
    except KeyError:
        raise WrongStageError(step.label, stage.label) from None


def stage_from(steps: list[Step]) -> Stage:
    """
    Derive the stage from a request's whole history, oldest step first.

    Raises
    ------
    WrongStageError
        If the history does not begin with `Step.PLACE` or takes an illegal step.
    """
    if not steps or steps[0] is not Step.PLACE:
        raise WrongStageError(steps[0].label if steps else "—", "—")
    stage = Stage.PLACED
    for step in steps[1:]:
        stage = stage_after(stage, step)
    return stage
