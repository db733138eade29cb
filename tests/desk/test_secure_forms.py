"""Ben asks, Ada reads, an administrator says what may be asked and who may read."""

import os
import re
from collections.abc import Callable
from typing import Any

import pytest

from fairline.cases.inbound import Author, InboundFile
from fairline.cases.matters import open_matter
from fairline.cases.rows import Actor, Case
from fairline.handoff.forms import asking, reading, sending, sets, store
from fairline.handoff.forms.fields import Field
from fairline.handoff.forms.rows import FieldSet, SecureForm
from fairline.wiring import Office
from tests.conftest import Cast
from tests.desk.conftest import Browser, Sit

IBAN = "DE89 3704 0044 0532 0130 00"
FIELDS = (
    Field(key="iban", label="Account number", kind="iban"),
    Field(key="holder", label="Account holder", kind="text", required=False),
    Field(key="proof", label="Proof", kind="file", required=False),
)


@pytest.fixture
def root(sit: Sit, cast: Cast) -> Browser:
    return sit(cast.admin)


@pytest.fixture
def bank(office: Office, cast: Cast) -> FieldSet:
    with office.database.write() as unit:
        return sets.make_set(
            unit, name="Bank details", intro="", fields=FIELDS, kept_days=30, wiped_on_close=False
        )


@pytest.fixture
def sent(office: Office, cast: Cast, ask: Callable[..., Case], bank: FieldSet) -> tuple[Case, str]:
    """A case on which Ben asked, and Cleo has sent: the case and the form's path."""
    case = ask(by_board=True)
    with office.database.write() as unit:
        form = asking.ask(unit, case.id, cast.ben, set_id=bank.id, why="To refund you.")
    send(office, cast, case, form, bank)
    return case, f"/desk/cases/{case.reference}/forms/{form.id}"


def send(office: Office, cast: Cast, case: Case, form: SecureForm, bank: FieldSet) -> None:
    proof = InboundFile(name="scan.png", media_type="image/png", data=b"secret scan")
    answers = sending.check_all(bank, {"iban": IBAN}, {"proof": proof}, 1000)
    with office.database.write() as unit:
        sending.send(
            unit,
            office.keyring,
            case,
            form.id,
            answers,
            by=Actor(kind="contact", id=case.contact_id),
            author=Author(channel="web", address="cleo-browser"),
            inbox=cast.board_ref,
        )


def test_asking_from_the_case_page(
    ben: Browser, ask: Callable[..., Case], bank: FieldSet, office: Office
) -> None:
    case = ask()
    path = f"/desk/cases/{case.reference}"
    assert f'href="{path}/ask-for-details" data-key="q"' in ben.see(path)

    page = ben.see(f"{path}/ask-for-details")
    assert "Account number, Account holder (if they like)" in page
    refused = ben.press(f"{path}/ask-for-details", set=bank.id, why=" ", expect=422)
    assert "Tell the customer in a few words why." in refused
    shown = ben.press(f"{path}/ask-for-details", set=bank.id, why="To refund you.")

    assert "To refund you." in shown
    assert re.search(r"<strong>Bank details</strong>.*asked for", shown)
    assert "asked for “Bank details” by a sealed form" in shown
    again = ben.press(f"{path}/ask-for-details", set=bank.id, why="Again", expect=409)
    assert "asked for already" in again


def test_with_no_form_made_the_page_says_what_to_do(
    ben: Browser, root: Browser, ask: Callable[..., Case]
) -> None:
    path = f"/desk/cases/{ask().reference}/ask-for-details"

    assert "There is no form to ask with yet" in ben.see(path)
    assert "/desk/settings/forms/new" not in ben.see(path)
    assert "/desk/settings/forms/new" in root.see(path)


def test_who_may_not_read_sees_how_many_answers_there_are(
    ben: Browser, sent: tuple[Case, str]
) -> None:
    case, path = sent

    page = ben.see(path)

    assert "2 answers" in page
    assert "You may not read them" in page
    assert "/show" not in page
    assert "Who looked" not in page
    for verb in ("show", "file", "wipe"):
        assert IBAN not in ben.press(f"{path}/{verb}", field="iban", expect=403)
    assert "2 sealed answers" in ben.see(f"/desk/cases/{case.reference}")


def test_an_answer_is_shown_on_a_click_noted_and_hidden_again(
    ada: Browser, sent: tuple[Case, str], cast: Cast
) -> None:
    case, path = sent
    assert IBAN not in ada.see(path)

    answer = ada.client.post(f"{path}/show", data={"csrf": ada.csrf, "field": "iban"})

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert IBAN in answer.text
    assert 'data-copy-from="#answer-iban"' in answer.text
    assert IBAN not in ada.see(path)
    looked = re.sub(r"<[^>]+>|\s+", " ", ada.see(path).partition("Who looked")[2])
    assert "Ada: Account number" in looked
    timeline = ada.see(f"/desk/cases/{case.reference}")
    assert "read “Account number” of “Bank details”" in timeline
    assert IBAN not in timeline


def test_no_part_that_is_kept_live_holds_an_answer(ada: Browser, sent: tuple[Case, str]) -> None:
    case, path = sent
    ada.press(f"{path}/show")
    for part in ("case-head", "case-thread", "person-part"):
        answer = ada.client.get(f"/desk/cases/{case.reference}", headers={"X-Fragment": part})
        assert answer.status_code == 200
        assert IBAN not in answer.text
    shown = ada.press(f"{path}/show")
    region = shown.partition('id="main"')[2]
    assert "data-live-src" not in region


def test_a_file_is_saved_never_shown_and_noted(
    ada: Browser, sent: tuple[Case, str], office: Office
) -> None:
    case, path = sent
    answer = ada.client.post(f"{path}/file", data={"csrf": ada.csrf, "field": "proof"})

    assert answer.content == b"secret scan"
    assert answer.headers["content-type"].startswith("application/octet-stream")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    with office.database.read() as unit:
        (look,) = reading.looks_at(unit, case, path.rpartition("/")[2])
    assert look.data["label"] == "Proof"
    ada.press(f"{path}/file", field="nothing", expect=404)
    ada.press(f"{path}/file", expect=404)


def test_closing_and_wiping_by_hand(
    ada: Browser, ben: Browser, sent: tuple[Case, str], office: Office
) -> None:
    case, path = sent
    assert "Closed" in ben.press(f"{path}/close")
    assert "closed already" in ben.press(f"{path}/close", expect=409)

    assert "The answers are wiped" in ada.press(f"{path}/wipe")
    assert "wiped, or never sent" in ada.press(f"{path}/show", expect=409)
    with office.database.read() as unit:
        assert store.answers_of(unit, path.rpartition("/")[2]) == {}
    page = ada.see(f"/desk/cases/{case.reference}")
    assert "the answers of “Bank details” are wiped (by hand)" in page
    assert 'id="form-' not in page


def test_another_brand_and_another_case_are_not_there(
    office: Office, sit: Sit, cast: Cast, ada: Browser, sent: tuple[Case, str], ask: object
) -> None:
    from fairline.people.setup import create_brand
    from fairline.people.staff import create_agent
    from tests.conftest import PASSWORD

    case, path = sent
    other = ask("Another matter of somebody else", by="dov@mail.test")  # type: ignore[operator]
    form = path.rpartition("/")[2]
    ada.see(f"/desk/cases/{other.reference}/forms/{form}", status=404)
    ada.press(f"/desk/cases/{other.reference}/forms/{form}/show", expect=404)
    ada.see(f"/desk/cases/{case.reference}/forms/not-an-id", status=404)
    with office.database.write() as unit:
        brand = create_brand(unit, name="Nile", slug="nile")
        eve = create_agent(
            unit,
            email="eve@nile.test",
            name="Eve",
            role="administrator",
            password=PASSWORD,
            brand_ids=(brand.id,),
        )
    eves = sit(eve)
    eves.see(path, status=404)
    eves.press(f"{path}/show", expect=404)
    eves.see(f"/desk/cases/{case.reference}/ask-for-details", status=404)


def test_showing_needs_the_sessions_own_token(ada: Browser, sent: tuple[Case, str]) -> None:
    _, path = sent
    forged = ada.client.post(f"{path}/show", data={"csrf": "0" * 32})

    assert forged.status_code == 403
    assert IBAN not in forged.text
    assert ada.client.get(f"{path}/show").status_code in {404, 405}


def test_with_the_key_lost_the_page_says_what_to_do_and_the_case_goes_on(
    office: Office, sit: Sit, cast: Cast, sent: tuple[Case, str], bank: FieldSet
) -> None:
    case, path = sent
    (office.settings.folder / "secret.key").write_bytes(os.urandom(32))
    ada = sit(cast.ada)

    root = sit(cast.admin).see("/desk/settings/health")
    assert "Sealed with a key that is not here: 1 case with sealed answers" in root
    lost = ada.press(f"{path}/show", expect=503)

    assert "sealed with a key that is not here any more" in lost
    assert "2 sealed answers" in lost or "answers" in lost
    ada.see(f"/desk/cases/{case.reference}")
    answered = ada.press(
        f"/desk/cases/{case.reference}/say", mode="private", text="We are on it", status="open"
    )
    assert "We are on it" in answered
    ada.press(f"{path}/close")
    ada.press(
        f"/desk/cases/{case.reference}/ask-for-details", set=bank.id, why="We have to ask again"
    )
    with office.database.read() as unit:
        second = store.forms_of(unit, case.id)[-1]
    send(office, cast, case, second, bank)
    assert IBAN in ada.press(f"/desk/cases/{case.reference}/forms/{second.id}/show")


def test_a_case_that_came_without_its_answers_says_so(
    ada: Browser, ask: Callable[..., Case], office: Office
) -> None:
    """As after an import: the matter is named, and nothing of it is here."""
    case = ask()
    with office.database.write() as unit:
        open_matter(unit, case.id, "form")

    assert "Sealed answers do not travel with an export" in ada.see(f"/desk/cases/{case.reference}")


def row(**values: str) -> dict[str, str]:
    return {"key": "", "kind": "text", "required": "yes", "help": "", "detail": "", **values}


def columns(*rows: dict[str, str]) -> dict[str, Any]:
    return {name: [one[name] for one in rows] for name in rows[0]}


def test_an_administrator_makes_and_changes_a_form(root: Browser, office: Office) -> None:
    assert "No forms yet" in root.see("/desk/settings/forms")
    fields = columns(
        row(label="Customer number", detail="AA-999999"),
        row(label="Your number", kind="national_id", detail="de"),
        row(label="How", kind="choice", detail="Bank, Voucher", required="no"),
        row(label=""),
    )
    made = root.press("/desk/settings/forms/new", name="Refund", kept_days="14", **fields)
    assert "Created." in made
    assert "Customer number, Your number, How" in made
    with office.database.read() as unit:
        (one,) = store.all_sets(unit)
    assert [f.kind for f in one.fields] == ["text", "national_id", "choice"]
    assert one.fields[0].mask == "AA-999999"
    assert one.fields[1].country == "DE"
    assert one.fields[2].choices == ("Bank", "Voucher")
    assert not one.fields[2].required

    path = f"/desk/settings/forms/{one.id}"
    page = root.see(path)
    keys = re.findall(r'name="key" value="([^"]+)"', page)
    assert keys == [field.key for field in one.fields]
    kept = columns(row(label="Customer no.", key=keys[0]))
    root.press(path, name="Refund", kept_days="14", wiped_on_close="1", **kept)
    with office.database.read() as unit:
        changed = sets.get_set(unit, one.id)
    assert (changed.version, changed.wiped_on_close) == (2, True)
    assert changed.fields[0].key == keys[0]

    root.press(f"{path}/archive")
    assert "Put away" in root.see("/desk/settings/forms")
    root.press(f"{path}/back")
    assert "put away" not in root.see(path).lower().partition("more fields")[0]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": ""}, "Give it a name"),
        ({"kept_days": "0"}, "kept for 1 to 365 days"),
        ({"kept_days": "for ever"}, "kept for 1 to 365 days"),
        ({"kind": ["choice"], "detail": ["One"]}, "between 2 and 30 choices"),
        ({"kind": ["national_id"], "detail": ["XX"]}, "Name the country"),
        ({"kind": ["card"]}, "Choose what kind"),
        ({"label": [""], "help": ["no name"]}, "Field 1 needs a name"),
        ({"detail": ["---"]}, "A pattern is made of"),
    ],
)
def test_a_bad_form_is_refused_with_what_was_typed_and_the_old_one_stays(
    root: Browser, office: Office, bank: FieldSet, values: dict[str, object], said: str
) -> None:
    given = {
        "name": "Typed name",
        "kept_days": "30",
        **columns(row(label="Typed label", help="Typed help")),
        **values,
    }

    page = root.press(f"/desk/settings/forms/{bank.id}", expect=422, **given)

    assert said in page
    assert "Typed" in page
    with office.database.read() as unit:
        assert sets.get_set(unit, bank.id) == bank


def test_more_rows_can_be_had_without_javascript(root: Browser) -> None:
    before = root.see("/desk/settings/forms/new").count('name="label"')
    more = root.press("/desk/settings/forms/new", more="1", **columns(row(label="Kept")))

    assert 'value="Kept"' in more
    assert more.count('name="label"') > before


def test_who_may_read_is_said_on_the_settings_page(
    root: Browser, ben: Browser, cast: Cast, sent: tuple[Case, str]
) -> None:
    _, path = sent
    assert re.search(r'value="supervisor" checked', root.see("/desk/settings/forms"))

    root.press("/desk/settings/forms/readers", readers=[cast.ben.id])

    assert IBAN in ben.press(f"{path}/show", field="iban")
    root.press("/desk/settings/forms/readers", readers=["somebody"], expect=422)
    assert "You may not read them" not in ben.see(path)
    root.press("/desk/settings/forms/readers")
    assert "You may not read them" in ben.see(path)


@pytest.mark.parametrize("path", ["", "/new", "/readers"])
def test_only_administrators_change_forms(ada: Browser, path: str) -> None:
    if path != "/readers":
        ada.see(f"/desk/settings/forms{path}", status=403)
    ada.press(f"/desk/settings/forms{path or '/new'}", expect=403)
