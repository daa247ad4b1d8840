"""The townships of this installation, and what they call their levels."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, String, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import CODE_LENGTH, Base


class Township(Base):
    """
    One township or street office (乡镇、街道): the root of a hierarchy, with its own ways.

    Attributes
    ----------
    level_names
        What this township calls its four levels, largest first: 乡镇, 村(社区), 网格, 十联户.
    operator_id
        The person the terminal acts for in this township; whoever runs it owns the machine.
    """

    __tablename__ = "townships"
    __table_args__ = (CheckConstraint("cardinality(level_names) = 4", name="four_level_names"),)

    code: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    name: Mapped[str]
    level_names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    operator_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
