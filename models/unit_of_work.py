"""One piece of work, done for a person: committed whole or not at all."""

from __future__ import annotations

from functools import cached_property
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, event, func, select, text
from sqlalchemy.orm import Session, SessionTransaction

from halfhour.errors import NoSuchError
from models.account_store import AccountStore
from models.area_store import AreaStore
from models.board_store import BoardStore
from models.failures import in_our_words, translated
from models.gazetteer_store import GazetteerStore
from models.household_store import HouseholdStore
from models.people_store import PeopleStore
from models.request_store import RequestStore
from models.road_store import RoadStore
from models.station_store import StationStore
from models.volunteer_store import VolunteerStore


class UnitOfWork:
    """
    A transaction that acts for a person: row policies show it what that person may see.

    Use it in a `with` block. It rolls back unless `commit` is called; after a commit the next
    statement begins a new transaction, for the same person. One thread at a time.

    Parameters
    ----------
    person_id
        Whom it acts for. None is nobody, who sees nothing: signing in happens so.
    township_code
        Which township the stores ask about, for people who serve several; their own if absent.
    snapshot
        Read everything as of the first statement, and write nothing.
    """

    def __init__(
        self,
        engine: Engine,
        person_id: int | None,
        *,
        township_code: str | None = None,
        snapshot: bool = False,
    ) -> None:
        self.person_id = person_id
        self._chosen_township = township_code
        self._own_township: str | None = None
        self._snapshot = snapshot
        self.session = Session(engine, expire_on_commit=False)
        event.listen(self.session, "after_begin", self._act)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.session.close()
        meaning = None if error is None else translated(error)
        if meaning is not None:
            raise meaning from error

    def commit(self) -> None:
        """Make everything since the last commit lasting, or nothing of it."""
        with in_our_words():
            self.session.commit()

    def flush(self) -> None:
        """Send what is pending, so that the database's constraints speak now."""
        with in_our_words():
            self.session.flush()

    @property
    def township_code(self) -> str:
        """
        The township the stores ask about.

        Raises
        ------
        NoSuchError
            If the acting person does not exist.
        """
        if self._chosen_township is not None:
            return self._chosen_township
        self.session.connection()  # begins the transaction, which learns the township
        if self._own_township is None:
            raise NoSuchError("人员", self.person_id)
        return self._own_township

    def board_version(self) -> int:
        """Read the number that grows with every commit that changes the board."""
        return self.boards.version()

    def _act(
        self, _session: Session, transaction: SessionTransaction, connection: Connection
    ) -> None:
        if transaction.nested:
            return
        if self._snapshot:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        acting = select(func.halfhour.act_for(self.person_id))
        self._own_township = connection.execute(acting).scalar_one()

    @cached_property
    def accounts(self) -> AccountStore:
        """Sign-in names of people."""
        return AccountStore(self)

    @cached_property
    def areas(self) -> AreaStore:
        """Editions and their areas."""
        return AreaStore(self)

    @cached_property
    def boards(self) -> BoardStore:
        """How new a live screen is."""
        return BoardStore(self)

    @cached_property
    def gazetteer(self) -> GazetteerStore:
        """Names of places."""
        return GazetteerStore(self)

    @cached_property
    def households(self) -> HouseholdStore:
        """Households and residents."""
        return HouseholdStore(self)

    @cached_property
    def people(self) -> PeopleStore:
        """People and their roles."""
        return PeopleStore(self)

    @cached_property
    def requests(self) -> RequestStore:
        """Requests, offers, history."""
        return RequestStore(self)

    @cached_property
    def roads(self) -> RoadStore:
        """The road network."""
        return RoadStore(self)

    @cached_property
    def stations(self) -> StationStore:
        """Practice sites."""
        return StationStore(self)

    @cached_property
    def volunteers(self) -> VolunteerStore:
        """Volunteers and who is on hand."""
        return VolunteerStore(self)
