"""Who may see and change what, asked of the real database as the real application role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, text

from halfhour.errors import NoSuchError, NotEntitledError
from halfhour.six_orders import WHO_MAY, Step
from halfhour.vocabulary import Role
from models.base import Base
from models.bulk import insert_many
from models.founding import found_township
from models.gazetteer import GazetteerRow
from models.geometry import point_at
from models.households import Household
from models.people import Person, RoleGrant
from models.requests import Request, RequestEvent, StepRole
from models.volunteers import Shift, Volunteer
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
    a_gazetteer,
    a_request,
    a_tiling,
    a_volunteer,
    offer_to,
)

EXEMPT = {
    "public.alembic_version": "the revision of the tables; no privilege for the application",
    "public.spatial_ref_sys": "PostGIS's own list of coordinate systems; the same everywhere",
    "public.step_roles": "the rule which role may take which step; nobody's data, read only",
}
"""Tables without row policies, each with its reason."""

CLOSED = {
    "public.accounts": "hashes; only the functions of migration 0005 read it",
    "public.auth_sessions": "tokens; only the functions of migration 0005 read it",
    "public.request_serials": "only the trigger that gives numbers touches it",
}
"""Tables with row security and no policy: the application may not read a single row."""

TABLES = """
    SELECT n.nspname || '.' || c.relname AS name, c.relrowsecurity AS guarded,
           EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid) AS has_policy,
           has_any_column_privilege('halfhour_app', c.oid, 'SELECT, INSERT, UPDATE')
           OR has_table_privilege('halfhour_app', c.oid, 'DELETE, TRUNCATE') AS open
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname NOT LIKE 'pg\\_%'
       AND n.nspname <> 'information_schema'
"""


def test_every_table_has_a_policy_or_a_written_exemption(owner: Engine) -> None:
    with owner.connect() as connection:
        tables = connection.execute(text(TABLES)).all()
    guarded = {t.name for t in tables if t.guarded and t.has_policy}
    closed = {t.name for t in tables if t.guarded and not t.has_policy and not t.open}
    assert {t.name for t in tables} - guarded - closed == set(EXEMPT)
    assert closed == set(CLOSED)
    assert {f"public.{table}" for table in Base.metadata.tables} <= guarded | closed | set(EXEMPT)


def test_the_application_owns_nothing_and_is_nobody_special(owner: Engine) -> None:
    with owner.connect() as connection:
        role = connection.execute(
            text(
                "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
                " FROM pg_roles WHERE rolname = 'halfhour_app'"
            )
        ).one()
        assert not any(role)
        owned = text(
            "SELECT count(*) FROM pg_shdepend WHERE deptype = 'o'"
            " AND refobjid = 'halfhour_app'::regrole"
        )
        assert connection.scalars(owned).one() == 0
        memberships = text(
            "SELECT count(*) FROM pg_auth_members WHERE member = 'halfhour_app'::regrole"
        )
        assert connection.scalars(memberships).one() == 0


def test_functions_that_run_as_the_owner_cannot_be_led_astray(owner: Engine) -> None:
    with owner.connect() as connection:
        loose = connection.scalars(
            text(
                "SELECT p.oid::regprocedure::text FROM pg_proc p"
                " JOIN pg_namespace n ON n.oid = p.pronamespace"
                " WHERE n.nspname = 'halfhour' AND p.prosecdef AND NOT"
                " coalesce(p.proconfig, '{}') @> '{\"search_path=pg_catalog, public, pg_temp\"}'"
            )
        ).all()
    assert loose == []


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


def visible(unit, kind) -> int:
    return unit.session.scalars(select(func.count()).select_from(kind)).one()


def test_nobody_sees_nothing(acting, owner: Engine, township) -> None:
    with acting(township.dispatcher) as unit:
        offer_to(unit, a_request(unit), township.volunteers[0])
        unit.commit()
    open_tables = set(Base.metadata.tables) - {n.split(".")[1] for n in {*CLOSED, *EXEMPT}}
    for person in (None, 0, -1, 10**12):
        with acting(person) as unit:
            seen = {
                table: unit.session.execute(
                    select(func.count()).select_from(Base.metadata.tables[table])
                ).scalar_one()
                for table in open_tables
            }
        assert set(seen.values()) == {0}, {t: n for t, n in seen.items() if n}


def test_a_person_whose_grants_have_ended_sees_only_common_knowledge(acting, owner, township):
    with owner.begin() as connection:
        connection.execute(
            text("UPDATE role_grants SET valid_until = :then WHERE person_id = :person"),
            {"then": datetime.now(UTC) - timedelta(seconds=1), "person": township.dispatcher},
        )
    with acting(township.dispatcher) as unit:
        assert visible(unit, Household) == visible(unit, Volunteer) == 0
        assert unit.areas.published().number == 1


def test_a_grant_that_has_not_begun_opens_nothing(acting, township) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with acting(township.operator) as unit:
        unit.people.grant(
            township.nobody_special, Role.DISPATCHER, TOWNSHIP, by=township.operator, now=tomorrow
        )
        unit.commit()
    with acting(township.nobody_special) as unit:
        assert visible(unit, Household) == 0


def test_a_commit_does_not_make_the_unit_forget_whom_it_acts_for(acting, township) -> None:
    with acting(township.first_chief) as unit:
        assert visible(unit, Household) == 2
        unit.commit()
        assert visible(unit, Household) == 2
        unit.session.rollback()
        assert visible(unit, Household) == 2


def test_a_connection_is_given_back_without_its_person(database, township) -> None:
    with database.unit(township.operator) as unit:
        assert visible(unit, Household) == 6
        unit.commit()
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM households")) == 0
        assert connection.scalar(text("SELECT halfhour.person_id()")) is None


# columns: households, volunteers, requests, people, shifts (of 6, 3, 3, 12, 21)
SEEN = {
    "operator": (6, 3, 3, 12, 21),
    "dispatcher": (6, 3, 3, 12, 21),
    "upper_dispatcher": (4, 2, 2, 3, 14),
    "first_chief": (2, 1, 1, 2, 7),
    "third_chief": (2, 1, 1, 2, 7),
    "planner": (0, 0, 0, 1, 0),
    "committee": (0, 0, 3, 1, 0),
    "cell_lead": (1, 0, 1, 1, 0),
    "nobody_special": (0, 0, 0, 1, 0),
}


@pytest.mark.parametrize("who", SEEN)
def test_a_role_sees_its_polygon_and_no_further(acting, township, who: str) -> None:
    with acting(township.dispatcher) as unit:
        for place in (IN_A, IN_B, IN_C):
            a_request(unit, point=place)
        unit.commit()
    with acting(getattr(township, who)) as unit:
        kinds = (Household, Volunteer, Request, Person, Shift)
        assert tuple(visible(unit, kind) for kind in kinds) == SEEN[who]


def test_a_volunteer_sees_the_request_they_are_asked_about_and_no_other(acting, township) -> None:
    first, second, _ = township.volunteers
    with acting(township.dispatcher) as unit:
        mine, other = a_request(unit), a_request(unit, point=IN_B)
        offer_to(unit, mine, first)
        offer_to(unit, other, second)
        unit.commit()
    with acting(first) as unit:
        assert unit.requests.get(mine.id).reporter_phone
        assert [e.step for e in unit.requests.history(mine.id)] == [
            Step.PLACE,
            Step.CLASSIFY,
            Step.DISPATCH,
        ]
        assert unit.requests.history(other.id) == []
        with pytest.raises(NoSuchError):
            unit.requests.get(other.id)
        with pytest.raises(NoSuchError):
            unit.requests.locked(other.id)
        assert [v.volunteer_id for v in unit.volunteers.on_hand(NOW)] == [first]


def test_declining_closes_the_request_to_the_one_who_declined(acting, township) -> None:
    volunteer = township.volunteers[0]
    with acting(township.dispatcher) as unit:
        request = a_request(unit)
        offer_to(unit, request, volunteer)
        unit.commit()
    with acting(volunteer) as unit:
        unit.requests.locked(request.id).take(Step.DECLINE, at=NOW, by=volunteer, reason="车坏了")
        unit.commit()
        with pytest.raises(NoSuchError):
            unit.requests.get(request.id)
    with acting(township.dispatcher) as unit:
        assert unit.requests.refused_by(request.id) == {volunteer}
        assert unit.requests.history(request.id)[-1].reason == "车坏了"


def test_names_of_households_open_with_the_polygon_names_of_places_to_all(acting, township):
    with acting(township.operator) as unit:
        unit.gazetteer.replace(a_gazetteer())
        unit.commit()
        everything = len(unit.gazetteer.entries())
    with acting(township.first_chief) as unit:
        heads = {e.id for e in unit.gazetteer.entries() if e.level == "household"}
        assert heads == {"H-A"}
        assert visible(unit, GazetteerRow) < everything
        chief_view = unit.gazetteer.view()
    with acting(township.nobody_special) as unit:
        levels = {e.level for e in unit.gazetteer.entries()}
        assert "household" not in levels
        assert "landmark" in levels
        assert unit.gazetteer.view() != chief_view
    with acting(township.dispatcher) as unit:
        assert len(unit.gazetteer.entries()) == everything


def test_the_steps_in_the_database_are_the_steps_of_the_rules(acting, township) -> None:
    with acting(township.dispatcher) as unit:
        pairs = unit.session.execute(select(StepRole.step, StepRole.role)).all()
    assert set(map(tuple, pairs)) == {
        (step.value, role.value) for step, roles in WHO_MAY.items() for role in roles
    }


class TestCheating:
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
                if "township_code" in table.c and f"public.{table.name}" not in CLOSED:
                    theirs = select(func.count()).where(table.c.township_code == self.OTHER)
                    assert unit.session.execute(theirs).scalar_one() == 0, table.name

    def test_an_administrator_cannot_grant_a_way_into_it(self, acting, township, stranger) -> None:
        me = township.operator
        with acting(me) as unit:
            unit.people.grant(me, Role.ADMINISTRATOR, self.OTHER, by=me, now=LONG_AGO)
            unit.commit()
            assert visible(unit, Household) == 6
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
