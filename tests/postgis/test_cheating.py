"""Attempts to see, write and become what one may not, as the real application role."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from halfhour.errors import NoSuchError, NotEntitledError
from halfhour.six_orders import Step
from halfhour.vocabulary import Role
from models.base import Base
from models.bulk import insert_many
from models.founding import found_township
from models.geometry import point_at
from models.households import Household
from models.people import RoleGrant
from models.requests import RequestEvent
from tests.builders import (
    CELLS,
    FIRST,
    IN_A,
    IN_B,
    IN_C,
    LONG_AGO,
    NOW,
    TOWNSHIP,
    UPPER,
    a_request,
    a_tiling,
    a_volunteer,
    offer_to,
)

CLOSED = {"accounts", "auth_sessions", "request_serials"}
"""Tables the application may not even ask about."""


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE requests DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE request_events DISABLE TRIGGER ALL",
        "DROP POLICY in_their_polygon ON requests",
        "CREATE POLICY mine ON requests FOR SELECT TO halfhour_app USING (true)",
        "SET ROLE halfhour_owner",
        "SET SESSION AUTHORIZATION halfhour_owner",
        "SET session_replication_role = replica",
        "ALTER ROLE halfhour_app BYPASSRLS",
        "TRUNCATE request_events",
        "DELETE FROM request_events",
        "DELETE FROM requests",
        "DROP TABLE households",
        "CREATE TABLE people_copy AS SELECT * FROM people",
        "CREATE TEMPORARY TABLE role_grants (person_id bigint)",
        "CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT NULL'",
        "CREATE OR REPLACE FUNCTION halfhour.person_id() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
        "SELECT * FROM accounts",
        "SELECT password_hash FROM accounts",
        "SELECT * FROM auth_sessions",
        "SELECT * FROM request_serials",
        "UPDATE request_serials SET last = 0",
        "UPDATE step_roles SET role = 'volunteer'",
        "INSERT INTO step_roles VALUES ('dispatch', 'volunteer')",
        "UPDATE role_grants SET area_code = '520626101000'",
        "UPDATE role_grants SET role = 'administrator'",
        "UPDATE requests SET number = '1'",
        "UPDATE requests SET id = 1",
        "UPDATE offers SET volunteer_id = 1",
        "UPDATE board_versions SET version = 0",
        "COPY households TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_the_application_cannot_climb_over_the_fence(acting, township, statement: str) -> None:
    with pytest.raises(NotEntitledError), acting(township.operator) as unit:
        unit.session.execute(text(statement))


class TestWriting:
    """Attempts to write what one may not."""

    def test_to_place_a_request_outside_the_polygon(self, acting, township) -> None:
        with pytest.raises(NotEntitledError), acting(township.upper_dispatcher) as unit:
            a_request(unit, point=IN_C)

    @pytest.mark.parametrize("who", ["planner", "committee", "nobody_special"])
    def test_to_place_a_request_without_the_role(self, acting, township, who) -> None:
        with pytest.raises(NotEntitledError), acting(getattr(township, who)) as unit:
            a_request(unit)

    def test_to_place_a_request_in_another_name(self, acting, township) -> None:
        with acting(township.dispatcher) as unit:
            unit.areas.published()
            unit.person_id = township.operator
            with pytest.raises(NotEntitledError):
                a_request(unit)

    def test_to_dispatch_as_a_grid_chief(self, acting, township) -> None:
        with acting(township.dispatcher) as unit:
            request = a_request(unit)
            unit.commit()
        with acting(township.first_chief) as unit:
            mine = unit.requests.locked(request.id)
            with pytest.raises(NotEntitledError):
                offer_to(unit, mine, township.volunteers[0])

    def test_to_dispatch_in_another_village(self, acting, township) -> None:
        with acting(township.dispatcher) as unit:
            request = a_request(unit, point=IN_C)
            unit.commit()
        with pytest.raises(NoSuchError), acting(township.upper_dispatcher) as unit:
            unit.requests.locked(request.id)

    def test_to_move_a_request_to_where_one_may_not_place(self, acting, township) -> None:
        with acting(township.upper_dispatcher) as unit:
            request = a_request(unit)
            unit.commit()
            elsewhere = unit.areas.path_at(IN_C)
            request.take(Step.CORRECT, at=NOW, by=township.upper_dispatcher)
            request.move(path=elsewhere, point=IN_C)
            with pytest.raises(NotEntitledError):
                unit.commit()

    def test_to_write_history_in_another_name(self, acting, township) -> None:
        with acting(township.dispatcher) as unit:
            request = a_request(unit)
            unit.commit()
            request.take(
                Step.DISPATCH,
                at=NOW,
                by=township.operator,
                volunteer_id=township.volunteers[0],
            )
            with pytest.raises(NotEntitledError):
                unit.commit()

    def test_to_accept_what_was_offered_to_another(self, acting, township) -> None:
        first, second, _ = township.volunteers
        with acting(township.dispatcher) as unit:
            request = a_request(unit)
            offer_to(unit, request, first)
            unit.commit()
        with pytest.raises(NoSuchError), acting(second) as unit:
            unit.requests.locked(request.id)
        forged = RequestEvent(
            township_code=TOWNSHIP,
            request_id=request.id,
            seq=request.version + 1,
            step=Step.ACCEPT,
            stage=request.stage,
            at=NOW,
            by_id=second,
        )
        with acting(second) as unit:
            unit.session.add(forged)
            with pytest.raises(NotEntitledError):
                unit.flush()

    def test_to_rate_ones_own_work(self, acting, township) -> None:
        volunteer = township.volunteers[0]
        with acting(township.dispatcher) as unit:
            request = a_request(unit)
            offer_to(unit, request, volunteer)
            unit.commit()
        with acting(volunteer) as unit:
            mine = unit.requests.locked(request.id)
            mine.take(Step.ACCEPT, at=NOW, by=volunteer)
            mine.take(Step.COMPLETE, at=NOW, by=volunteer)
            unit.commit()
            mine.take(Step.RATE, at=NOW, by=volunteer)
            with pytest.raises(NotEntitledError):
                unit.commit()

    @pytest.mark.parametrize("who", ["dispatcher", "first_chief", "planner", "nobody_special"])
    def test_to_grant_oneself_a_role(self, acting, township, who) -> None:
        person = getattr(township, who)
        with pytest.raises(NotEntitledError), acting(person) as unit:
            unit.people.grant(person, Role.ADMINISTRATOR, TOWNSHIP, by=person, now=LONG_AGO)

    def test_to_end_somebody_elses_grant(self, acting, township) -> None:
        with acting(township.operator) as unit:
            grants = unit.session.scalars(
                select(RoleGrant.id).where(RoleGrant.person_id == township.first_chief)
            ).all()
        with pytest.raises(NoSuchError), acting(township.dispatcher) as unit:
            unit.people.end_grant(grants[0], now=NOW)

    def test_to_raise_ones_own_load_limit(self, acting, township) -> None:
        volunteer = township.volunteers[0]
        with acting(volunteer) as unit:
            unit.volunteers.set_duty(volunteer, "off", until=NOW)
            unit.volunteers.seen(volunteer, IN_B, now=NOW)
            unit.commit()
            unit.volunteers.get(volunteer).load_limit = 9
            with pytest.raises(NotEntitledError):
                unit.commit()

    def test_to_change_somebody_elses_duty(self, acting, township) -> None:
        first, second, _ = township.volunteers
        with pytest.raises(NoSuchError), acting(first) as unit:
            unit.volunteers.set_duty(second, "off", until=None)

    def test_to_publish_boundaries_as_a_dispatcher(self, acting, township) -> None:
        with pytest.raises(NotEntitledError), acting(township.dispatcher) as unit:
            unit.areas.add_edition(a_tiling(), TOWNSHIP, by=township.dispatcher, now=NOW)

    def test_to_add_a_household_next_door(self, acting, township) -> None:
        with acting(township.first_chief) as unit:
            unit.households.add_many([{"reference": "neu", "point": point_at(IN_A)}])
            with pytest.raises(NotEntitledError):
                unit.households.add_many([{"reference": "neben", "point": point_at(IN_C)}])

    def test_to_smuggle_a_household_in_under_a_false_code(self, acting, township) -> None:
        row = {"township_code": TOWNSHIP, "reference": "falsch", "point": point_at(IN_C)}
        codes = {"village_code": UPPER, "grid_code": FIRST, "cell_code": CELLS["A"]}
        with acting(township.first_chief) as unit, pytest.raises(NotEntitledError):
            insert_many(unit.session, Household, [row | codes])


class TestAnotherTownship:
    """Two townships in one database whose villages, grids and cells have the same codes."""

    OTHER = "520626999000"

    @pytest.fixture
    def stranger(self, urls, database, township) -> int:
        """The operator of the other township, where a household and a request wait."""
        tiling = a_tiling().replace({TOWNSHIP: self.OTHER})
        operator = found_township(urls.owner, self.OTHER, "白水镇", now=LONG_AGO)
        with database.unit(operator) as unit:
            unit.areas.add_edition(tiling, self.OTHER, by=operator, now=NOW)
            unit.households.add_many([{"reference": "X", "point": point_at(IN_A)}])
            a_volunteer(unit)
            a_request(unit)
            unit.commit()
        return operator

    @pytest.mark.parametrize(
        "who", ["operator", "dispatcher", "upper_dispatcher", "first_chief", "committee", "planner"]
    )
    def test_nothing_of_it_is_seen(self, acting, township, stranger, who) -> None:
        with acting(getattr(township, who)) as unit:
            for table in Base.metadata.tables.values():
                if "township_code" in table.c and table.name not in CLOSED:
                    theirs = select(func.count()).where(table.c.township_code == self.OTHER)
                    assert unit.session.execute(theirs).scalar_one() == 0, table.name

    def test_an_administrator_cannot_grant_a_way_into_it(self, acting, township, stranger) -> None:
        me = township.operator
        with acting(me) as unit:
            unit.people.grant(me, Role.ADMINISTRATOR, self.OTHER, by=me, now=LONG_AGO)
            unit.commit()
            assert unit.households.count() == 6
            grant = RoleGrant(
                township_code=self.OTHER,
                person_id=me,
                role=Role.ADMINISTRATOR,
                area_code=self.OTHER,
                valid_from=LONG_AGO,
                granted_by=me,
            )
            unit.session.add(grant)
            with pytest.raises(NotEntitledError):
                unit.flush()
        with acting(me) as unit:
            with pytest.raises(NotEntitledError):
                unit.session.execute(select(func.halfhour.settle(self.OTHER)))
            unit.session.rollback()
            with pytest.raises(NotEntitledError):
                unit.accounts.set_password(stranger, "gekapert")

    def test_choosing_it_does_not_open_it(self, database, township, stranger) -> None:
        with database.unit(township.operator, township_code=self.OTHER) as unit:
            assert unit.households.count() == 0
            assert unit.requests.open_requests() == []
            with pytest.raises(NotEntitledError):
                unit.households.add_many([{"reference": "Y", "point": point_at(IN_A)}])

    def test_its_boundaries_cannot_be_written(self, database, township, stranger) -> None:
        tiling = a_tiling().replace({TOWNSHIP: self.OTHER})
        with database.unit(township.operator) as unit, pytest.raises(NotEntitledError):
            unit.areas.add_edition(tiling, self.OTHER, by=township.operator, now=NOW)
