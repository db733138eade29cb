"""Repeats, warnings and limits at the desk: shown, joined, set apart, answered, by forms alone."""

from collections.abc import Callable

import pytest

from fairline.cases import store, store_messages
from fairline.cases.inbound import Author
from fairline.cases.rows import Case
from fairline.db.engine import Database
from tests.conftest import Cast
from tests.desk.conftest import Browser

Ask = Callable[..., Case]
PARCEL = "My parcel 4711 has not come, where is it?"


@pytest.fixture
def mail(ask: Ask) -> Callable[..., Case]:
    """A mail of Cleo's, which her domain vouches for or not."""

    def now(text: str = PARCEL, *, verified: bool = True, by: str = "cleo@mail.test") -> Case:
        return ask(text, author=Author(channel="email", address=by, name="Cleo", verified=verified))

    return now


def there(database: Database, case: Case) -> Case:
    with database.read() as unit:
        found = store.case_by_id(unit, case.id)
    assert found
    return found


def join(ben: Browser, case: Case, reference: str, *, expect: int = 200) -> str:
    """The form under More."""
    fields = {"csrf": ben.csrf, "with": reference}
    answer = ben.client.post(f"/desk/cases/{case.reference}/do/join", data=fields)
    assert answer.status_code == expect, answer.text
    return answer.text


def test_both_cases_show_the_place_they_share(ben: Browser, mail: Ask) -> None:
    first, again = mail(), mail()
    page = ben.see(f"/desk/cases/{again.reference}")
    assert f'1 place with <a href="/desk/cases/{first.reference}">' in page
    assert f"Shares the place of {first.reference} (it says the same)" in page
    page = ben.see(f"/desk/cases/{first.reference}")
    assert "1 place with 1 more, asked again by the same person" in page
    assert f"asked again by mail as {again.reference}: one place for both" in page.lower().replace(
        again.reference.lower(), again.reference
    )
    assert again.reference not in ben.see("/desk")  # the line has one row for both


def test_an_agent_sets_apart_and_joins_by_hand(ben: Browser, mail: Ask, database: Database) -> None:
    first, again = mail(), mail()
    ben.press(f"/desk/cases/{first.reference}/do/split", which=again.reference)
    assert there(database, again).repeat_of_id is None
    page = join(ben, again, first.reference.lower())
    assert "1 place with" in page
    assert there(database, again).repeat_of_id == first.id
    stranger = mail(by="dov@mail.test")
    page = join(ben, stranger, first.reference, expect=422)
    assert "two people as far as we know" in page
    join(ben, stranger, "FL-XXXXXX", expect=404)
    ben.press(f"/desk/cases/{stranger.reference}/do/split", expect=409, which=again.reference)


def test_who_is_not_proven_is_offered_to_the_agent(
    ben: Browser, mail: Ask, database: Database
) -> None:
    first, maybe = mail(), mail(verified=False)
    page = ben.see(f"/desk/cases/{maybe.reference}")
    assert f'Perhaps the same matter as <a href="/desk/cases/{first.reference}">' in page
    page = ben.press(f"/desk/cases/{maybe.reference}/do/split")
    assert '<div class="notice is-accent row repeats"' not in page
    assert there(database, maybe).split_at is not None


def test_one_answer_goes_to_the_repeats_unless_unticked(
    ben: Browser, mail: Ask, database: Database
) -> None:
    first, again, third = mail(), mail(), mail()
    page = ben.see(f"/desk/cases/{first.reference}")
    ticked = [
        f"{one.id}.{one.message_count}" for one in (there(database, c) for c in (again, third))
    ]
    for value in ticked:
        assert f'name="repeat" value="{value}" checked' in page
    ben.press(
        f"/desk/cases/{first.reference}/say", mode="private", text="It comes.", repeat=ticked[0]
    )
    with database.read() as unit:
        said = [m.text for m in store_messages.thread(unit, again.id) if m.direction == "outbound"]
    assert said == ["It comes."]
    assert there(database, again).status == "waiting"
    left = there(database, third)
    assert (left.status, left.repeat_of_id) == ("open", None)


def test_a_repeat_that_was_written_on_meanwhile_stops_the_answer(
    ben: Browser, mail: Ask, database: Database
) -> None:
    first, again = mail(), mail()
    page = ben.press(
        f"/desk/cases/{first.reference}/say",
        expect=409,
        mode="private",
        text="It comes.",
        repeat=f"{again.id}.0",
    )
    assert f"Somebody has written on {again.reference} meanwhile" in page
    assert "It comes." in page
    assert there(database, first).first_answered_at is None


def test_a_person_is_warned_and_limited_and_supervisors_see_the_limit(
    ben: Browser, ada: Browser, mail: Ask, database: Database, cast: Cast
) -> None:
    case = mail("You fools, where is my parcel?")
    assert "Nobody is limited" in ada.see("/desk/settings/limits")
    path = f"/desk/cases/{case.reference}/do"
    page = ben.press(f"{path}/warn", reason="insults", text="Please be civil.")
    assert "Warned the customer: insults" in page or "warned the customer: insults" in page
    page = ben.press(f"{path}/limit", reason="threats", days="7", cases_a_day="1")
    assert "nothing in public, 1 new question a day until" in page
    assert "bad_limit" not in page
    page = ben.press(f"{path}/limit", expect=422, reason="threats", days="400", cases_a_day="1")
    assert "from 1 to 90 days" in page
    page = ada.see("/desk/settings/limits")
    assert "threats" in page
    assert case.reference in page
    assert cast.ben.name in page
    ben.see("/desk/settings/limits", status=403)
    found = page.split("/desk/settings/limits/")[1].split("/lift")[0]
    assert "Nobody is limited" in ada.press(f"/desk/settings/limits/{found}/lift")
    assert "limit taken back" in ben.see(f"/desk/cases/{case.reference}")
    assert there(database, case).status == "new"


def test_a_public_case_is_hidden_and_shown_again(
    ben: Browser, ask: Ask, database: Database
) -> None:
    case = ask("A rude question", by_board=True, is_public=True)
    page = ben.press(f"/desk/cases/{case.reference}/do/hide", reason="it names a neighbour")
    assert "Hidden on the board" in page
    assert "aken off the board: it names a neighbour" in page
    ben.press(f"/desk/cases/{case.reference}/do/hide", expect=200, reason="again")
    page = ben.press(f"/desk/cases/{case.reference}/do/unhide")
    assert "Public: everybody can read it" in page
    assert there(database, case).hidden_at is None
