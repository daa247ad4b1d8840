"""What every table has in common: names of constraints, types of columns, the township in each key.

Rows carry their township in the primary key, so that a county is one database and a city is the
same tables partitioned by county. Foreign keys carry it too: no row can point into another
township.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, DateTime, Enum, ForeignKey, Identity, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

CODE_LENGTH = 32
"""Longest area code. Statistical codes have 12 digits, grids and cells add a few."""


class Base(DeclarativeBase):
    """The declarative base. Constraints are named, so that a refusal can be translated."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {datetime: DateTime(timezone=True), str: Text()}  # noqa: RUF012


def word(kind: type[StrEnum]) -> Enum:
    """Store a word of the vocabulary as its English value; a table's check names the values."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=24,
        values_callable=lambda members: [member.value for member in members],
    )


class InTownship:
    """A row of one township. The id alone is unique too; the township makes it a partition."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, sort_order=-2)
    township_code: Mapped[str] = mapped_column(
        String(CODE_LENGTH), ForeignKey("townships.code"), primary_key=True, sort_order=-1
    )


class InPolygon:
    """
    A row that lies somewhere in the hierarchy: who may see it is decided by these codes.

    A level the township does not have, or that is not known yet, is None.
    """

    village_code: Mapped[str | None] = mapped_column(String(CODE_LENGTH))
    grid_code: Mapped[str | None] = mapped_column(String(CODE_LENGTH))
    cell_code: Mapped[str | None] = mapped_column(String(CODE_LENGTH))
