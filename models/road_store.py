"""The township's roads, as `routing` wrote them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from halfhour.errors import NothingImportedError
from models.roads import RoadNetwork
from models.store import Store


class RoadStore(Store):
    """The current road network."""

    def digest(self) -> str | None:
        """Name the current network by its content; None if no roads were imported."""
        return self._session.scalars(
            select(RoadNetwork.digest).where(
                RoadNetwork.township_code == self._township, RoadNetwork.current
            )
        ).one_or_none()

    def payload(self, digest: str) -> bytes:
        """
        Read a network.

        Raises
        ------
        NothingImportedError
            If there is none of that digest.
        """
        payload = self._session.scalars(
            select(RoadNetwork.payload)
            .where(RoadNetwork.township_code == self._township, RoadNetwork.digest == digest)
            .limit(1)
        ).one_or_none()
        if payload is None:
            raise _no_roads()
        return payload

    def current(self) -> tuple[str, bytes, dict[str, Any]]:
        """
        Read the current network: digest, payload and what the import counted.

        Raises
        ------
        NothingImportedError
            If no roads were imported.
        """
        row = self._session.execute(
            select(RoadNetwork.digest, RoadNetwork.payload, RoadNetwork.stats).where(
                RoadNetwork.township_code == self._township, RoadNetwork.current
            )
        ).one_or_none()
        if row is None:
            raise _no_roads()
        return row.digest, row.payload, row.stats

    def replace(self, payload: bytes, stats: Mapping[str, Any], by: int, now: datetime) -> str:
        """
        Make a network the current one; the one before stays known.

        Returns
        -------
        digest
            SHA-256 of the payload, in hexadecimal.
        """
        digest = hashlib.sha256(payload).hexdigest()
        self._session.execute(
            update(RoadNetwork)
            .where(RoadNetwork.township_code == self._township, RoadNetwork.current)
            .values(current=False)
        )
        self._session.add(
            RoadNetwork(
                township_code=self._township,
                digest=digest,
                payload=payload,
                stats=dict(stats),
                imported_at=now,
                imported_by=by,
                current=True,
            )
        )
        self._session.flush()
        return digest


def _no_roads() -> NothingImportedError:
    return NothingImportedError("路网", "halfhour import roads 文件 --commit")
