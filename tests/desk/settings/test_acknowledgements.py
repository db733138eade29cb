"""The mail that says we have it, on the settings pages: words, preview, inboxes, what held."""

from datetime import timedelta

from fairline.acknowledgements import store
from fairline.cases.intake import receive
from fairline.db.engine import Database
from fairline.line import store_told, told
from fairline.people.setup import create_brand
from tests.conftest import Cast, said
from tests.desk.conftest import Browser, Sit

PAGE = "/desk/settings/acknowledgements"


def test_a_supervisor_writes_a_text_sees_it_and_takes_it_back(
    ada: Browser, database: Database, cast: Cast
) -> None:
    page = f"{PAGE}/{cast.brand.id}/de"
    assert "Ihre Nachricht ist bei uns" in ada.see(page)
    assert "your own text" not in ada.see(PAGE)

    shown = ada.press(page, do="preview", subject="Da: {reference}", body="{reference} {promise}")
    assert "Da: FL-7KX2QD" in shown
    assert "Wir versprechen eine Antwort bis" in shown
    with database.read() as unit:
        assert store.texts_of(unit, cast.brand.id) == {}

    kept = ada.press(page, do="save", subject="Da: {reference}", body="{reference} {promise}")
    assert "your own text" in kept
    assert "Da: {reference}" in ada.see(page)

    ada.press(f"{page}/forget")
    assert "Ihre Nachricht ist bei uns" in ada.see(page)


def test_a_wrong_placeholder_is_refused_with_what_was_typed(
    ada: Browser, database: Database, cast: Cast
) -> None:
    page = f"{PAGE}/{cast.brand.id}/en"
    for do in ("save", "preview"):
        shown = ada.press(page, expect=422, do=do, subject="", body="{reference} {promis} <b>x")
        assert "{promis} is not a placeholder. There are: {name}, {reference}" in shown
        assert "{reference} {promis} &lt;b&gt;x" in shown
    with database.read() as unit:
        assert store.texts_of(unit, cast.brand.id) == {}


def test_inboxes_are_switched_off_and_on(ada: Browser, database: Database, cast: Cast) -> None:
    ada.press(f"{PAGE}/inboxes/{cast.brand.id}", speaks=cast.board.id)
    with database.read() as unit:
        assert store.quiet(unit) == {cast.mailbox.id}
    ada.press(f"{PAGE}/inboxes/{cast.brand.id}", speaks=[cast.board.id, cast.mailbox.id])
    with database.read() as unit:
        assert store.quiet(unit) == set()


def test_the_share_that_held_is_told_when_there_are_enough(
    ada: Browser, database: Database, cast: Cast
) -> None:
    assert "No told range has met its answer" in ada.see(PAGE)
    with database.write() as unit:
        for number in range(told.FEWEST_TO_JUDGE):
            mail = said(by=f"c{number}@mail.test")
            case_id = receive(unit, cast.mailbox_ref, mail).case_id
            low, high = unit.now + timedelta(minutes=5), unit.now + timedelta(minutes=9)
            told.tell(unit, case_id, cast.brand.id, 0, low, high)
            came = unit.now + timedelta(minutes=7 if number < 40 else 20)
            store_told.answered(unit, case_id, came, 0 if number < 40 else 1, 7.0)
    shown = ada.see(PAGE)
    assert "Of 50 ranges told in the last four weeks, 80 % held." in shown
    assert "0 were answered sooner and 10 later than said." in shown


def test_agents_and_strangers_to_a_brand_stay_out(
    ben: Browser, sit: Sit, database: Database, cast: Cast
) -> None:
    ben.see(PAGE, status=403)
    with database.write() as unit:
        other = create_brand(unit, name="Other", slug="other")
    ada = sit(cast.ada)
    assert "Other" in ada.see(PAGE)
    assert "This brand has no inbox yet." in ada.see(PAGE)
    ada.see(f"{PAGE}/{other.id}/en")
    ada.see(f"{PAGE}/{other.id}/xx", status=404)
    ada.see(f"{PAGE}/{cast.ada.id}/en", status=404)
