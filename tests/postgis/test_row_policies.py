"""Who may see and change what, asked of the real database as the real application role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, inspect, select, text

from halfhour.errors import NoSuchError
from halfhour.six_orders import WHO_MAY, Step
from halfhour.vocabulary import Role
from models.base import Base
from models.gazetteer import GazetteerRow
from models.households import Household
from models.people import Person
from models.requests import Request, StepRole
from models.volunteers import Shift, Volunteer
from tests.builders import (
    CELLS,
    FIRST,
    IN_A,
    IN_B,
    IN_C,
    LOWER,
    NOW,
    SECOND,
    TOWNSHIP,
    UPPER,
    a_gazetteer,
    a_request,
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


OPENS = {
    Household: {"dispatcher", "administrator", "grid_chief", "grid_worker", "cell_lead"},
    Volunteer: {"dispatcher", "administrator", "grid_chief", "grid_worker"},
    Request: {
        "dispatcher",
        "administrator",
        "committee",
        "grid_chief",
        "grid_worker",
        "cell_lead",
    },
}
"""Which roles open what lies in their polygon."""
AREAS = [TOWNSHIP, UPPER, LOWER, FIRST, SECOND, CELLS["A"], CELLS["F"], "520626999000"]
VALID = {"now": (-1, None), "until later": (-2, 1), "no more": (-2, -1), "not yet": (1, None)}
grants = st.lists(
    st.tuples(st.sampled_from(Role), st.sampled_from(AREAS), st.sampled_from(list(VALID))),
    max_size=4,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(held=grants)
def test_any_set_of_grants_opens_exactly_what_the_rule_says(owner, database, township, held):
    now = datetime.now(UTC)
    with database.unit(township.operator) as unit:
        person = unit.people.add("某人").id
        for role, area_code, when in held:
            begins, ends = VALID[when]
            until = None if ends is None else now + timedelta(hours=ends)
            unit.people.grant(
                person,
                role,
                area_code,
                by=township.operator,
                now=now + timedelta(hours=begins),
                until=until,
            )
        if visible(unit, Request) == 0:
            for place in (IN_A, IN_B, IN_C):
                a_request(unit, point=place)
        unit.commit()
    for kind, roles in OPENS.items():
        open_areas = {
            area for role, area, when in held if role in roles and when in ("now", "until later")
        }
        codes = (kind.township_code, kind.village_code, kind.grid_code, kind.cell_code)
        with owner.connect() as connection:
            rows = connection.execute(select(inspect(kind).primary_key[0], *codes)).all()
        expected = {row[0] for row in rows if open_areas & set(row[1:])}
        with database.unit(person) as unit:
            seen = unit.session.scalars(select(inspect(kind).primary_key[0]))
            assert set(seen) == expected


@pytest.mark.parametrize(
    "table", ["households", "volunteers", "requests", "gazetteer_entries", "areas", "people"]
)
def test_a_policy_asks_who_acts_once_for_a_query(acting, township, table: str) -> None:
    """What is asked for every row stands in a Filter; what is asked once, in an InitPlan."""
    with acting(township.dispatcher) as unit:
        plan = unit.session.scalars(text(f"EXPLAIN (VERBOSE) SELECT * FROM {table}")).all()
    asked_for_each_row = [
        line for line in plan if line.strip().startswith("Filter:") and "halfhour." in line
    ]
    assert asked_for_each_row == []
    assert any("InitPlan" in line for line in plan)
