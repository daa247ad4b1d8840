"""The gazetteer (地名库): what people call places, as one tree, and how often it has changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, String, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import CODE_LENGTH, Base, InPolygon


class GazetteerRow(InPolygon, Base):
    """
    One name and where it is.

    Identities are the gazetteer's own; townships, villages, grids and cells use their area
    codes. Rows of level `household` carry the names of people and are seen only by those whose
    polygon holds them.
    """

    __tablename__ = "gazetteer_entries"
    __table_args__ = (
        Index("ix_gazetteer_entries_grid", "township_code", "grid_code"),
        Index("ix_gazetteer_entries_parent", "township_code", "parent_id"),
    )

    township_code: Mapped[str] = mapped_column(
        String(CODE_LENGTH), ForeignKey("townships.code"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(String(64))
    level: Mapped[str] = mapped_column(String(24))
    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    lon: Mapped[float | None] = mapped_column(Float(53))
    lat: Mapped[float | None] = mapped_column(Float(53))


class OutsideRow(Base):
    """A place around the township: what is named there is somebody else's to answer."""

    __tablename__ = "gazetteer_outside"

    township_code: Mapped[str] = mapped_column(
        String(CODE_LENGTH), ForeignKey("townships.code"), primary_key=True
    )
    level: Mapped[str] = mapped_column(String(24), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    parent: Mapped[str] = mapped_column(primary_key=True, default="", server_default="")


class GazetteerRevision(Base):
    """How often a township's gazetteer has been replaced: a cached locator knows when it is old."""

    __tablename__ = "gazetteer_revisions"

    township_code: Mapped[str] = mapped_column(
        String(CODE_LENGTH), ForeignKey("townships.code"), primary_key=True
    )
    revision: Mapped[int]
    replaced_at: Mapped[datetime] = mapped_column(server_default=func.now())
