"""Road networks: the compact binary that `routing` makes and reads, kept as it came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, InTownship


class RoadNetwork(InTownship, Base):
    """One import of roads. The township routes on the current one; older ones stay known."""

    __tablename__ = "road_networks"
    __table_args__ = (
        Index(
            "uq_road_networks_one_current",
            "township_code",
            unique=True,
            postgresql_where=text("current"),
        ),
    )

    digest: Mapped[str] = mapped_column(String(64))
    payload: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    stats: Mapped[dict[str, Any]] = mapped_column(JSONB)
    imported_at: Mapped[datetime]
    imported_by: Mapped[int] = mapped_column(BigInteger)
    current: Mapped[bool] = mapped_column(default=True, server_default="true")
