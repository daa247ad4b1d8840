"""The first person of a township: whoever owns the database may set one up.

Everybody else is added by somebody who acts. Only this, and migrations, are done as the owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects.postgresql import insert

from halfhour.vocabulary import Level, Role
from models.database import owner_engine
from models.people import Person, RoleGrant
from models.townships import Township

LEVEL_NAMES = tuple(level.label for level in Level)

OPERATOR = "本机管理员"
"""Name of the person the terminal acts for: whoever may run it owns the machine anyway."""


def operator_id(owner_url: str) -> int | None:
    """Find the local operator; None if no township was set up yet."""
    engine = owner_engine(owner_url)
    try:
        with engine.connect() as connection:
            return _operator(connection)
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
    Set up a township and make the local operator its administrator; do nothing twice.

    Returns
    -------
    operator
        The person to act for.
    """
    engine = owner_engine(owner_url)
    try:
        with engine.begin() as connection:
            connection.execute(
                insert(Township)
                .values(code=code, name=name, level_names=list(level_names))
                .on_conflict_do_nothing()
            )
            connection.execute(text("LOCK TABLE role_grants IN SHARE ROW EXCLUSIVE MODE"))
            operator = _operator(connection)
            if operator is None:
                made = insert(Person).values(township_code=code, name=OPERATOR)
                operator = connection.execute(made.returning(Person.id)).scalar_one()
            _make_administrator(connection, operator, code, now)
            return operator
    finally:
        engine.dispose()


def _operator(connection: Connection) -> int | None:
    first = select(func.min(Person.id)).where(Person.name == OPERATOR)
    return connection.execute(first).scalar_one()


def _make_administrator(connection: Connection, person_id: int, code: str, now: datetime) -> None:
    held = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id,
        RoleGrant.area_code == code,
        RoleGrant.role == Role.ADMINISTRATOR,
        RoleGrant.valid_until.is_(None),
    )
    if connection.execute(held).first() is None:
        home = select(Person.township_code).where(Person.id == person_id).scalar_subquery()
        connection.execute(
            insert(RoleGrant).values(
                township_code=home,
                person_id=person_id,
                role=Role.ADMINISTRATOR,
                area_code=code,
                valid_from=now,
            )
        )
