"""Writing many rows at once: one statement for tens of thousands of rows, policies included.

COPY would be the usual way, but PostgreSQL refuses it on tables with row policies. A statement
that unfolds one JSON document is nearly as fast and asks each policy's question once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any

import shapely
from geoalchemy2 import Geometry
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Column, Table, TypeDecorator, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from models.base import Base
from models.geometry import SRID

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def insert_many(session: Session, kind: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    """
    Insert rows of one table, each given as column → value; all rows name the same columns.

    Geometries are shapely, in EPSG:4326. Nothing is returned: read back what is needed by key.
    """
    documents = [{name: _as_json(value) for name, value in row.items()} for row in rows]
    if not documents:
        return
    table = kind.__table__
    assert isinstance(table, Table)  # noqa: S101  # what mypy cannot know of a mapped class
    columns = [table.columns[name] for name in documents[0]]
    names = ", ".join(f'"{column.name}"' for column in columns)
    values = ", ".join(_read(column) for column in columns)
    record = ", ".join(f'"{column.name}" {_wire_type(column)}' for column in columns)
    session.execute(
        text(
            f'INSERT INTO "{table.name}" ({names}) '  # noqa: S608  # names of our own columns
            f"SELECT {values} FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r ({record})"
        ),
        {"rows": json.dumps(documents, ensure_ascii=False)},
    )


def _as_json(value: Any) -> Any:
    if isinstance(value, BaseGeometry):
        return shapely.to_wkb(shapely.set_srid(value, SRID), hex=True, include_srid=True)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return list(value) if isinstance(value, tuple | frozenset | set) else value


def _is_shape(column: Column[Any]) -> bool:
    kind = column.type
    return isinstance(kind, TypeDecorator) and isinstance(kind.impl_instance, Geometry)


def _wire_type(column: Column[Any]) -> str:
    return "text" if _is_shape(column) else column.type.compile(dialect=_DIALECT)


def _read(column: Column[Any]) -> str:
    return f'CAST(r."{column.name}" AS geometry)' if _is_shape(column) else f'r."{column.name}"'
