"""Stations (阵地): the 1+15+N practice sites, and where the wall map hangs."""

from __future__ import annotations

from shapely import Point
from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from halfhour.places import LonLat
from halfhour.vocabulary import StationKind
from models.base import Base, InPolygon, InTownship, word
from models.geometry import Shape, place_of


class Station(InTownship, InPolygon, Base):
    """One site (实践所、实践站、实践点、综治中心). Public: its number stands on the door."""

    __tablename__ = "stations"
    __table_args__ = (
        UniqueConstraint("township_code", "name"),
        CheckConstraint(
            "kind IN ('institute', 'station', 'point', 'command_centre')", name="known_kind"
        ),
        Index("ix_stations_point", "point", postgresql_using="gist"),
    )

    kind: Mapped[StationKind] = mapped_column(word(StationKind))
    name: Mapped[str]
    point: Mapped[Point] = mapped_column(Shape("POINT"))
    phone: Mapped[str | None] = mapped_column(String(32))

    @property
    def place(self) -> LonLat:
        """Where it stands."""
        return place_of(self.point)
