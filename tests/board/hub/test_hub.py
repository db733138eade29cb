"""Our hub, with a real subscriber on loopback: asked back, told of news, and never a nuisance."""

import hmac
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from fairline.app import build_app
from fairline.board.hub import news, store
from fairline.board.hub.asking import Asker
from fairline.board.hub.sending import MOST_FAILURES, Sender
from fairline.board.hub.tables import SECRETS
from fairline.cases.editing import hide_message, set_case_visibility
from fairline.cases.rows import Actor
from fairline.channels.contract import HookRequest, InboxInfo
from fairline.channels.feed import FeedChannel
from fairline.channels.outside import Outside
from fairline.core.clock import now
from fairline.core.settings import Settings
from fairline.demo.networks.kit import Host, Reply
from fairline.web import limits
from fairline.wiring import Office
from tests.apps import app_of
from tests.board.hub.reader import SECRET, Reader
from tests.board.visitor import Visitor
from tests.conftest import Cast

BOARD = "http://board.test/feed.atom"
LOOPBACK = ("127.0.0.0/8",)
WORKER = "test"


class Bureau:
    """Ben's board, the hub's two steps, and one reader."""

    def __init__(self, visitor: Visitor, reader: Reader) -> None:
        self.visitor, self.reader = visitor, reader
        self.office = visitor.office
        self.database = self.office.database
        outside = Outside(LOOPBACK)
        self.asker = Asker(self.database, outside)
        self.sender = Sender(
            self.database, outside, self.office.keyring, public_url="http://board.test"
        )
        self.worker, _, self.ledger = self.office.make_worker()

    def post(self, form: dict[str, str]) -> Any:
        return self.visitor.post("/hub", form)

    def subscribe(self, topic: str = BOARD, **more: str) -> None:
        assert self.post(self.reader.request(topic, **more)).status_code == 202
        assert self.asker.step(WORKER)

    def one(self, topic: str = BOARD) -> store.Subscription | None:
        with self.database.read() as unit:
            return store.subscription_to(unit, topic, self.reader.callback)

    def render(self) -> int:
        """Run the jobs for news that wait. Returns how many there were."""
        with self.database.write() as unit:
            topics = [
                topic
                for topic in self.topics()
                if unit.connection.exec_driver_sql(
                    f"DELETE FROM jobs WHERE key = '{news.JOB}:{topic}'"  # noqa: S608
                ).rowcount
            ]
        for topic in topics:
            news.Renderer(self.office.settings).work(self.database, {"topic": topic})
        return len(topics)

    def topics(self) -> list[str]:
        pages = ["http://board.test"]
        if self.visitor.token:
            pages.append(f"http://board.test/q/{self.visitor.case().reference}")
        return [f"{page}/feed.{form}" for page in pages for form in ("atom", "rss")]

    def spread(self) -> None:
        self.render()
        while self.sender.step(WORKER):
            pass

    def titles(self) -> list[str]:
        """What the reader was told last."""
        return [entry.title for entry in feedparser.parse(self.reader.told[-1].body).entries]


@pytest.fixture
def bureau(office: Office, cast: Cast) -> Iterator[Bureau]:
    reader = Reader()
    with Host(reader), TestClient(app_of(office)) as client:
        made = Bureau(Visitor(client, office, cast), reader)
        yield made
        made.ledger.close()


def test_a_reader_is_asked_back_and_told_of_news(bureau: Bureau) -> None:
    bureau.subscribe(lease_seconds="7200")
    (asked,) = bureau.reader.asked
    assert asked.query["hub.lease_seconds"] == "7200"
    one = bureau.one()
    assert one
    assert timedelta(minutes=110) < one.expires_at - now() < timedelta(minutes=121)

    bureau.visitor.ask("Do you deliver to the islands?", visibility="public")
    bureau.spread()

    (told,) = bureau.reader.told
    assert told.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert told.headers["link"] == f'<http://board.test/hub>; rel="hub", <{BOARD}>; rel="self"'
    mark = hmac.new(SECRET.encode(), told.body, "sha256").hexdigest()
    assert told.headers["x-hub-signature"] == f"sha256={mark}"
    assert bureau.titles() == ["Do you deliver to the islands?"]
    assert told.body == bureau.visitor.get("/feed.atom").content


def test_our_own_feed_inbox_takes_what_our_hub_sends(bureau: Bureau) -> None:
    bureau.subscribe()
    bureau.visitor.ask("Do you deliver to the islands?", visibility="public")
    bureau.spread()

    (told,) = bureau.reader.told
    options = {"url": BOARD, "takes": "cases", "hub_secret": SECRET}
    inbox = InboxInfo(
        id="i",
        brand_id="b",
        brand_name="Other",
        kind="feed",
        name="Feed",
        address=BOARD,
        options=options,
        public_url="http://other.test",
    )
    request = HookRequest(method="POST", url="", at=now(), headers=told.headers, body=told.body)
    (item,) = FeedChannel().hook(request, inbox).items
    assert b"islands" in item.item.payload


def test_much_at_once_is_one_rendering_and_the_same_is_not_told_twice(bureau: Bureau) -> None:
    bureau.subscribe()
    for number in range(4):
        bureau.visitor.ask(f"Public question number {number}", visibility="public")
    assert bureau.render() == 1
    while bureau.sender.step(WORKER):
        pass
    assert len(bureau.reader.told) == 1
    assert len(bureau.titles()) == 4

    news.Renderer(bureau.office.settings).work(bureau.database, {"topic": BOARD})
    assert not bureau.sender.step(WORKER)


def test_what_is_private_is_no_news(bureau: Bureau) -> None:
    bureau.subscribe()
    bureau.visitor.ask("My account is wrong", visibility="private")
    bureau.visitor.answered("We look into it.", visibility="private")

    assert bureau.render() == 0


def test_without_subscribers_nothing_is_rendered(bureau: Bureau) -> None:
    bureau.visitor.ask("Do you deliver to the islands?", visibility="public")

    assert bureau.render() == 0
    news.Renderer(bureau.office.settings).work(bureau.database, {"topic": BOARD})
    with bureau.database.read() as unit:
        assert store.issue_of(unit, BOARD) is None


def test_a_hidden_answer_is_told_and_a_private_question_ends(bureau: Bureau) -> None:
    visitor = bureau.visitor
    visitor.ask("Do you deliver to the islands?", visibility="public")
    visitor.answered("On Tuesdays.", visibility="public")
    topic = f"http://board.test/q/{visitor.case().reference}/feed.rss"
    bureau.subscribe(topic)
    ben = Actor(kind="agent", id=visitor.cast.ben.id)
    with bureau.database.write() as unit:
        hide_message(unit, visitor.messages()[-1].id, by=ben, reason="wrong")
    bureau.spread()
    assert len(bureau.titles()) == 1
    assert b"Tuesdays" not in bureau.reader.told[-1].body

    with bureau.database.write() as unit:
        set_case_visibility(unit, visitor.case().id, is_public=False, by=ben)
    bureau.spread()

    assert bureau.reader.asked[-1].query["hub.mode"] == "denied"
    assert bureau.reader.asked[-1].query["hub.topic"] == topic
    assert bureau.one(topic) is None
    assert len(bureau.reader.told) == 1


def test_whoever_did_not_mean_it_gets_nothing(bureau: Bureau) -> None:
    form = bureau.reader.request(BOARD)
    bureau.reader.wants.clear()
    bureau.post(form)

    assert bureau.asker.step(WORKER)
    assert bureau.one() is None
    assert not bureau.asker.step(WORKER)


def test_a_stranger_ends_nothing_and_changes_no_secret(bureau: Bureau) -> None:
    bureau.subscribe()
    before = bureau.one()
    form = bureau.reader.request(BOARD)
    bureau.reader.wants.clear()
    for mode in ("unsubscribe", "subscribe"):
        bureau.post({**form, "hub.mode": mode, "hub.secret": "a stranger's"})
        assert bureau.asker.step(WORKER)
    assert bureau.one() == before

    bureau.post(bureau.reader.request(BOARD, "unsubscribe"))
    assert bureau.asker.step(WORKER)
    assert bureau.one() is None


def test_a_secret_is_sealed(bureau: Bureau) -> None:
    bureau.subscribe()
    one = bureau.one()
    assert one
    assert SECRET not in one.secret
    assert bureau.office.keyring.open(one.secret, purpose=SECRETS) == SECRET.encode()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"hub.mode": "publish"}, "hub.mode"),
        ({"hub.topic": "http://board.test/questions"}, "no feed of ours"),
        ({"hub.topic": "http://else.test/feed.atom"}, "no feed of ours"),
        ({"hub.topic": "http://board.test/q/FL-000000/feed.atom"}, "no public question"),
        ({"hub.topic": "http://board.test/b/nobody/feed.atom"}, "no board"),
        ({"hub.topic": "http://board.test/b/acme/feed.atom"}, BOARD),
        ({"hub.callback": "ftp://reader.test/"}, "hub.callback"),
        ({"hub.callback": "https://a:b@reader.test/"}, "hub.callback"),
        ({"hub.callback": ""}, "hub.callback"),
        ({"hub.secret": "x" * 200}, "200 bytes"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(
    bureau: Bureau, change: dict[str, str], word: str
) -> None:
    answer = bureau.post({**bureau.reader.request(BOARD), **change})

    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"].startswith("text/plain")
    assert word in answer.text
    assert not bureau.asker.step(WORKER)


@pytest.mark.parametrize(("asked", "given"), [("5", 3600), ("99999999", 864_000), ("x", 864_000)])
def test_a_lease_has_bounds(bureau: Bureau, asked: str, given: int) -> None:
    bureau.subscribe(lease_seconds=asked)

    assert bureau.reader.asked[-1].query["hub.lease_seconds"] == str(given)


def test_one_network_asks_only_so_often(bureau: Bureau) -> None:
    with bureau.database.write() as unit:
        limits.take(unit, "hub:testclient", most=120, per_s=600, cost=119)
    assert bureau.post({"hub.mode": "x"}).status_code == 422
    answer = bureau.post({"hub.mode": "x"})

    assert answer.status_code == 429, "what is refused counts too"
    assert int(answer.headers["retry-after"]) > 0


LIES = {
    "something else": Reply(body=b"yes please"),
    "the challenge with an error": Reply(status=500, body=b""),
    "far too much": Reply(body=b"x" * 100_000),
    "a redirect to our own network": Reply(
        status=302, body=b"", headers={"location": "http://127.0.0.1:1/"}
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_callback_that_lies_gets_nothing(bureau: Bureau, lie: str) -> None:
    bureau.reader.lies = LIES[lie]
    bureau.post(bureau.reader.request(BOARD))

    assert bureau.asker.step(WORKER)
    assert bureau.one() is None
    assert not bureau.asker.step(WORKER)
    assert len(bureau.reader.asked) == 1


def test_a_callback_on_our_own_network_is_never_asked(bureau: Bureau) -> None:
    careful = Asker(bureau.database, Outside(()))
    bureau.post(bureau.reader.request(BOARD))

    assert careful.step(WORKER)
    assert not bureau.reader.asked
    assert not bureau.asker.step(WORKER)


def test_a_callback_that_is_away_is_asked_three_times(bureau: Bureau) -> None:
    form = {**bureau.reader.request(BOARD), "hub.callback": "http://127.0.0.1:9/"}
    bureau.post(form)
    tries = 0
    while True:
        with bureau.database.write() as unit:
            unit.connection.exec_driver_sql("UPDATE feed_requests SET due_at = 0")
        if not bureau.asker.step(WORKER):
            break
        tries += 1

    assert tries == 3


def test_what_was_cut_off_is_told_all_the_same(bureau: Bureau) -> None:
    """Killed between rendering and sending, and again right after sending."""
    bureau.subscribe()
    bureau.visitor.ask("Do you deliver to the islands?", visibility="public")
    bureau.render()
    with bureau.database.write() as unit:
        claimed = store.claim_subscription(unit, timedelta(minutes=2))
    assert claimed, "the turn stays after a crash"
    assert not bureau.sender.step(WORKER), "another one has it"
    _lease_is_over(bureau)

    assert bureau.sender.step(WORKER)
    assert len(bureau.reader.told) == 1
    one = bureau.one()
    assert one
    assert one.due_at is None


def test_news_in_the_middle_of_telling_is_told_next(bureau: Bureau) -> None:
    bureau.subscribe()
    bureau.visitor.ask("The first question of all", visibility="public")
    bureau.render()
    with bureau.database.write() as unit:
        assert store.claim_subscription(unit, timedelta(minutes=2))
    bureau.visitor.ask("The second question of all", visibility="public")
    bureau.render()
    _lease_is_over(bureau)
    while bureau.sender.step(WORKER):
        pass

    assert len(bureau.titles()) == 2


def _lease_is_over(bureau: Bureau) -> None:
    with bureau.database.write() as unit:
        unit.connection.exec_driver_sql(
            "UPDATE feed_subscriptions SET due_at = 1 WHERE due_at IS NOT NULL"
        )


def test_who_does_not_take_it_is_tried_less_and_less_and_forgotten(bureau: Bureau) -> None:
    bureau.subscribe()
    bureau.reader.takes = 500
    bureau.visitor.ask("Do you deliver to the islands?", visibility="public")
    bureau.render()
    waits = []
    while bureau.sender.step(WORKER):
        if one := bureau.one():
            assert one.due_at
            waits.append((one.due_at - now()).total_seconds())
        _lease_is_over(bureau)

    assert len(bureau.reader.told) == MOST_FAILURES
    assert waits == sorted(waits)
    assert bureau.one() is None


def test_410_ends_it_and_a_lease_that_is_over_too(bureau: Bureau) -> None:
    bureau.subscribe()
    bureau.reader.takes = 410
    bureau.visitor.ask("Do you deliver to the islands?", visibility="public")
    bureau.spread()
    assert bureau.one() is None

    bureau.subscribe()
    with bureau.database.write() as unit:
        unit.connection.exec_driver_sql("UPDATE feed_subscriptions SET expires_at = 1")
    with bureau.database.write() as unit:
        assert store.sweep(unit) == 1
        assert store.issue_of(unit, BOARD) is None


def test_thousands_are_given_their_turn_in_batches(bureau: Bureau) -> None:
    bureau.subscribe()
    with bureau.database.write() as unit:
        expires_at = unit.now + timedelta(days=1)
        for number in range(news.BATCH + 20):
            store.put_subscription(
                unit,
                {
                    "topic": BOARD,
                    "callback": f"http://127.0.0.1:9/{number}",
                    "brand_id": bureau.visitor.cast.brand.id,
                    "secret": "",
                    "expires_at": expires_at,
                },
            )
    bureau.visitor.ask("Do you deliver to the islands?", visibility="public")
    bureau.render()
    with bureau.database.read() as unit:
        due = unit.connection.exec_driver_sql(
            "SELECT count(*) FROM feed_subscriptions WHERE due_at IS NOT NULL"
        ).scalar_one()

    assert due == news.BATCH + 21


def test_the_worker_does_all_of_it_by_itself(
    tmp_path: Path, settings: Settings, cast: Cast
) -> None:
    assert tmp_path.exists()
    reader = Reader()
    office = Office(msgspec.structs.replace(settings, outside_allow=LOOPBACK))
    with Host(reader):
        client: TestClient[Litestar]
        with TestClient(build_app(office, works=True)) as client:
            visitor = Visitor(client, office, cast)
            assert visitor.post("/hub", reader.request(BOARD)).status_code == 202
            with reader.news:
                assert _until(reader, lambda: office_has(office, reader))
            visitor.ask("Do you deliver to the islands?", visibility="public")
            assert _until(reader, lambda: bool(reader.told))
    office.close()
    assert b"islands" in reader.told[0].body


def office_has(office: Office, reader: Reader) -> bool:
    with office.database.read() as unit:
        return store.subscription_to(unit, BOARD, reader.callback) is not None


def _until(reader: Reader, is_so: Any) -> bool:
    """Wait for a condition, at most half a minute."""
    with reader.news:
        for _ in range(600):
            if is_so():
                return True
            reader.news.wait(0.05)
    return False
