"""Live over real HTTP: what the stream tells, to whom, and from where it resumes."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from granian.constants import Interfaces
from granian.server.embed import Server

from fairline.cases.actions import note, reply
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.cases.timeline import newest_cursor
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.people import store as people
from fairline.people.tables import Agent
from fairline.wiring import Office
from tests.apps import app_of
from tests.conftest import PASSWORD, Cast, said
from tests.desk.conftest import CSRF

Ask = Callable[..., Case]
News = Iterator[tuple[str, str, dict[str, Any]]]


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """The real server on a free port, in a thread."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    loop = asyncio.new_event_loop()
    server = Server(app_of(office), address="127.0.0.1", port=port, interface=Interfaces.ASGI)

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(server.serve())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        office.live.stop()
        loop.call_soon_threadsafe(server.stop)
        thread.join(15)
        loop.close()


class Viewer:
    """A browser with a session on the real server."""

    def __init__(self, address: str, agent: Agent) -> None:
        self.client = httpx2.Client(base_url=address, timeout=15, follow_redirects=True)
        page = self._signed_in(agent)
        found = CSRF.search(page)
        assert found, page
        self.csrf = found[1]

    def _signed_in(self, agent: Agent) -> str:
        for _ in range(200):
            try:
                answer = self.client.post(
                    "/desk/sign-in", data={"email": agent.email, "password": PASSWORD}
                )
            except httpx2.ConnectError:
                continue  # the server is starting
            return answer.text
        raise AssertionError("the server did not start")

    def news(self, lines: Iterator[str]) -> News:
        """(name, id, data) of each event after the greeting."""
        name = mark = ""
        for raw in lines:
            line = raw.rstrip("\r\n")
            if line.startswith("event:"):
                name = line.removeprefix("event:").strip()
            elif line.startswith("id:"):
                mark = line.removeprefix("id:").strip()
            elif line.startswith("data:") and name != "hello":
                yield name, mark, json.loads(line.removeprefix("data:"))

    def close(self) -> None:
        self.client.close()


def test_an_agent_hears_of_what_happens_and_resumes(
    address: str, office: Office, cast: Cast, ask: Ask, database: Database
) -> None:
    case = ask()
    ben = Viewer(address, cast.ben)
    with database.read() as unit:
        since = newest_cursor(unit)
    with database.write() as unit:
        reply(unit, case.id, cast.bea, "On its way")

    with ben.client.stream("GET", f"/desk/stream?since={since}") as stream:
        seen = []
        for name, mark, data in ben.news(stream.iter_lines()):
            seen.append((name, mark, data))
            if name == "message_sent":
                break
    name, mark, data = seen[-1]
    assert (data["case_id"], data["by"]) == (case.id, "agent")
    assert "On its way" not in json.dumps(seen), "ids travel, words do not"

    with database.write() as unit:
        note(unit, case.id, cast.bea, "@[Ben] look")
    with ben.client.stream("GET", "/desk/stream", headers={"last-event-id": mark}) as stream:
        kinds = []
        for name, _, data in ben.news(stream.iter_lines()):
            kinds.append(name)
            if name == "note_added":
                assert data["mine"] is True
                break
    assert "message_sent" not in kinds, "what was heard is not told again"
    ben.close()


def test_a_viewer_sees_who_writes_and_in_which_mode(address: str, cast: Cast, ask: Ask) -> None:
    case = ask()
    ben, bea = Viewer(address, cast.ben), Viewer(address, cast.bea)

    with ben.client.stream("GET", f"/desk/stream?case={case.reference}") as stream:
        lines = stream.iter_lines()
        assert next(lines)  # the greeting: from here on Ben hears
        for state, mode in (("viewing", ""), ("typing", "note")):
            answer = bea.client.post(
                f"/desk/cases/{case.reference}/presence",
                data={"csrf": bea.csrf, "state": state, "mode": mode},
            )
            assert answer.status_code == 204
        whispers = (data for name, _, data in ben.news(lines) if name == "presence")
        first, second = next(whispers), next(whispers)

    assert (first["name"], first["state"]) == ("Bea", "viewing")
    assert (second["state"], second["mode"]) == ("typing", "note")
    assert "Bea is writing a note" in ben.client.get(f"/desk/cases/{case.reference}").text
    ben.close()
    bea.close()


def test_another_brand_is_not_heard(
    address: str, cast: Cast, office: Office, database: Database
) -> None:
    with database.write() as unit:
        people.update_agent(unit, cast.bea.id, {"brand_ids": [new_id()]})
    bea = Viewer(address, cast.bea)
    with database.read() as unit:
        since = newest_cursor(unit)
    with database.write() as unit:
        receive(unit, cast.mailbox_ref, said())

    with bea.client.stream("GET", f"/desk/stream?since={since}") as stream:
        lines = stream.iter_lines()
        greeting = [next(lines) for _ in range(3)]
        office.live.stop()
        rest = list(lines)

    assert any("hello" in line for line in greeting)
    assert not any("case_id" in line for line in rest)
    bea.close()
