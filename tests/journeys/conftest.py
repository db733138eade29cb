"""Acme on a real install, Dovecot for its mailbox, and an outgoing mail server that can stall."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster import Cluster
from tests.fakes.smtp import FakeSmtp
from tests.journeys.company import Company, found_company
from tests.journeys.server import Install
from tests.mailserver import DOVECOT, HAS_LMTP, MISSING, MailServer

REQUIRED = os.environ.get("FAIRLINE_TEST_REQUIRE_ALL") == "1"


class StallingSmtp(FakeSmtp):
    """Once `stall_at` was called: stalls before answering that verb, sets `stalled`, and breaks off
    when `released`."""

    def __init__(self) -> None:
        super().__init__()
        self.stalls = ""
        self.stalled = threading.Event()
        self.released = threading.Event()

    def stall_at(self, verb: str) -> None:
        self.stalled.clear()
        self.released.clear()
        self.stalls = verb

    def drops_at(self, verb: str) -> bool:
        if verb != self.stalls:
            return super().drops_at(verb)
        self.stalls = ""
        self.stalled.set()
        self.released.wait(120)
        return True


@pytest.fixture
def dovecot(tmp_path: Path) -> Iterator[MailServer]:
    """Running, with support@acme.test in it."""
    if DOVECOT is None or not HAS_LMTP:
        pytest.fail(MISSING) if REQUIRED else pytest.skip(MISSING)
    with MailServer(tmp_path / "dovecot") as server:
        server.add_user("support@acme.test", "secret")
        yield server


@pytest.fixture
def smtp() -> Iterator[StallingSmtp]:
    """Where Acme's mail goes out."""
    with StallingSmtp() as server:
        yield server
        server.released.set()


@pytest.fixture
def acme(tmp_path: Path, database_url: str) -> Iterator[Company]:
    """Acme before its first start: a brand, a board, Ada, Ben and Bea; no mailbox yet."""
    url = "" if database_url.startswith("sqlite") else database_url
    with Install(tmp_path / "acme", database_url=url) as install:
        yield found_company(install)


@pytest.fixture(scope="session")
def postgres(
    cluster: Cluster | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    """A PostgreSQL server, also when the rest of the run is on SQLite."""
    if cluster:
        yield cluster
        return
    with Cluster.start() as started:
        yield started
