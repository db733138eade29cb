"""The mentions at the desk: found, made a case in one press, put on a case in two."""

import re

import pytest

from fairline.cases import store_messages
from fairline.cases.changes import get_case
from fairline.people.setup import create_brand
from fairline.people.staff import change_agent
from fairline.wiring import Office
from tests.channels.test_mentions import Ear
from tests.conftest import Cast
from tests.desk.conftest import Browser, Sit

ROW = re.compile(r'id="mention-([0-9a-f-]{36})"')


@pytest.fixture
def ear(office: Office, cast: Cast) -> Ear:
    found = Ear(office, cast)
    office.channels._by_kind["plaza"] = found.street
    return found


def rows(page: str) -> list[str]:
    return ROW.findall(page)


def test_nobody_said_anything(ear: Ear, ben: Browser) -> None:
    assert "Nobody mentioned us" in ben.see("/desk/mentions")
    assert "None of these" in ben.see("/desk/mentions?kind=spam")
    assert "Nothing decided yet" in ben.see("/desk/mentions?handled=1")
    assert "Nothing found" in ben.see("/desk/mentions?q=toaster")


def test_one_press_makes_it_a_case_with_the_link_to_where_it_was_said(
    ear: Ear, ben: Browser
) -> None:
    ear.hear("@acme love <b>it</b>", permalink="https://plaza.example/cleo/1")
    page = ben.see("/desk/mentions")
    assert "@acme love &lt;b&gt;it&lt;/b&gt;" in page
    assert 'href="https://plaza.example/cleo/1"' in page
    assert "Praise, and nothing is asked." in page
    (one,) = rows(page)
    case = ben.press(f"/desk/mentions/{one}/case")
    assert "made a case of what was only heard" in case
    assert 'href="https://plaza.example/cleo/1"' in case
    assert rows(ben.see("/desk/mentions")) == []
    assert "Made a case by Ben" in ben.see("/desk/mentions?handled=1")
    assert "decided on this already" in ben.press(f"/desk/mentions/{one}/leave", expect=409)


def test_a_link_that_is_none_is_not_shown(ear: Ear, ben: Browser) -> None:
    ear.hear("@acme lol", permalink="javascript:alert(1)")
    page = ben.see("/desk/mentions")
    assert rows(page)
    assert "javascript:" not in page


def test_two_presses_put_it_on_the_case_it_belongs_to(
    office: Office, ear: Ear, ben: Browser
) -> None:
    question = ear.hear("@acme where is my parcel?")
    ear.hear("@acme lol")
    (one,) = rows(ben.see("/desk/mentions"))
    with office.database.read() as unit:
        message = store_messages.message_by_native_id(unit, ear.inbox.id, question)
        assert message
        case = get_case(unit, message.case_id)
    choose = ben.see(f"/desk/mentions/{one}/belongs")
    assert f"It belongs to {case.reference}" in choose
    page = ben.press(f"/desk/mentions/{one}/belongs", into=case.reference)
    assert "put on this case what was only heard" in page
    assert "@acme lol" in page


def test_any_case_is_found_by_its_reference_or_words(
    office: Office, ear: Ear, ben: Browser
) -> None:
    question = ear.hear("@acme where is my parcel?")
    ear.hear("@acme haha", by="dov")
    (one,) = rows(ben.see("/desk/mentions"))
    assert "No case of who said this" in ben.see(f"/desk/mentions/{one}/belongs")
    assert "of somebody else" in ben.see(f"/desk/mentions/{one}/belongs?q=parcel")
    assert "Nothing found" in ben.see(f"/desk/mentions/{one}/belongs?q=kites")
    ben.press(f"/desk/mentions/{one}/belongs", expect=404, into="FL-AAAAAA")
    assert question


def test_no_spam_and_let_be(ear: Ear, ben: Browser) -> None:
    ear.hear("Earn cash from home, free crypto airdrop https://x.example @acme", by="dov")
    (one,) = rows(ben.see("/desk/mentions?kind=spam"))
    page = ben.press(f"/desk/mentions/{one}/no-spam")
    assert "Noted: it is no spam" in page
    assert "An agent says that it is no spam." in ben.see("/desk/mentions?kind=chatter")
    assert "Taken off the list." in ben.press(f"/desk/mentions/{one}/leave")
    assert rows(ben.see("/desk/mentions?handled=1")) == [one]


def test_it_is_searched_and_paged(ear: Ear, ben: Browser) -> None:
    for number in range(52):
        ear.hear("@acme lol", by=f"person{number}")
    first = ben.see("/desk/mentions")
    assert len(rows(first)) == 50
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    assert len(rows(ben.see(older[1].replace("&amp;", "&")))) == 2
    assert len(rows(ben.see("/desk/mentions?q=person51"))) == 1
    assert len(rows(ben.see("/desk/mentions?before=nonsense"))) == 50


def test_who_works_for_another_brand_sees_none_of_it(
    office: Office, cast: Cast, ear: Ear, sit: Sit
) -> None:
    ear.hear("@acme lol")
    (one,) = rows(sit(cast.ben).see("/desk/mentions"))
    with office.database.write() as unit:
        other = create_brand(unit, name="Other", slug="other")
        change_agent(
            unit, cast.bea.id, name="Bea", public_name="", role="agent", brand_ids=(other.id,)
        )
    bea = sit(cast.bea)
    assert rows(bea.see("/desk/mentions")) == []
    bea.see(f"/desk/mentions/{one}/belongs", status=404)
    bea.press(f"/desk/mentions/{one}/case", expect=404)
    bea.press("/desk/mentions/nonsense/leave", expect=404)
