"""Volunteers (志愿者): what they can do, how they travel, when they are on duty."""

from __future__ import annotations

from datetime import datetime, time

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

from halfhour.vocabulary import TravelMode
from models.base import CODE_LENGTH, Base, InPolygon, InTownship, word
from models.geometry import Shape


class Team(InTownship, Base):
    """A team of volunteers (队伍): the township's brigade, a village's squad, a theme."""

    __tablename__ = "teams"
    __table_args__ = (
        UniqueConstraint("township_code", "name"),
        ForeignKeyConstraint(["parent_id", "township_code"], ["teams.id", "teams.township_code"]),
        Index("ix_teams_parent_id", "parent_id"),
    )

    name: Mapped[str]
    area_code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    parent_id: Mapped[int | None] = mapped_column(BigInteger)


class Volunteer(InPolygon, Base):
    """
    A person who goes when somebody calls.

    Attributes
    ----------
    load_limit
        Requests they carry at once, offered or accepted; the database refuses one more.
    skills
        Values of `halfhour.vocabulary.Skill`.
    home, last_place, last_seen_at
        Where they live, and where they were last known to be. Dispatch starts from the last
        place while it is fresh.
    duty, duty_until
        On or off duty by their own word, up to that moment; without one their shifts decide.
    """

    __tablename__ = "volunteers"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "township_code"], ["people.id", "people.township_code"]),
        ForeignKeyConstraint(["team_id", "township_code"], ["teams.id", "teams.township_code"]),
        CheckConstraint("load_limit BETWEEN 1 AND 20", name="sensible_load"),
        CheckConstraint("mode IN ('walk', 'e_bike', 'motorcycle', 'car')", name="known_mode"),
        CheckConstraint("kind IN ('volunteer', 'part_time_grid_worker')", name="known_kind"),
        CheckConstraint("duty IN ('on', 'off')", name="on_or_off"),
        CheckConstraint(
            "(last_place IS NULL) = (last_seen_at IS NULL)", name="a_place_has_its_moment"
        ),
        Index("ix_volunteers_township", "township_code", postgresql_where=text("active")),
        Index("ix_volunteers_team_id", "team_id"),
        Index("ix_volunteers_home", "home", postgresql_using="gist"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, sort_order=-2)
    township_code: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True, sort_order=-1)
    kind: Mapped[str] = mapped_column(String(24), default="volunteer", server_default="volunteer")
    mode: Mapped[TravelMode] = mapped_column(word(TravelMode))
    load_limit: Mapped[int] = mapped_column(SmallInteger, default=3, server_default="3")
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    home: Mapped[Point] = mapped_column(Shape("POINT"))
    last_place: Mapped[Point | None] = mapped_column(Shape("POINT"))
    last_seen_at: Mapped[datetime | None]
    duty: Mapped[str | None] = mapped_column(String(3))
    duty_until: Mapped[datetime | None]
    team_id: Mapped[int | None] = mapped_column(BigInteger)
    active: Mapped[bool] = mapped_column(default=True, server_default="true")


class Shift(InTownship, Base):
    """
    Hours of a weekday when a volunteer may be called (班次), in Asia/Shanghai.

    Attributes
    ----------
    weekday
        1 Monday to 7 Sunday: the day the shift begins.
    starts, ends
        From the first, up to but not including the last. A shift whose end is not after its
        start runs past midnight.
    """

    __tablename__ = "shifts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "township_code"],
            ["volunteers.person_id", "volunteers.township_code"],
            ondelete="CASCADE",
        ),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="seven_days"),
        Index("ix_shifts_person_id", "person_id"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    weekday: Mapped[int] = mapped_column(SmallInteger)
    starts: Mapped[time]
    ends: Mapped[time]
