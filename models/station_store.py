"""Where the practice sites are."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from halfhour.places import LonLat
from halfhour.vocabulary import StationKind
from models.geometry import point_at
from models.stations import Station
from models.store import Store


class StationStore(Store):
    """The township's stations."""

    def all(self) -> list[Station]:
        """List them by kind and name."""
        query = select(Station).where(Station.township_code == self._township)
        return list(self._session.scalars(query.order_by(Station.kind, Station.name)))

    def add(
        self, kind: StationKind, name: str, place: LonLat, *, phone: str | None = None
    ) -> Station:
        """Add one; its areas are found from its place."""
        station = Station(
            township_code=self._township, kind=kind, name=name, point=point_at(place), phone=phone
        )
        self._session.add(station)
        self._session.flush()
        return station

    def replace(self, stations: Iterable[Station]) -> None:
        """Put these in the place of all there were."""
        self._session.execute(delete(Station).where(Station.township_code == self._township))
        for station in stations:
            station.township_code = self._township
            self._session.add(station)
        self._session.flush()
