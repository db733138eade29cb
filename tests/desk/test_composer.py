"""Answering: who reads it, what becomes of the draft, and what one hand does while another writes."""

from collections.abc import Callable

import pytest

from fairline.cases import store, store_events, store_messages
from fairline.cases.actions import reply
from fairline.cases.changes import get_case
from fairline.cases.inbound import Copied
from fairline.cases.intake import receive
from fairline.cases.rows import Case, Message
from fairline.channels import store_deliveries
from fairline.db.engine import Database
from tests.conftest import Cast, said
from tests.desk.conftest import Browser, Sit

Ask = Callable[..., Case]


def thread(database: Database, case: Case) -> list[Message]:
    with database.read() as unit:
        return store_messages.thread(unit, case.id)


def test_an_answer_goes_out_and_the_case_waits_for_the_customer(
    ben: Browser, ask: Ask, database: Database, cast: Cast
) -> None:
    case = ask()

    page = ben.press(f"/desk/cases/{case.reference}/say", mode="private", text="On its way")

    assert "On its way" in page
    with database.read() as unit:
        after = get_case(unit, case.id)
        sent = thread(database, case)[-1]
        deliveries = store_deliveries.of_messages(unit, [sent.id])[sent.id]
    assert (after.status, after.owner_id) == ("waiting", cast.ben.id)
    assert [d.recipient for d in deliveries] == ["cleo@mail.test"]


@pytest.mark.parametrize(
    ("chosen", "status"), [("solved", "solved"), ("on_hold", "on_hold"), ("keep", "open")]
)
def test_send_and_set_the_status(
    ben: Browser, ask: Ask, database: Database, chosen: str, status: str
) -> None:
    case = ask()

    ben.press(f"/desk/cases/{case.reference}/say", mode="private", text="Done", status=chosen)

    with database.read() as unit:
        assert get_case(unit, case.id).status == status


def test_a_note_reaches_nobody_outside(ben: Browser, ask: Ask, database: Database) -> None:
    case = ask()

    ben.press(f"/desk/cases/{case.reference}/say", mode="note", text="Between us", status="solved")

    written = thread(database, case)[-1]
    assert (written.direction, written.visibility) == ("note", "internal")
    with database.read() as unit:
        assert store_deliveries.of_messages(unit, [written.id]) == {}
        assert get_case(unit, case.id).status == "new", "the send buttons are of replies"


def test_an_answer_past_something_unseen_is_held_back_and_kept(
    ben: Browser, ask: Ask, database: Database, cast: Cast
) -> None:
    case = ask()
    seen = thread(database, case)[-1].id
    with database.write() as unit:
        receive(unit, cast.mailbox_ref, said("Wait, it came!"), joins=case.id)

    page = ben.press(
        f"/desk/cases/{case.reference}/say",
        expect=409,
        mode="private",
        text="I send another <b>one</b>",
        after=seen,
    )

    assert "has written meanwhile" in page
    assert "Wait, it came!" in page, "it is shown now"
    assert "I send another &lt;b&gt;one&lt;/b&gt;</textarea>" in page, "the text is kept"
    assert [m.direction for m in thread(database, case)] == ["inbound", "inbound"]
    with database.read() as unit:
        (draft,) = store_messages.drafts_of(unit, case.id)
    assert draft["text"].startswith("I send another")
    newest = page.split('name="after" form="composer" value="')[1].split('"')[0]
    assert newest == thread(database, case)[-1].id
    ben.press(f"/desk/cases/{case.reference}/say", mode="private", text="Good!", after=newest)
    assert thread(database, case)[-1].text == "Good!"


def test_a_colleague_was_faster(ben: Browser, ask: Ask, database: Database, cast: Cast) -> None:
    case = ask()
    seen = thread(database, case)[-1].id
    with database.write() as unit:
        reply(unit, case.id, cast.bea, "I have it")

    page = ben.press(
        f"/desk/cases/{case.reference}/say", expect=409, mode="private", text="Me too", after=seen
    )

    assert "Bea has written meanwhile" in page


def test_nothing_is_sent_for_nothing(ben: Browser, ask: Ask, database: Database) -> None:
    case = ask()

    page = ben.press(f"/desk/cases/{case.reference}/say", expect=422, mode="private", text=" \n ")

    assert "Write something first" in page
    assert len(thread(database, case)) == 1


@pytest.mark.parametrize("fields", [{"mode": "shout"}, {"mode": "private", "status": "gone"}])
def test_a_mode_or_status_that_is_none(ben: Browser, ask: Ask, fields: dict[str, str]) -> None:
    case = ask()

    page = ben.press(f"/desk/cases/{case.reference}/say", expect=422, text="kept words", **fields)

    assert "kept words" in page


def test_drafts_are_kept_and_colleagues_see_that_one_writes(
    ben: Browser, sit: Sit, ask: Ask, cast: Cast
) -> None:
    case = ask()
    base = f"/desk/cases/{case.reference}"
    ben.press(f"{base}/draft", expect=201, mode="note", text="half a thought")

    mine, theirs = ben.see(base), sit(cast.bea).see(base)

    assert "half a thought</textarea>" in mine
    assert 'value="note" checked' in mine
    assert "Ben has a draft (note)" in theirs
    assert "half a thought</textarea>" not in theirs
    ben.press(f"{base}/draft", expect=201, mode="note", text="")
    assert "half a thought" not in ben.see(base)


def test_files_go_with_the_answer(ben: Browser, ask: Ask, database: Database) -> None:
    case = ask()
    base = f"/desk/cases/{case.reference}"
    kept = ben.client.post(
        f"{base}/files",
        data={"csrf": ben.csrf},
        files={"file": ("a b.pdf", b"one", "application/pdf")},
    ).json()["files"]
    assert "a b.pdf" in ben.see(base)

    ben.press(
        f"{base}/say",
        mode="private",
        text="Both files",
        file_id=kept[0]["id"],
        files={"file": ("c.txt", b"two", "text/plain")},
    )

    with database.read() as unit:
        files = store_messages.attachments_of_message(unit, thread(database, case)[-1].id)
    assert sorted(f.name for f in files) == ["a b.pdf", "c.txt"]


def test_a_file_can_be_taken_out_by_its_author_only(
    ben: Browser, sit: Sit, ask: Ask, cast: Cast
) -> None:
    case = ask()
    base = f"/desk/cases/{case.reference}"
    (kept,) = ben.client.post(
        f"{base}/files",
        data={"csrf": ben.csrf},
        files={"file": ("a.pdf", b"one", "application/pdf")},
    ).json()["files"]
    bea = sit(cast.bea)

    bea.press(f"{base}/draft/files/{kept['id']}/remove", expect=404)
    bea.see(f"{base}/files/{kept['id']}/a.pdf", status=404)
    bea.press(f"{base}/say", expect=422, mode="private", text="x", file_id=kept["id"])
    page = ben.press(f"{base}/draft/files/{kept['id']}/remove")

    assert "a.pdf" not in page


def test_who_was_copied_can_be_left_out(ben: Browser, cast: Cast, database: Database) -> None:
    with database.write() as unit:
        copy = Copied(address="dov@mail.test", name="Dov", role="cc")
        taken = receive(unit, cast.mailbox_ref, said(copied=(copy,)))
        case = get_case(unit, taken.case_id)
        (dov,) = [p for p in store.participants_of(unit, case.id) if p.role == "copied"]
    ben.press(
        f"/desk/cases/{case.reference}/say",
        mode="private",
        text="Only you",
        offered=dov.identity_id,
    )

    with database.read() as unit:
        event = [e for e in store_events.of_case(unit, case.id) if e.kind == "message_sent"][-1]
    assert event.data["copied"] == []


def test_a_mention_reaches_the_colleague(ben: Browser, sit: Sit, ask: Ask, cast: Cast) -> None:
    case = ask()

    ben.press(f"/desk/cases/{case.reference}/say", mode="note", text="@[Bea] please look")

    assert "Ben mentioned you" in sit(cast.bea).see("/desk/nudges").replace("\n", " ")
