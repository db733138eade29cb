"""What the outside sees and may do: secret links, left addresses, visibility, edits, files."""

import pytest

from fairline.cases import links, store, store_messages
from fairline.cases.actions import actor_of, note, reply
from fairline.cases.addresses import confirm_address, leave_address
from fairline.cases.changes import get_case
from fairline.cases.editing import edit_message, hide_message, set_case_visibility, set_visibility
from fairline.cases.files import read_file, safe_name, safe_type
from fairline.cases.inbound import Author, Copied, InboundFile
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Actor
from fairline.cases.search import search
from fairline.cases.store_sent import thread_of
from fairline.channels.store_deliveries import of_messages
from fairline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from fairline.db.engine import Database
from fairline.people.contacts import resolve
from tests.conftest import Cast, said


@pytest.fixture
def asked(database: Database, cast: Cast) -> str:
    """Cleo asks on the board, in private."""
    with database.write() as unit:
        words = said("My card was charged twice", by="browser-1", channel="web")
        return receive(unit, cast.board_ref, words).case_id


def customer(database: Database, case_id: str) -> Actor:
    with database.read() as unit:
        return Actor(kind="contact", id=get_case(unit, case_id).contact_id)


def test_a_link_opens_its_case_and_no_other(database: Database, cast: Cast, asked: str) -> None:
    with database.write() as unit:
        case = get_case(unit, asked)
        (browser,) = store.participants_of(unit, asked)
        token = links.issue(unit, case, browser.identity_id)
        link, opened = links.open_link(unit, token)
    assert opened.id == asked
    assert link.identity_id == browser.identity_id
    with database.read() as unit:
        for wrong in ("", token[:-1], token.swapcase(), token + "x"):
            with pytest.raises(NotFound):
                links.open_link(unit, wrong)


def test_a_revoked_link_opens_nothing(database: Database, cast: Cast, asked: str) -> None:
    with database.write() as unit:
        case = get_case(unit, asked)
        (browser,) = store.participants_of(unit, asked)
        token = links.issue(unit, case, browser.identity_id)
        assert links.revoke_all(unit, case, by=actor_of(cast.ben)) == 1
        with pytest.raises(NotFound):
            links.open_link(unit, token)


def test_a_typed_address_gets_answers_but_no_history(
    database: Database, cast: Cast, asked: str
) -> None:
    """Dov types Cleo's address: he learns nothing of her, and she is not glued to him."""
    with database.write() as unit:
        cleo = resolve(unit, cast.brand.id, "email", "cleo@mail.test", name="Cleo", confirmed=True)
        leave_address(unit, get_case(unit, asked), "email", "cleo@mail.test", by=SYSTEM)
        message = reply(unit, asked, cast.ben, "We look into it")
        sent = of_messages(unit, [message.id])[message.id]
        case = get_case(unit, asked)
    assert case.contact_id != cleo.contact_id
    assert {(d.channel, d.state) for d in sent} == {("web", "delivered"), ("email", "queued")}


def test_a_proven_address_makes_it_the_case_of_its_owner(
    database: Database, cast: Cast, asked: str
) -> None:
    with database.write() as unit:
        cleo = resolve(unit, cast.brand.id, "email", "cleo@mail.test", name="Cleo", confirmed=True)
        leave_address(unit, get_case(unit, asked), "email", "cleo@mail.test", by=SYSTEM)
        case = confirm_address(unit, get_case(unit, asked), cleo.id)
        again = confirm_address(unit, case, cleo.id)
        contacts = {p.contact_id for p in store.participants_of(unit, asked)}
    assert case.contact_id == again.contact_id == cleo.contact_id
    assert contacts == {cleo.contact_id}


def test_a_stranger_on_copy_cannot_prove_the_case_theirs(
    database: Database, cast: Cast, asked: str
) -> None:
    with database.write() as unit:
        dov = resolve(unit, cast.brand.id, "email", "dov@else.test")
        before = get_case(unit, asked)
        after = confirm_address(unit, before, dov.id)
    assert after.contact_id == before.contact_id


def test_only_the_customer_makes_words_public(database: Database, cast: Cast, asked: str) -> None:
    cleo = customer(database, asked)
    with database.write() as unit:
        (message,) = store_messages.thread(unit, asked)
        with pytest.raises(NotAllowed):
            set_visibility(unit, message.id, "public", by=actor_of(cast.ada))
        with pytest.raises(NotAllowed):
            set_case_visibility(unit, asked, is_public=True, by=actor_of(cast.ada))
        hidden, _ = search(unit, "charged", public_only=True)
        set_case_visibility(unit, asked, is_public=True, by=cleo)
        shown, _ = search(unit, "charged", public_only=True)
    assert hidden == []
    assert [hit.case.id for hit in shown] == [asked]


def test_going_private_takes_every_word_off_the_board(
    database: Database, cast: Cast, asked: str
) -> None:
    cleo = customer(database, asked)
    with database.write() as unit:
        set_case_visibility(unit, asked, is_public=True, by=cleo)
        reply(unit, asked, cast.ben, "Refunded publicly", visibility="public")
        assert search(unit, "refunded", public_only=True)[0]
        set_case_visibility(unit, asked, is_public=False, by=cleo)
        for word in ("refunded", "charged"):
            assert search(unit, word, public_only=True)[0] == []


def test_the_opening_words_go_private_only_with_their_thread(
    database: Database, cast: Cast, asked: str
) -> None:
    cleo = customer(database, asked)
    with database.write() as unit:
        set_case_visibility(unit, asked, is_public=True, by=cleo)
        (message,) = store_messages.thread(unit, asked)
        with pytest.raises(Conflict) as refused:
            set_visibility(unit, message.id, "private", by=cleo)
    assert refused.value.code == "opening_message"


def test_notes_and_private_answers_are_never_found_in_public(
    database: Database, cast: Cast, asked: str
) -> None:
    cleo = customer(database, asked)
    with database.write() as unit:
        set_case_visibility(unit, asked, is_public=True, by=cleo)
        note(unit, asked, cast.ben, "suspicious fellow")
        reply(unit, asked, cast.ben, "your secret number")
        for word in ("suspicious", "secret"):
            assert search(unit, word, public_only=True)[0] == []
            assert search(unit, word)[0]


def test_a_hidden_message_says_why_and_leaves_the_search(
    database: Database, cast: Cast, asked: str
) -> None:
    with database.write() as unit:
        set_case_visibility(unit, asked, is_public=True, by=customer(database, asked))
        (message,) = store_messages.thread(unit, asked)
        with pytest.raises(Invalid):
            hide_message(unit, message.id, by=actor_of(cast.ben), reason="")
        hide_message(unit, message.id, by=actor_of(cast.ben), reason="It names somebody")
        assert search(unit, "charged", public_only=True)[0] == []


def test_an_edit_is_the_authors_alone_and_found_at_once(
    database: Database, cast: Cast, asked: str
) -> None:
    cleo = customer(database, asked)
    with database.write() as unit:
        (message,) = store_messages.thread(unit, asked)
        with pytest.raises(NotAllowed):
            edit_message(unit, message.id, "other words", by=actor_of(cast.ben))
        edit_message(unit, message.id, "My invoice is wrong", by=cleo)
        assert search(unit, "invoice")[0]
        assert search(unit, "charged twice")[0] == []
        answer = reply(unit, asked, cast.ben, "Sorry")
        with pytest.raises(Conflict):
            edit_message(unit, answer.id, "Not sorry", by=actor_of(cast.ben))


def test_files_keep_their_bytes_and_lose_their_tricks(database: Database, cast: Cast) -> None:
    file = InboundFile(
        name="../../etc/pass\u202ewd\r\nX: y.txt", media_type="text/html; x=y\r\nZ: 1", data=b"abc"
    )
    with database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said(files=(file,)))
        (stored,) = store_messages.attachments_of(unit, taken.case_id)
        found, data = read_file(unit, stored.id)
    assert data == b"abc"
    assert not set(found.name) & set('/\\\r\n\u202e"')
    assert found.media_type == "text/html"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("", "file"),
        ("..", "file"),
        ("a/b.txt", "a_b.txt"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
    ],
)
def test_file_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("kind", ["", "text", "text/", "/x", "a b/c", "text/html\r\nx"])
def test_a_type_that_is_none_is_only_bytes(kind: str) -> None:
    assert safe_type(kind) == "application/octet-stream"


def test_a_copied_persons_words_are_not_the_customers_to_publish(
    database: Database, cast: Cast
) -> None:
    copied = (Copied(role="cc", address="dov@else.test"),)
    with database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said(native_id="q@m", copied=copied))
        said_by_dov = said("My private number", by="dov@else.test", in_reply_to=("q@m",))
        dovs = receive(unit, cast.mailbox_ref, said_by_dov)
        cleo = Actor(kind="contact", id=get_case(unit, taken.case_id).contact_id)
        assert dovs.case_id == taken.case_id
        with pytest.raises(NotAllowed):
            set_visibility(unit, dovs.message_id, "public", by=cleo)


def test_a_vouched_mail_proves_the_left_address(database: Database, cast: Cast, asked: str) -> None:
    """Cleo left her address on the board, and answers our mail from it under her domain's seal."""
    with database.write() as unit:
        cleo = leave_address(unit, get_case(unit, asked), "email", "cleo@mail.test", by=SYSTEM)
        reply(unit, asked, cast.ben, "We look into it")
    with database.write() as unit:
        (_, native_id) = thread_of(unit, asked)[-1]
        author = Author(channel="email", address="cleo@mail.test", verified=True)
        mail = said("Thanks", in_reply_to=(native_id,), author=author)
        taken = receive(unit, cast.mailbox_ref, mail)
        case = get_case(unit, asked)
        people = store.participants_of(unit, asked)
    assert (taken.outcome, taken.case_id) == ("joined", asked)
    assert case.contact_id == cleo.contact_id
    assert {p.contact_id for p in people} == {cleo.contact_id}
    assert all(p.confirmed_at for p in people)
