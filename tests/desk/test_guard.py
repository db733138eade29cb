"""A public answer with personal data never leaves; whoever wrote it mends it with one press."""

from collections.abc import Callable
from typing import Any

import pytest

from fairline.cases import guard, store_events, store_messages
from fairline.cases.actions import reply
from fairline.cases.changes import get_case
from fairline.cases.guard import PersonalData
from fairline.cases.guard_rules import add_pattern, set_rules
from fairline.cases.inbound import Author
from fairline.cases.intake import receive
from fairline.cases.rows import Case, Message
from fairline.core.errors import Invalid, NotAllowed
from fairline.db.engine import Database
from fairline.handoff.continuation.offering import offer
from fairline.handoff.continuation.status import post_status
from fairline.jobs import store as jobs
from fairline.policy import store as policy_store
from fairline.wiring import Office
from tests.apps import app_of
from tests.conftest import Cast, said
from tests.desk.conftest import Browser

Ask = Callable[..., Case]
CARD = "Your card 4111 1111 1111 1111 is refunded"
PHONE = "Your parcel is at the shop, ring them on +49 30 901821"


def thread(database: Database, case: Case) -> list[Message]:
    with database.read() as unit:
        return store_messages.thread(unit, case.id)


@pytest.fixture
def case(ask: Ask) -> Case:
    return ask("Where is my refund?", by_board=True, is_public=True)


def test_a_public_answer_is_stopped_and_kept(ben: Browser, case: Case, database: Database) -> None:
    page = ben.press(f"/desk/cases/{case.reference}/say", expect=422, mode="public", text=CARD)
    assert "Everybody could read a card number" in page
    assert "Mask it" in page
    assert "Send in private instead" in page
    assert "Send it in public" not in page, "nobody may publish a card number"
    assert len(thread(database, case)) == 1
    with database.read() as unit:
        (draft,) = store_messages.drafts_of(unit, case.id)
    assert draft["text"] == CARD


def test_masked_it_can_be_sent(ben: Browser, case: Case, database: Database) -> None:
    url = f"/desk/cases/{case.reference}/say"
    page = ben.press(url, mode="public", text=CARD, fix="mask", kept_status="solved")
    assert "•••• •••• •••• 1111" in page
    assert len(thread(database, case)) == 1, "it is looked at first"
    ben.press(url, mode="public", text="Your card •••• •••• •••• 1111 is refunded")
    assert thread(database, case)[-1].visibility == "public"


def test_sent_in_private_instead(ben: Browser, case: Case, database: Database) -> None:
    url = f"/desk/cases/{case.reference}/say"
    ben.press(url, mode="public", text=CARD, fix="private", kept_status="solved")
    answer = thread(database, case)[-1]
    assert (answer.visibility, answer.text) == ("private", CARD)
    with database.read() as unit:
        assert get_case(unit, case.id).status == "solved"


def test_only_a_supervisor_lets_it_stand_and_says_why(
    ben: Browser, ada: Browser, case: Case, database: Database
) -> None:
    url = f"/desk/cases/{case.reference}/say"
    fields: dict[str, Any] = {
        "mode": "public",
        "text": PHONE,
        "fix": "allow",
        "despite": "It is our label",
    }
    page = ben.press(url, expect=422, mode="public", text=PHONE)
    assert "Send it in public" not in page
    ben.press(url, expect=403, **fields)
    page = ada.press(url, expect=422, mode="public", text=PHONE)
    assert "Send it in public" in page
    page = ada.press(url, expect=422, **{**fields, "despite": " "})
    assert len(thread(database, case)) == 1

    page = ada.press(url, **fields)

    assert "let a phone number stand in public: It is our label" in page
    assert thread(database, case)[-1].text == PHONE
    with database.read() as unit:
        event = store_events.latest_of(unit, case.id, "personal_data_allowed")
    assert event
    assert "901821" not in str(event.data)
    ada.press(url, expect=403, mode="public", text=CARD, fix="allow", despite="I say so")


def test_no_other_door_goes_round_it(
    case: Case, ask: Ask, database: Database, cast: Cast, office: Office
) -> None:
    from litestar.testing import TestClient

    from fairline.people.tokens import create_token

    with database.write() as unit, pytest.raises(PersonalData):
        reply(unit, case.id, cast.ada, CARD, visibility="public")
    with database.write() as unit, pytest.raises(PersonalData):
        post_status(unit, case.id, cast.ada, "It went to Hauptstraße 5")
    with database.write() as unit, pytest.raises(PersonalData):
        offer(unit, office.channels, case.id, cast.ada, CARD)
    with database.write() as unit:
        token = create_token(unit, cast.ada, "t")
    with TestClient(app_of(office)) as client:
        answer = client.post(
            f"/api/v1/cases/{case.id}/messages",
            json={"text": CARD, "visibility": "public"},
            headers={"Authorization": f"Bearer {token}"},
        )
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["code"] == "personal_data"
    assert "4111" not in answer.text
    assert len(thread(database, case)) == 1


def test_the_hint_while_writing_says_what_and_not_the_value(ben: Browser, case: Case) -> None:
    told = ben.press(f"/desk/cases/{case.reference}/judge", text=CARD)
    assert '"a card number"' in told
    assert "4111" not in told


def test_agents_see_what_is_hidden_and_why(ben: Browser, ask: Ask) -> None:
    case = ask("My card 4111 1111 1111 1111 is charged", by_board=True, is_public=True)
    page = ben.see(f"/desk/cases/{case.reference}")
    assert "Hidden on the board:" in page
    assert "4111 1111 1111 1111" in page, "agents read all of it"
    assert "idden from the board: a card number in a public message" in page
    assert "Show outside again" not in page


def test_our_own_addresses_are_no_finding(database: Database, case: Case, cast: Cast) -> None:
    with database.write() as unit:
        set_rules(unit, cast.brand.id, countries="DE", own="@acme.example\n030 901820", off=[])
        rules = guard.rules_of(unit, cast.brand.id)
        text = "Write to support@acme.test or press@acme.example, or ring +49 30 901820"
        reply(unit, case.id, cast.ben, text, visibility="public")
        with pytest.raises(PersonalData):
            reply(unit, case.id, cast.ben, f"{text} or +49 30 901822", visibility="public")
    assert rules.countries == ("DE",)


def test_a_pattern_is_tried_before_it_is_kept(
    ada: Browser, case: Case, database: Database, cast: Cast
) -> None:
    url = f"/desk/settings/personal-data/{cast.brand.id}/patterns"
    page = ada.press(url, expect=422, name="Contract", mask="AA-999999", samples="KD-12345")
    assert "does not take “KD-12345”" in page
    page = ada.press(url, expect=422, name="Contract", mask="9999", samples="1234")
    assert "too short" in page
    page = ada.press(url, expect=422, name="Day", mask="9999-99-99", samples="2026-01-01")
    assert "would also take 2026-11-22" in page
    page = ada.press(url, name="Contract", mask="AA-999999", samples="KD-123456\nxy 123456")
    assert "AA-999999" in page
    with database.read() as unit:
        assert [one.mask for one in policy_store.masks_of(unit, cast.brand.id)] == ["AA-999999"]
        assert [job.kind for job in jobs.page(unit, state=None)].count("guard.look_through") == 1
    page = ada.press(
        f"/desk/cases/{case.reference}/say", expect=422, mode="public", text="KD 123456"
    )
    assert "an account number" in page


def test_bad_rules_are_refused_and_the_old_stay(
    ada: Browser, ben: Browser, database: Database, cast: Cast
) -> None:
    url = f"/desk/settings/personal-data/{cast.brand.id}"
    both = ["email", "phone", "address", "account"]
    assert "Saved." in ada.press(url, countries="de, at", own="", look_for=both)
    page = ada.press(url, expect=422, countries="DE, XX", own="", look_for=both)
    assert "&#39;XX&#39; is no country" in page
    page = ada.press(url, expect=422, countries="DE", own="hello", look_for=both)
    assert "is no mail address" in page
    with database.read() as unit:
        rules = guard.rules_of(unit, cast.brand.id)
    assert rules.countries == ("DE", "AT")
    with database.write() as unit, pytest.raises(Invalid):
        set_rules(unit, cast.brand.id, countries="DE", own="", off=["card"])
    ben.press(url, expect=403, countries="DE", own="")
    page = ada.press(f"{url}/try", expect=200, text="My iban is DE89 3704 0044 0532 0130 00")
    assert "A bank account number (IBAN)" in page


def test_an_answer_of_ours_that_a_new_pattern_finds_is_shown_masked(
    ben: Browser, case: Case, database: Database, cast: Cast
) -> None:
    from fairline.cases import look_through

    with database.write() as unit:
        answer = reply(unit, case.id, cast.ben, "Contract KD-123456 is ended", visibility="public")
        add_pattern(unit, cast.brand.id, "Contract", "AA-999999", "KD-123456")
    look_through.run_job(database, {"after": ""})
    assert thread(database, case)[-1].is_guarded
    ben.press(f"/desk/cases/{case.reference}/messages/{answer.id}/mask")
    assert thread(database, case)[-1].shown_text == "Contract ••-••••56 is ended"


def test_later_networks_come_in_by_the_same_door(database: Database, cast: Cast) -> None:
    author = Author(channel="web", address="post-1", name="4111 1111 1111 1111")
    with database.write() as unit:
        post = said(CARD, author=author, is_public=True, subject="IBAN DE89370400440532013000")
        taken = receive(unit, cast.board_ref, post)
        message = store_messages.message_by_id(unit, taken.message_id)
        found = get_case(unit, taken.case_id)
    assert message
    assert message.is_guarded
    assert "4111" not in message.author_name
    assert "0440532" not in found.subject


def test_an_agent_may_not_allow_in_the_verb_itself(
    database: Database, case: Case, cast: Cast
) -> None:
    with database.write() as unit, pytest.raises(NotAllowed):
        reply(unit, case.id, cast.ben, PHONE, visibility="public", despite="please")
