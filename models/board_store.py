"""How new a live screen is: one number, read in well under a millisecond."""

from __future__ import annotations

from sqlalchemy import select

from models.boards import BoardVersion
from models.store import Store


class BoardStore(Store):
    """The version of the township's board."""

    def version(self) -> int:
        """Read how often the board has changed; it grows with every commit that changes it."""
        query = select(BoardVersion.version).where(BoardVersion.township_code == self._township)
        return self._session.scalars(query).one_or_none() or 0
