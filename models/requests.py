"""Requests (诉求) and everything that was ever done to them.

Status is a column, history is a table: `requests.stage` is what queries need, `request_events` is
what the review needs, and both are written by `Request.take`. The database holds them together:
at commit the stage is the stage of the last event, and a stage with somebody on it has an offer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from shapely import Point
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    FetchedValue,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, WriteOnlyMapped, mapped_column, relationship

from halfhour.errors import WrongStageError
from halfhour.places import LonLat
from halfhour.six_orders import Stage, Step, stage_after
from halfhour.vocabulary import Channel, Precision, Skill
from models.areas import AreaPath
from models.base import CODE_LENGTH, Base, InTownship, word
from models.geometry import Shape, place_of, point_at
from models.offers import Offer, OfferState


class Request(InTownship, Base):
    """
    What a resident asked for, where, and how far it has come.

    A request keeps the edition and the codes of the areas it was located in, whatever becomes of
    the borders. Its number is given by the database and never used again.

    Attributes
    ----------
    number
        Township code, year in Asia/Shanghai and serial: `520626101000-2026-00017`.
    version
        Steps taken so far. Every change is a step, so a version is also a place in the history.
    skill
        What whoever goes must be able to do; `Skill.GENERAL` asks for nothing in particular.
    """

    __tablename__ = "requests"
    __table_args__ = (
        UniqueConstraint("number", "township_code"),
        UniqueConstraint("township_code", "year", "serial"),
        ForeignKeyConstraint(
            ["edition_id", "village_code", "township_code"],
            ["areas.edition_id", "areas.code", "areas.township_code"],
            name="fk_requests_village",
        ),
        ForeignKeyConstraint(
            ["edition_id", "grid_code", "township_code"],
            ["areas.edition_id", "areas.code", "areas.township_code"],
            name="fk_requests_grid",
        ),
        ForeignKeyConstraint(
            ["edition_id", "cell_code", "township_code"],
            ["areas.edition_id", "areas.code", "areas.township_code"],
            name="fk_requests_cell",
        ),
        CheckConstraint(
            "stage IN ('placed', 'catalogued', 'dispatched', 'accepted', 'completed', 'rated', "
            "'reviewed')",
            name="known_stage",
        ),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_is_a_share"),
        CheckConstraint("cell_code IS NULL OR grid_code IS NOT NULL", name="a_cell_has_its_grid"),
        CheckConstraint("text <> ''", name="something_is_asked"),
        CheckConstraint("version >= 1", name="version_counts_steps"),
        Index(
            "ix_requests_open",
            "township_code",
            "grid_code",
            postgresql_where=text("stage IN ('placed', 'catalogued', 'dispatched', 'accepted')"),
        ),
        Index("ix_requests_edition_id", "edition_id"),
        Index("ix_requests_placed_at", "township_code", "placed_at"),
        Index("ix_requests_point", "point", postgresql_using="gist"),
    )

    number: Mapped[str] = mapped_column(String(64), server_default=FetchedValue())
    year: Mapped[int] = mapped_column(SmallInteger, server_default=FetchedValue())
    serial: Mapped[int] = mapped_column(Integer, server_default=FetchedValue())
    channel: Mapped[Channel] = mapped_column(word(Channel))
    text: Mapped[str]
    reporter: Mapped[str | None]
    reporter_phone: Mapped[str | None] = mapped_column(String(32))
    skill: Mapped[Skill] = mapped_column(word(Skill))

    edition_id: Mapped[int] = mapped_column(BigInteger)
    village_code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    grid_code: Mapped[str | None] = mapped_column(String(CODE_LENGTH))
    cell_code: Mapped[str | None] = mapped_column(String(CODE_LENGTH))
    point: Mapped[Point | None] = mapped_column(Shape("POINT"))
    place_label: Mapped[str | None]
    precision: Mapped[Precision | None] = mapped_column(word(Precision))
    confidence: Mapped[float | None] = mapped_column(Float(53))
    evidence: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")

    stage: Mapped[Stage] = mapped_column(word(Stage))
    version: Mapped[int] = mapped_column(Integer)
    placed_at: Mapped[datetime]
    placed_by: Mapped[int] = mapped_column(BigInteger)
    completed_at: Mapped[datetime | None]

    offers: Mapped[list[Offer]] = relationship(
        primaryjoin="Request.id == foreign(Offer.request_id)",
        back_populates="request",
        lazy="selectin",
        order_by="Offer.id",
    )
    events: WriteOnlyMapped[RequestEvent] = relationship(
        primaryjoin="Request.id == foreign(RequestEvent.request_id)",
        back_populates="request",
        order_by="RequestEvent.seq",
    )

    __mapper_args__ = {  # noqa: RUF012
        "version_id_col": version,
        "version_id_generator": False,
        "eager_defaults": True,
    }

    @classmethod
    def placed(
        cls,
        said: str,
        *,
        path: AreaPath,
        point: LonLat | None,
        channel: Channel,
        at: datetime,
        by: int,
        label: str | None = None,
        precision: Precision | None = None,
        confidence: float | None = None,
        evidence: Iterable[str] = (),
        skill: Skill = Skill.GENERAL,
        reporter: str | None = None,
        reporter_phone: str | None = None,
    ) -> Request:
        """点单: make a request of what was said, with its first event."""
        request = cls(
            text=said,
            channel=channel,
            reporter=reporter,
            reporter_phone=reporter_phone,
            skill=skill,
            stage=Stage.PLACED,
            version=0,
            placed_at=at,
            placed_by=by,
            offers=[],
        )
        request.move(
            path=path,
            point=point,
            label=label,
            precision=precision,
            confidence=confidence,
            evidence=evidence,
        )
        request._record(Step.PLACE, at=at, by=by)
        return request

    @property
    def place(self) -> LonLat | None:
        """Where the trouble is; None if only the village or grid is known."""
        return None if self.point is None else place_of(self.point)

    @property
    def path(self) -> AreaPath:
        """The areas it was located in, of the edition of that day."""
        return AreaPath(
            self.edition_id, self.township_code, self.village_code, self.grid_code, self.cell_code
        )

    def area_codes(self) -> list[str]:
        """List the codes it was located in, largest area first."""
        return list(self.path.codes())

    @property
    def offer(self) -> Offer | None:
        """The offer that is out or was accepted; None while nobody is on it."""
        return next((offer for offer in self.offers if offer.active), None)

    @property
    def volunteer_id(self) -> int | None:
        """Who has been asked, is on it, or has done it."""
        held = (o for o in reversed(self.offers) if o.active or o.state is OfferState.COMPLETED)
        return next((offer.volunteer_id for offer in held), None)

    def move(
        self,
        *,
        path: AreaPath,
        point: LonLat | None,
        label: str | None = None,
        precision: Precision | None = None,
        confidence: float | None = None,
        evidence: Iterable[str] = (),
    ) -> None:
        """Say where the trouble is. On a stored request this goes with `take(Step.CORRECT)`."""
        self.township_code, self.edition_id = path.township_code, path.edition_id
        self.village_code, self.grid_code = path.village_code, path.grid_code
        self.cell_code = path.cell_code
        self.point = None if point is None else point_at(point)
        self.place_label, self.precision, self.confidence = label, precision, confidence
        self.evidence = list(evidence)

    def take(
        self,
        step: Step,
        *,
        at: datetime,
        by: int,
        reason: str | None = None,
        volunteer_id: int | None = None,
        travel_s: float | None = None,
        answer_by: datetime | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """
        Take one of the six orders' steps: the stage moves, and the history gets a line.

        Parameters
        ----------
        at, by
            When it happened, and the acting person; the database refuses anybody else's name.
        volunteer_id, travel_s, answer_by
            For `Step.DISPATCH`: to whom it is offered, seconds by road, and until when.
        facts
            What else the review will want to know; kept as JSON.

        Raises
        ------
        WrongStageError
            If the step may not follow the stage the request is at. Nothing is changed.
        """
        stage = stage_after(self.stage, step)
        if step is Step.DISPATCH and volunteer_id is None:
            raise WrongStageError(step.label, self.stage.label)
        offer = self.offer
        if step is Step.DISPATCH:
            offer = Offer(
                township_code=self.township_code,
                volunteer_id=volunteer_id,
                state=OfferState.DISPATCHED,
                travel_s=travel_s,
                offered_at=at,
                answer_by=answer_by,
            )
            self.offers.append(offer)
        elif offer is not None:
            offer.follow(step, at)
        self.stage = stage
        if step is Step.COMPLETE:
            self.completed_at = at
        self._record(step, at=at, by=by, offer=offer, reason=reason, facts=facts)

    def _record(
        self,
        step: Step,
        *,
        at: datetime,
        by: int,
        offer: Offer | None = None,
        reason: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        self.version += 1
        self.events.add(
            RequestEvent(
                township_code=self.township_code,
                seq=self.version,
                step=step,
                stage=self.stage,
                at=at,
                by_id=by,
                offer=offer,
                volunteer_id=None if offer is None else offer.volunteer_id,
                reason=reason,
                facts=dict(facts or {}),
            )
        )


class RequestEvent(InTownship, Base):
    """
    One line of a request's history. It is written once: no role may change or remove it.

    Attributes
    ----------
    seq
        1, 2, 3, … in each request.
    stage
        The stage reached by the step.
    at, recorded_at
        When it happened, and when it was typed.
    """

    __tablename__ = "request_events"
    __table_args__ = (
        UniqueConstraint("request_id", "seq", "township_code"),
        ForeignKeyConstraint(
            ["request_id", "township_code"], ["requests.id", "requests.township_code"]
        ),
        ForeignKeyConstraint(["offer_id", "township_code"], ["offers.id", "offers.township_code"]),
        Index("ix_request_events_by_id", "by_id"),
    )

    request_id: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int]
    step: Mapped[Step] = mapped_column(word(Step))
    stage: Mapped[Stage] = mapped_column(word(Stage))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    by_id: Mapped[int] = mapped_column(BigInteger)
    offer_id: Mapped[int | None] = mapped_column(BigInteger)
    volunteer_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")

    request: Mapped[Request] = relationship(
        primaryjoin="Request.id == foreign(RequestEvent.request_id)", back_populates="events"
    )
    offer: Mapped[Offer | None] = relationship(
        primaryjoin="Offer.id == foreign(RequestEvent.offer_id)"
    )


class RequestSerial(Base):
    """The last serial given in a township's year. Only the database's own trigger touches it."""

    __tablename__ = "request_serials"

    township_code: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class StepRole(Base):
    """Which role may take which step, as the row policies read it: `six_orders.WHO_MAY`."""

    __tablename__ = "step_roles"

    step: Mapped[str] = mapped_column(String(24), primary_key=True)
    role: Mapped[str] = mapped_column(String(24), primary_key=True)
