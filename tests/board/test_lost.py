"""“I lost my link”: the same answer for all, the work after it, and the mail only to its owner."""

from typing import Any

import pytest

from fairline.board import rates
from fairline.board.lost import JOB, send_links
from fairline.cases import store_messages
from fairline.cases.changes import get_case, set_status
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.channels import store_deliveries
from fairline.jobs import store as jobs
from fairline.people.setup import create_brand
from fairline.wiring import JOBS
from tests.board.visitor import Page, Visitor
from tests.conftest import said


def ask_again(visitor: Visitor, mail: str) -> Any:
    form = visitor.page("/lost").form("/lost")
    return visitor.post(form.action, {**form.values, "mail": mail})


def waiting_jobs(visitor: Visitor) -> list[dict[str, Any]]:
    """Payloads of the jobs that wait, taken."""
    found = []
    with visitor.office.database.write() as unit:
        while job := jobs.claim(unit, "test"):
            assert job.kind == JOB
            found.append(job.payload)
            jobs.finish(unit, job.id, "test")
    return found


def notices(visitor: Visitor, case_id: str) -> list[str]:
    """To whom notices of a case went."""
    with visitor.office.database.read() as unit:
        sent = [m.id for m in store_messages.thread(unit, case_id) if m.is_automatic]
        return [d.recipient for ds in store_deliveries.of_messages(unit, sent).values() for d in ds]


@pytest.fixture
def case_id(cleo: Visitor) -> str:
    """Cleo has written a mail, and what followed from that is done."""
    with cleo.office.database.write() as unit:
        taken = receive(unit, cleo.cast.mailbox_ref, said("My lamp broke"))
    with cleo.office.database.write() as unit:
        while job := jobs.claim(unit, "test"):
            jobs.finish(unit, job.id, "test")
    return taken.case_id


def test_known_and_unknown_get_the_same_answer(cleo: Visitor, case_id: str) -> None:
    known = ask_again(cleo, "cleo@mail.test")
    unknown = ask_again(cleo, "none@mail.test")
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace("cleo@", "none@") == unknown.text
    assert "Set-Cookie" not in known.headers


def test_the_page_looks_nothing_up(cleo: Visitor, case_id: str) -> None:
    """Both requests write the same job and nothing else, so their timing tells nothing."""
    ask_again(cleo, "cleo@mail.test")
    ask_again(cleo, "none@mail.test")
    assert notices(cleo, case_id) == []
    mails = [payload["mail"] for payload in waiting_jobs(cleo)]
    assert sorted(mails) == ["cleo@mail.test", "none@mail.test"]


def test_the_job_mails_the_owner_of_the_address(cleo: Visitor, case_id: str) -> None:
    ask_again(cleo, "Cleo@Mail.test")
    for payload in waiting_jobs(cleo):
        JOBS[JOB](cleo.office.database, payload)
    assert notices(cleo, case_id) == ["cleo@mail.test"]


def test_an_unknown_address_gets_nothing(cleo: Visitor, case_id: str) -> None:
    payload = {"brand_id": cleo.cast.brand.id, "mail": "none@mail.test"}
    send_links(cleo.office.database, payload)
    assert notices(cleo, case_id) == []


def test_another_brand_tells_nothing_of_this_one(cleo: Visitor, case_id: str) -> None:
    with cleo.office.database.write() as unit:
        second = create_brand(unit, name="Second", slug="second")
    send_links(cleo.office.database, {"brand_id": second.id, "mail": "cleo@mail.test"})
    assert notices(cleo, case_id) == []


def test_open_threads_come_before_closed_ones(cleo: Visitor, case_id: str) -> None:
    with cleo.office.database.write() as unit:
        other = receive(unit, cleo.cast.mailbox_ref, said("Another")).case_id
        set_status(unit, get_case(unit, case_id), "closed", by=SYSTEM)
    send_links(cleo.office.database, {"brand_id": cleo.cast.brand.id, "mail": "cleo@mail.test"})
    assert notices(cleo, other) == ["cleo@mail.test"]
    assert notices(cleo, case_id) == []


def test_a_mailbox_is_not_flooded(cleo: Visitor, case_id: str) -> None:
    for _ in range(rates.MAILS_PER_MAILBOX + 4):
        send_links(cleo.office.database, {"brand_id": cleo.cast.brand.id, "mail": "cleo@mail.test"})
    assert len(notices(cleo, case_id)) == rates.MAILS_PER_MAILBOX


def test_too_often_and_badly_typed_keep_the_address(cleo: Visitor) -> None:
    wrong = ask_again(cleo, "not an address")
    assert wrong.status_code == 422
    assert Page(wrong.text).form("/lost").values["mail"] == "not an address"
    for _ in range(int(rates.RATES["lost"][0])):
        assert ask_again(cleo, "a@mail.test").status_code == 200
    assert ask_again(cleo, "a@mail.test").status_code == 429
