"""What a network forbids is said before it is sent, and another way is offered; never in silence."""

import re
from datetime import timedelta
from typing import Any

import pytest

from fairline.cases.changes import get_case
from fairline.cases.intake import receive
from fairline.cases.merging import merging
from fairline.cases.rows import SYSTEM
from fairline.channels import store_inboxes
from fairline.channels.contract import Rule
from fairline.channels.signing import OPTION
from fairline.line import alarm_watch, store_alarms
from fairline.line.lists import Filter, page_of
from fairline.people import store_contacts
from tests.conftest import Cast, said
from tests.desk.conftest import Browser, Sit
from tests.desk.courier_shop import Shop

DAY = timedelta(hours=24)


@pytest.fixture
def ben(shop: Shop, sit: Sit, cast: Cast) -> Browser:  # noqa: ARG001  the office has Courier first
    return sit(cast.ben)


def test_the_window_is_a_clock_on_the_case_and_ends_with_the_answer(
    shop: Shop, ben: Browser
) -> None:
    case = shop.hears()
    assert case.reply_channel == "courier"
    assert case.reply_by
    page = ben.see(f"/desk/cases/{case.reference}")
    assert re.search(r"can be answered by courier until [\w ,]*\d\d:\d\d", page)
    assert re.search(r"courier until [\w ,]*\d\d:\d\d", ben.see("/desk"))

    shop.answers(case)
    assert shop.case(case).reply_by is None
    assert "can be answered by courier" not in ben.see(f"/desk/cases/{case.reference}")


def test_a_public_post_opens_no_window(shop: Shop, ben: Browser) -> None:
    case = shop.hears(public=True)
    assert case.is_public
    assert case.reply_by is None
    page = ben.see(f"/desk/cases/{case.reference}")
    assert "In private: Courier lets nobody write first." in page
    say = f"/desk/cases/{case.reference}/say"
    refused = ben.press(say, expect=422, mode="private", text="Your number, please?")
    assert "Offer the way into private, in public" in refused
    ben.press(say, mode="public", text="It is found.")


def test_a_window_never_decides_the_place_in_line(shop: Shop) -> None:
    first = shop.hears(by="cleo", text="First")
    second = shop.hears(by="dov", text="Second")
    shop.later(second, DAY - timedelta(minutes=5))
    with shop.office.database.read() as unit:
        found = page_of(unit, Filter(waiting=True), shop.cast.ben)
    assert [one.id for one in found.cases] == [first.id, second.id]


def test_the_clock_goes_along_when_a_case_is_merged(shop: Shop) -> None:
    case = shop.hears()
    shop.knows_mail(case)
    with shop.office.database.write() as unit:
        taken = receive(unit, shop.cast.mailbox_ref, said("And where is my hat?"))
        other = get_case(unit, taken.case_id)
        assert (other.id != case.id, other.reply_by) == (True, None)
        merging.merge(unit, case, other, by=SYSTEM, readers_agreed=True)
    assert case.reply_by
    assert shop.case(other).reply_by == case.reply_by


def test_it_rings_before_the_window_closes_and_no_more_after(shop: Shop) -> None:
    case = shop.hears()

    def rings() -> bool:
        with shop.office.database.write() as unit:
            store_alarms.look_at(unit, [case.id], unit.now)
        alarm_watch.turn(shop.office.database)
        with shop.office.database.read() as unit:
            return "window_closing" in store_alarms.of_case(unit, case.id)

    assert not rings()
    shop.later(case, DAY - timedelta(minutes=90))
    assert rings()
    shop.later(case, timedelta(minutes=91))
    assert not rings()


def test_a_closed_window_stops_the_answer_and_offers_what_is_open(shop: Shop, ben: Browser) -> None:
    case = shop.hears()
    shop.later(case, DAY)
    page = ben.see(f"/desk/cases/{case.reference}")
    assert "Courier takes an answer for a day after the customer wrote." in page
    assert "could be answered by courier until" in page
    mail = shop.knows_mail(case)
    say = f"/desk/cases/{case.reference}/say"

    refused = ben.press(say, expect=422, mode="private", text="It is found.")
    assert "Nothing was sent." in refused
    assert "Send it by mail to cleo@mail.test" in refused
    assert f"/approved?to={store_identity(shop, 'cleo')}" in refused
    assert ">It is found.</textarea>" in refused
    assert shop.loft.sent == []

    ben.press(say, mode="private", text="It is found.", way=mail)
    shop.send()
    (sent,) = shop.loft.sent
    assert (sent.recipient, sent.text) == ("cleo@mail.test", "It is found.")


def store_identity(shop: Shop, by: str) -> str:
    with shop.office.database.read() as unit:
        one = store_contacts.identity_at(unit, shop.cast.brand.id, "courier", by)
    assert one
    return one.id


def test_a_way_that_is_not_theirs_is_refused(shop: Shop, ben: Browser) -> None:
    case = shop.hears()
    strangers = shop.knows_mail(shop.hears(by="dov"), "dov@mail.test")
    say = f"/desk/cases/{case.reference}/say"
    refused = ben.press(say, expect=422, mode="private", text="It is found.", way=strangers)
    assert "not open any more" in refused
    shop.send()
    assert shop.loft.sent == []


def test_where_no_way_is_open_it_says_so(shop: Shop, ben: Browser) -> None:
    case = shop.hears()
    shop.courier.stopped = Rule(code="budget", text="The month's budget is spent.", blocks=True)
    shop.courier.templates = None  # type: ignore[method-assign,assignment]
    refused = ben.press(
        f"/desk/cases/{case.reference}/say", expect=422, mode="private", text="It is found."
    )
    assert (
        "The month&#39;s budget is spent." in refused or "The month's budget is spent." in refused
    )


def test_an_approved_text_goes_with_its_values(shop: Shop, ben: Browser) -> None:
    case = shop.hears()
    shop.later(case, DAY)
    to = store_identity(shop, "cleo")
    path = f"/desk/cases/{case.reference}/approved"
    assert "parcel_found, en, utility" in ben.see(f"{path}?to={to}")
    assert "Value 2" in ben.see(f"{path}?to={to}&chosen=parcel_found|en")
    chosen: dict[str, Any] = {"to": to, "chosen": "parcel_found|en"}

    missing = ben.press(path, expect=422, **chosen, value_1="Cleo", value_2="", do="send")
    assert "Value 2 is missing." in missing
    shown = ben.press(path, **chosen, value_1="Cleo", value_2="7 <b>", do="show")
    assert "Hello Cleo, your parcel 7 &lt;b&gt; is found." in shown
    assert shop.loft.sent == []
    ben.press(path, **chosen, value_1="Cleo", value_2="7", do="send")
    shop.send()
    (sent,) = shop.loft.sent
    assert (sent.template, sent.template_values) == ("parcel_found", ("Cleo", "7"))
    assert shop.last(case).text.startswith("Hello Cleo, your parcel 7 is found.")
    ben.press(path, expect=404, to=shop.cast.brand.id, chosen="parcel_found|en", do="send")


def test_what_closed_while_it_waited_is_not_sent_and_says_why(shop: Shop) -> None:
    case = shop.hears()
    message = shop.answers(case)
    shop.later(case, DAY)
    shop.send()
    one = shop.delivery(message)
    assert (one.state, one.provider_code) == ("dead", "window_closed")
    assert one.error == "Courier takes an answer for a day after the customer wrote."
    assert shop.loft.sent == []


def test_what_is_forbidden_for_a_little_while_waits_for_it(shop: Shop) -> None:
    case = shop.hears()
    message = shop.answers(case)
    with shop.office.database.read() as unit:
        until = unit.now + timedelta(minutes=5)
    shop.courier.stopped = Rule(code="slow_down", text="Not so fast.", blocks=True, until=until)
    shop.send()
    one = shop.delivery(message)
    assert (one.state, one.next_try_at) == ("queued", until)
    assert one.error == "Not so fast."


def test_files_that_do_not_fit_are_said_before_it_is_sent(shop: Shop, ben: Browser) -> None:
    case = shop.hears()
    say = f"/desk/cases/{case.reference}/say"
    files = {"file": ("list.pdf", b"%PDF-1.4", "application/pdf")}
    refused = ben.press(say, expect=422, mode="private", text="Here it is.", files=files)
    assert "Courier does not take list.pdf: only images." in refused
    large = {"file": ("cat.png", b"\x89PNG\r\n\x1a\n" + bytes(2000), "image/png")}
    refused = ben.press(say, expect=422, mode="private", text="Here it is.", files=large)
    assert "too large for Courier" in refused
    shop.send()
    assert shop.loft.sent == []


def test_the_inboxs_own_bound_is_counted_and_kept(shop: Shop, ben: Browser) -> None:
    case = shop.hears()
    text = " ".join(f"This is sentence number {n} of the answer." for n in range(6))
    shown = ben.press(f"/desk/cases/{case.reference}/outlook", mode="private", text=text)
    assert "characters, and one message takes 120: it goes as" in shown
    assert "Costs there: 0.015 EUR for a message." in shown
    shop.answers(case, text)
    shop.send()
    assert len(shop.loft.sent) > 2
    assert all(len(one.text) <= 120 for one in shop.loft.sent)


@pytest.mark.parametrize(("style", "ending"), [("name", " ^Ben"), ("initials", " ^B"), ("", "")])
def test_public_posts_are_signed_as_the_inbox_wants(
    shop: Shop, ben: Browser, style: str, ending: str
) -> None:
    case = shop.hears(public=True)
    with shop.office.database.write() as unit:
        store_inboxes.update(unit, shop.inbox.id, {"options": {OPTION: style}})
    shown = ben.press(f"/desk/cases/{case.reference}/outlook", mode="public", text="It is found.")
    assert f"It is found.{ending}<" in shown
    shop.answers(case, visibility="public")
    shop.send()
    (sent,) = shop.loft.sent
    assert sent.text == f"It is found.{ending}"
    assert shop.last(case).text == "It is found.", "inside, the author is named beside it"
