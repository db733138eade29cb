"""Ben goes on in private from the composer, from the menu, and says in public how it stands."""

from collections.abc import Callable

import pytest

from fairline.cases import store, store_messages
from fairline.cases.actions import reply
from fairline.cases.addresses import leave_address
from fairline.cases.changes import get_case
from fairline.cases.rows import Actor, Case
from fairline.channels import store_deliveries
from fairline.db.engine import Database
from fairline.handoff.continuation import store as continuations
from tests.board.visitor import Page
from tests.conftest import Cast
from tests.desk.conftest import Browser, Sit

Ask = Callable[..., Case]


@pytest.fixture
def case(ask: Ask) -> Case:
    return ask("Where is my parcel? It should be here.", by_board=True, is_public=True)


def at(case: Case, rest: str = "") -> str:
    return f"/desk/cases/{case.reference}{rest}"


def texts(database: Database, case: Case) -> list[tuple[str, str]]:
    with database.read() as unit:
        return [(m.visibility, m.text) for m in store_messages.thread(unit, case.id)]


def test_one_box_in_the_composer(ben: Browser, case: Case, database: Database) -> None:
    assert 'name="go_on"' in ben.see(at(case))

    page = ben.press(at(case, "/say"), mode="public", text="Sorry.", go_on="1")

    assert "Goes on in private" in page
    visibility, text = texts(database, case)[-1]
    assert visibility == "public"
    assert text.startswith("Sorry.\n\nBen goes on with you in private")


def test_a_private_reply_with_the_box_left_ticked_is_a_private_reply(
    ben: Browser, case: Case, database: Database
) -> None:
    ben.press(at(case, "/say"), mode="private", text="Only for you", go_on="1")

    assert texts(database, case)[-1] == ("private", "Only for you")
    with database.read() as unit:
        assert continuations.of_case(unit, case.id) == []


def test_one_action_from_the_menu(ben: Browser, case: Case, database: Database) -> None:
    ben.press(at(case, "/go-on"))

    assert "goes on with you in private" in texts(database, case)[-1][1]


def test_a_private_case_offers_neither(ben: Browser, ask: Ask) -> None:
    case = ask()

    page = ben.see(at(case))
    assert 'name="go_on"' not in page
    assert "/go-on" not in page
    assert "customer has said nothing in public" in ben.press(at(case, "/go-on"), expect=409)


def test_the_box_stays_ticked_when_something_is_wrong(ben: Browser, case: Case) -> None:
    page = ben.press(
        at(case, "/say"), expect=422, mode="public", text="x", go_on="1", status="nonsense"
    )

    box = [a for tag, a in Page(page).elements if a.get("name") == "go_on"]
    assert "checked" in box[0]


def test_a_status_line_stands_in_public_and_answers_nothing(
    ben: Browser, case: Case, database: Database
) -> None:
    ben.press(at(case, "/go-on"))
    with database.read() as unit:
        before = get_case(unit, case.id)

    page = ben.press(at(case, "/do/public-status"), preset="Solved in private.")

    assert texts(database, case)[-1] == ("public", "Solved in private.")
    with database.read() as unit:
        after = get_case(unit, case.id)
    assert (after.status, after.last_answered_at) == (before.status, before.last_answered_at)
    assert "Solved in private." in page
    board = ben.client.get(f"/q/{case.reference}").text
    assert '<meta property="og:description" content="Solved in private.">' in board
    assert "Solved in private." in ben.client.get(f"/q/{case.reference}/feed.atom").text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Your refund of 30 euro is on its way", "was said in private"),
        ("x" * 201, "at most 200"),
        ("Call 0664 123 45 67", "addresses and numbers"),
        ("Write to cleo@mail.test", "addresses and numbers"),
        ("", "in a few words"),
    ],
)
def test_private_words_are_kept_out_of_the_status(
    ben: Browser, case: Case, database: Database, cast: Cast, text: str, why: str
) -> None:
    ben.press(at(case, "/go-on"))
    with database.write() as unit:
        reply(unit, case.id, cast.ben, "Dear Cleo, your refund of 30 euro is on its way today.")
    before = texts(database, case)

    assert why in ben.press(at(case, "/do/public-status"), expect=422, text=text)
    assert texts(database, case) == before


def test_revoking_is_for_this_case_only(ben: Browser, case: Case) -> None:
    assert "no such way" in ben.press(at(case, "/do/revoke-way"), expect=404, way="1" * 8)


def test_another_brands_case_is_not_there(sit: Sit, case: Case, cast: Cast) -> None:
    assert "no such case" in sit(cast.ben).press("/desk/cases/FL-000000/go-on", expect=404)


def test_answers_go_where_somebody_chose(
    ben: Browser, ask: Ask, database: Database, cast: Cast
) -> None:
    case = ask(by_board=True)
    with database.write() as unit:
        by = Actor(kind="contact", id=case.contact_id)
        left = leave_address(unit, case, "email", "cleo@mail.test", by=by)
        store.confirm_participant(unit, case.id, left.id)
        web = next(p for p in store.participants_of(unit, case.id) if p.channel == "web")

    def sent_to() -> set[str]:
        with database.write() as unit:
            message = reply(unit, case.id, cast.ben, "An answer")
            found = store_deliveries.of_messages(unit, [message.id])[message.id]
        return {one.channel for one in found}

    assert sent_to() == {"web", "email"}
    ben.press(at(case, "/do/answer-way"), identity=left.id)
    assert sent_to() == {"email"}
    page = ben.press(at(case, "/do/answer-way"), identity=web.identity_id)
    assert sent_to() == {"web"}
    assert "answers go to the thread only" in page
    ben.press(at(case, "/do/answer-way"), identity="")
    assert sent_to() == {"web", "email"}
    assert "no address of this customer" in ben.press(
        at(case, "/do/answer-way"), expect=404, identity=cast.ben.id
    )


def test_nothing_private_goes_to_a_chosen_address_before_it_is_proven(
    ben: Browser, ask: Ask, database: Database, cast: Cast
) -> None:
    case = ask(by_board=True)
    with database.write() as unit:
        by = Actor(kind="contact", id=case.contact_id)
        left = leave_address(unit, case, "email", "typo@mail.test", by=by)
    page = ben.press(at(case, "/do/answer-way"), identity=left.id)

    assert "until typo@mail.test is confirmed" in page
    with database.write() as unit:
        message = reply(unit, case.id, cast.ben, "Private")
        found = store_deliveries.of_messages(unit, [message.id])[message.id]
    assert {one.channel for one in found} == {"web"}
