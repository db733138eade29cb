"""Posts come in any order, late and twice: what belongs together ends on one case, nothing else."""

import json
import threading
from collections.abc import Iterable
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairline.cases import store, store_events, store_messages
from fairline.cases.actions import reply
from fairline.cases.changes import get_case, set_status
from fairline.cases.merging import store as merges
from fairline.cases.merging.undoing import undo
from fairline.cases.rows import SYSTEM, Case, Message
from fairline.channels import echoes, store_deliveries, store_late, store_raw
from fairline.channels.contract import RawItem
from fairline.channels.inboxes import create_inbox
from fairline.channels.ingest import Ingest
from fairline.channels.raw import keep
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.channels.tables import raw_items
from fairline.channels.tables_late import late_items
from fairline.channels.x import XChannel
from fairline.line.place import place_of
from fairline.wiring import Office
from tests.channels.rebuilding import (
    DATA,
    feed,
    items,
    placed,
    score,
    shuffled_late_and_twice,
    threads,
)
from tests.conftest import Cast

_numbers = count(1000, 100)


class Square:
    """A public place with a thread of its own in it: posts 1, 2, 3 … by whom and under which."""

    def __init__(self, office: Office, inbox: Inbox, ingest: Ingest) -> None:
        self.office, self.inbox, self.ingest = office, inbox, ingest
        self.start = next(_numbers)

    def id_of(self, number: int) -> str:
        return str(self.start + number)

    def item(self, number: int, by: str, under: int = 0, text: str = "") -> RawItem:
        """Acme's own posts are by `acme`; everybody else has a name of their own in each square."""
        ours = by == "acme"
        row = {
            "tweet_id": self.id_of(number),
            "author_id": by if ours else f"{by}{self.start}",
            "inbound": str(not ours),
            "created_at": f"Tue Oct 31 22:{number:02d}:00 +0000 2017",
            "text": text or f"@acme where is parcel {number} of {by}? It is late",
            "in_response_to_tweet_id": self.id_of(under) if under else "",
        }
        payload = json.dumps(row).encode()
        return RawItem(native_id=self.id_of(number), payload=payload)

    def hear(self, *found: RawItem) -> None:
        feed(self.office.database, self.ingest, self.inbox, found)

    def groups(self) -> set[frozenset[int]]:
        """Which posts stand on one case."""
        on: dict[str, set[int]] = {}
        for native, (case_id, _) in placed(self.office.database, self.inbox).items():
            if self.start < int(native) < self.start + 100:
                on.setdefault(case_id, set()).add(int(native) - self.start)
        return {frozenset(group) for group in on.values()}

    def case_of(self, number: int) -> Case:
        with self.office.database.read() as unit:
            return get_case(unit, self.message(number).case_id)

    def message(self, number: int) -> Message:
        with self.office.database.read() as unit:
            found = store_messages.message_by_native_id(unit, self.inbox.id, self.id_of(number))
        assert found
        return found

    def state_of(self, number: int) -> tuple[str, str]:
        with self.office.database.read() as unit:
            row = store_raw.by_native_id(unit, self.inbox.id, self.id_of(number))
        assert row
        return row.state, row.outcome

    def waits(self) -> bool:
        """Whether the customer of post 1 has a place in the line."""
        with self.office.database.read() as unit:
            return place_of(unit, self.case_of(1)) is not None


@pytest.fixture
def account(office: Office, cast: Cast) -> tuple[Inbox, Ingest]:
    channels = Channels(
        [XChannel()], office.keyring, public_url="http://board.test", install_id="test"
    )
    with office.database.write() as unit:
        inbox = create_inbox(
            unit,
            channels,
            brand_id=cast.brand.id,
            kind="x",
            name="X",
            address="@acme",
            options={},
            by=SYSTEM,
        )
    return inbox, Ingest(office.database, channels)


@pytest.fixture
def square(office: Office, account: tuple[Inbox, Ingest]) -> Square:
    return Square(office, *account)


def story(square: Square) -> list[RawItem]:
    """Cleo asks, Acme answers, Cleo goes on twice (a branch); Dov joins and is answered too."""
    return [
        square.item(1, "cleo"),
        square.item(2, "acme", under=1),
        square.item(3, "cleo", under=2),
        square.item(4, "cleo", under=2),
        square.item(5, "dov", under=1),
        square.item(6, "acme", under=5),
        square.item(7, "dov", under=6),
        square.item(8, "cleo", under=7),
    ]


WHOLE = {frozenset({1, 2, 3, 4, 8}), frozenset({5, 6, 7})}


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(order=st.permutations(range(8)), twice=st.sets(st.integers(0, 7)))
def test_in_any_order_each_customer_has_one_case(
    office: Office, account: tuple[Inbox, Ingest], order: list[int], twice: set[int]
) -> None:
    square = Square(office, *account)
    told = story(square)
    square.hear(*(told[number] for number in order), *(told[number] for number in twice))
    assert square.groups() == WHOLE
    cleos, dovs = square.case_of(1), square.case_of(5)
    with office.database.read() as unit:
        beside = {other.id: why for other, why in store.related_to(unit, cleos.id)}
        authors = {p.name for p in store.participants_of(unit, cleos.id)}
    assert beside.get(dovs.id) == "same_thread"
    assert authors == {f"@cleo{square.start}"}
    # Their last words are unanswered, whatever came when.
    assert {cleos.status, dovs.status} <= {"new", "open"}
    assert cleos.entered_at
    assert dovs.entered_at


def test_an_answer_that_one_of_us_posted_is_an_answer_and_nothing_is_sent(
    office: Office, square: Square
) -> None:
    square.hear(square.item(1, "cleo"))
    assert square.waits()
    square.hear(square.item(2, "acme", under=1, text="It left yesterday."))
    case, message = square.case_of(1), square.message(2)
    assert (case.status, case.entered_at) == ("waiting", None)
    assert case.first_answered_at is not None
    assert not square.waits()
    assert (message.direction, message.visibility) == ("outbound", "public")
    assert (message.agent_id, message.author_name) == (None, "@acme")
    with office.database.read() as unit:
        assert store_deliveries.of_messages(unit, [message.id]) == {}
        (sent,) = [e for e in store_events.of_case(unit, case.id) if e.kind == "message_sent"]
    assert sent.data["elsewhere"] is True


def test_an_older_answer_that_comes_late_does_not_end_the_wait(square: Square) -> None:
    square.hear(square.item(1, "cleo"), square.item(3, "cleo", under=2))
    square.hear(square.item(2, "acme", under=1))
    assert square.groups() == {frozenset({1, 2, 3})}
    assert (square.case_of(1).status, square.waits()) == ("open", True)


def test_a_question_whose_answer_was_here_before_it_does_not_wait(square: Square) -> None:
    first = [square.item(1, "cleo"), square.item(2, "acme", under=1)]
    square.hear(*first, square.item(4, "acme", under=3))
    assert square.state_of(4) == ("waits", "waits")
    square.hear(square.item(3, "cleo", under=2))
    assert (square.case_of(1).status, square.waits()) == ("waiting", False)


def test_what_answers_nothing_that_comes_is_let_go_after_a_day(
    office: Office, square: Square
) -> None:
    square.hear(square.item(2, "acme", under=1))
    assert square.state_of(2) == ("waits", "waits")
    assert echoes.wake_due(office.database) == 0
    with office.database.write() as unit:
        unit.execute(late_items.update().values(look_at=unit.now - timedelta(minutes=1)))
        old = unit.now - timedelta(days=2)
        unit.execute(raw_items.update().values(received_at=old))
    assert echoes.wake_due(office.database) == 1
    assert square.ingest.step("w")
    assert square.state_of(2) == ("taken", "own")
    with office.database.read() as unit:
        row = store_raw.by_native_id(unit, square.inbox.id, square.id_of(2))
        assert row
        assert row.reason == echoes.NOBODYS
        assert store_late.due(unit, limit=5) == []


def test_our_own_post_comes_back_and_is_dropped(office: Office, cast: Cast, square: Square) -> None:
    square.hear(square.item(1, "cleo"))
    with office.database.write() as unit:
        message = reply(
            unit, square.case_of(1).id, cast.ben, "It left yesterday.", visibility="public"
        )
    with office.database.write() as unit:
        (delivery,) = store_deliveries.of_messages(unit, [message.id])[message.id]
        until = unit.now + timedelta(minutes=5)
        handed = {"state": "sending", "handed_at": unit.now, "next_try_at": until}
        store_deliveries.update(unit, delivery.id, handed)
    # The network tells us of it before the ledger knows what it is called.
    square.hear(square.item(2, "acme", under=1))
    assert square.state_of(2) == ("waits", "waits")
    with office.database.write() as unit:
        sent = {"state": "sent", "native_id": square.id_of(2), "next_try_at": None}
        store_deliveries.update(unit, delivery.id, sent)
        unit.execute(late_items.update().values(look_at=unit.now))
    assert echoes.wake_due(office.database) == 1
    square.ingest.step("w")
    assert square.state_of(2) == ("taken", "own")
    with office.database.read() as unit:
        thread = store_messages.thread(unit, square.case_of(1).id)
    assert [one.direction for one in thread] == ["inbound", "outbound"]


def test_two_posts_of_one_person_at_the_same_moment_are_one_case(
    office: Office, square: Square
) -> None:
    if office.database.is_sqlite:
        pytest.skip("SQLite has one writer")
    square.hear(square.item(1, "cleo"))
    for number in (10, 20, 30, 40):
        pair = [square.item(number, "cleo"), square.item(number + 1, "cleo", under=number)]
        with office.database.write() as unit:
            found = [keep(unit, square.inbox.id, item) or "" for item in pair]
        start = threading.Barrier(2)

        def take(raw_id: str, start: threading.Barrier = start) -> None:
            start.wait()
            square.ingest.take(raw_id)

        takers = [threading.Thread(target=take, args=(raw_id,)) for raw_id in found]
        for taker in takers:
            taker.start()
        for taker in takers:
            taker.join()
        assert frozenset({number, number + 1}) in square.groups()


def test_an_echo_proves_that_a_delivery_cut_off_has_arrived(
    office: Office, cast: Cast, square: Square
) -> None:
    square.hear(square.item(1, "cleo"))
    with office.database.write() as unit:
        message = reply(
            unit, square.case_of(1).id, cast.ben, "It left yesterday.", visibility="public"
        )
        (delivery,) = store_deliveries.of_messages(unit, [message.id])[message.id]
        cut_off = {"state": "unknown", "failed_at": unit.now, "next_try_at": None}
        store_deliveries.update(unit, delivery.id, cut_off)
    # Something else that one of us said there proves nothing.
    square.hear(square.item(2, "acme", under=1, text="We are looking."))
    assert square.state_of(2) == ("taken", "said_elsewhere")
    square.hear(
        square.item(3, "acme", under=1, text="@cleo It left yesterday. https://t.example/1")
    )
    assert square.state_of(3) == ("taken", "own")
    with office.database.read() as unit:
        found = store_deliveries.by_id(unit, delivery.id)
    assert found
    assert (found.state, found.native_id) == ("sent", square.id_of(3))
    # And who answers that is on the case.
    square.hear(square.item(4, "cleo", under=3))
    assert square.case_of(4).id == square.case_of(1).id


def test_what_an_agent_took_apart_is_not_joined_again(
    office: Office, cast: Cast, square: Square
) -> None:
    square.hear(square.item(1, "cleo"), square.item(3, "cleo", under=2))
    assert len(square.groups()) == 2
    square.hear(square.item(2, "cleo", under=1))
    assert square.groups() == {frozenset({1, 2, 3})}
    with office.database.write() as unit:
        (merge,) = merges.standing_about(unit, square.case_of(1).id)
        events = store_events.of_case(unit, square.case_of(1).id)
        assert merge.by_agent_id is None
        assert [e.data["reason"] for e in events if e.kind == "case_merged"] == ["late_post"]
        undo(unit, merge.id, by=SYSTEM)
    assert frozenset({3}) in square.groups()
    square.hear(square.item(5, "cleo", under=4))
    square.hear(square.item(4, "cleo", under=1))
    assert frozenset({3}) in square.groups()


def test_a_stranger_under_a_post_is_linked_and_never_glued(office: Office, square: Square) -> None:
    square.hear(square.item(2, "dov", under=1), square.item(1, "cleo"))
    assert square.groups() == {frozenset({1}), frozenset({2})}
    with office.database.read() as unit:
        ((other, why),) = store.related_to(unit, square.case_of(1).id)
    assert (other.id, why) == (square.case_of(2).id, "same_thread")


def test_who_closed_a_matter_long_ago_begins_a_new_one(office: Office, square: Square) -> None:
    square.hear(square.item(1, "cleo"))
    with office.database.write() as unit:
        case = set_status(unit, square.case_of(1), "solved", by=SYSTEM)
        long_ago = unit.now - timedelta(days=60)
        store.update_case(unit, case.id, {"solved_at": long_ago})
    square.hear(square.item(3, "cleo", under=2))
    square.hear(square.item(2, "dov", under=1))
    assert len(square.groups()) == 3


@pytest.mark.skipif(not DATA.exists(), reason="../shared/data is not here")
def test_real_threads_are_rebuilt(office: Office, account: tuple[Inbox, Ingest]) -> None:
    sample = sorted(threads(), key=len, reverse=True)[:8]
    wanted = {post for thread in sample for post in thread}
    inbox, ingest = account
    found: Iterable[RawItem] = shuffled_late_and_twice(items(wanted), seed=5)
    feed(office.database, ingest, inbox, found)
    result = score(office.database, inbox, sample)
    assert result.precision >= 0.99
    assert result.recall_of_one >= 0.97
    assert result.recall_linked >= 0.99
    assert result.strangers == 0
