"""What the stores share: the session of a unit of work, and the township it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from models.unit_of_work import UnitOfWork


class Store:
    """Questions about one kind of thing, asked within a unit of work. See its subclasses."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    @property
    def _session(self) -> Session:
        return self._unit.session

    @property
    def _township(self) -> str:
        return self._unit.township_code
