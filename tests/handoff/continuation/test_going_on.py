"""From the post to the thread, as Cleo's browser sees it: link, code, digits, and her own page."""

from collections.abc import Callable
from datetime import timedelta

from fairline.cases import store, store_messages
from fairline.cases.actions import reply
from fairline.cases.changes import set_status
from fairline.cases.rows import SYSTEM, Case
from fairline.handoff.continuation import proving
from fairline.people import store_contacts
from fairline.people.contacts import resolve
from tests.board.visitor import Page
from tests.handoff.continuation.square import (
    OpenBrowser,
    Square,
    path_of,
    run_jobs,
    see,
    send,
)
from tests.handoff.continuation.test_offering import CODE

At = Callable[[Square], OpenBrowser]


def test_cleo_goes_on_in_private_and_says_nothing_twice(
    linked: Square, case: Case, browsers: At
) -> None:
    cleo, path = browsers(linked)(), path_of(linked)
    with linked.office.database.write() as unit:
        reply(unit, case.id, linked.cast.ben, "Between us: it is in Hamburg.", status=None)

    fresh = see(cleo, path)
    assert "My parcel is lost!" in fresh.text
    assert "Hamburg" not in fresh.text
    assert send(cleo, fresh.form("/open").action).status_code == 303

    here = see(cleo, path)
    assert "Hamburg" not in here.text
    form = here.form("/say")
    said = send(cleo, form.action, **{**form.values, "text": "Order 1234"})
    assert said.status_code == 303, said.text
    assert "Order 1234" in see(cleo, path).text

    asked = send(cleo, f"{path}/digits", way="post")
    assert asked.headers["location"].startswith(f"{path}?done=digits")
    assert run_jobs(linked) == 1
    linked.send()
    right = send(cleo, f"{path}/check", digits=linked.digits_for("cleo"))
    assert right.status_code == 303
    thread = see(cleo, right.headers["location"])

    for words in ("My parcel is lost!", "So sorry.", "Hamburg", "Order 1234"):
        assert words in thread.text
    after = linked.case(case)
    with linked.office.database.read() as unit:
        people = store.participants_of(unit, case.id)
        cases = store.cases_of_contact(unit, after.contact_id)
    assert [one.id for one in cases] == [case.id]
    assert {one.contact_id for one in people} == {after.contact_id}
    assert {one.channel for one in people} == {"plaza", "web"}
    kinds = linked.kinds(case)
    for kind in ("opened", "proof_sent", "confirmed"):
        assert kinds.count(f"continuation_{kind}") == 1


def test_a_code_leads_to_the_same_place(square: Square, browsers: At) -> None:
    case = square.asked("My parcel is lost!")
    square.offers(case)
    code = CODE.findall(square.plaza.posts[0].text)[0]
    cleo = browsers(square)()

    form = see(cleo, "/continue").form("/continue")
    typed = cleo.post(form.action, data={**form.values, "code": code.lower().replace("-", " ")})
    assert typed.status_code == 200
    run_jobs(square)
    square.send()
    form = Page(typed.text).form("/continue/check")
    right = send(cleo, form.action, **{**form.values, "digits": square.digits_for("cleo")})

    assert right.status_code == 303, right.text
    assert "My parcel is lost!" in see(cleo, right.headers["location"]).text
    assert "continuation_confirmed" in square.kinds(case)


def test_what_is_said_before_the_proof_is_marked_until_then(
    linked: Square, case: Case, browsers: At
) -> None:
    cleo, path = browsers(linked)(), path_of(linked)
    send(cleo, f"{path}/open")
    send(cleo, f"{path}/say", text="It is me", key="1")

    message = linked.thread(case)[-1]
    assert (message.visibility, message.auth) == ("private", {"possession": "none"})
    assert linked.case(case).status == "open"
    with linked.office.database.read() as unit:
        people = store.participants_of(unit, case.id)
    assert [one.channel for one in people] == ["plaza"], "nobody takes part by a public link"

    send(cleo, f"{path}/digits", way="post")
    run_jobs(linked)
    linked.send()
    send(cleo, f"{path}/check", digits=linked.digits_for("cleo"))
    said = [m for m in linked.thread(case) if m.text == "It is me"]
    assert said[0].auth == {"possession": "pass"}


def test_a_confirmed_browser_finds_its_page_again(linked: Square, case: Case, browsers: At) -> None:
    cleo, path = browsers(linked)(), path_of(linked)
    send(cleo, f"{path}/open")
    send(cleo, f"{path}/digits", way="post")
    run_jobs(linked)
    linked.send()
    send(cleo, f"{path}/check", digits=linked.digits_for("cleo"))

    page = see(cleo, path)
    assert "You have shown who you are" in page.text
    back = send(cleo, page.form("/open").action)
    assert "My parcel is lost!" in see(cleo, back.headers["location"]).text


def test_digits_go_by_mail_to_a_proven_address_and_only_there(
    linked: Square, case: Case, browsers: At
) -> None:
    contact_id = linked.contact_of("cleo")
    with linked.office.database.write() as unit:
        for address, proven in (("typed@mail.test", False), ("cleo@mail.test", True)):
            one = resolve(unit, linked.cast.brand.id, "email", address)
            values = {"contact_id": contact_id, "confirmed_at": unit.now if proven else None}
            store_contacts.update_identity(unit, one.id, values)
    cleo, path = browsers(linked)(), path_of(linked)
    send(cleo, f"{path}/open")

    send(cleo, f"{path}/digits", way="mail")
    run_jobs(linked)
    linked.send()

    (mail,) = linked.loft.sent
    assert mail.recipient == "cleo@mail.test"
    assert mail.link == "", "digits do not come with a link that needs none"
    assert linked.plaza.messages == []
    digits = mail.text[:6]
    assert digits.isdigit()
    with linked.office.database.read() as unit:
        people = store.participants_of(unit, case.id)
    assert [one.channel for one in people] == ["plaza"], "asking for digits changes nobody's part"
    right = send(cleo, f"{path}/check", digits=f" {digits[:3]} {digits[3:]} ")
    assert right.status_code == 303


def test_without_a_private_way_the_page_says_so_and_takes_words(loud: Square, browsers: At) -> None:
    case = loud.asked()
    loud.offers(case)
    cleo, path = browsers(loud)(), path_of(loud)
    send(cleo, f"{path}/open")
    send(cleo, f"{path}/digits", way="post")
    run_jobs(loud)
    loud.send()

    assert "private message" not in see(cleo, path).text
    assert loud.plaza.messages == []
    assert send(cleo, f"{path}/say", text="All the same", key="1").status_code == 303


def test_an_ended_case_wants_the_proof_first(linked: Square, case: Case, browsers: At) -> None:
    cleo, path = browsers(linked)(), path_of(linked)
    send(cleo, f"{path}/open")
    with linked.office.database.write() as unit:
        set_status(unit, linked.case(case), "solved", by=SYSTEM)

    refused = send(cleo, f"{path}/say", text="Open it again", key="1")

    assert refused.status_code == 409
    assert "Show that it is you" in refused.text
    assert "Open it again" in refused.text, "what was typed is kept"
    assert linked.case(case).status == "solved"


def test_the_board_shows_that_it_goes_on_in_private_and_no_way_in(
    square: Square, browsers: At
) -> None:
    case = square.asked()
    square.offers(case, "So sorry.")
    code = CODE.findall(square.plaza.posts[0].text)[0]
    dov = browsers(square)()

    for path in (f"/q/{case.reference}", "/questions", "/feed.atom", f"/q/{case.reference}/embed"):
        page = dov.get(path).text
        assert code not in page, path
        assert "[private" not in page, path
    assert "Goes on in private" in see(dov, f"/q/{case.reference}").text


def test_nothing_is_stored_twice_when_a_form_is_sent_twice(
    linked: Square, case: Case, browsers: At
) -> None:
    cleo, path = browsers(linked)(), path_of(linked)
    send(cleo, f"{path}/open")
    for _ in range(2):
        send(cleo, f"{path}/say", text="Once", key="same")

    with linked.office.database.read() as unit:
        said = [m for m in store_messages.thread(unit, case.id) if m.text == "Once"]
    assert len(said) == 1


def test_the_limits_are_what_the_page_says() -> None:
    assert (proving.MOST_TRIES, proving.MOST_AN_HOUR, proving.MOST_PROOFS) == (5, 3, 10)
    assert timedelta(minutes=30) == proving.GOOD_FOR
    assert proving.MOST_TRIES * proving.MOST_PROOFS / 10**6 <= 1 / 20_000
