"""Migrations: there and back, in step with the mapped classes, safe to run at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from sqlalchemy import CheckConstraint, Engine, text

from halfhour.errors import DatabaseUnavailableError
from models.base import Base
from models.database import Database, alembic_config, migrate, migrations_folder, owner_engine
from models.embedded import EmbeddedServer
from tests.conftest import Urls, a_database


@pytest.fixture
def bare(cluster: EmbeddedServer) -> Iterator[Urls]:
    """A database with PostGIS and nothing of ours."""
    with a_database(cluster, "template_bare") as urls:
        yield urls


@pytest.fixture
def bare_engine(bare: Urls) -> Iterator[Engine]:
    engine = owner_engine(bare.owner)
    yield engine
    engine.dispose()


WHATEVER_WE_MAKE = """
    SELECT 'column', table_name, column_name || ' ' || data_type || ' ' || is_nullable || ' '
                                 || coalesce(column_default, '')
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT 'index', tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'constraint', conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
    UNION ALL
    SELECT 'function', p.proname, pg_get_functiondef(p.oid) || coalesce(p.proacl::text, '')
      FROM pg_proc p WHERE p.pronamespace = (SELECT oid FROM pg_namespace
                                              WHERE nspname = 'halfhour')
    UNION ALL
    SELECT 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid)
      FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'policy', tablename, policyname || ' ' || cmd || ' ' || coalesce(qual, '') || ' '
                                || coalesce(with_check, '')
      FROM pg_policies
    UNION ALL
    SELECT 'grant', table_name, privilege_type || ' ' || grantee
      FROM information_schema.role_table_grants WHERE table_schema = 'public'
    UNION ALL
    SELECT 'schema', nspname, '' FROM pg_namespace WHERE nspname = 'halfhour'
"""


def everything(engine: Engine) -> list[tuple[str, ...]]:
    """Whatever stands in the database: kind, of which table, and how it is written."""
    with engine.connect() as connection:
        return sorted(tuple(row) for row in connection.execute(text(WHATEVER_WE_MAKE)))


def revisions(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT version_num FROM alembic_version")))


def test_down_to_nothing_and_up_again_gives_the_same(bare: Urls, bare_engine: Engine) -> None:
    before = everything(bare_engine)
    migrate(bare.owner)
    first = everything(bare_engine)
    with bare_engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    left = [thing for thing in everything(bare_engine) if thing[1] != "alembic_version"]
    assert left == before
    migrate(bare.owner)
    assert everything(bare_engine) == first


def test_every_step_down_was_run_with_rows_in_the_tables(owner: Engine, township) -> None:
    with owner.connect() as connection:
        config = alembic_config(connection)
        script = migrations_folder() / "versions"
        for _ in script.glob("0*.py"):
            command.downgrade(config, "-1")
        assert connection.scalars(text("SELECT count(*) FROM alembic_version")).one() == 0
        connection.rollback()


def test_the_mapped_classes_say_what_the_migrations_made(owner: Engine) -> None:
    with owner.begin() as connection:
        command.check(alembic_config(connection))


def test_the_mapped_classes_name_the_same_checks(owner: Engine) -> None:
    """Alembic compares tables, columns, indexes and keys, but not what a CHECK says."""
    mapped = {
        (table.name, str(constraint.name))
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    made = text(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint"
        " WHERE contype = 'c' AND conname LIKE 'ck\\_%'"
    )
    with owner.connect() as connection:
        assert {tuple(row) for row in connection.execute(made)} == mapped


def test_many_processes_may_migrate_at_once(bare: Urls, bare_engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [bare.owner] * 4))
    assert len(revisions(bare_engine)) == 1


def test_migrating_twice_changes_nothing(empty_urls: Urls) -> None:
    engine = owner_engine(empty_urls.owner)
    before = everything(engine)
    migrate(empty_urls.owner)
    assert everything(engine) == before
    engine.dispose()


def test_tables_newer_than_the_program_are_left_alone(empty_urls: Urls) -> None:
    engine = owner_engine(empty_urls.owner)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnavailableError, match="比程序新"):
        migrate(empty_urls.owner)
    assert revisions(engine) == ["9999"]
    engine.dispose()


def test_no_table_yet_is_said_in_one_sentence(bare: Urls) -> None:
    database = Database(bare.app)
    with pytest.raises(DatabaseUnavailableError, match="halfhour db migrate"):
        database.accounts.by_login("nobody")
    with (
        pytest.raises(DatabaseUnavailableError, match="halfhour db migrate"),
        database.unit(1) as u,
    ):
        u.areas.published()
    database.close()
