"""People and the roles they hold."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from halfhour.errors import NoSuchError
from halfhour.vocabulary import Role
from models.people import Person, RoleGrant
from models.store import Store


class PeopleStore(Store):
    """The people the acting person may see."""

    def get(self, person_id: int) -> Person:
        """
        Read a person.

        Raises
        ------
        NoSuchError
            If there is nobody of that number, or the acting person may not see them.
        """
        person = self._session.scalars(select(Person).where(Person.id == person_id)).one_or_none()
        if person is None:
            raise NoSuchError("人员", person_id)
        return person

    def add(self, name: str, *, phone: str | None = None) -> Person:
        """Add a person of the township."""
        person = Person(township_code=self._township, name=name, phone=phone)
        self._session.add(person)
        self._session.flush()
        return person

    def all(self) -> list[Person]:
        """List the people of the township the acting person may see, by id."""
        query = select(Person).where(Person.township_code == self._township)
        return list(self._session.scalars(query.order_by(Person.id)))

    def grant(
        self,
        person_id: int,
        role: Role,
        area_code: str,
        *,
        by: int,
        now: datetime,
        until: datetime | None = None,
    ) -> RoleGrant:
        """Let a person act in a role inside one polygon, from now on."""
        granted = RoleGrant(
            township_code=self._township,
            person_id=person_id,
            role=role,
            area_code=area_code,
            valid_from=now,
            valid_until=until,
            granted_by=by,
        )
        self._session.add(granted)
        self._session.flush()
        return granted

    def end_grant(self, grant_id: int, *, now: datetime) -> None:
        """
        End a grant.

        Raises
        ------
        NoSuchError
            If the acting person sees no such grant.
        """
        query = select(RoleGrant).where(RoleGrant.id == grant_id)
        granted = self._session.scalars(query).one_or_none()
        if granted is None:
            raise NoSuchError("授权", grant_id)
        granted.valid_until = now
        self._session.flush()

    def roles(self, person_id: int, *, now: datetime) -> list[tuple[Role, str]]:
        """List role and area code of the grants a person holds now."""
        rows = self._session.execute(
            select(RoleGrant.role, RoleGrant.area_code)
            .where(
                RoleGrant.person_id == person_id,
                RoleGrant.valid_from <= now,
                or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until > now),
            )
            .order_by(RoleGrant.role, RoleGrant.area_code)
        )
        return [(row.role, row.area_code) for row in rows]
