"""A case of Cleo's, a form to ask her with, and the ways in which it is answered."""

from collections.abc import Callable
from typing import Any

import pytest

from fairline.cases import store as cases
from fairline.cases.inbound import Author
from fairline.cases.intake import receive
from fairline.cases.rows import Actor, Case
from fairline.handoff.forms import asking, sending, sets
from fairline.handoff.forms.fields import Field
from fairline.handoff.forms.rows import FieldSet, SecureForm
from fairline.wiring import Office
from tests.conftest import Cast, said

IBAN = "DE89 3704 0044 0532 0130 00"
HOLDER = "Cleopatra Secret Philopator"
BANK = (
    Field(key="holder", label="Account holder", kind="text"),
    Field(key="iban", label="Account number", kind="iban"),
    Field(key="proof", label="Proof", kind="file", required=False),
)
Send = Callable[..., SecureForm]


@pytest.fixture
def bank(office: Office, cast: Cast) -> FieldSet:
    """Asked for where money goes back."""
    with office.database.write() as unit:
        return sets.make_set(
            unit, name="Bank details", intro="", fields=BANK, kept_days=30, wiped_on_close=False
        )


@pytest.fixture
def case(office: Office, cast: Cast) -> Case:
    with office.database.write() as unit:
        taken = receive(unit, cast.board_ref, said(channel="web", by="cleo-browser"))
        found = cases.case_by_id(unit, taken.case_id)
    assert found
    return found


@pytest.fixture
def form(office: Office, cast: Cast, case: Case, bank: FieldSet) -> SecureForm:
    """Ben has asked."""
    with office.database.write() as unit:
        return asking.ask(unit, case.id, cast.ben, set_id=bank.id, why="To refund you.")


@pytest.fixture
def send(office: Office, cast: Cast, case: Case, bank: FieldSet) -> Send:
    """`send(form, iban=...)`: Cleo sends it."""

    def now(form: SecureForm, **typed: Any) -> SecureForm:
        given = {"holder": HOLDER, "iban": IBAN, **typed}
        files = {name: given.pop(name) for name in list(given) if name == "proof"}
        with office.database.write() as unit:
            answers = sending.check_all(bank, given, files, 1_000_000)
            return sending.send(
                unit,
                office.keyring,
                case,
                form.id,
                answers,
                by=Actor(kind="contact", id=case.contact_id),
                author=Author(channel="web", address="cleo-browser", name="Cleo"),
                inbox=cast.board_ref,
            )

    return now
