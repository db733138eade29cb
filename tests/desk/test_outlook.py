"""Before one answers: what the right hand does, and how the answer will look where it goes."""

from collections.abc import Callable

import msgspec
import pytest

from fairline.cases import store_messages
from fairline.cases.actions import reply, save_draft
from fairline.cases.rows import Case
from fairline.channels import store_deliveries
from fairline.core.lengths import LengthRule
from fairline.db.engine import Database
from fairline.wiring import Office
from tests.conftest import Cast
from tests.desk.conftest import Browser

Ask = Callable[..., Case]

LONG = " ".join(f"This is sentence number {n}, and it says something." for n in range(9))


@pytest.fixture
def narrow(office: Office) -> None:
    """Mail with little room, as a post or a short message has."""
    channel = office.channels.of_kind("email")
    room = LengthRule(counts="graphemes", most=200)
    channel.capabilities = msgspec.structs.replace(channel.capabilities, length=room)


def look(ben: Browser, reference: str, text: str, mode: str = "private") -> str:
    return ben.press(f"/desk/cases/{reference}/outlook", mode=mode, text=text)


def test_a_promise_of_ours_stands_above_the_composer(
    ben: Browser, ask: Ask, database: Database, cast: Cast
) -> None:
    case = ask("Where is it?")
    with database.write() as unit:
        reply(unit, case.id, cast.bea, "I have asked. We will write to you within two days.")
    page = ben.see(f"/desk/cases/{case.reference}")
    assert "Bea promised: “We will write to you within two days”" in page
    assert 'class="caveat is-risk"' in page


def test_a_colleagues_draft_and_a_fresh_answer_are_told(
    ben: Browser, ask: Ask, database: Database, cast: Cast
) -> None:
    case = ask("Where is it?")
    with database.write() as unit:
        reply(unit, case.id, cast.bea, "It is on its way.")
        save_draft(unit, case.id, cast.ada, "private", "One more thing")
    page = ben.see(f"/desk/cases/{case.reference}")
    assert "Bea has just answered, by mail" in page
    assert "Ada has begun an answer, not sent yet" in page


def test_a_quiet_case_has_nothing_to_heed(ben: Browser, ask: Ask) -> None:
    page = ben.see(f"/desk/cases/{ask('Hello').reference}")
    assert 'class="caveat' not in page.replace('class="caveats"', "")


def test_it_is_shown_where_it_goes(ben: Browser, ask: Ask) -> None:
    by_mail = ask("By mail")
    shown = look(ben, by_mail.reference, "It comes <b>today</b>.")
    assert "By mail" in shown
    assert "It comes &lt;b&gt;today&lt;/b&gt;." in shown
    on_board = ask("On the board", by_board=True)
    assert "On their own page" in look(ben, on_board.reference, "It comes today.")
    assert "Write something" in look(ben, by_mail.reference, " ")
    assert "Write something" in look(ben, by_mail.reference, "For us", mode="note")


@pytest.mark.usefixtures("narrow")
def test_a_long_answer_is_shown_in_its_parts(ben: Browser, ask: Ask) -> None:
    shown = look(ben, ask("By mail").reference, LONG)
    assert "characters, and one message takes 200: it goes as" in shown
    assert "(1/" in shown
    assert "Send it in parts" in shown
    assert "too long even for" in look(ben, ask("Again").reference, LONG * 20)


@pytest.mark.usefixtures("narrow")
def test_short_with_the_way_to_all_of_it(
    ben: Browser, ask: Ask, database: Database, cast: Cast
) -> None:
    case = ask("By mail")
    say = f"/desk/cases/{case.reference}/say"
    ben.press(say, mode="private", text=LONG, long="short", short="We found it.")
    with database.read() as unit:
        message = store_messages.thread(unit, case.id, limit=10)[-1]
        (delivery,) = store_deliveries.of_messages(unit, [message.id])[message.id]
    assert message.text == LONG
    assert delivery.text == "We found it. [whole answer]"
    refused = ben.press(say, expect=422, mode="private", text=LONG, long="short", short=" ")
    assert "Write the short text" in refused
    assert LONG in refused


def test_another_brands_case_has_no_outlook(ben: Browser) -> None:
    ben.press("/desk/cases/FL-ZZZZZZ/outlook", expect=404, mode="private", text="x")
