"""What a page reads of us: its comments and our answers, and nothing that is not for everybody."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from fairline.cases import store_messages
from fairline.cases.actions import reply
from fairline.cases.changes import get_case
from fairline.cases.editing import hide_message, set_case_visibility
from fairline.cases.rows import SYSTEM, Case
from fairline.channels import store_deliveries
from fairline.channels.comments import showing, store
from fairline.channels.comments.translate import page_key, translated
from fairline.channels.contract import InboxInfo
from fairline.channels.hearing import hear
from fairline.channels.hooks import HookRequest
from fairline.channels.inboxes import create_inbox
from fairline.core.clock import now
from fairline.core.errors import Invalid
from fairline.demo.networks.comments_site import SECRET, CommentsSite
from fairline.wiring import Office
from tests.apps import app_of
from tests.conftest import Cast

SITE = "https://paper.example"


class Paper:
    """The newspaper beside the office: what it tells is heard at once."""

    def __init__(self, office: Office, cast: Cast, client: TestClient[Litestar]) -> None:
        self.office, self.cast, self.client = office, cast, client
        self.site = CommentsSite()
        self.ledger = office.make_worker()[2]
        with office.database.write() as unit:
            self.inbox = create_inbox(
                unit,
                office.channels,
                brand_id=cast.brand.id,
                kind="comments",
                name="Paper",
                address="paper",
                options={"secret": SECRET, "allowed_origins": SITE},
                by=SYSTEM,
            )

    def hear(self) -> None:
        for push in self.site.take_pushes():
            request = HookRequest(
                method="POST", url="", at=now(), headers=push.headers, body=push.body
            )
            hear(self.office.database, self.office.channels, self.inbox.id, request)
        while self.office.make_ingest().step("test"):
            pass

    def says(self, who: str, text: str, *, under: str = "", page: str = "") -> str:
        if not page:
            said = self.site.say(who, text, under=under)
        else:
            said = f"on-{page}"
            author = {"id": who, "name": who.capitalize()}
            self.site.tell({"id": said, "author": author, "text": text, "page": page})
        self.hear()
        return said

    def case(self, native_id: str) -> Case:
        with self.office.database.read() as unit:
            message = store_messages.message_by_native_id(unit, self.inbox.id, native_id)
            assert message
            return get_case(unit, message.case_id)

    def answers(self, native_id: str, text: str, *, visibility: str = "public") -> str:
        with self.office.database.write() as unit:
            case = self.case(native_id)
            message = reply(unit, case.id, self.cast.ben, text, visibility=visibility)
        while self.ledger.step("test"):
            pass
        return message.id

    def get(self, page: str = "news/acme-parcels", **more: Any) -> Any:
        return self.client.get(f"/comments/{self.inbox.id}/{quote(page, safe='')}", **more)

    def thread(self, page: str = "news/acme-parcels") -> list[tuple[str, list[str]]]:
        """Each comment's words with those of its answers."""
        read = self.get(page).json()
        return [(one["text"], [a["text"] for a in one["answers"]]) for one in read["comments"]]


@pytest.fixture
def paper(office: Office, cast: Cast) -> Iterator[Paper]:
    with TestClient(app_of(office)) as client:
        made = Paper(office, cast, client)
        yield made
        made.ledger.close()


def test_answers_stand_under_what_they_answer(paper: Paper) -> None:
    first = paper.says("cleo", "Where is my parcel?")
    paper.says("dov", "And mine, order 4711?")
    paper.answers(first, "It comes on Tuesday.")
    paper.says("cleo", "What about the other one, is it lost?", under=first)
    paper.answers(first, "We look for it.")

    assert paper.thread() == [
        ("Where is my parcel?", ["It comes on Tuesday."]),
        ("And mine, order 4711?", []),
        ("What about the other one, is it lost?", ["We look for it."]),
    ]
    one = paper.get().json()["comments"][0]
    assert one["author"] == "Cleo"
    assert one["answers"][0]["author"] == "Ben"
    assert one["answers"][0]["html"] == "<p>It comes on Tuesday.</p>"


def test_an_answer_is_delivered_when_it_is_shown(paper: Paper) -> None:
    said = paper.says("cleo", "Where is my parcel?")
    message = paper.answers(said, "It comes on Tuesday.")

    with paper.office.database.read() as unit:
        (delivery,) = store_deliveries.of_messages(unit, [message])[message]
    assert delivery.state == "delivered"
    assert delivery.delivered_at
    (shown,) = paper.get().json()["comments"][0]["answers"]
    assert shown["id"] == delivery.id


def test_what_answers_our_answer_joins_the_case(paper: Paper) -> None:
    said = paper.says("cleo", "Where is my parcel?")
    paper.answers(said, "It comes on Tuesday.")
    (shown,) = paper.get().json()["comments"][0]["answers"]

    more = paper.says("cleo", "At what time will it be?", under=shown["id"])

    assert paper.case(more).id == paper.case(said).id


def test_nothing_that_is_not_for_everybody_is_there(paper: Paper) -> None:
    said = paper.says("cleo", "Where is my parcel?")
    paper.answers(said, "zanzibar private", visibility="private")
    hidden = paper.answers(said, "zanzibar hidden")
    paper.says("dov", "My card 4111 1111 1111 1111 is zanzibar lost, what now?")
    with paper.office.database.write() as unit:
        hide_message(unit, hidden, by=SYSTEM, reason="zanzibar")
    assert paper.thread() == [("Where is my parcel?", [])]
    assert "zanzibar" not in paper.get().text

    with paper.office.database.write() as unit:
        set_case_visibility(unit, paper.case(said).id, is_public=False, by=SYSTEM)
    assert paper.thread() == []


def test_edits_and_what_was_taken_back_show(paper: Paper) -> None:
    said = paper.says("cleo", "Where is my parcel 4711?")
    other = paper.says("dov", "I have a question about an order")
    paper.site.change(said, "Where is my parcel 4712?")
    paper.site.take_down(other)
    paper.hear()

    assert paper.thread() == [("Where is my parcel 4712?", [])]
    assert paper.get().json()["comments"][0]["edited_at"]


def test_a_remark_that_asks_for_nothing_stands_there_too(paper: Paper) -> None:
    paper.says("dov", "lol")

    assert paper.thread() == [("lol", [])]


def test_pages_are_apart_whatever_they_are_called(paper: Paper) -> None:
    address = "https://paper.example/a//b/?id=7&x=ü"
    paper.says("cleo", "Where is my parcel?", page=address)
    paper.says("dov", "When do you open?", page="17")

    assert paper.thread(address) == [("Where is my parcel?", [])]
    assert paper.thread("17") == [("When do you open?", [])]
    assert paper.thread("18") == []


def test_a_page_is_read_in_parts(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "MOST_COMMENTS", 2)
    said = [paper.says("cleo", f"Where is parcel number {number}?") for number in range(3)]
    paper.answers(said[0], "It comes on Tuesday.")

    newest = paper.get().json()
    assert [one["id"] for one in newest["comments"]] == said[1:]
    older = paper.get(params={"before": newest["before"]}).json()
    assert [one["id"] for one in older["comments"]] == said[:1]
    assert [one["text"] for one in older["comments"][0]["answers"]] == ["It comes on Tuesday."]
    assert older["before"] == ""
    assert paper.get(params={"before": "' OR 1"}).status_code == 422


def test_only_the_sites_own_scripts_may_read_it(paper: Paper) -> None:
    paper.says("cleo", "Where is my parcel?")
    ours = paper.get(headers={"origin": SITE})
    other = paper.get(headers={"origin": "https://else.example"})

    assert ours.headers["access-control-allow-origin"] == SITE
    assert "access-control-allow-origin" not in other.headers
    assert "access-control-allow-credentials" not in ours.headers
    assert "set-cookie" not in ours.headers
    assert ours.headers["vary"] == other.headers["vary"] == "Origin"
    assert ours.headers["cache-control"] == "public, max-age=30"
    again = paper.get(headers={"if-none-match": ours.headers["etag"]})
    assert again.status_code == 304
    asked = paper.client.options(f"/comments/{paper.inbox.id}/17", headers={"origin": SITE})
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-methods"] == "GET"
    other = paper.client.options(
        f"/comments/{paper.inbox.id}/17", headers={"origin": "https://else.example"}
    )
    assert "access-control-allow-methods" not in other.headers


def test_another_inbox_has_no_comments(paper: Paper) -> None:
    for inbox_id in (paper.cast.mailbox.id, "0192f0c1-aaaa-7000-8000-000000000009"):
        assert paper.client.get(f"/comments/{inbox_id}/17").status_code == 404


def test_the_first_word_says_where_it_stands(paper: Paper) -> None:
    said = paper.says("cleo", "Where is my parcel?")
    with paper.office.database.write() as unit:
        store.put(unit, paper.inbox.id, "elsewhere", said)

    assert paper.thread("elsewhere") == []
    assert len(paper.thread()) == 1


INBOX = InboxInfo(
    id="i",
    brand_id="b",
    brand_name="Acme",
    kind="comments",
    name="Paper",
    address="paper",
    options={},
    public_url="https://help.acme.example",
)


@given(st.recursive(st.none() | st.booleans() | st.text(), st.lists, max_leaves=5))
def test_nothing_makes_it_crash(value: object) -> None:
    whole = {"id": "1", "author": {"id": "cleo"}, "text": "x", "page": "17"}
    for name in ("id", "type", "author", "text", "of", "files", "sent_at", "page"):
        try:
            translated(json.dumps({**whole, name: value}).encode(), INBOX, received_at=now())
        except Invalid:
            continue


@given(st.text(max_size=700))
def test_a_page_has_one_name(page: str) -> None:
    key = page_key(page)

    assert page_key(key) == key
    assert page_key(f"//{key}//") == key
    assert len(key) <= 500
    assert msgspec.json.encode(key)


def test_a_comment_without_a_page_is_refused() -> None:
    told = {"id": "1", "author": {"id": "cleo"}, "text": "x", "page": " / "}

    with pytest.raises(Invalid, match="page"):
        translated(json.dumps(told).encode(), INBOX, received_at=now())
