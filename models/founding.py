"""The first person of a township: whoever owns the database may set one up.

Everybody else is added by somebody who acts. Only this, and migrations, are done as the owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from halfhour.vocabulary import EditionState, Level, Role
from models.database import owner_engine
from models.editions import BoundaryEdition
from models.people import Person, RoleGrant
from models.townships import Township

LEVEL_NAMES = tuple(level.label for level in Level)

OPERATOR = "本机管理员"
"""Name of the person the terminal acts for: whoever may run it owns the machine anyway."""


def operators(owner_url: str) -> dict[str, int]:
    """List the townships with published borders, by code, each with its local operator."""
    engine = owner_engine(owner_url)
    try:
        with engine.connect() as connection:
            known = (
                select(Township.code, Township.operator_id)
                .join(BoundaryEdition, BoundaryEdition.township_code == Township.code)
                .where(BoundaryEdition.state == EditionState.PUBLISHED)
                .order_by(Township.code)
            )
            return {row.code: row.operator_id for row in connection.execute(known)}
    finally:
        engine.dispose()


def found_township(
    owner_url: str,
    code: str,
    name: str,
    *,
    now: datetime,
    level_names: Sequence[str] = LEVEL_NAMES,
) -> int:
    """
    Set up a township with a local operator who administers it; do nothing twice.

    Returns
    -------
    operator
        The person to act for.
    """
    engine = owner_engine(owner_url)
    try:
        with engine.begin() as connection:
            founded = insert(Township).values(code=code, name=name, level_names=list(level_names))
            connection.execute(founded.on_conflict_do_nothing())
            held = select(Township.operator_id).where(Township.code == code).with_for_update()
            operator = connection.execute(held).scalar_one()
            return operator or _appointed(connection, code, now)
    finally:
        engine.dispose()


def _appointed(connection: Connection, code: str, now: datetime) -> int:
    person = insert(Person).values(township_code=code, name=OPERATOR).returning(Person.id)
    operator = connection.execute(person).scalar_one()
    connection.execute(
        insert(RoleGrant).values(
            township_code=code,
            person_id=operator,
            role=Role.ADMINISTRATOR,
            area_code=code,
            valid_from=now,
        )
    )
    connection.execute(update(Township).where(Township.code == code).values(operator_id=operator))
    return operator
