"""Cleo's whole way without JavaScript: every step is a form or a link on the page before."""

from fairline.cases import store, store_messages
from fairline.cases.links import issue
from tests.board.visitor import Page, Visitor, reference_in


def test_from_the_first_word_to_solved_without_javascript(cleo: Visitor) -> None:
    # She asks, in private, with one field.
    form = cleo.page("/").form("/ask")
    answer = cleo.post(form.action, {**form.values, "text": "The lamp flickers. Is that normal?"})
    cleo.token = answer.headers["location"].removeprefix("/t/")
    page = cleo.page()
    assert "You are next" in page.text
    reference = reference_in(page.text)

    # She leaves an address and lets others read it.
    cleo.post(page.form("/addresses").action, {"mail": "cleo@mail.test"})
    visibility = cleo.page().form(f"{cleo.token}/visibility")
    cleo.post(visibility.action, visibility.values)
    assert "public" in cleo.page().text

    # Ben answers in public; she reads it, here and on the board.
    cleo.answered("Tighten the bulb a little.", visibility="public")
    assert "Tighten the bulb" in cleo.page().text
    assert "Tighten the bulb" in cleo.page(f"/q/{reference}").text

    # She lost the link; the mail that she asked for brings her back.
    lost = cleo.page("/lost").form("/lost")
    assert cleo.post(lost.action, {**lost.values, "mail": "cleo@mail.test"}).status_code == 200
    with cleo.office.database.write() as unit:
        case = cleo.case()
        mail = next(p for p in store.participants_of(unit, case.id) if p.channel == "email")
        cleo.token = issue(unit, case, mail.identity_id)

    # She thanks in private, takes the thread off the board, and says that it is solved.
    reply = cleo.page().form("/reply")
    cleo.post(reply.action, {**reply.values, "text": "That was it, thank you!"})
    private = cleo.page().form(f"{cleo.token}/visibility")
    assert private.values["to"] == "private"
    cleo.post(private.action, private.values)
    assert cleo.get(f"/q/{reference}").status_code == 404
    cleo.post(cleo.page().form("/solved").action)
    assert "This is solved" in cleo.page().text

    # Somebody else's way in was never there.
    with cleo.office.database.read() as unit:
        said = [m.text for m in store_messages.thread(unit, cleo.case().id) if not m.is_automatic]
    assert said == [
        "The lamp flickers. Is that normal?",
        "Tighten the bulb a little.",
        "That was it, thank you!",
    ]


def test_every_page_has_a_title_a_heading_and_labels(cleo: Visitor) -> None:
    cleo.ask("A public one", visibility="public")
    reference = cleo.case().reference
    for address in (
        "/",
        "/questions",
        "/lost",
        cleo.url,
        f"/q/{reference}",
        f"/q/{reference}/embed",
        "/t/nothing-here-at-all",
    ):
        page = Page(cleo.get(address).text)
        tags = [tag for tag, _ in page.elements]
        assert tags.count("h1") == 1, address
        assert tags.count("title") == 1, address
        assert "main" in tags, address
        labelled = {a["for"] for tag, a in page.elements if tag == "label" and "for" in a}
        for tag, attributes in page.elements:
            if tag == "textarea":
                assert attributes.get("id") in labelled, (address, attributes)
        ids = [a["id"] for _, a in page.elements if "id" in a]
        assert len(ids) == len(set(ids)), address
