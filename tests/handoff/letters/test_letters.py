"""A letter from the desk to the record and back into the post."""

from typing import Any

import pytest

from fairline.cases import store_events, store_messages
from fairline.cases.actions import reply
from fairline.cases.changes import get_case
from fairline.cases.rows import Case
from fairline.cases.search import search
from fairline.channels import store_deliveries
from fairline.channels.ledger import Ledger
from fairline.db.unit import Unit
from fairline.handoff.letters import store
from fairline.handoff.letters.reading import read_letter
from fairline.jobs.store import page as jobs
from fairline.line.place import place_of
from fairline.wiring import Office
from tests.conftest import Cast
from tests.desk.conftest import Browser, Sit
from tests.handoff.letters.conftest import drawn, needs_tesseract, text_pdf

ADDRESS = "Cleo Client\nHigh Street 5\n12345 Town"


def place_at(unit: Unit, case: Case) -> int | None:
    """Its place in line."""
    found = place_of(unit, case)
    return found.position if found else None


def put(
    office: Office, ben: Browser, data: bytes = b"", name: str = "scan.pdf", **more: Any
) -> Case:
    """Ben puts a letter in; the case it became."""
    files = {"files": (name, data, "application/octet-stream")} if data else None
    ben.press("/desk/log-letter", files=files, **{"key": name, "address": ADDRESS, **more})
    with office.database.read() as unit:
        found = unit.connection.exec_driver_sql("SELECT id FROM cases ORDER BY id DESC LIMIT 1")
        return get_case(unit, str(found.scalar_one()))


def read_all(office: Office) -> int:
    """What the worker does with the letters that wait."""
    with office.database.read() as unit:
        waiting = [job for job in jobs(unit, state="waiting") if job.kind == "read_letter"]
    for job in waiting:
        read_letter(office.database, job.payload)
    return len(waiting)


def test_a_scanned_letter_stands_in_the_line_and_is_read(
    office: Office, cast: Cast, ben: Browser
) -> None:
    case = put(office, ben, text_pdf(), severity="money", kind="problem")
    assert (case.channel, case.severity, case.subject) == ("letter", "money", "scan.pdf")
    with office.database.read() as unit:
        assert place_at(unit, case) == 1  # before anybody, or any machine, has read it
    assert "A machine reads this letter" in ben.see(f"/desk/cases/{case.reference}")

    assert read_all(office) == 1

    page = ben.see(f"/desk/cases/{case.reference}")
    assert "Read by a machine" in page
    assert "4711" in page
    with office.database.read() as unit:
        now = get_case(unit, case.id)
        found, _ = search(unit, "4711 corrected")
        kinds = [event.kind for event in store_events.of_case(unit, case.id)]
    assert now.subject == "My meter shows 4711 units."
    assert [hit.case.id for hit in found] == [case.id]
    assert "letter_read" in kinds


@needs_tesseract
def test_a_picture_is_read_and_its_scan_is_shown_beside_the_text(
    office: Office, cast: Cast, ben: Browser
) -> None:
    case = put(office, ben, drawn(kind="TIFF"), "scan.tif")
    read_all(office)
    with office.database.read() as unit:
        message = store_messages.thread(unit, case.id)[0]
    assert "4711" in message.text
    address = f"/desk/cases/{case.reference}/letters/{message.id}"
    page = ben.see(address)
    assert f'src="{address}/pages/101"' in page
    drawn_page = ben.client.get(f"{address}/pages/101")
    assert drawn_page.headers["Content-Type"] == "image/png"
    assert ben.client.get(f"{address}/pages/301").status_code == 404
    assert ben.client.get(f"{address}/pages/100").status_code == 404


def test_what_was_read_is_mended_and_found(office: Office, cast: Cast, ben: Browser) -> None:
    case = put(office, ben, text_pdf())
    read_all(office)
    with office.database.read() as unit:
        message = store_messages.thread(unit, case.id)[0]
    address = f"/desk/cases/{case.reference}/letters/{message.id}"
    assert "Write what the letter says" in ben.press(address, expect=422, text="  ")
    page = ben.press(address, text="My meter shows 4712 units, not less.")
    assert "Checked by Ben" in page
    with office.database.read() as unit:
        reading = store.reading_of(unit, message.id)
        found, _ = search(unit, "4712")
        gone, _ = search(unit, "4711 corrected")
    assert reading
    assert (reading.state, reading.corrected_by_id) == ("corrected", cast.ben.id)
    assert "4711" in reading.words  # what the machine read stays known
    assert [hit.case.id for hit in found] == [case.id]
    assert gone == []


def test_a_machine_leaves_alone_what_somebody_typed_meanwhile(
    office: Office, cast: Cast, ben: Browser
) -> None:
    case = put(office, ben, text_pdf())
    with office.database.read() as unit:
        message = store_messages.thread(unit, case.id)[0]
    ben.press(f"/desk/cases/{case.reference}/letters/{message.id}", text="Typed by hand")
    read_all(office)
    with office.database.read() as unit:
        assert store_messages.thread(unit, case.id)[0].text == "Typed by hand"


def test_a_letter_that_cannot_be_read_says_why_and_is_typed(
    office: Office, cast: Cast, ben: Browser
) -> None:
    case = put(office, ben, b"%PDF-1.7\n" + b"\xff" * 400)
    read_all(office)
    page = ben.see(f"/desk/cases/{case.reference}")
    assert "The PDF is damaged." in page
    assert "Type it" in page


def test_a_typed_letter_needs_no_machine(office: Office, cast: Cast, ben: Browser) -> None:
    case = put(office, ben, text="Dear Acme, my meter is wrong.")
    assert case.subject == "Dear Acme, my meter is wrong."
    assert read_all(office) == 0


@pytest.mark.parametrize(
    ("data", "fields", "says"),
    [
        (b"", {}, "Choose the scan, or type the letter"),
        (b"MZ\x90 a program", {}, "is no scan"),
        (b"<svg onload=alert(1)>", {}, "is no scan"),
        (b"", {"text": "x", "address": "only one line"}, "as on an envelope"),
        (b"", {"text": "x", "address": "\n".join("abcdefghij")}, "at most 8 lines"),
    ],
)
def test_what_is_no_letter_is_refused(
    office: Office, cast: Cast, ben: Browser, data: bytes, fields: dict[str, str], says: str
) -> None:
    files = {"files": ("x.pdf", data, "application/pdf")} if data else None
    page = ben.press("/desk/log-letter", expect=422, files=files, name="Kept", **fields)
    assert says in page
    assert "Kept" in page


def test_our_answer_is_printed_and_marked_as_posted(
    office: Office, cast: Cast, ben: Browser
) -> None:
    assert "Nothing to post" in ben.see("/desk/letters")
    case = put(office, ben, text="My meter is wrong.")
    with office.database.write() as unit:
        answer = reply(unit, case.id, cast.ben, "We have corrected <b>it</b>.")
    ledger = Ledger(office.database, office.channels)
    while ledger.step("w"):
        pass
    page = ben.see(f"/desk/cases/{case.reference}")
    assert "to be printed and posted to Cleo Client" in page
    assert case.reference in ben.see("/desk/letters")

    printed = ben.see(f"/desk/cases/{case.reference}/messages/{answer.id}/print")
    assert "Cleo Client<br>High Street 5<br>12345 Town" in printed
    assert "&lt;b&gt;it&lt;/b&gt;" in printed
    assert "print-letter" in printed

    with office.database.read() as unit:
        (delivery,) = store_deliveries.of_messages(unit, [answer.id])[answer.id]
    page = ben.press(f"/desk/cases/{case.reference}/do/posted", delivery=delivery.id)
    assert "posted to Cleo Client" in page
    ben.press(f"/desk/cases/{case.reference}/do/posted", expect=409, delivery=delivery.id)
    assert "Nothing to post" in ben.see("/desk/letters")


def test_another_brand_s_letters_are_not_there(
    office: Office, cast: Cast, ben: Browser, sit: Sit
) -> None:
    from fairline.people.setup import create_brand
    from fairline.people.staff import create_agent
    from tests.conftest import PASSWORD

    case = put(office, ben, text_pdf())
    with office.database.write() as unit:
        message = store_messages.thread(unit, case.id)[0]
        other = create_brand(unit, name="Other", slug="other")
        dora = create_agent(
            unit, email="dora@other.test", name="Dora", role="agent", password=PASSWORD,
            brand_ids=(other.id,),
        )  # fmt: skip
    browser = sit(dora)
    address = f"/desk/cases/{case.reference}/letters/{message.id}"
    browser.see(address, status=404)
    browser.see(f"{address}/pages/101", status=404)
    browser.press(address, expect=404, text="x")
    browser.see(f"/desk/cases/{case.reference}/messages/{message.id}/print", status=404)
