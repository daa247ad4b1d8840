"""Who could go: volunteers on hand, what they carry, and holding one while deciding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import inf
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, column, func, select

from halfhour.dispatching import Candidate
from halfhour.errors import NoSuchError
from halfhour.places import LonLat
from halfhour.shifts import Hours, holds
from halfhour.vocabulary import Skill, TravelMode
from models.bulk import insert_many
from models.geometry import point_at
from models.people import Person
from models.store import Store
from models.volunteers import Shift, Volunteer

FRESH_FOR = timedelta(hours=1)
"""How long somebody is believed to be where they were last seen; after that, at home."""


class VolunteerStore(Store):
    """The volunteers the acting person may see."""

    def on_hand(self, now: datetime) -> list[Candidate]:
        """
        List every active volunteer as a candidate, by id, with travel time still unknown.

        On shift are those whose weekly hours hold `now` (Asia/Shanghai) or who said so
        themselves; those off shift are listed too, for the reason to be seen.
        """
        return self._candidates(now)

    def locked(self, volunteer_ids: Iterable[int], now: datetime) -> list[Candidate]:
        """
        Lock volunteers until the commit and read them afresh, by id.

        What they carry is read after the lock: nobody else can give them anything meanwhile.
        """
        ids = sorted(set(volunteer_ids))
        self._lock(ids)
        return self._candidates(now, only=ids)

    def hold_if_free(self, volunteer_id: int, *, now: datetime) -> bool:
        """
        Say whether a volunteer may still be offered a request, and if so lock them.

        Whoever may not is let go at once: two dispatchers who try the same people in another
        order would otherwise wait for each other.
        """
        with self._session.begin_nested() as attempt:
            free = any(
                p.on_shift and not p.unanswered and p.open_requests < p.load_limit
                for p in self.locked([volunteer_id], now)
            )
            if not free:
                attempt.rollback()
        return free

    def get(self, volunteer_id: int) -> Volunteer:
        """
        Read a volunteer.

        Raises
        ------
        NoSuchError
            If there is none of that number, or the acting person may not see them.
        """
        query = select(Volunteer).where(Volunteer.person_id == volunteer_id)
        volunteer = self._session.scalars(query).one_or_none()
        if volunteer is None:
            raise NoSuchError("志愿者", volunteer_id)
        return volunteer

    def add(
        self,
        person_id: int,
        *,
        home: LonLat,
        mode: TravelMode,
        skills: Iterable[Skill] = (Skill.GENERAL,),
        load_limit: int = 3,
        shifts: Iterable[Hours] = (),
    ) -> Volunteer:
        """Enrol a person as a volunteer; their areas are found from their home."""
        volunteer = Volunteer(
            person_id=person_id,
            township_code=self._township,
            mode=mode,
            load_limit=load_limit,
            skills=sorted(skill.value for skill in skills),
            home=point_at(home),
        )
        self._session.add(volunteer)
        self._session.flush()
        self.set_shifts(person_id, shifts)
        return volunteer

    def add_many(self, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """
        Enrol many at once: people, volunteers and shifts, in three statements.

        Parameters
        ----------
        rows
            `name`, `phone`, `home` (LonLat), `mode`, `skills`, `load_limit`, `shifts` of each.

        Returns
        -------
        ids
            Of the people, in the order of the rows.
        """
        town = {"township_code": self._township}
        people = [Person(**town, name=row["name"], phone=row.get("phone")) for row in rows]
        self._session.add_all(people)
        self._session.flush()
        numbered = [(person.id, row) for person, row in zip(people, rows, strict=True)]
        insert_many(
            self._session, Volunteer, [{"person_id": i, **town, **_facts(r)} for i, r in numbered]
        )
        insert_many(
            self._session,
            Shift,
            [
                {"person_id": i, **town, "weekday": day, "starts": starts, "ends": ends}
                for i, r in numbered
                for day, starts, ends in r.get("shifts", ())
            ],
        )
        return [person.id for person in people]

    def enrol(self, rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
        """
        Bring the roster up to date: people of the same name and phone are the same people.

        Those not in `rows` stay as they are; they may be carrying requests.

        Parameters
        ----------
        rows
            As for `add_many`.

        Returns
        -------
        added, updated
        """
        known = self._known()
        new = [row for row in rows if _identity(row) not in known]
        old = [(known[_identity(row)], row) for row in rows if _identity(row) in known]
        for person_id, row in old:
            volunteer = self.get(person_id)
            for name, value in _facts(row).items():
                setattr(volunteer, name, value)
            self.set_shifts(person_id, row.get("shifts", ()))
        self.add_many(new)
        return len(new), len(old)

    def set_shifts(self, volunteer_id: int, shifts: Iterable[Hours]) -> None:
        """Put these weekly hours in the place of all there were."""
        old = select(Shift).where(Shift.person_id == volunteer_id)
        for shift in self._session.scalars(old):
            self._session.delete(shift)
        for weekday, starts, ends in shifts:
            self._session.add(
                Shift(
                    township_code=self._township,
                    person_id=volunteer_id,
                    weekday=weekday,
                    starts=starts,
                    ends=ends,
                )
            )
        self._session.flush()

    def set_duty(self, volunteer_id: int, duty: str | None, *, until: datetime | None) -> None:
        """Note that somebody is `on` or `off` duty up to a moment; None leaves it to the shifts."""
        volunteer = self.get(volunteer_id)
        volunteer.duty, volunteer.duty_until = duty, until
        self._session.flush()

    def seen(self, volunteer_id: int, place: LonLat, *, now: datetime) -> None:
        """Note where somebody is."""
        volunteer = self.get(volunteer_id)
        volunteer.last_place, volunteer.last_seen_at = point_at(place), now
        self._session.flush()

    def _known(self) -> dict[tuple[str, str | None], int]:
        query = (
            select(Person.name, Person.phone, Person.id)
            .join(Volunteer, Volunteer.person_id == Person.id)
            .where(Volunteer.township_code == self._township)
        )
        return {(row.name, row.phone): row.id for row in self._session.execute(query)}

    def _lock(self, ids: list[int]) -> None:
        self._session.execute(
            select(Volunteer.person_id)
            .where(Volunteer.person_id.in_(ids), Volunteer.township_code == self._township)
            .order_by(Volunteer.person_id)
            .with_for_update(key_share=True)
        ).all()

    def _candidates(self, now: datetime, *, only: list[int] | None = None) -> list[Candidate]:
        query = self._on_hand_query()
        hours = select(Shift.person_id, Shift.weekday, Shift.starts, Shift.ends).where(
            Shift.township_code == self._township
        )
        if only is not None:
            query = query.where(Volunteer.person_id.in_(only))
            hours = hours.where(Shift.person_id.in_(only))
        on_shift = {
            person_id
            for person_id, weekday, starts, ends in self._session.execute(hours)
            if holds((weekday, starts, ends), now)
        }
        return [
            _candidate(row, now, by_shift=row.person_id in on_shift)
            for row in self._session.execute(query)
        ]

    def _on_hand_query(self) -> Select[Any]:
        """Ask for plain columns: entities and shapes would take most of the time for hundreds."""
        carried = func.halfhour.carried(self._township).table_valued(
            column("volunteer_id", BigInteger),
            column("carried", BigInteger),
            column("unanswered", BigInteger),
            name="carried",
        )
        return (
            select(
                Volunteer.person_id,
                Person.name,
                Volunteer.mode,
                Volunteer.load_limit,
                Volunteer.skills,
                Volunteer.duty,
                Volunteer.duty_until,
                Volunteer.last_seen_at,
                *_degrees(Volunteer.home, "home"),
                *_degrees(Volunteer.last_place, "last"),
                func.coalesce(carried.c.carried, 0).label("carried"),
                func.coalesce(carried.c.unanswered, 0).label("unanswered"),
            )
            .join(
                Person,
                (Person.id == Volunteer.person_id)
                & (Person.township_code == Volunteer.township_code),
            )
            .outerjoin(carried, carried.c.volunteer_id == Volunteer.person_id)
            .where(Volunteer.township_code == self._township, Volunteer.active)
            .order_by(Volunteer.person_id)
        )


def _degrees(point: Any, name: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return func.ST_X(point).label(f"{name}_lon"), func.ST_Y(point).label(f"{name}_lat")


def _candidate(row: Any, now: datetime, *, by_shift: bool) -> Candidate:
    return Candidate(
        volunteer_id=row.person_id,
        name=row.name,
        mode=row.mode,
        place=_whereabouts(row, now),
        travel_s=inf,
        open_requests=row.carried,
        load_limit=row.load_limit,
        skills=frozenset(Skill(value) for value in row.skills),
        on_shift=_on_duty(row, now, by_shift=by_shift),
        unanswered=row.unanswered > 0,
    )


def _on_duty(row: Any, now: datetime, *, by_shift: bool) -> bool:
    """Believe a word that still holds, else the weekly hours."""
    if row.duty is not None and (row.duty_until is None or now < row.duty_until):
        return bool(row.duty == "on")
    return by_shift


def _whereabouts(row: Any, now: datetime) -> LonLat:
    if row.last_seen_at is not None and now - row.last_seen_at <= FRESH_FOR:
        return LonLat(row.last_lon, row.last_lat)
    return LonLat(row.home_lon, row.home_lat)


def _identity(row: Mapping[str, Any]) -> tuple[str, str | None]:
    return row["name"], row.get("phone")


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": row.get("kind", "volunteer"),
        "mode": row["mode"],
        "load_limit": row.get("load_limit", 3),
        "skills": sorted(Skill(skill).value for skill in row.get("skills", (Skill.GENERAL,))),
        "home": point_at(row["home"]),
        "active": True,
    }
