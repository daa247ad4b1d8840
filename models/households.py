"""Households (户) and who lives there: a point, a door plate, a head, and whom to look after."""

from __future__ import annotations

from datetime import date

from shapely import Point
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, InPolygon, InTownship
from models.geometry import Shape


class Household(InTownship, InPolygon, Base):
    """
    A dwelling: where the door is, what is written on it, and whom to ask for.

    Attributes
    ----------
    reference
        What the register it came from calls it; unique in the township, kept on every import.
    people
        How many live there, if known.
    """

    __tablename__ = "households"
    __table_args__ = (
        UniqueConstraint("township_code", "reference"),
        CheckConstraint("people >= 0", name="people_are_counted"),
        Index("ix_households_grid", "township_code", "grid_code", "cell_code"),
        Index("ix_households_phone", "phone", postgresql_where=text("phone IS NOT NULL")),
        Index("ix_households_point", "point", postgresql_using="gist"),
    )

    reference: Mapped[str] = mapped_column(String(64))
    point: Mapped[Point] = mapped_column(Shape("POINT"))
    plate: Mapped[str | None]
    head: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(String(32))
    people: Mapped[int | None] = mapped_column(SmallInteger)


class Resident(InTownship, Base):
    """
    Somebody of a household (群众) of whom more must be known than that they live there.

    Attributes
    ----------
    vulnerable
        Why somebody should look in on them (重点人群): living alone, disabled, left behind, …
        Empty for most.
    """

    __tablename__ = "residents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["household_id", "township_code"],
            ["households.id", "households.township_code"],
            ondelete="CASCADE",
        ),
        Index("ix_residents_household_id", "household_id"),
    )

    household_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    born_on: Mapped[date | None]
    vulnerable: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
