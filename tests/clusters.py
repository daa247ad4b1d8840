"""Private PostGIS clusters for tests: made in a folder everybody may enter, and removed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.cluster.configuration import THROWAWAY
from models.embedded import EmbeddedServer


@contextmanager
def an_open_folder() -> Iterator[Path]:
    """
    Make a folder that the cluster's account may enter, and remove it with all its clusters.

    pytest's own `tmp_path` lies in a folder that only its user may enter; root's cluster, which
    belongs to another account, would be made in /var/lib instead.
    """
    folder = Path(tempfile.mkdtemp(prefix="hh-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for link in folder.glob("**/postgres"):
            server = EmbeddedServer(link.parent)
            server.stop()
            shutil.rmtree(server.status().socket, ignore_errors=True)
            shutil.rmtree(link.resolve(), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def a_cluster(*, durable: bool = False, database: str = "halfhour") -> Iterator[EmbeddedServer]:
    """Run a cluster while a test, or all of them, needs it."""
    with an_open_folder() as home:
        overrides = {} if durable else THROWAWAY
        server = EmbeddedServer(home, database=database, overrides=overrides)
        server.start()
        yield server
