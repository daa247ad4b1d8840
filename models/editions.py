"""Editions of boundaries (边界版本): draft, then published and unchangeable, then retired."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from halfhour.vocabulary import EditionState
from models.base import Base, InTownship, word


class BoundaryEdition(InTownship, Base):
    """
    One complete set of a township's boundaries.

    A township has at most one draft and one published edition. What has been published is frozen
    by a trigger; undoing it is publishing the old content again under a new number.

    Attributes
    ----------
    number
        Counts the township's editions from 1; what people call it.
    revision
        Changes of the draft so far: two planners who save over each other are told.
    """

    __tablename__ = "boundary_editions"
    __table_args__ = (
        UniqueConstraint("township_code", "number"),
        CheckConstraint("state IN ('draft', 'published', 'retired')", name="known_state"),
        CheckConstraint("(state = 'draft') = (published_at IS NULL)", name="published_when"),
        CheckConstraint("(state = 'retired') = (retired_at IS NOT NULL)", name="retired_when"),
        CheckConstraint("retired_at >= published_at", name="retired_after_published"),
        Index(
            "uq_boundary_editions_one_draft",
            "township_code",
            unique=True,
            postgresql_where=text("state = 'draft'"),
        ),
        Index(
            "uq_boundary_editions_one_published",
            "township_code",
            unique=True,
            postgresql_where=text("state = 'published'"),
        ),
    )

    number: Mapped[int]
    state: Mapped[EditionState] = mapped_column(word(EditionState))
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(BigInteger)
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(BigInteger)
    retired_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
