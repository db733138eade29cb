"""What asks for nothing in public is no case; one click makes it one, two put it on another."""

from datetime import timedelta

import pytest

from fairline.cases import store, store_events, store_messages
from fairline.cases.actions import reply
from fairline.cases.changes import get_case
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.channels import echoes, mentions, store_mentions, store_raw
from fairline.channels.contract import (
    Channel,
    Echo,
    Ignored,
    InboxInfo,
    RawItem,
    Removed,
    Translation,
)
from fairline.channels.inboxes import create_inbox
from fairline.channels.ingest import Ingest, inbox_ref
from fairline.channels.raw import keep, replay
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.channels.store_mentions import Mention
from fairline.channels.tables import raw_items
from fairline.channels.tables_late import late_items
from fairline.channels.tables_late import mentions as mentions_table
from fairline.core.errors import Conflict
from fairline.core.ids import new_id
from fairline.line.place import place_of
from fairline.people.setup import create_brand
from fairline.wiring import Office
from tests.conftest import Cast, said
from tests.fakes.plaza import PlazaChannel


class Street(PlazaChannel):
    """A public place of which a test says what each payload means."""

    def __init__(self) -> None:
        super().__init__()
        self.means: dict[bytes, Translation] = {}

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: object) -> Translation:
        del inbox, received_at
        return self.means[payload]


class Ear:
    """Hears what people say on the street, by way of the inbox."""

    def __init__(self, office: Office, cast: Cast) -> None:
        self.office, self.cast, self.street = office, cast, Street()
        known: list[Channel] = [self.street]
        self.channels = Channels(
            known, office.keyring, public_url="http://board.test", install_id="test"
        )
        self.ingest = Ingest(office.database, self.channels)
        self.inbox = self.open(cast.brand.id)

    def open(self, brand_id: str) -> Inbox:
        with self.office.database.write() as unit:
            return create_inbox(
                unit,
                self.channels,
                brand_id=brand_id,
                kind="plaza",
                name="Plaza",
                address=f"acme{new_id()[-4:]}",
                options={"port": "1"},
                by=SYSTEM,
            )

    def hear(self, text: str, *, by: str = "cleo", under: str = "", **more: object) -> str:
        """Somebody posts. Returns the native id."""
        native = new_id()
        fields = {"is_public": True, "in_reply_to": (under,) if under else (), **more}
        inbound = said(
            text, by=by, name=by.capitalize(), channel="plaza", native_id=native, **fields
        )
        return self.take(native, inbound)

    def take(self, native: str, means: Translation, inbox: Inbox | None = None) -> str:
        payload = native.encode()
        self.street.means[payload] = means
        with self.office.database.write() as unit:
            keep(unit, (inbox or self.inbox).id, RawItem(native_id=native, payload=payload))
        self.work()
        return native

    def work(self) -> None:
        while self.ingest.step("w"):
            pass

    def outcome(self, native: str) -> str:
        with self.office.database.read() as unit:
            row = store_raw.by_native_id(unit, self.inbox.id, native)
        assert row
        return row.outcome

    def listed(self, **more: object) -> list[Mention]:
        with self.office.database.read() as unit:
            return store_mentions.page(unit, [self.cast.brand.id], limit=50, **more)  # type: ignore[arg-type]


@pytest.fixture
def ear(office: Office, cast: Cast) -> Ear:
    return Ear(office, cast)


def test_chatter_is_listed_and_a_question_is_a_case(ear: Ear) -> None:
    chatter = ear.hear("@acme lol so true", by="dov")
    question = ear.hear("@acme where is my parcel?")
    assert (ear.outcome(chatter), ear.outcome(question)) == ("chatter", "new_case")
    (one,) = ear.listed()
    assert (one.kind, one.state, one.author_name, one.text) == (
        "chatter",
        "new",
        "Dov",
        "@acme lol so true",
    )
    assert one.reason == "Small talk."


def test_what_is_private_or_declared_or_of_a_participant_is_never_judged(ear: Ear) -> None:
    private = ear.hear("thanks", is_public=False, by="dov")
    praise = ear.hear("@acme thanks", kind="praise", by="bea")
    assert (ear.outcome(private), ear.outcome(praise)) == ("new_case", "new_case")
    question = ear.hear("@acme where is my parcel?")
    thanks = ear.hear("@acme thanks!", under=question)
    assert ear.outcome(thanks) == "joined"
    assert ear.listed() == []


def test_who_thanks_before_the_question_came_joins_it_all_the_same(
    office: Office, ear: Ear
) -> None:
    later = new_id()
    thanks = ear.hear("@acme thanks!", under=later)
    assert ear.outcome(thanks) == "waits"
    question = said(
        "@acme where is my parcel?", by="cleo", channel="plaza", native_id=later, is_public=True
    )
    ear.take(later, question)
    assert ear.outcome(thanks) == "joined"
    # And where it never comes the thanks are a mention after a while.
    other = ear.hear("@acme thanks!", under=new_id(), by="dov")
    with office.database.write() as unit:
        unit.execute(late_items.update().values(look_at=unit.now))
        old = unit.now - timedelta(hours=1)
        unit.execute(raw_items.update().values(received_at=old))
    assert echoes.wake_due(office.database) == 1
    ear.work()
    assert ear.outcome(other) == "chatter"


def test_one_action_makes_a_case_that_waits_since_it_was_heard(office: Office, ear: Ear) -> None:
    ear.hear("@acme love it", permalink="https://plaza.example/cleo/1")
    (one,) = ear.listed()
    heard_at = one.heard_at
    with office.database.write() as unit:
        taken = mentions.make_case(unit, ear.channels, one.id, ear.cast.ben)
    with office.database.read() as unit:
        case = get_case(unit, taken.case_id)
        (message,) = store_messages.thread(unit, case.id)
        kinds = [e.kind for e in store_events.of_case(unit, case.id)]
        assert place_of(unit, case) is not None
    assert case.entered_at == heard_at
    assert (message.text, message.permalink) == ("@acme love it", "https://plaza.example/cleo/1")
    assert "mention_cased" in kinds
    assert ear.listed() == []
    (handled,) = ear.listed(handled=True)
    assert (handled.state, handled.case_id, handled.corrected) == ("cased", case.id, "question")
    assert handled.by_agent_id == ear.cast.ben.id
    assert ear.outcome(one.native_id) == "new_case"
    with pytest.raises(Conflict), office.database.write() as unit:
        mentions.make_case(unit, ear.channels, one.id, ear.cast.bea)


def test_a_mention_goes_to_the_case_of_its_author_and_a_stranger_takes_no_part(
    office: Office, ear: Ear
) -> None:
    question = ear.hear("@acme where is my parcel?")
    ear.hear("@acme lol", by="cleo")
    ear.hear("@acme haha", by="dov")
    dovs, cleos = ear.listed()
    with office.database.read() as unit:
        message = store_messages.message_by_native_id(unit, ear.inbox.id, question)
        assert message
        case = get_case(unit, message.case_id)
        assert [one.id for one in mentions.suggestions(unit, cleos)] == [case.id]
        assert mentions.suggestions(unit, dovs) == []
    with office.database.write() as unit:
        for one in (cleos, dovs):
            assert (
                mentions.attach(unit, ear.channels, one.id, case, ear.cast.ben).case_id == case.id
            )
    with office.database.read() as unit:
        assert len(store_messages.thread(unit, case.id)) == 3
        assert {p.name for p in store.participants_of(unit, case.id)} == {"Cleo"}
        kinds = [e.kind for e in store_events.of_case(unit, case.id)]
    assert kinds.count("mention_attached") == 2


def test_what_one_of_us_answered_there_comes_along(office: Office, ear: Ear) -> None:
    praise = ear.hear("@acme love it")
    echo = new_id()
    ear.take(echo, Echo(native_id=echo, text="Thank you!", is_public=True, in_reply_to=(praise,)))
    assert ear.outcome(echo) == "waits"
    (one,) = ear.listed()
    with office.database.write() as unit:
        taken = mentions.make_case(unit, ear.channels, one.id, ear.cast.ben)
    ear.work()
    assert ear.outcome(echo) == "said_elsewhere"
    with office.database.read() as unit:
        assert get_case(unit, taken.case_id).status == "waiting"


def test_no_case_of_another_brand_takes_it(office: Office, ear: Ear) -> None:
    ear.hear("@acme lol")
    (one,) = ear.listed()
    with office.database.write() as unit:
        other = create_brand(unit, name="Other", slug="other")
    elsewhere = ear.open(other.id)
    with office.database.write() as unit:
        ref = inbox_ref(unit, elsewhere)
        taken = receive(unit, ref, said("Where is my parcel?", channel="plaza"))
    with pytest.raises(Exception, match="same brand"), office.database.write() as unit:
        mentions.attach(unit, ear.channels, one.id, get_case(unit, taken.case_id), ear.cast.ben)


def test_what_a_channel_ignores_is_listed_with_its_kind(ear: Ear) -> None:
    native = new_id()
    words = said("RT @acme: We open at nine", channel="plaza", native_id=native, is_public=True)
    ear.take(native, Ignored(native_id=native, outcome="repost", reason="A repost.", inbound=words))
    bare = new_id()
    ear.take(bare, Ignored(native_id=bare, outcome="like", reason="A like."))
    assert [(one.kind, one.reason) for one in ear.listed()] == [("repost", "A repost.")]
    assert ear.listed(kind="like") == []


def test_no_spam_is_kept_to_learn_from_and_let_be_takes_it_off(office: Office, ear: Ear) -> None:
    ear.hear("Earn cash from home, free crypto airdrop https://x.example @acme")
    (one,) = ear.listed(kind="spam")
    with office.database.write() as unit:
        mentions.no_spam(unit, one.id, ear.cast.ben)
    (again,) = ear.listed(kind="chatter")
    assert (again.id, again.corrected) == (one.id, "no_spam")
    with office.database.write() as unit:
        mentions.let_be(unit, one.id, ear.cast.ben)
    assert ear.listed() == []


def test_the_list_is_searched_and_paged(ear: Ear) -> None:
    for number in range(5):
        ear.hear(f"Lovely toaster day {number} with @acme", by=f"person{number}")
    ear.hear("@acme lol", by="dov")
    assert [one.author_name for one in ear.listed(words=["toast", "person3"])] == ["Person3"]
    every = ear.listed()
    assert [one.id for one in ear.listed(before=every[2].id)] == [one.id for one in every[3:]]


def test_what_its_author_takes_back_is_forgotten(ear: Ear) -> None:
    native = ear.hear("@acme lol", by="dov")
    gone = new_id()
    ear.take(gone, Removed(native_id=gone, of=(native,), address="cleo"))
    assert len(ear.listed()) == 1
    gone = new_id()
    ear.take(gone, Removed(native_id=gone, of=(native,), address="dov"))
    assert ear.listed() == []


def test_old_ones_are_forgotten_and_decided_ones_are_kept(office: Office, ear: Ear) -> None:
    ear.hear("@acme lol", by="dov")
    ear.hear("@acme haha", by="eve")
    new, old = ear.listed()
    with office.database.write() as unit:
        mentions.make_case(unit, ear.channels, old.id, ear.cast.ben)
        long_ago = unit.now - timedelta(days=100)
        unit.execute(mentions_table.update().values(heard_at=long_ago))
    mentions.sweep(office.database, days=90)
    assert ear.listed() == []
    assert [one.id for one in ear.listed(handled=True)] == [old.id]
    assert new.id


def test_replaying_one_changes_nothing(office: Office, cast: Cast, ear: Ear) -> None:
    native = ear.hear("@acme lol", by="dov")
    with office.database.write() as unit:
        row = store_raw.by_native_id(unit, ear.inbox.id, native)
        assert row
        replay(unit, row.id)
    ear.work()
    (one,) = ear.listed()
    with office.database.write() as unit:
        taken = mentions.make_case(unit, ear.channels, one.id, cast.ben)
        reply(unit, taken.case_id, cast.ben, "Thank you!")
        replay(unit, row.id)
    ear.work()
    assert ear.outcome(native) == "duplicate"
    assert ear.listed() == []


def test_an_install_may_do_without_the_filter(office: Office, ear: Ear) -> None:
    ear.ingest = Ingest(office.database, ear.channels, filters=False)
    assert ear.outcome(ear.hear("@acme lol")) == "new_case"
