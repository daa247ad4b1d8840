"""People who act (人员): who they are, and which role they hold in which area and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

from halfhour.vocabulary import Role
from models.base import CODE_LENGTH, Base, InTownship, word


class Person(InTownship, Base):
    """Somebody who signs in, is sent, or answers for something."""

    __tablename__ = "people"

    name: Mapped[str]
    phone: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoleGrant(InTownship, Base):
    """
    A role (角色) held in one polygon of the hierarchy for a time.

    A grant is never deleted: it ends, so that it stays known who was entitled when.

    Attributes
    ----------
    area_code
        Township, village, grid or cell; the role holds in everything inside.
    valid_from, valid_until
        From the first moment, up to but not including the last; None is for good.
    """

    __tablename__ = "role_grants"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "township_code"], ["people.id", "people.township_code"]),
        CheckConstraint("valid_until >= valid_from", name="ends_after_it_begins"),
        CheckConstraint(
            "role IN ('resident', 'cell_lead', 'grid_worker', 'grid_chief', 'volunteer', "
            "'dispatcher', 'department', 'planner', 'committee', 'administrator')",
            name="known_role",
        ),
        Index("ix_role_grants_person_id", "person_id", "role"),
        Index("ix_role_grants_area_code", "township_code", "area_code", "role"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[Role] = mapped_column(word(Role))
    area_code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    granted_by: Mapped[int | None] = mapped_column(BigInteger)
