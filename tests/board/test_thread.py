"""The thread under its secret link: read, answer, change, show, leave an address, end, come back."""

from fairline.cases import store, store_messages
from fairline.cases.actions import note
from fairline.cases.changes import assign, get_case, set_status
from fairline.cases.editing import hide_message
from fairline.cases.files import upload
from fairline.cases.inbound import Copied, InboundFile
from fairline.cases.intake import receive
from fairline.cases.links import issue, revoke_all
from fairline.cases.rows import SYSTEM, Actor
from fairline.channels import store_deliveries
from fairline.people import store_contacts
from tests.board.visitor import Page, Visitor
from tests.conftest import said

SECRET_HEADERS = {
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow",
}


def by_mail(cleo: Visitor, *, copied: str = "") -> str:
    """Cleo wrote a mail; returns the token of a link sent to her mailbox."""
    copies = (Copied(role="cc", address=copied),) if copied else ()
    with cleo.office.database.write() as unit:
        taken = receive(
            unit, cleo.cast.mailbox_ref, said("It broke", subject="A lamp", copied=copies)
        )
        case = get_case(unit, taken.case_id)
        people = store.participants_of(unit, case.id)
        wanted = copied or "cleo@mail.test"
        me = next(p for p in people if p.address == wanted)
        cleo.token = issue(unit, case, me.identity_id)
    return cleo.token


def test_the_page_tells_nobody_about_itself(cleo: Visitor) -> None:
    cleo.ask()
    for path in (cleo.url, f"{cleo.url}/part/messages", f"{cleo.url}/part/place", "/t/" + "x" * 22):
        headers = cleo.get(path).headers
        assert {name: headers[name] for name in SECRET_HEADERS} == SECRET_HEADERS, path
    answer = cleo.do("reply", {"text": "More"})
    assert {name: answer.headers[name] for name in SECRET_HEADERS} == SECRET_HEADERS


def test_a_reply_joins_the_case(cleo: Visitor) -> None:
    cleo.ask("First words", name="Cleo")
    form = cleo.page().form("/reply")
    answer = cleo.post(form.action, {**form.values, "text": "More words"})

    assert answer.status_code == 303
    assert [m.text for m in cleo.messages()] == ["First words", "More words"]
    assert [m.author_name for m in cleo.messages()] == ["Cleo", "Cleo"]
    assert "Sent." in cleo.page(answer.headers["location"].split("#")[0]).text


def test_a_reply_sent_twice_is_one_message(cleo: Visitor) -> None:
    cleo.ask("First")
    form = cleo.page().form("/reply")
    for _ in range(2):
        assert cleo.post(form.action, {**form.values, "text": "Again"}).status_code == 303
    assert len(cleo.messages()) == 2


def test_an_empty_reply_is_refused_and_files_are_taken(cleo: Visitor) -> None:
    cleo.ask()
    assert cleo.do("reply", {"text": ""}).status_code == 422
    answer = cleo.post(
        f"{cleo.url}/reply", files={"files": ("bill.pdf", b"%PDF", "application/pdf")}
    )
    assert answer.status_code == 303
    got = cleo.get(next(href for href in cleo.page().links() if href.endswith("bill.pdf")))
    assert got.headers["content-disposition"].startswith('attachment; filename="bill.pdf"')
    assert got.headers["content-security-policy"].startswith("sandbox")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-type"].startswith("application/octet-stream")


def test_an_answer_shows_whose_turn_it_is(cleo: Visitor) -> None:
    cleo.ask()
    cleo.answered("It comes today.")
    text = cleo.page().text
    assert "It comes today." in text
    assert "Ben" in text
    assert "Your turn" in text


def test_an_owner_is_named_while_waiting(cleo: Visitor) -> None:
    cleo.ask()
    with cleo.office.database.write() as unit:
        case = get_case(unit, cleo.case().id)
        assign(unit, case, cleo.cast.ben.id, by=SYSTEM)
    assert "Ben looks after it." in cleo.page().text


def test_notes_are_never_shown(cleo: Visitor) -> None:
    cleo.ask()
    with cleo.office.database.write() as unit:
        upload(
            unit,
            cleo.case().id,
            cleo.cast.ben.id,
            InboundFile(name="secret-plan.txt", media_type="text/plain", data=b"plan"),
            most_bytes=1000,
        )
        waiting = store_messages.waiting_attachments(unit, cleo.case().id, cleo.cast.ben.id)
        note(unit, cleo.case().id, cleo.cast.ben, "She is difficult", file_ids=[waiting[0].id])
    for path in (cleo.url, f"{cleo.url}/part/messages"):
        html = cleo.get(path).text
        assert "difficult" not in html
        assert "secret-plan" not in html
    assert cleo.get(f"{cleo.url}/files/{waiting[0].id}/x.txt").status_code == 404


def test_a_file_of_another_case_is_not_found(cleo: Visitor) -> None:
    answer = cleo.post("/ask", {"text": "Mine"}, files={"files": ("a.txt", b"mine", "text/plain")})
    cleo.token = answer.headers["location"][3:]
    link = next(href for href in cleo.page().links() if "/files/" in href)
    own = link.split("/files/")[1]
    cleo.ask("Another thread")
    assert cleo.get(f"{cleo.url}/files/{own}").status_code == 404


def test_a_hidden_message_says_why_and_nothing_more(cleo: Visitor) -> None:
    cleo.ask("My card is 4111 1111 1111 1111")
    with cleo.office.database.write() as unit:
        ada = Actor(kind="agent", id=cleo.cast.ada.id)
        hide_message(unit, cleo.messages()[0].id, by=ada, reason="It held a card number")
    html = cleo.get(cleo.url).text
    assert "It held a card number" in html
    assert "4111" not in html


def test_ones_own_words_can_be_changed(cleo: Visitor) -> None:
    cleo.ask("Teh parcel")
    own = cleo.messages()[0].id
    form = cleo.page(f"{cleo.url}?edit={own}").form(f"/messages/{own}/edit")
    assert form.values["text"] == "Teh parcel"

    assert cleo.post(form.action, {"text": "The parcel"}).status_code == 303

    assert cleo.messages()[0].text == "The parcel"
    assert "edited" in cleo.page().text


def test_other_peoples_words_cannot_be_changed(cleo: Visitor) -> None:
    cleo.ask("Mine")
    cleo.answered("Ours")
    ours = cleo.messages()[1].id
    assert cleo.do(f"messages/{ours}/edit", {"text": "Forged"}).status_code == 403
    assert cleo.do(f"messages/{ours}/visibility", {"to": "public"}).status_code == 403
    theirs = cleo.messages()[0].id
    cleo.ask("Another thread")
    assert cleo.do(f"messages/{theirs}/edit", {"text": "Forged"}).status_code == 404
    assert cleo.do(f"messages/{theirs}/visibility", {"to": "public"}).status_code == 404


def test_a_thread_goes_public_and_back_only_by_its_customer(cleo: Visitor) -> None:
    cleo.ask("May others read this?")
    reference = cleo.case().reference
    assert cleo.get(f"/q/{reference}").status_code == 404

    assert cleo.do("visibility", {"to": "public"}).status_code == 303
    assert "May others read this?" in cleo.page(f"/q/{reference}").text
    assert cleo.do("visibility", {"to": "private"}).status_code == 303
    assert cleo.get(f"/q/{reference}").status_code == 404
    assert cleo.do("visibility", {"to": "everybody"}).status_code == 422


def test_somebody_in_copy_reads_and_writes_but_decides_nothing(cleo: Visitor) -> None:
    by_mail(cleo, copied="dov@mail.test")
    assert "This is solved" not in cleo.page().text
    for ending, values in (
        ("visibility", {"to": "public"}),
        ("solved", {}),
        ("addresses", {"mail": "dov2@mail.test"}),
    ):
        assert cleo.do(ending, values).status_code == 403, ending
    assert cleo.do("reply", {"text": "I saw it too", "visibility": "public"}).status_code == 303
    assert cleo.messages()[-1].visibility == "private"
    own = cleo.messages()[-1].id
    assert cleo.do(f"messages/{own}/visibility", {"to": "public"}).status_code == 403


def test_opening_a_mailed_link_proves_the_address_and_reads_what_was_sent(cleo: Visitor) -> None:
    cleo.ask("Where is it?", mail="cleo@mail.test")
    case = cleo.case()
    with cleo.office.database.write() as unit:
        mail = next(p for p in store.participants_of(unit, case.id) if p.channel == "email")
        token = issue(unit, case, mail.identity_id)
        sent = next(m for m in store_messages.thread(unit, case.id) if m.is_automatic)
        for delivery in store_deliveries.of_messages(unit, [sent.id])[sent.id]:
            store_deliveries.update(unit, delivery.id, {"state": "sent", "sent_at": unit.now})

    cleo.page(f"/t/{token}")

    with cleo.office.database.read() as unit:
        people = {p.channel: p for p in store.participants_of(unit, case.id)}
        identity = store_contacts.identity_by_id(unit, mail.identity_id)
        states = {d.state for d in store_deliveries.of_messages(unit, [sent.id])[sent.id]}
    assert people["email"].confirmed_at
    assert identity
    assert identity.confirmed_at
    assert people["web"].contact_id == people["email"].contact_id
    assert states == {"read"}


def test_opening_the_thread_reads_the_answer(cleo: Visitor) -> None:
    cleo.ask()
    cleo.answered("Here you are.")
    answer = cleo.messages()[-1]

    def state() -> str:
        with cleo.office.database.read() as unit:
            return store_deliveries.of_messages(unit, [answer.id])[answer.id][0].state

    assert state() == "delivered"
    cleo.page()
    assert state() == "read"


def test_addresses_are_left_and_removed(cleo: Visitor) -> None:
    cleo.ask()
    form = cleo.page().form("/addresses")
    assert cleo.post(form.action, {"mail": "cleo@mail.test"}).status_code == 303
    page = cleo.page()
    assert "cl…@mail.test" in page.text

    remove = next(form for form in page.forms if form.action.endswith("/remove"))
    assert cleo.post(remove.action).status_code == 303
    assert "cl…@mail.test" not in cleo.page().text
    assert cleo.post(remove.action).status_code == 404


def test_who_wants_no_more_mail_is_not_locked_out(cleo: Visitor) -> None:
    by_mail(cleo)
    remove = next(form for form in cleo.page().forms if form.action.endswith("/remove"))

    answer = cleo.post(remove.action)

    assert answer.status_code == 303
    assert cleo.get(cleo.url).status_code == 404
    cleo.token = answer.headers["location"].removeprefix("/t/").split("?")[0]
    assert "It broke" in cleo.page().text
    assert cleo.do("solved").status_code == 303


def test_a_bounced_address_is_said_in_plain_words(cleo: Visitor) -> None:
    cleo.ask("Where?", mail="cleo@mail.test")
    cleo.answered("Here.")
    with cleo.office.database.write() as unit:
        mail = next(p for p in store.participants_of(unit, cleo.case().id) if p.channel == "email")
        store_contacts.update_identity(unit, mail.identity_id, {"undeliverable_at": unit.now})
        found = store_deliveries.of_messages(unit, [cleo.messages()[-1].id])
        for delivery in next(iter(found.values())):
            if delivery.channel == "email":
                store_deliveries.update(unit, delivery.id, {"state": "failed"})
    text = " ".join(cleo.page().text.split())
    assert "We could not reach cl…@mail.test. You can read it here." in text
    assert "Leave another address" in text


def test_solved_by_the_customer_and_opened_again_by_a_reply(cleo: Visitor) -> None:
    cleo.ask()
    assert cleo.post(cleo.page().form("/solved").action).status_code == 303
    assert cleo.case().status == "solved"
    assert "This is solved" in cleo.page().text
    assert cleo.do("solved").status_code == 303

    cleo.do("reply", {"text": "It is back"})

    assert cleo.case().status == "open"
    assert "place in line" in cleo.get(cleo.url).text


def test_a_closed_thread_opens_again_too(cleo: Visitor) -> None:
    cleo.ask()
    with cleo.office.database.write() as unit:
        set_status(unit, get_case(unit, cleo.case().id), "closed", by=SYSTEM)
    assert "This thread is closed" in cleo.page().text
    cleo.do("reply", {"text": "Once more"})
    assert cleo.case().status == "open"


def test_a_revoked_link_opens_nothing(cleo: Visitor) -> None:
    cleo.ask()
    case_id = cleo.case().id
    with cleo.office.database.write() as unit:
        revoke_all(unit, get_case(unit, case_id), by=SYSTEM)
    page = Page(cleo.get(cleo.url).text)
    assert cleo.get(cleo.url).status_code == 404
    assert "does not open anything" in page.text
    assert "/lost" in page.links()
    for path in ("part/messages", "part/place", "stream"):
        assert cleo.get(f"{cleo.url}/{path}").status_code == 404
    for path in ("reply", "solved", "visibility", "addresses", "typing"):
        assert cleo.do(path, {"text": "x"}).status_code == 404


def test_a_mail_is_shown_as_text(cleo: Visitor) -> None:
    with cleo.office.database.write() as unit:
        taken = receive(
            unit,
            cleo.cast.mailbox_ref,
            said("Plain words", html="<b>Bold</b><img src=http://x.test/t.gif>", subject="Hi"),
        )
        case = get_case(unit, taken.case_id)
        me = store.participants_of(unit, case.id)[0]
        cleo.token = issue(unit, case, me.identity_id)
    html = cleo.get(cleo.url).text
    assert "Plain words" in html
    assert "x.test" not in html
