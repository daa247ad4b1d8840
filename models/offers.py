"""Offers (派出): who was asked to go, and what they answered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from halfhour.six_orders import Step
from models.base import Base, InTownship, word

if TYPE_CHECKING:
    from models.requests import Request


class OfferState(StrEnum):
    """What became of an offer."""

    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    COMPLETED = "completed"


_AFTER = {
    Step.ACCEPT: OfferState.ACCEPTED,
    Step.DECLINE: OfferState.DECLINED,
    Step.EXPIRE: OfferState.EXPIRED,
    Step.COMPLETE: OfferState.COMPLETED,
}
ACTIVE = (OfferState.DISPATCHED, OfferState.ACCEPTED)


class Offer(InTownship, Base):
    """
    One request offered to one volunteer.

    The indexes are the promise: one active offer for a request, one unanswered offer for a
    volunteer. A trigger that locks the volunteer keeps everybody within their load limit.
    """

    __tablename__ = "offers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["request_id", "township_code"], ["requests.id", "requests.township_code"]
        ),
        ForeignKeyConstraint(
            ["volunteer_id", "township_code"],
            ["volunteers.person_id", "volunteers.township_code"],
        ),
        CheckConstraint(
            "state IN ('dispatched', 'accepted', 'declined', 'expired', 'completed')",
            name="known_state",
        ),
        CheckConstraint("(state = 'dispatched') = (answered_at IS NULL)", name="answered_when"),
        CheckConstraint("travel_s >= 0", name="time_runs_forward"),
        Index(
            "uq_offers_one_active_per_request",
            "request_id",
            "township_code",
            unique=True,
            postgresql_where=text("state IN ('dispatched', 'accepted')"),
        ),
        Index(
            "uq_offers_one_unanswered_per_volunteer",
            "volunteer_id",
            "township_code",
            unique=True,
            postgresql_where=text("state = 'dispatched'"),
        ),
        Index("ix_offers_volunteer_id", "volunteer_id", "state"),
        Index("ix_offers_request_id", "request_id"),
    )

    request_id: Mapped[int] = mapped_column(BigInteger)
    volunteer_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[OfferState] = mapped_column(word(OfferState))
    travel_s: Mapped[float | None] = mapped_column(Float(53))
    offered_at: Mapped[datetime]
    answer_by: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    request: Mapped[Request] = relationship(
        primaryjoin="Request.id == foreign(Offer.request_id)", back_populates="offers"
    )

    @property
    def active(self) -> bool:
        """Whether this volunteer is asked or on the way."""
        return self.state in ACTIVE

    def follow(self, step: Step, at: datetime) -> None:
        """Move with a step of its request; steps that do not concern it leave it alone."""
        if step not in _AFTER:
            return
        self.state = _AFTER[step]
        if self.answered_at is None:
            self.answered_at = at
