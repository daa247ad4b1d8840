"""Areas (区域): the polygons of all four levels, one complete set in each edition."""

from __future__ import annotations

from dataclasses import dataclass

from shapely import MultiPolygon
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import CODE_LENGTH, Base, InTownship
from models.geometry import Shape


class Area(InTownship, Base):
    """
    One polygon of the hierarchy, at one of its four levels, in one edition.

    A published edition never changes: a planner's edit is a new row in the draft. The codes of
    the village and grid above are kept on the row, so that a path is read without climbing.
    """

    __tablename__ = "areas"
    __table_args__ = (
        UniqueConstraint("edition_id", "code", "township_code"),
        ForeignKeyConstraint(
            ["edition_id", "township_code"],
            ["boundary_editions.id", "boundary_editions.township_code"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["edition_id", "parent_code", "township_code"],
            ["areas.edition_id", "areas.code", "areas.township_code"],
            name="fk_areas_parent",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("level BETWEEN 1 AND 4", name="four_levels"),
        CheckConstraint("(level = 1) = (parent_code IS NULL)", name="only_townships_are_roots"),
        CheckConstraint("(level = 1) = (village_code IS NULL)", name="below_the_root_is_a_village"),
        CheckConstraint("(level <= 2) = (grid_code IS NULL)", name="below_a_village_is_a_grid"),
        CheckConstraint("ST_IsValid(shape)", name="valid_shape"),
        Index("ix_areas_edition_parent", "edition_id", "parent_code"),
        Index("ix_areas_shape", "shape", postgresql_using="gist"),
    )

    edition_id: Mapped[int] = mapped_column(BigInteger)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    name: Mapped[str]
    level: Mapped[int] = mapped_column(SmallInteger)  # 1 township, 2 village, 3 grid, 4 cell
    parent_code: Mapped[str | None] = mapped_column(String(CODE_LENGTH))
    village_code: Mapped[str | None] = mapped_column(String(CODE_LENGTH))
    grid_code: Mapped[str | None] = mapped_column(String(CODE_LENGTH))
    shape: Mapped[MultiPolygon] = mapped_column(Shape("MULTIPOLYGON"))


@dataclass(frozen=True, slots=True)
class AreaPath:
    """Where a point belongs: cell, its grid, its village. A level that does not exist is None."""

    edition_id: int
    township_code: str
    village_code: str
    grid_code: str | None = None
    cell_code: str | None = None

    def codes(self) -> tuple[str, ...]:
        """List the codes that exist, largest area first."""
        path = (self.township_code, self.village_code, self.grid_code, self.cell_code)
        return tuple(code for code in path if code is not None)

    @property
    def finest_code(self) -> str:
        """The code of the smallest area known."""
        return self.codes()[-1]

    def holds(self, other: AreaPath) -> bool:
        """Whether another path lies inside this one, or is the same."""
        return self.edition_id == other.edition_id and self.finest_code in other.codes()
