"""What one inbox tells never reaches another's messages, and what came last never undoes a wish."""

import json
from base64 import b64encode

import msgspec
import pytest

from fairline.cases import store_messages
from fairline.cases.actions import actor_of, reply
from fairline.cases.changes import get_case
from fairline.cases.editing import hide_message, set_case_visibility
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.cases.ways import choose_way
from fairline.channels import gathering, raw, store_deliveries, store_mentions, store_raw
from fairline.channels.bounds import bounded, bounded_edit
from fairline.channels.contract import Edited, Outbound, RawItem
from fairline.channels.downloads import Fetcher
from fairline.channels.inboxes import create_inbox
from fairline.channels.ingest import Ingest, inbox_ref
from fairline.channels.ledger import Ledger
from fairline.channels.outgoing import build
from fairline.channels.raw import keep
from fairline.channels.receipts import move
from fairline.channels.rows import Delivery, Inbox
from fairline.channels.store_mentions import Mention
from fairline.core.errors import Unavailable
from fairline.db.unit import Unit
from fairline.people import store_contacts
from fairline.people.contacts import resolve, unite
from fairline.people.setup import create_brand
from fairline.wiring import Office
from tests.conftest import Cast, said


class Forum:
    """A forum of somebody's own, which counts its posts from 1 like any other."""

    def __init__(self, office: Office, brand_id: str, name: str) -> None:
        self.office = office
        self.ingest = Ingest(office.database, office.channels)
        secret = f"whsec_{b64encode(name.encode() * 8).decode()}"
        with office.database.write() as unit:
            self.inbox: Inbox = create_inbox(
                unit,
                office.channels,
                brand_id=brand_id,
                kind="custom",
                name=name,
                address=name,
                options={"secret": secret, "reply_url": "http://127.0.0.1:9/answers"},
                by=SYSTEM,
            )

    def tell(self, id_: str, by: str = "cleo", **more: object) -> tuple[str, str]:
        """Returns the outcome, and the case."""
        told = {"id": id_, "author": {"id": by, "name": by}, **more}
        if more.get("type", "message") == "message":
            told.setdefault("text", "My parcel has not come. Where is it?")
        native_id = f"{told.get('type', '')}:{id_}"
        with self.office.database.write() as unit:
            item = RawItem(native_id=native_id, payload=json.dumps(told).encode())
            raw_id = keep(unit, self.inbox.id, item)
        assert raw_id
        self.ingest.take(raw_id)
        with self.office.database.read() as unit:
            row = store_raw.by_id(unit, raw_id)
        assert row
        assert row.state != "set_aside", row.reason
        return row.outcome, row.case_id or ""

    def answer(self, cast: Cast, case_id: str, native_id: str) -> str:
        """Ben answers, and the forum calls it that. Returns the delivery's id."""
        with self.office.database.write() as unit:
            message = reply(unit, case_id, cast.ben, "It comes today.")
            (sent,) = store_deliveries.of_messages(unit, [message.id])[message.id]
            move(unit, sent, "sent", native_id=native_id, next_try_at=None)
        return sent.id

    def outbound(
        self, cast: Cast, case_id: str, *, visibility: str, native_id: str = ""
    ) -> Outbound:
        """Ben's answer, as the wire is given it; with `native_id` it has left before."""
        with self.office.database.write() as unit:
            message = reply(unit, case_id, cast.ben, "It comes today.", visibility=visibility)
            (sent,) = store_deliveries.of_messages(unit, [message.id])[message.id]
            if native_id:
                sent = msgspec.structs.replace(sent, native_id=native_id)
            channel = self.office.channels.of_kind("custom")
            info = self.office.channels.info(unit, self.inbox)
            return build(unit, sent, info, channel, self.office.keyring)

    def delivery(self, delivery_id: str) -> Delivery:
        with self.office.database.read() as unit:
            found = store_deliveries.by_id(unit, delivery_id)
        assert found
        return found


@pytest.fixture
def forum(office: Office, cast: Cast) -> Forum:
    return Forum(office, cast.brand.id, "forum")


@pytest.fixture
def sister(office: Office, cast: Cast) -> Forum:
    """Another forum of the same company."""
    return Forum(office, cast.brand.id, "sister")


@pytest.fixture
def stranger(office: Office) -> Forum:
    """A forum of another company that is served by the same install."""
    with office.database.write() as unit:
        brand = create_brand(unit, name="Other", slug="other")
    return Forum(office, brand.id, "strange")


def test_an_inbox_tells_only_of_what_it_sent_itself(
    cast: Cast, forum: Forum, sister: Forum, stranger: Forum
) -> None:
    _, case_id = forum.tell("1")
    sent = forum.answer(cast, case_id, "2")
    for other in (sister, stranger):
        other.tell("r1", type="receipt", state="failed", of=["2"], error="gone")
        assert forum.delivery(sent).state == "sent"
    # Whoever has read the key somewhere is still another company.
    stranger.tell("r2", type="receipt", state="failed", of=[sent], error="gone")
    assert forum.delivery(sent).state == "sent"
    forum.tell("r1", type="receipt", state="delivered", of=["2"])
    assert forum.delivery(sent).state == "delivered"


def test_an_answer_finds_the_post_of_its_own_forum(
    forum: Forum, sister: Forum, stranger: Forum
) -> None:
    for other in (stranger, sister):
        other.tell("1", by="dov")
    _, case_id = forum.tell("1")
    assert forum.tell("2", in_reply_to=["1"], public=True) == ("joined", case_id)


def test_a_stranger_cannot_stand_in_the_way_of_a_wish_that_comes_early(forum: Forum) -> None:
    forum.tell("d1", by="dov", type="delete", of=["1"])
    assert forum.tell("2", by="cleo")[0] == "new_case"
    forum.tell("d2", by="cleo", type="delete", of=["1"])
    assert forum.tell("1", by="cleo")[0] == "taken_back"
    forum.tell("d3", by="dov", type="delete", of=["3"])
    assert forum.tell("3", by="cleo", text="And where is the invoice?")[0] != "taken_back"


def test_a_list_of_a_hundred_thousand_posts_is_cut(office: Office, forum: Forum) -> None:
    outcome, _ = forum.tell("d1", type="delete", of=[str(n) for n in range(100_000)])
    assert outcome == "taken_back"
    assert forum.tell("99", public=True)[0] == "taken_back"
    assert forum.tell("5000")[0] == "new_case"


def test_other_words_have_an_end_too(office: Office, forum: Forum) -> None:
    _, case_id = forum.tell("1")
    forum.tell("e1", type="edit", of=["1"], text="word " * 100_000)
    with office.database.read() as unit:
        (message,) = store_messages.thread(unit, case_id)
    assert message.text.startswith("word word")
    assert len(message.text) <= 100_000


def test_who_said_stop_before_anybody_knew_them_is_not_written_to(
    office: Office, cast: Cast, forum: Forum
) -> None:
    forum.tell("s1", by="cleo", type="consent", stops=True)
    with office.database.read() as unit:
        known = store_contacts.identity_at(unit, cast.brand.id, "custom", "cleo")
    assert known
    assert known.stopped_at


def test_a_file_of_words_that_were_taken_back_is_not_kept(
    office: Office, forum: Forum, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, case_id = forum.tell("1")
    with office.database.read() as unit:
        (message,) = store_messages.thread(unit, case_id)
    fetcher = Fetcher(office.channels)
    monkeypatch.setattr(fetcher, "_bytes", lambda *_: (b"a picture", "image/png"))
    job = {
        "inbox_id": forum.inbox.id,
        "message_id": message.id,
        "url": "https://files.test/1",
        "name": "one.png",
        "media_type": "image/png",
        "tries": 0,
    }
    # A worker that falls right after leaves the job to the next: the file is there once.
    fetcher.fetch(office.database, job)
    fetcher.fetch(office.database, job)
    with office.database.read() as unit:
        assert len(store_messages.attachments_of_message(unit, message.id)) == 1
    forum.tell("d1", type="delete", of=["1"])
    fetcher.fetch(office.database, {**job, "name": "two.png"})
    with office.database.read() as unit:
        assert len(store_messages.attachments_of_message(unit, message.id)) == 1


def test_an_answer_goes_under_the_customers_words_not_a_bystanders(
    office: Office, cast: Cast, forum: Forum
) -> None:
    _, case_id = forum.tell("1", public=True)
    with office.database.write() as unit:
        inbound = said("Mine neither!", by="dov", channel="custom", is_public=True, native_id="2")
        receive(unit, inbox_ref(unit, forum.inbox), inbound, joins=case_id, takes_part=False)
    answer = forum.outbound(cast, case_id, visibility="public")
    assert (answer.recipient, answer.in_reply_to) == ("cleo", "1")


def test_a_private_answer_never_goes_below_a_bystanders_words(
    office: Office, cast: Cast, forum: Forum
) -> None:
    """A private reply to a comment goes to whoever wrote the comment, with a link to the case."""
    _, case_id = forum.tell("1", public=True)
    for number, is_public in enumerate((True, False), start=2):
        with office.database.write() as unit:
            inbound = said(by="dov", channel="custom", is_public=is_public, native_id=str(number))
            receive(unit, inbox_ref(unit, forum.inbox), inbound, joins=case_id, takes_part=False)
    answer = forum.outbound(cast, case_id, visibility="private")
    assert (answer.recipient, answer.in_reply_to, answer.references) == ("cleo", "1", ("1",))
    again = forum.outbound(cast, case_id, visibility="private", native_id="9")
    assert (again.in_reply_to, again.references) == ("1", ("1",)), "when it is sent again as well"


def test_public_words_reach_who_wants_them_where_nothing_is_public(
    office: Office, cast: Cast
) -> None:
    with office.database.write() as unit:
        inbound = said(by="browser-1", channel="web", is_public=True)
        case_id = receive(unit, cast.board_ref, inbound).case_id
        case = get_case(unit, case_id)
        phone = resolve(unit, cast.brand.id, "sms", "+4915112345678", confirmed=True)
        unite(unit, phone, case.contact_id)
        inbox = create_inbox(
            unit,
            office.channels,
            brand_id=cast.brand.id,
            kind="sms",
            name="Texts",
            address="+4930123456",
            options={"account": "AC1", "token": "t"},
            by=SYSTEM,
        )
        choose_way(unit, case, phone.id, by=SYSTEM)
    with office.database.write() as unit:
        message = reply(unit, case_id, cast.ben, "It comes today.", visibility="public")
        sent = store_deliveries.of_messages(unit, [message.id])[message.id]
        (text,) = [one for one in sent if one.inbox_id == inbox.id]
        channel = office.channels.of_kind("sms")
        built = build(unit, text, office.channels.info(unit, inbox), channel, office.keyring)
    assert not built.is_public
    assert built.recipient == "+4915112345678"


def test_a_push_that_cannot_be_stored_takes_no_other_along(
    office: Office, forum: Forum, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = []

    def keep_most(_unit: Unit, _inbox_id: str, item: RawItem) -> None:
        if item.native_id == "bad":
            raise ValueError("the database does not take that")
        stored.append(item.native_id)

    monkeypatch.setattr(raw, "keep", keep_most)
    batch = [
        gathering._Waiter([(forum.inbox.id, RawItem(native_id=one, payload=b""))])
        for one in ("1", "bad", "2")
    ]
    gathering._store(office.database, batch)
    assert [one.is_stored for one in batch] == [True, False, True]
    assert isinstance(batch[1].error, Unavailable)
    assert stored[-1] == "2"


def test_what_was_hidden_before_it_left_is_posted_nowhere(
    office: Office, cast: Cast, forum: Forum
) -> None:
    _, case_id = forum.tell("1", public=True)
    with office.database.write() as unit:
        message = reply(unit, case_id, cast.ben, "It comes today.", visibility="public")
        (sent,) = store_deliveries.of_messages(unit, [message.id])[message.id]
        hide_message(unit, message.id, by=actor_of(cast.ada), reason="The wrong thread.")
    Ledger(office.database, office.channels).step("w")
    assert forum.delivery(sent.id).state == "dead"
    assert "hidden" in forum.delivery(sent.id).error


def test_what_is_public_no_more_is_not_posted(office: Office, cast: Cast, forum: Forum) -> None:
    _, case_id = forum.tell("1", public=True)
    with office.database.write() as unit:
        message = reply(unit, case_id, cast.ben, "It comes today.", visibility="public")
        (sent,) = store_deliveries.of_messages(unit, [message.id])[message.id]
        set_case_visibility(unit, case_id, is_public=False, by=SYSTEM)
        channel = office.channels.of_kind("custom")
        info = office.channels.info(unit, forum.inbox)
        assert not build(unit, sent, info, channel, office.keyring).is_public


def test_a_nul_costs_nobody_their_words() -> None:
    """PostgreSQL refuses it, whoever put it there."""
    inbound = said(
        "Where\x00 is it?",
        by="cle\x00o",
        name="Cl\x00eo",
        native_id="1\x002",
        in_reply_to=("0\x00", "1"),
        permalink="https://x.test/\x00",
    )
    assert "\\u0000" not in msgspec.json.encode(bounded(inbound)).decode()
    assert bounded(inbound).text == "Where is it?"
    edited = Edited(native_id="e", of="1\x00", address="cleo", text="a\x00", html="<b>\x00</b>")
    assert "\\u0000" not in msgspec.json.encode(bounded_edit(edited)).decode()


def test_other_words_of_a_mention_are_its_authors_and_are_shown(
    office: Office, forum: Forum
) -> None:
    def mention() -> Mention:
        with office.database.read() as unit:
            found = store_mentions.by_native_id(unit, forum.inbox.id, "1")
        assert found
        return found

    assert forum.tell("1", public=True, text="Lovely shop")[0] == "chatter"
    forum.tell("e1", by="dov", type="edit", of=["1"], public=True, text="Where is my money?")
    assert (mention().text, mention().state) == ("Lovely shop", "new")
    forum.tell("e2", type="edit", of=["1"], public=True, text="Lovely new shop")
    assert mention().text == "Lovely new shop"
    assert forum.tell("e3", type="edit", of=["1"], public=True, text="Where is it?")[1]
    assert mention().state == "cased"


def test_what_went_another_way_does_not_come_back_to_the_list(
    office: Office, cast: Cast, forum: Forum
) -> None:
    _, case_id = forum.tell("1")
    sent = forum.answer(cast, case_id, "2")
    with office.database.write() as unit:
        move(unit, forum.delivery(sent), "replaced")
    forum.tell("r1", type="receipt", state="failed", of=["2"], error="gone")
    assert forum.delivery(sent).state == "replaced"
