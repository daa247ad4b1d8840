"""What makes a live screen cheap: a number for each township that grows with every change."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import CODE_LENGTH, Base


class BoardVersion(Base):
    """
    How often a township's board has changed.

    Written by triggers at the end of a transaction, which also notify `halfhour_board`; a
    screen that has seen this number is up to date.
    """

    __tablename__ = "board_versions"

    township_code: Mapped[str] = mapped_column(
        String(CODE_LENGTH), ForeignKey("townships.code"), primary_key=True
    )
    version: Mapped[int] = mapped_column(BigInteger)
