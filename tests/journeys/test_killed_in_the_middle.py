"""The application or PostgreSQL dies with -9 while people are being sent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from models.cluster import processes
from models.database import owner_engine
from models.server import Server
from services import dispatch
from services.bootstrap import App
from tests.builders import NOW, Cast, a_request, a_volunteer
from tests.journeys.invariants import assert_everything_is_whole

ROOT = Path(__file__).resolve().parents[2]
DISPATCHER = """
import sys
from pathlib import Path
from halfhour.errors import HalfHourError
from halfhour.settings import Settings
from services import dispatch
from services.bootstrap import start
from tests.builders import IN_A, NOW, a_request
app, person = start(Settings(home=Path(sys.argv[1]))), int(sys.argv[2])
while True:
    with app.unit(person) as unit:
        request_id = a_request(unit, point=IN_A).id
        unit.commit()
    print("placed", request_id, flush=True)
    try:
        dispatch.dispatch(app, person, request_id, NOW)
        print("sent", request_id, flush=True)
        dispatch.accept(app, person, request_id, NOW)
        dispatch.complete(app, person, request_id, NOW)
    except HalfHourError as error:
        print("refused", request_id, type(error).__name__, flush=True)
"""


def kill_the_application(dispatcher: subprocess.Popen[str], server: Server) -> None:
    dispatcher.kill()


def kill_postgres(dispatcher: subprocess.Popen[str], server: Server) -> None:
    kill_all_of(server)
    dispatcher.kill()


def kill_all_of(server: Server) -> None:
    for pid in processes.processes_of(server.status().data):
        with suppress(ProcessLookupError):  # the others end by themselves once the first is gone
            os.kill(pid, signal.SIGKILL)


def working_dispatcher(home: Path, person_id: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", DISPATCHER, str(home), str(person_id)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def promises(output: str, word: str) -> set[int]:
    lines = [line.split() for line in output.splitlines()]
    return {int(line[1]) for line in lines if len(line) > 1 and line[0] == word}


@pytest.mark.parametrize("kill", [kill_the_application, kill_postgres])
def test_what_was_promised_is_kept_and_nothing_is_half_assigned(
    mortal: tuple[App, Cast], home: Path, kill
) -> None:
    app, cast = mortal
    server = app.server
    with app.unit(cast.operator) as unit:
        for number in range(10):
            a_volunteer(unit, f"志愿者{number}")
        unit.commit()
    with working_dispatcher(home, cast.dispatcher) as dispatcher:
        assert dispatcher.stdout is not None
        early = [dispatcher.stdout.readline() for _ in range(20)]
        time.sleep(0.25)
        kill(dispatcher, server)
        output = "".join(early) + dispatcher.stdout.read()

    server.start()
    assert_everything_is_whole(server.owner_url)
    engine = owner_engine(server.owner_url)
    with engine.connect() as connection:
        kept = set(connection.execute(text("SELECT id FROM requests")).scalars())
        sent = set(
            connection.execute(
                text("SELECT request_id FROM request_events WHERE step = 'dispatch'")
            ).scalars()
        )
    engine.dispose()
    assert promises(output, "placed") <= kept
    assert promises(output, "sent") <= sent
    assert len(promises(output, "sent")) >= 5


def test_the_application_goes_on_by_itself_when_the_database_is_back(
    mortal: tuple[App, Cast],
) -> None:
    app, cast = mortal
    server = app.server
    with app.unit(cast.dispatcher) as unit:
        request_id = a_request(unit).id
        unit.commit()
    kill_all_of(server)
    server.start()
    chosen, _ = dispatch.dispatch(app, cast.dispatcher, request_id, NOW)
    assert chosen.volunteer_id in cast.volunteers
    assert_everything_is_whole(server.owner_url)
