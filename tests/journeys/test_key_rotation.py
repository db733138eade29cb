"""The master key is changed while the company serves: nobody waits, nothing is lost, also on -9."""

import re
import threading
from collections import Counter
from typing import Self

import httpx2
import pytest
import sqlalchemy as sa

from fairline.cases import links, store
from fairline.cases.inbound import Author
from fairline.cases.intake import receive
from fairline.cases.rows import Actor, Case
from fairline.channels.ingest import inbox_ref
from fairline.channels.store_inboxes import all_inboxes
from fairline.channels.tables import inboxes
from fairline.core.ids import new_id
from fairline.core.key_files import FOLDER
from fairline.handoff.forms import asking, sending, sets
from fairline.handoff.forms import store as forms
from fairline.handoff.forms.fields import Field
from fairline.handoff.forms.rows import CaseKey, SecureForm
from fairline.handoff.forms.tables import case_keys, key_purpose
from tests.conftest import said
from tests.journeys.company import PASSWORD, Company

IBAN = "DE89 3704 0044 0532 0130 00"
MANY = 2000


@pytest.fixture
def asked(acme: Company) -> tuple[Case, SecureForm, str]:
    """Cleo was asked for her account and has sent it; a mailbox has a password; and there are so
    many other data keys that a rotation takes a while.
    """
    office = acme.install.office
    acme.add_inbox("email", "help@acme.test", {"receive_by": "none", "smtp_password": "secret"})
    with office.database.write() as unit:
        board = inbox_ref(unit, all_inboxes(unit, kind="web")[0])
        taken = receive(unit, board, said(channel="web", by="cleo-browser"))
        case = store.case_by_id(unit, taken.case_id)
        assert case
        bank = sets.make_set(
            unit,
            name="Bank details",
            intro="",
            fields=[Field(key="iban", label="Account", kind="iban")],
            kept_days=30,
            wiped_on_close=False,
        )
        form = asking.ask(unit, case.id, acme.ben, set_id=bank.id, why="To refund you.")
        me = store.participants_of(unit, case.id)[0]
        token = links.issue(unit, case, me.identity_id)
        sending.send(
            unit,
            office.keyring,
            case,
            form.id,
            sending.check_all(bank, {"iban": IBAN}, {}, 1),
            by=Actor(kind="contact", id=case.contact_id),
            author=Author(channel="web", address="cleo-browser"),
            inbox=board,
        )
        other = receive(unit, board, said(channel="web", by="dov-browser")).case_id
        for _ in range(MANY):
            key_id = new_id()
            sealed = office.keyring.seal(b"x" * 32, purpose=key_purpose(key_id))
            made = CaseKey(id=key_id, case_id=other, bound_to=other, sealed=sealed)
            forms.insert_key(unit, made)
    return case, form, token


def masters(acme: Company) -> Counter[str]:
    with acme.install.office.database.read() as unit:
        return Counter(unit.execute(sa.select(case_keys.c.master_id)).scalars())


class Visitors:
    """Cleo sends her form again and again, and Ada reads it, until told to stop."""

    def __init__(self, url: str, case: Case, form: SecureForm, token: str) -> None:
        self.url, self.case, self.form, self.token = url, case, form, token
        self.answers: list[tuple[str, int]] = []
        self.wrong: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=one) for one in (self._send, self._read)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _send(self) -> None:
        with httpx2.Client(base_url=self.url, timeout=60) as browser:
            path = f"/t/{self.token}/forms/{self.form.id}"
            while not self._stop.wait(0.05):
                answer = browser.post(path, data={"a-iban": IBAN})
                self.answers.append(("sent", answer.status_code))

    def _read(self) -> None:
        path = f"/desk/cases/{self.case.reference}/forms/{self.form.id}/show"
        with httpx2.Client(base_url=self.url, timeout=60) as browser:
            signed = {"email": "ada@acme.test", "password": PASSWORD}
            browser.post("/desk/sign-in", data=signed)
            found = re.search(r'name="csrf" content="([0-9a-f]+)"', browser.get("/desk").text)
            csrf = found[1] if found else ""
            while not self._stop.wait(0.05):
                answer = browser.post(path, data={"csrf": csrf})
                self.answers.append(("read", answer.status_code))
                if IBAN not in answer.text:
                    said_there = re.sub(r"<[^>]*>|\s+", " ", answer.text.partition("<main")[2])
                    self.wrong.append(f"{answer.status_code} {said_there[:300]}")


def test_the_key_is_changed_under_way_killed_and_gone_on_with(
    acme: Company, asked: tuple[Case, SecureForm, str]
) -> None:
    case, form, token = asked
    install = acme.install
    old = install.office.keyring.key_id
    install.serve()
    with Visitors(install.url, case, form, token) as visitors:
        install.until(lambda: len(visitors.answers) > 6, "visitors to be served")
        started = install.start("keys", "rotate", "--rest", "0")
        install.until(lambda: masters(acme)[old] < MANY - 200, "the rotation to be under way")
        started.kill()
        between = masters(acme)
        # What was half done is all open: some under the old key, some under the new one.
        seen = len(visitors.answers)
        install.until(lambda: len(visitors.answers) > seen + 4, "more to be served")

        done = install.run("keys", "rotate", "--rest", "1")

        assert done.returncode == 0, done.stderr
        seen = len(visitors.answers)
        install.until(lambda: len(visitors.answers) > seen + 4, "more to be served after it")

    assert len(between) <= 2
    install.office.keyring.look()
    new = install.office.keyring.key_id
    assert new != old
    assert set(masters(acme)) == {new}
    with install.office.database.read() as unit:
        sealed = list(unit.execute(sa.select(inboxes.c.secrets)).scalars())
    assert [one for one in sealed if one and not one.startswith(f"{new}.")] == []
    assert list((install.folder / FOLDER).glob("*.key")) == []
    assert f"Nothing needs the key {old} any more" in done.stdout

    # Not one reader met an answer that would not open; senders were only ever slowed by the limit.
    assert visitors.wrong == []
    codes = Counter(visitors.answers)
    assert {code for what, code in codes if what == "read"} == {200}
    assert {code for what, code in codes if what == "sent"} <= {303, 429}
    assert "1 inbox open" in install.run("keys", "check").stdout


def test_a_lost_key_is_named_and_all_else_is_served(
    acme: Company, asked: tuple[Case, SecureForm, str]
) -> None:
    _, form, token = asked
    install = acme.install
    old = install.office.keyring.key_id
    kept = (install.folder / "secret.key").read_bytes()
    (install.folder / "secret.key").unlink()

    install.serve()  # which makes a new key, for there is none

    page = httpx2.get(f"{install.url}/t/{token}", timeout=60)
    assert page.status_code == 200
    said_again = httpx2.post(f"{install.url}/t/{token}/reply", data={"text": "Hello?"}, timeout=60)
    assert said_again.status_code == 303
    sent = httpx2.post(f"{install.url}/t/{token}/forms/{form.id}", data={"a-iban": IBAN})
    assert sent.status_code == 303  # what is sent from now on is sealed with the new key
    checked = install.run("check")
    assert checked.returncode == 1
    assert f"sealed with the key {old}, which is not here" in checked.stdout
    assert "Put that key file into" in checked.stdout
    rotated = install.run("keys", "rotate", "--rest", "0")
    assert rotated.returncode == 1
    assert f"sealed with the key {old}, which is not here" in rotated.stderr
    assert "MISSING" in install.run("keys", "list").stdout

    # And when the old file is found after all, whatever it is called, nothing was lost.
    (install.folder / FOLDER / "found on the old disk.key").write_bytes(kept)
    mended = install.run("keys", "rotate", "--rest", "0")
    assert mended.returncode == 0, mended.stderr
    assert list((install.folder / FOLDER).glob("*.key")) == []
