"""Live: who holds the link hears that something changed, and never what, nor anything inside."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from litestar import Litestar

from fairline.board.streams import (
    ON_THE_BOARD,
    PLACE_EVERY_S,
    _is_public,
    place_every_s,
    thread_hears,
    thread_news,
)
from fairline.board.viewer import open_thread
from fairline.cases.actions import note
from fairline.cases.changes import get_case, set_status
from fairline.cases.rows import SYSTEM, Event
from fairline.cases.timeline import follow, newest_cursor
from fairline.web.whispers import Whisper
from tests.board.visitor import Visitor

Heard = tuple[str, dict[str, Any]]


@pytest.fixture
def app(cleo: Visitor) -> Litestar:
    """The app of the visitor's client: its live tail runs."""
    app = cleo.client.app
    assert isinstance(app, Litestar)
    return app


def listen(app: Litestar, path: str, then: Callable[[], None], *, until: int) -> list[Heard]:
    """Open a stream, do `then` once it is open, and return the first `until` events after hello."""

    async def run() -> list[Heard]:
        body, opened, heard = "", asyncio.Event(), list[Heard]()
        done = asyncio.Event()
        address, _, query = path.partition("?")

        async def receive() -> dict[str, Any]:
            if not opened.is_set():
                opened.set()
                return {"type": "http.request", "body": b"", "more_body": False}
            await done.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                assert message["status"] == 200
                return
            body += message.get("body", b"").decode()
            heard[:] = [e for e in events_of(body) if e[0] != "hello"]
            if "hello" in body and not started.is_set():
                started.set()
            if len(heard) >= until:
                done.set()

        started = asyncio.Event()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": address,
            "raw_path": address.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(b"host", b"board.test")],
            "client": ("127.0.0.1", 1),
            "server": ("board.test", 80),
            "state": {},
        }
        task = asyncio.create_task(app(scope, receive, send))  # type: ignore[arg-type]
        await asyncio.wait_for(started.wait(), 10)
        await asyncio.to_thread(then)
        await asyncio.wait_for(done.wait(), 10)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return heard

    return asyncio.run(run())


def events_of(body: str) -> Iterator[Heard]:
    for block in body.replace("\r\n", "\n").split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        if "event" in lines and "data" in lines:
            yield lines["event"], json.loads(lines["data"])


def news(cleo: Visitor, do: Callable[[], None]) -> list[dict[str, Any] | None]:
    """What the holder of the thread would be told of what `do` causes."""
    with cleo.office.database.read() as unit:
        wants = thread_news(open_thread(unit, cleo.token, cleo.office.settings))
        cursor = newest_cursor(unit)
    do()
    with cleo.office.database.read() as unit:
        events: list[Event] = follow(unit, cursor)
    return [told for event in events if (told := wants(event)) is not None]


def test_an_answer_is_heard_at_once(cleo: Visitor, app: Litestar) -> None:
    cleo.ask()
    heard = listen(app, f"{cleo.url}/stream", lambda: cleo.answered("Today."), until=1)
    assert all("Today." not in json.dumps(data) for _, data in heard)
    assert {kind for kind, _ in heard} <= {"message", "status"}


def test_what_happened_before_the_stream_opened_is_not_missed(cleo: Visitor, app: Litestar) -> None:
    cleo.ask()
    html = cleo.get(cleo.url).text
    address = html.split('data-live-url="')[1].split('"')[0]
    cleo.answered("Between page and stream.")
    heard = listen(app, address.replace("&amp;", "&"), lambda: None, until=1)
    assert ("message", {"event": "message"}) in heard


def test_notes_are_not_heard(cleo: Visitor) -> None:
    cleo.ask()

    def write() -> None:
        with cleo.office.database.write() as unit:
            note(unit, cleo.case().id, cleo.cast.ben, "Inside")

    assert news(cleo, write) == []


def test_the_place_moves_when_others_are_served_but_seldom(cleo: Visitor) -> None:
    others = [cleo.ask(f"Before me {number}") for number in range(4)]
    cleo.ask("Me")

    def serve() -> None:
        mine = cleo.token
        for other in others:
            cleo.token = other
            cleo.answered("Served")
        cleo.token = mine

    told = news(cleo, serve)
    assert told == [{"event": "place", "again_s": PLACE_EVERY_S + 1}]


def test_who_does_not_wait_hears_nothing_of_the_line(cleo: Visitor) -> None:
    other = cleo.ask("Other")
    cleo.ask("Me")
    cleo.answered("Done")
    mine = cleo.token

    def serve() -> None:
        cleo.token = other
        cleo.answered("Served")
        cleo.token = mine

    assert news(cleo, serve) == []


def test_that_an_agent_writes_is_told_but_not_a_note(cleo: Visitor) -> None:
    cleo.ask()
    with cleo.office.database.read() as unit:
        hears = thread_hears(unit, open_thread(unit, cleo.token, cleo.office.settings))

    def whisper(mode: str, *, state: str = "typing", who: str = "", case_id: str = "") -> Any:
        return hears(
            Whisper(
                kind="presence",
                case_id=case_id or cleo.case().id,
                who=who or cleo.cast.ben.id,
                name="Benedict Private",
                state=state,
                mode=mode,
            )
        )

    assert whisper("private") == {"event": "typing", "name": "Ben"}
    assert whisper("note") is None
    assert whisper("") is None
    assert whisper("private", who="customer") is None
    assert whisper("private", case_id="another") is None
    assert whisper("", state="gone") == {"event": "typing", "name": ""}


def test_agents_see_that_the_customer_writes(cleo: Visitor, app: Litestar) -> None:
    cleo.ask(name="Cleo")
    assert cleo.do("typing").status_code == 204
    seen = cleo.office.live.presence.on(cleo.case().id, time.monotonic())
    assert [(w.who, w.name, w.state) for w in seen] == [("customer", "Cleo", "typing")]


def test_the_board_hears_of_public_words_only(cleo: Visitor, app: Litestar) -> None:
    cleo.ask("Public?", visibility="public")

    def happen() -> None:
        cleo.answered("Private words", visibility="private", status="open")
        cleo.answered("Public words", visibility="public", status="open")

    reference = cleo.case().reference
    assert listen(app, f"/q/{reference}/stream", happen, until=1)[0] == (
        "message",
        {"event": "message"},
    )
    assert listen(app, "/questions/stream", happen, until=1)[0] == ("list", {"event": "list"})


def test_a_private_answer_alone_is_not_heard_on_the_board(cleo: Visitor) -> None:
    cleo.ask("Public?", visibility="public")
    with cleo.office.database.read() as unit:
        cursor = newest_cursor(unit)
    cleo.answered("Private words", visibility="private", status="open")
    with cleo.office.database.write() as unit:
        note(unit, cleo.case().id, cleo.cast.ben, "Inside")
        set_status(unit, get_case(unit, cleo.case().id), "waiting", by=SYSTEM)
    with cleo.office.database.read() as unit:
        told = [e.kind for e in follow(unit, cursor) if e.kind in ON_THE_BOARD and _is_public(e)]
    assert set(told) <= {"status_changed"}


def test_a_wrong_cursor_is_no_harm(cleo: Visitor, app: Litestar) -> None:
    cleo.ask()
    heard = listen(app, f"{cleo.url}/stream?since=%27x", lambda: cleo.answered("Hi"), until=1)
    assert heard


def test_the_more_wait_the_less_often_each_is_told_of_the_line() -> None:
    """A thousand who watch ask for fifty places a second between them."""
    assert place_every_s(1) == place_every_s(100) == PLACE_EVERY_S
    assert place_every_s(1000) == 20
