"""The wallboard: the numbers are right, one computation serves all boards, and nobody is named."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from fairline.cases import actions, changes, store
from fairline.cases.actions import actor_of
from fairline.cases.rows import Case, Event
from fairline.db.engine import Database
from fairline.desk import wall as pages
from fairline.line import store as line
from fairline.line import wall
from fairline.people.teams import create_team
from tests.conftest import Cast
from tests.desk.conftest import Browser

Ask = Callable[..., Case]
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def figures(page: str) -> dict[str, str]:
    """What stands in the large figures, by label."""
    found = re.findall(r"<dt>([^<]+)</dt><dd><span class=\"wall-number\">([^<]*)</span>", page)
    return {label: value.strip() for label, value in found}


def test_nobody_waits(ada: Browser) -> None:
    page = ada.see("/desk/wall")
    assert "Nobody is waiting" in page
    assert figures(page)["Waiting"] == "0"
    assert figures(page)["Oldest wait"] == "none"
    assert figures(page)["Promises kept today"] == "none yet"


def test_how_the_line_stands(ada: Browser, ask: Ask, database: Database, cast: Cast) -> None:
    late, theirs, _free = (
        ask(f"Secret {n}", by=f"c{n}@mail.test", subject=f"Hush {n}") for n in range(3)
    )
    answered = ask("Done?", by="dov@mail.test")
    with database.write() as unit:
        team = create_team(unit, name="Returns", member_ids=[cast.ben.id])
        by = actor_of(cast.ada)
        changes.set_team(unit, changes.get_case(unit, theirs.id), team.id, by=by)
        changes.assign(unit, changes.get_case(unit, theirs.id), cast.ben.id, by=by)
        actions.reply(unit, answered.id, cast.ben, "Yes.")
    with database.write() as unit:
        due_at = unit.now - timedelta(minutes=5)
        store.update_case(unit, late.id, {"due_at": due_at})
        changes.snooze(unit, store.case_by_id(unit, late.id) or late, soon(unit.now), by=by)
        changes.wake(unit, changes.get_case(unit, late.id), by=by, reason="test")

    page = ada.see("/desk/wall")
    shown = figures(page)
    assert shown["Waiting"] == "3"
    assert shown["Late"] == "1"
    assert shown["Taken"] == "1"
    assert shown["On duty"] == "1"
    assert shown["Promises kept today"] == "100 %"
    assert re.search(r'<th scope="row">Returns</th><td>1</td><td>0</td><td>0</td>', page)
    assert re.search(r'<th scope="row">No team</th><td>2</td><td>0</td><td class="is-late">1', page)
    assert "Came in the last hour: <strong>4</strong>" in page
    assert "Answered in the last hour: <strong>1</strong>" in page
    assert not any(word in page for word in ("Secret", "Hush", "mail.test", "Cleo", late.reference))


def soon(now: datetime) -> datetime:
    return now + timedelta(minutes=1)


def test_it_is_for_supervisors(ben: Browser) -> None:
    for path in ("/desk/wall", "/desk/wall/part", "/desk/wall/stream"):
        ben.see(path, status=403)


def test_boards_share_one_computation(ada: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    gathered: list[int] = []
    real = wall.gather

    def counting(*arguments: Any) -> wall.Wall:
        gathered.append(1)
        return real(*arguments)

    monkeypatch.setattr(pages, "gather", counting)
    monkeypatch.setattr(pages, "HOLDS_S", 60.0)
    for _ in range(5):
        assert "Nobody is waiting" in ada.see("/desk/wall/part")
    assert len(gathered) == 1
    monkeypatch.setattr(pages, "HOLDS_S", -1.0)
    ada.see("/desk/wall/part")
    assert len(gathered) == 2


def test_the_stream_says_little(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("fairline.desk.wall.time.monotonic", lambda: clock[0])
    wants = pages.news_for(cast.ada)

    def event(kind: str) -> Event:
        return Event(
            position=1,
            tx=0,
            case_id="c",
            brand_id=cast.brand.id,
            kind=kind,
            at=NOW,
            actor_kind="system",
            actor_id=None,
            data={"text": "hush"},
        )

    assert wants(event("tag_added")) is None
    assert wants(event("message_received")) == {"event": "wall", "again_s": 4.0}
    assert wants(event("alarm_raised")) is None
    clock[0] += 3.5
    assert wants(event("alarm_raised")) == {"event": "wall", "again_s": 4.0}


def test_bars() -> None:
    moments = [NOW, NOW - timedelta(minutes=4), NOW - timedelta(minutes=59, seconds=59)]
    found = wall.bars([*moments, NOW - timedelta(minutes=61)], NOW)
    assert (found[0], found[-1], sum(found)) == (1, 2, 3)
    drawn = pages.bars([0, 4, 2], 4)
    assert [(bar.y, bar.height) for bar in drawn] == [(36.0, 0.0), (0.0, 36.0), (18.0, 18.0)]


def test_the_day_begins_where_the_brand_is(cast: Cast) -> None:
    there = msgspec.structs.replace(cast.brand, time_zone="Asia/Kolkata")
    assert wall.midnight(there, NOW) == datetime(2026, 3, 3, 18, 30, tzinfo=UTC)


def test_the_oldest_wait_is_the_earliest_arrival(database: Database, ask: Ask, cast: Cast) -> None:
    """Not the first in line: a graver need that came later is served before it."""
    first, second = ask("One"), ask("Two", by="dov@mail.test")
    with database.write() as unit:
        changes.set_severity(
            unit, changes.get_case(unit, second.id), "safety", by=actor_of(cast.ben), reason="fire"
        )
    with database.read() as unit:
        found = wall.gather(unit, ())
        standing = line.standing(unit, first.id)
    assert standing
    assert found.oldest == standing.entered_at
