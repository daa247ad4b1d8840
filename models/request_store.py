"""Requests: the open ones, one to work on, and what was done to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from halfhour.clock import local_midnight
from halfhour.dispatching import HALF_HOUR_S
from halfhour.errors import BadFieldError, NoSuchError
from halfhour.places import LonLat
from halfhour.six_orders import Stage
from halfhour.vocabulary import Channel, Precision, Skill
from models.areas import AreaPath
from models.offers import ACTIVE, Offer, OfferState
from models.people import Person
from models.requests import Request, RequestEvent
from models.store import Store

OPEN = tuple(stage for stage in Stage if stage.open)
ON_IT = (*ACTIVE, OfferState.COMPLETED)
"""Offers that name who is, or was, on a request."""
LONGEST_SERIAL = 10
"""Digits; what is longer is no serial and no id either."""


class RequestStore(Store):
    """The requests the acting person may see."""

    def open_new(
        self,
        *,
        text: str,
        channel: Channel,
        path: AreaPath,
        point: LonLat | None,
        now: datetime,
        label: str | None = None,
        precision: Precision | None = None,
        confidence: float | None = None,
        evidence: Iterable[str] = (),
        skill: Skill = Skill.GENERAL,
        reporter: str | None = None,
        reporter_phone: str | None = None,
    ) -> Request:
        """点单: write a new request in the name of the acting person; it gets its number now."""
        return self.add(
            Request.placed(
                text,
                path=path,
                point=point,
                channel=channel,
                at=now,
                by=self._unit.person_id or 0,
                label=label,
                precision=precision,
                confidence=confidence,
                evidence=evidence,
                skill=skill,
                reporter=reporter,
                reporter_phone=reporter_phone,
            )
        )

    def add(self, request: Request) -> Request:
        """Write a request made by `Request.placed`; its id and number are there afterwards."""
        self._session.add(request)
        self._session.flush()
        return request

    def get(self, request_id: int) -> Request:
        """
        Read a request.

        Raises
        ------
        NoSuchError
            If there is none of that id, or the acting person may not see it.
        """
        return self._one(select(Request).where(Request.id == request_id), request_id)

    def locked(self, request_id: int) -> Request:
        """
        Read a request as it is now and hold it until the commit; others wait.

        Raises
        ------
        NoSuchError
            If there is none of that id, or the acting person may not work on it.
        """
        query = (
            select(Request)
            .where(Request.id == request_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        return self._one(query, request_id)

    def find(self, number: str) -> Request:
        """
        Find a request by its number, the end of its number, or its id.

        The serial alone, which is what people say aloud, means the township's latest year.

        Raises
        ------
        NoSuchError
            If none fits.
        BadFieldError
            If the serial of one request is the id of another: nobody is sent to the wrong door.
        """
        wanted = number.strip()
        ways: list[ColumnElement[bool]] = [
            Request.number.in_((wanted, f"{self._township}-{wanted}"))
        ]
        if wanted.isdecimal() and len(wanted) < LONGEST_SERIAL:
            ways.append(self._latest_serial(int(wanted)))
            if not wanted.startswith("0"):  # 00017 is printed of serials only
                ways.append(Request.id == int(wanted))
        found = self._session.scalars(select(Request).where(or_(*ways)).order_by(Request.id)).all()
        if len(found) > 1:
            numbers = "、".join(request.number for request in found)
            raise BadFieldError("-", "单号", f"“{wanted}”可能是 {numbers}", "请写完整的单号")
        if not found:
            raise NoSuchError("单", number)
        return found[0]

    def open_requests(self) -> list[Request]:
        """List the requests somebody still has to act on, oldest first."""
        return list(self._session.scalars(self._open().order_by(Request.placed_at, Request.id)))

    def history(self, request_id: int) -> list[RequestEvent]:
        """List what was done to a request, oldest first."""
        query = select(RequestEvent).where(RequestEvent.request_id == request_id)
        return list(self._session.scalars(query.order_by(RequestEvent.seq)))

    def counts_by_grid(self) -> dict[str, int]:
        """Count open requests by grid; grids without any are left out."""
        query = self._open().with_only_columns(Request.grid_code, func.count())
        grouped = query.where(Request.grid_code.is_not(None)).group_by(Request.grid_code)
        return {str(code): count for code, count in self._session.execute(grouped)}

    def refused_by(self, request_id: int) -> frozenset[int]:
        """Name the volunteers who declined a request or let the offer expire."""
        query = select(Offer.volunteer_id).where(
            Offer.request_id == request_id,
            Offer.state.in_((OfferState.DECLINED, OfferState.EXPIRED)),
        )
        return frozenset(self._session.scalars(query))

    def unanswered_since(self, now: datetime) -> list[int]:
        """List requests whose offer should have been answered by now, the longest first."""
        query = (
            select(Offer.request_id)
            .where(
                Offer.township_code == self._township,
                Offer.state == OfferState.DISPATCHED,
                Offer.answer_by <= now,
            )
            .order_by(Offer.answer_by, Offer.request_id)
        )
        return list(self._session.scalars(query))

    def in_time_today(self, now: datetime) -> tuple[int, int]:
        """
        Count today's requests (Asia/Shanghai) with somebody on them, and those kept in time.

        In time is half an hour from the resident's words to the door: the wait until the offer
        that holds, and the way by road as reckoned then.
        """
        waited_s = func.extract("epoch", Offer.offered_at - Request.placed_at)
        query = (
            select(func.count(), func.count().filter(waited_s + Offer.travel_s <= HALF_HOUR_S))
            .join(Request, Request.id == Offer.request_id)
            .where(
                Offer.township_code == self._township,
                Offer.state.in_(ON_IT),
                Request.placed_at >= local_midnight(now),
                Request.placed_at <= now,
            )
        )
        sent, in_time = self._session.execute(query).one()
        return sent, in_time

    def board_rows(self, *, since: datetime | None = None) -> list[dict[str, Any]]:
        """
        Read what the wall shows of each open request, oldest first, as plain values.

        Positions are null where only a village or grid is known.

        Parameters
        ----------
        since
            Read also the finished ones that were placed at or after this moment.
        """
        wanted: ColumnElement[bool] = Request.stage.in_(OPEN)
        if since is not None:
            wanted = or_(wanted, Request.placed_at >= since)
        query = (
            select(
                Request.id,
                Request.number,
                Request.stage,
                Request.text,
                Request.skill,
                Request.edition_id,
                Request.village_code,
                Request.grid_code,
                Request.cell_code,
                func.ST_X(Request.point).label("lon"),
                func.ST_Y(Request.point).label("lat"),
                Request.placed_at,
                Offer.travel_s,
                Person.name,
            )
            .outerjoin(Offer, and_(Offer.request_id == Request.id, Offer.state.in_(ON_IT)))
            .outerjoin(Person, Person.id == Offer.volunteer_id)
            .where(Request.township_code == self._township, wanted)
            .order_by(Request.placed_at, Request.id)
        )
        return [_board_row(row) for row in self._session.execute(query)]

    def _latest_serial(self, serial: int) -> ColumnElement[bool]:
        mine = Request.township_code == self._township
        latest = select(func.max(Request.year)).where(mine).scalar_subquery()
        return and_(mine, Request.year == latest, Request.serial == serial)

    def _open(self) -> Select[Request]:
        return select(Request).where(
            Request.township_code == self._township, Request.stage.in_(OPEN)
        )

    def _one(self, query: Select[Request], key: object) -> Request:
        found = self._session.scalars(query).one_or_none()
        if found is None:
            raise NoSuchError("单", key)
        return found


def _board_row(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "stage": row.stage.value,
        "text": row.text,
        "skill": row.skill.value,
        "skill_label": row.skill.label,
        "edition": row.edition_id,
        "village": row.village_code,
        "grid": row.grid_code,
        "cell": row.cell_code,
        "lon": row.lon,
        "lat": row.lat,
        "placed_at": row.placed_at.isoformat(),
        "volunteer": row.name,
        "travel_s": row.travel_s,
    }
