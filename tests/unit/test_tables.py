"""The tables, without a database: documented, named, and each row in its township."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Table, UniqueConstraint

from models.base import Base

TABLES = Base.metadata.sorted_tables
DOCUMENT = (Path(__file__).parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")
POINTS_TO_WHAT_STAYS = {"fk_request_events_offers"}
"""Foreign keys to rows that are never changed or removed."""
WITHOUT_TOWNSHIP = {
    "townships": "is the township",
    "step_roles": "the same rule everywhere",
    "auth_sessions": "found by its token alone",
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_is_documented(table: Table) -> None:
    assert f"| `{table.name}` |" in DOCUMENT


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_row_has_its_township_in_its_key(table: Table) -> None:
    assert ("township_code" in table.primary_key.columns) == (table.name not in WITHOUT_TOWNSHIP)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_foreign_key_leads_into_another_township(table: Table) -> None:
    for key in table.foreign_key_constraints:
        assert "township_code" in key.column_keys


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_foreign_key_has_an_index_that_begins_with_it(table: Table) -> None:
    """Else every change of the row it points to reads the whole table."""
    begins = [tuple(table.primary_key.columns.keys())]
    begins += [tuple(index.columns.keys()) for index in table.indexes]
    begins += [
        tuple(constraint.columns.keys())
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    firsts = {columns[0] for columns in begins}
    for key in table.foreign_key_constraints:
        if key.name not in POINTS_TO_WHAT_STAYS and key.column_keys != ["township_code"]:
            assert key.column_keys[0] in firsts, key.name
