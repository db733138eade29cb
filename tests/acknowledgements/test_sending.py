"""Who is told that we have it: every person who waits, once; never a machine, never too often."""

from datetime import timedelta
from typing import Any

import pytest

from fairline.acknowledgements import send, store
from fairline.acknowledgements.texts import change_text, forget_text
from fairline.board.ask import Question, ask
from fairline.board.sites import find_site
from fairline.cases import store_messages
from fairline.cases.actions import reply
from fairline.cases.changes import get_case
from fairline.cases.inbound import Auth
from fairline.cases.intake import receive
from fairline.cases.rows import Case, Message
from fairline.channels import outgoing, store_deliveries
from fairline.channels.contract import Ignored
from fairline.channels.email.translate import translate
from fairline.channels.notices import LINK_MARK
from fairline.core.errors import Invalid
from fairline.db.engine import Database
from fairline.jobs.worker import Worker
from fairline.line import store_told
from fairline.people import store_contacts
from fairline.people.calendars import change_calendar
from fairline.promises.hours import ALWAYS_OPEN
from fairline.wiring import JOBS, Office
from tests.conftest import Cast, said


def work_off(database: Database) -> None:
    """What a worker would do now."""
    worker = Worker(database, JOBS)
    while worker.run_one("test"):
        pass


def write_in(database: Database, cast: Cast, **more: Any) -> str:
    with database.write() as unit:
        case_id = receive(unit, cast.mailbox_ref, said(**more)).case_id
    work_off(database)
    return case_id


def notices(database: Database, case_id: str) -> list[Message]:
    with database.read() as unit:
        return [
            m
            for m in store_messages.thread(unit, case_id)
            if m.is_automatic and m.direction == "outbound"
        ]


def test_a_mail_is_acknowledged_once_and_stays_unanswered(database: Database, cast: Cast) -> None:
    case_id = write_in(database, cast)
    (notice,) = notices(database, case_id)
    with database.read() as unit:
        case = get_case(unit, case_id)
        (delivery,) = store_deliveries.of_messages(unit, [notice.id])[notice.id]
    assert notice.text.startswith("Hello Cleo,\n\nwe have your message.")
    assert case.reference in notice.text
    assert "You are next in line." in notice.text
    assert "We promise an answer by" in notice.text
    assert "expect it" not in notice.text, "nothing was measured yet"
    assert (delivery.recipient, delivery.is_notice) == ("cleo@mail.test", True)
    assert case.status == "new"
    assert case.first_answered_at is None
    assert case.due_at == case.first_due_at is not None

    with database.write() as unit:
        receive(unit, cast.mailbox_ref, said("And one more", in_reply_to=(notice.native_id or "",)))
    send.work(database, {"case_id": case_id})
    work_off(database)
    assert len(notices(database, case_id)) == 1


def test_the_secret_link_is_in_the_mail_and_not_in_the_record(
    office: Office, database: Database, cast: Cast
) -> None:
    case_id = write_in(database, cast)
    (notice,) = notices(database, case_id)
    assert "/t/" not in notice.text
    with database.write() as unit:
        (delivery,) = store_deliveries.of_messages(unit, [notice.id])[notice.id]
        info = office.channels.info_by_id(unit, delivery.inbox_id)
        sent = outgoing.build(
            unit, delivery, info, office.channels.of_kind("email"), office.keyring
        )
    assert sent.text.count("http://board.test/t/") == 1
    assert LINK_MARK not in sent.text
    assert sent.link == "", "once is enough"
    assert sent.notice


@pytest.mark.parametrize(
    "mail",
    [
        {"is_automatic": True},
        {"is_listed": True},
        {"auth": Auth(dmarc="fail", source="ours")},
        {"kind": "praise"},
    ],
    ids=["automatic", "list", "forged", "off the line"],
)
def test_none_goes_to_whom_it_has_no_use(
    database: Database, cast: Cast, mail: dict[str, Any]
) -> None:
    assert notices(database, write_in(database, cast, **mail)) == []


@pytest.mark.parametrize(
    ("header", "listed"),
    [
        (b"", False),
        (b"List-Id: <dev.lists.test>\r\n", True),
        (b"Precedence: list\r\n", True),
        (b"X-Auto-Response-Suppress: OOF, AutoReply\r\n", True),
        (b"X-Auto-Response-Suppress: OOF\r\n", False),
    ],
)
def test_a_mail_says_itself_that_no_machine_should_answer(
    office: Office, database: Database, cast: Cast, header: bytes, listed: bool
) -> None:
    payload = b"From: Cleo <cleo@mail.test>\r\nTo: support@acme.test\r\n" + header
    payload += b"Subject: Parcel\r\nMessage-ID: <1@mail.test>\r\n\r\nWhere is it?\r\n"
    with database.read() as unit:
        info = office.channels.info_by_id(unit, cast.mailbox.id)
        found = translate(payload, info, received_at=unit.now)
    assert not isinstance(found, Ignored)
    assert getattr(found, "is_listed", None) is listed


def test_five_a_day_go_to_one_address(database: Database, cast: Cast) -> None:
    sent = [len(notices(database, write_in(database, cast))) for _ in range(send.MOST_A_DAY + 2)]
    assert sent == [1] * send.MOST_A_DAY + [0, 0]


def test_who_was_answered_at_once_needs_no_word(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        case_id = receive(unit, cast.mailbox_ref, said()).case_id
        reply(unit, case_id, cast.ben, "It comes tomorrow.")
    work_off(database)
    assert notices(database, case_id) == []


def test_a_quiet_inbox_stays_quiet_until_it_may_speak(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        store.set_quiet(unit, cast.mailbox.id, is_quiet=True)
    assert notices(database, write_in(database, cast)) == []
    with database.write() as unit:
        store.set_quiet(unit, cast.mailbox.id, is_quiet=False)
    assert len(notices(database, write_in(database, cast))) == 1


def test_old_news_is_none(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        unit.now -= timedelta(hours=7)
        case_id = receive(unit, cast.mailbox_ref, said()).case_id
    send.work(database, {"case_id": case_id})
    assert notices(database, case_id) == []


def asked(database: Database, office: Office, mail: str) -> Case:
    with database.write() as unit:
        site = find_site(unit, None, office.settings)
        question = Question(text="Where is my parcel?", name="Cleo", mail=mail)
        return ask(unit, site, office.channels, question).case


def test_a_question_on_the_board_with_an_address_is_acknowledged_there(
    office: Office, database: Database, cast: Cast
) -> None:
    case = asked(database, office, "cleo@mail.test")
    work_off(database)
    (notice,) = notices(database, case.id)
    assert "You are next in line." in notice.text
    assert notices(database, asked(database, office, "").id) == []


def test_the_language_is_the_contacts_then_the_cases_then_the_brands(
    database: Database, cast: Cast
) -> None:
    (notice,) = notices(database, write_in(database, cast, language="fr"))
    assert notice.text.startswith("Bonjour Cleo,")
    with database.write() as unit:
        identity = store_contacts.identity_at(unit, cast.brand.id, "email", "cleo@mail.test")
        assert identity is not None
        store_contacts.update_contact(unit, identity.contact_id, {"language": "de-AT"})
    (notice,) = notices(database, write_in(database, cast, language="fr"))
    assert notice.text.startswith("Guten Tag Cleo,")


def test_a_brands_own_text_is_sent_and_a_bad_one_leaves_it(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        change_text(unit, cast.brand.id, "en", "We have {reference}", "{reference}: {promise}")
    with pytest.raises(Invalid), database.write() as unit:
        change_text(unit, cast.brand.id, "en", "", "{oops}")
    case_id = write_in(database, cast)
    (notice,) = notices(database, case_id)
    with database.read() as unit:
        reference = get_case(unit, case_id).reference
    assert notice.subject == f"We have {reference}"
    assert notice.text.startswith(f"{reference}: We promise")
    with database.write() as unit:
        forget_text(unit, cast.brand.id, "en")
    (notice,) = notices(database, write_in(database, cast))
    assert notice.text.startswith("Hello Cleo,")


def test_the_range_it_tells_is_kept_and_meets_its_fate(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        began = unit.now
        calendar_id = cast.brand.calendar_id
        assert calendar_id is not None
        change_calendar(unit, calendar_id, "Always", ALWAYS_OPEN)
    for number in range(12):
        with database.write() as unit:
            unit.now = began - timedelta(minutes=15 * (12 - number))
            answered = receive(unit, cast.mailbox_ref, said(by=f"c{number}@mail.test")).case_id
            unit.now += timedelta(minutes=5)
            reply(unit, answered, cast.ben, "Here")
    case_id = write_in(database, cast)
    (notice,) = notices(database, case_id)
    assert "expect it between" in notice.text
    with database.write() as unit:
        found = store_told.open_range(unit, case_id)
    assert found is not None
    *_, high = found
    assert high is not None
    with database.write() as unit:
        unit.now = high + timedelta(minutes=1)
        reply(unit, case_id, cast.ben, "Sorry that it took so long")
    with database.read() as unit:
        assert store_told.fates(unit, cast.brand.id, began, most=10) == [1]
        tails = store_told.tails(unit, cast.brand.id)
    assert tails.late < 0.1 < tails.early, "the late end moves out, the early one in"
