"""The demo company comes to life: a smaller one here, made the same way."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from fairline.channels import store_deliveries, store_inboxes, store_raw
from fairline.core.clock import now
from fairline.core.errors import Conflict
from fairline.core.settings import Settings
from fairline.db.health import newest_moment
from fairline.demo.filling import fill
from fairline.demo.history import history
from fairline.demo.living import Life
from fairline.demo.running import clear, prepare
from fairline.demo.stories import load
from fairline.line.lists import Filter, page_of
from fairline.people import store as people
from fairline.wiring import Office
from tests.commands.running import until

CASES = 170


@pytest.fixture
def told(office: Office) -> Office:
    fill(office, tick=lambda _: None, cases=CASES)
    return office


def test_every_screen_has_something_to_show(told: Office) -> None:
    with told.database.read() as unit:
        ruth = next(a for a in people.all_agents(unit) if a.role == "administrator")

        def found(wanted: Filter) -> int:
            return len(page_of(unit, wanted, ruth).cases)

        statuses = {
            s: found(Filter(status=s)) for s in ("new", "open", "on_hold", "solved", "closed")
        }
        waiting, asleep = found(Filter(waiting=True)), found(Filter(snoozed=True))
        kinds = {kind: found(Filter(kind=kind)) for kind in ("praise", "suggestion", "problem")}
        aside = store_raw.set_aside(unit)
        stuck = store_deliveries.counts_by_state(unit)
        brands = people.all_brands(unit)

    assert all(statuses.values()), statuses
    assert all(kinds.values()), kinds
    assert waiting
    assert asleep
    assert len(aside) == 2
    assert stuck == {"failed": 2}
    assert len(brands) == 2


def test_nothing_of_the_past_is_still_to_leave(told: Office) -> None:
    _, _, ledger = told.make_worker()

    assert not ledger.step("worker")
    newest = newest_moment(told.database)
    assert newest
    assert newest <= now()


def test_the_same_seed_tells_the_same_history() -> None:
    content, moment = load(), now()

    one, two = (history(content, moment, cases=CASES) for _ in range(2))

    assert one == two
    assert all(a.at <= b.at for a, b in pairwise(one))
    assert one[0].at > moment - timedelta(weeks=8)
    assert len({m.story.key for m in one}) == CASES
    assert Counter(m.index for m in one)[0] == CASES


def test_people_write_in_and_colleagues_answer(told: Office) -> None:
    content = load()
    with told.database.read() as unit:
        by_address = {i.address: i for i in store_inboxes.all_inboxes(unit)}
        staff = {a.email: a for a in people.all_agents(unit)}
        before = _answers(told)
    life = Life(
        told,
        content,
        {i.key: by_address[i.address] for i in content.inboxes},
        {a.key: staff[a.mail] for a in content.agents},
        seed=3,
        pace=0.005,
    )
    worker, _, _ = told.make_worker()
    worker.start()
    life.start()
    try:
        until(lambda: _answers(told) > before + 2)
    finally:
        life.stop()
        worker.stop()


def _answers(office: Office) -> int:
    from fairline.cases.timeline import follow

    with office.database.read() as unit:
        events, cursor = 0, "0-0"
        while found := follow(unit, cursor):
            events += sum(event.kind == "message_sent" for event in found)
            cursor = found[-1].cursor
    return events


def test_a_real_install_is_never_filled_nor_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "fairline.db").write_bytes(b"somebody's")

    with pytest.raises(Conflict):
        prepare(Settings(data_dir=str(tmp_path)), reset=True)

    assert (tmp_path / "fairline.db").read_bytes() == b"somebody's"


def test_throwing_a_demo_away_takes_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("ready\n")
    (tmp_path / "fairline.db").write_bytes(b"")
    (tmp_path / "mine.txt").write_text("keep")

    clear(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
