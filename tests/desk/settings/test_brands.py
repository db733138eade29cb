"""Brands, hours and promises, saved replies: kept when right, refused whole when not."""

import re
from typing import Any

import pytest

from fairline.cases import store, store_events
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.channels.inboxes import create_inbox
from fairline.channels.outgoing import inbox_for
from fairline.people import store as people
from fairline.people.setup import get_brand
from fairline.people.tables import Brand
from fairline.wiring import Office
from tests.conftest import Cast, said
from tests.desk.conftest import Browser, Sit
from tests.people.test_logos import png

BRANDS = "/desk/settings/brands"
REPLIES = "/desk/settings/replies"
LOOK: dict[str, Any] = {
    "name": "Acme",
    "accent": "#0d6457",
    "greeting": "Hello!",
    "signature": "Your Acme",
    "language": "en",
    "time_zone": "UTC",
    "board_open": "1",
    "indexable": "1",
    "sender_id": "",
}


@pytest.fixture
def root(sit: Sit, cast: Cast) -> Browser:
    return sit(cast.admin)


@pytest.fixture
def ada(sit: Sit, cast: Cast) -> Browser:
    return sit(cast.ada)


def now_of(office: Office, cast: Cast) -> Brand:
    with office.database.read() as unit:
        return get_brand(unit, cast.brand.id)


def test_a_brand_is_changed_and_told_what_its_colour_became(
    office: Office, root: Browser, cast: Cast
) -> None:
    page = root.press(f"{BRANDS}/{cast.brand.id}", **{**LOOK, "accent": "#FFE600"})

    assert "on light pages it is darkened to" in page
    brand = now_of(office, cast)
    assert (brand.accent, brand.greeting) == ("#ffe600", "Hello!")
    with office.database.read() as unit:
        newest = store_events.newest(unit, below=None)
    assert newest
    assert newest.data == {"what": "brand_changed", "id": cast.brand.id}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("accent", "red"),
        ("language", "english please"),
        ("time_zone", "Mars/Base"),
        ("greeting", "x" * 301),
        ("sender_id", "0198c0de-0000-7000-8000-000000000000"),
    ],
)
def test_a_wrong_value_is_refused_and_the_brand_stays(
    office: Office, root: Browser, cast: Cast, field: str, value: str
) -> None:
    before = now_of(office, cast)

    page = root.press(
        f"{BRANDS}/{cast.brand.id}", expect=422, **{**LOOK, "signature": "New", field: value}
    )

    assert f'id="{field}-error"' in page
    assert "\nNew</textarea>" in page
    assert now_of(office, cast) == before


def test_a_logo_is_taken_shown_and_removed(office: Office, root: Browser, cast: Cast) -> None:
    path = f"{BRANDS}/{cast.brand.id}"
    page = root.press(path, files={"logo": ("evil.svg", png(), "image/svg+xml")}, **LOOK)
    assert "The present logo" in page
    assert now_of(office, cast).logo_type == "image/png"

    page = root.press(
        path, expect=422, files={"logo": ("logo.png", b"<svg onload=x>", "image/png")}, **LOOK
    )
    assert "SVG pictures can carry scripts" in page
    assert now_of(office, cast).logo_type == "image/png"

    root.press(path, remove_logo="1", **LOOK)
    assert now_of(office, cast).logo_sha256 is None


def test_the_board_is_closed_by_a_switch(office: Office, root: Browser, cast: Cast) -> None:
    root.press(f"{BRANDS}/{cast.brand.id}", **{**LOOK, "board_open": "", "indexable": ""})

    brand = now_of(office, cast)
    assert (brand.board_open, brand.indexable) == (False, False)


def test_mail_leaves_from_the_chosen_inbox(office: Office, root: Browser, cast: Cast) -> None:
    with office.database.write() as unit:
        second = create_inbox(
            unit,
            office.channels,
            brand_id=cast.brand.id,
            kind="email",
            name="Hello",
            address="hello@acme.test",
            options={"receive_by": "none"},
            by=SYSTEM,
        )
        asked = receive(unit, cast.board_ref, said(channel="web", by="browser-1"))

    root.press(f"{BRANDS}/{cast.brand.id}", **{**LOOK, "sender_id": second.id})

    with office.database.read() as unit:
        case = store.case_by_id(unit, asked.case_id)
        assert case
        sender = inbox_for(unit, case, "email")
    assert sender
    assert sender.address == "hello@acme.test"


def test_another_brand_is_made_at_an_address_of_its_own(
    office: Office, root: Browser, cast: Cast
) -> None:
    page = root.press(BRANDS, name="Second Shop", slug="")
    assert "Second Shop" in page
    assert "/b/second-shop/" in page

    page = root.press(BRANDS, expect=409, name="Anything", slug="Second Shop")
    assert 'id="slug-error"' in page


def test_a_saved_reply_is_written_previewed_found_and_archived(ada: Browser) -> None:
    assert "No saved replies yet" in ada.see(REPLIES)
    text = "Hello {contact.first_name|friend}, thanks for {case.reference}."
    preview = ada.press(f"{REPLIES}/new", title="Thanks", text=text, do="preview")
    assert "Hello Cleo, thanks for FL-7KX2QD." in preview
    assert "No saved replies yet" in ada.see(REPLIES)

    assert "Saved." in ada.press(f"{REPLIES}/new", title="Thanks", text=text, do="save")
    page = ada.press(f"{REPLIES}/new", expect=409, title="thanks", text="Kept", do="save")
    assert 'id="title-error"' in page
    assert "Kept</textarea>" in page

    link = re.search(rf"{REPLIES}/[0-9a-f-]{{36}}", ada.see(f"{REPLIES}?q=friend"))
    assert link
    assert "Nothing has these words" in ada.see(f"{REPLIES}?q=refund")
    assert "Archived." in ada.press(f"{link[0]}/archive")
    assert "Thanks" in ada.see(f"{REPLIES}?archived=1")
    assert "Back in use." in ada.press(f"{link[0]}/back")


def test_an_unknown_placeholder_is_named_and_the_text_kept(ada: Browser) -> None:
    page = ada.press(f"{REPLIES}/new", expect=422, title="Hi", text="Dear {contact.nam},")

    assert "{contact.nam} is not a placeholder" in page
    assert "Dear {contact.nam},</textarea>" in page
    assert 'id="text-error"' in page


def test_the_composer_gets_the_text_filled_in(
    office: Office, ada: Browser, ben: Browser, cast: Cast
) -> None:
    ada.press(f"{REPLIES}/new", title="Hello", text="Hello {contact.first_name}, {agent.name} here")
    ada.press(f"{REPLIES}/new", title="Bye", text="So long")
    with office.database.write() as unit:
        asked = receive(unit, cast.mailbox_ref, said())
        case = store.case_by_id(unit, asked.case_id)
    assert case

    path = f"/desk/saved-replies.json?case={case.reference}"
    found = ben.client.get(f"{path}&q=hello").json()["replies"]
    assert [(r["title"], r["text"], r["missing"]) for r in found] == [
        ("Hello", "Hello Cleo, Ben here", [])
    ]
    assert len(ben.client.get(path).json()["replies"]) == 2
    assert ben.client.get("/desk/saved-replies.json?case=FL-000000").status_code == 404


def test_names_that_are_markup_stay_text(office: Office, root: Browser, cast: Cast) -> None:
    evil = '"><script>alert(1)</script>'
    with office.database.write() as unit:
        people.update_brand(unit, cast.brand.id, {"name": evil, "signature": evil})
        people.update_agent(unit, cast.ben.id, {"name": evil})

    for path in (
        BRANDS,
        f"{BRANDS}/{cast.brand.id}",
        "/desk/settings/people",
        "/desk/settings/teams",
    ):
        assert "<script>alert" not in root.see(path), path
