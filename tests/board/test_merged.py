"""What a customer sees of a merge: their links lead to the one thread, and nothing private shows."""

from fairline.cases import links, store, store_messages
from fairline.cases.actions import actor_of
from fairline.cases.changes import get_case
from fairline.cases.inbound import Author
from fairline.cases.intake import receive
from fairline.cases.merging.merging import merge
from fairline.cases.merging.moving import split
from fairline.wiring import Office
from tests.board.visitor import Visitor
from tests.conftest import Cast, said

CLEO = Author(channel="email", address="cleo@mail.test", name="Cleo", verified=True)


def taken(office: Office, cast: Cast, text: str, **more: object) -> tuple[str, str, str]:
    """Case id, reference, and a secret link of a case of Cleo's."""
    with office.database.write() as unit:
        done = receive(unit, cast.mailbox_ref, said(text, author=CLEO, **more))  # type: ignore[arg-type]
        case = get_case(unit, done.case_id)
        who = store.participants_of(unit, case.id)[0].identity_id
        return case.id, case.reference, links.issue(unit, case, who)


def test_both_links_open_the_one_thread_and_it_says_why(
    office: Office, cast: Cast, cleo: Visitor
) -> None:
    into, reference, own = taken(office, cast, "My parcel has not come")
    other, gone, link = taken(office, cast, "The invoice is wrong")
    with office.database.write() as unit:
        merge(unit, get_case(unit, other), get_case(unit, into), by=actor_of(cast.ben))
    for token in (own, link):
        page = cleo.client.get(f"/t/{token}").text
        assert "The invoice is wrong" in page
        assert "My parcel has not come" in page
        assert reference in page
        assert f"What you asked as {gone} is part of this now." in page


def test_a_public_number_leads_on_and_a_private_one_tells_nothing(
    office: Office, cast: Cast, cleo: Visitor
) -> None:
    private, kept, _ = taken(office, cast, "My card was stolen")
    public, gone, _ = taken(office, cast, "Do you ship to Malta?", is_public=True)
    secret, third, _ = taken(office, cast, "About my doctor")
    with office.database.write() as unit:
        merge(unit, get_case(unit, public), get_case(unit, private), by=actor_of(cast.ben))
        merge(unit, get_case(unit, secret), get_case(unit, private), by=actor_of(cast.ben))
    answer = cleo.client.get(f"/q/{gone}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/q/{kept}")
    page = cleo.client.get(f"/q/{kept}").text
    assert "Malta" in page
    for where in (f"/q/{kept}", f"/q/{kept}/part", "/questions", "/feed.xml", "/sitemap.xml"):
        text = cleo.client.get(where).text
        assert "stolen" not in text, where
        assert "doctor" not in text, where
    for words in ("stolen", "doctor"):
        assert kept not in cleo.client.get(f"/questions?q={words}").text
    # Nobody can tell a private case that was merged from one that never was.
    there, nowhere = (cleo.client.get(f"/q/{one}") for one in (third, "FL-000000"))
    assert there.status_code == nowhere.status_code == 404
    assert third not in page


def test_the_other_part_of_a_thread_is_opened_by_who_takes_part(
    office: Office, cast: Cast, cleo: Visitor
) -> None:
    case_id, reference, own = taken(office, cast, "One thing", native_id="one@mail.test")
    with office.database.write() as unit:
        more = receive(
            unit,
            cast.mailbox_ref,
            said("And another thing", author=CLEO, in_reply_to=("one@mail.test",)),
        )
        done = split(unit, get_case(unit, case_id), [more.message_id], by=actor_of(cast.ben))
        new = get_case(unit, done.into_id)
        stranger = receive(unit, cast.mailbox_ref, said("Mine", by="dov@mail.test", name="Dov"))
        dovs = get_case(unit, stranger.case_id)
        their = links.issue(unit, dovs, store.participants_of(unit, dovs.id)[0].identity_id)
    page = cleo.client.get(f"/t/{own}").text
    assert "And another thing" not in page
    assert f"A part of this goes on by itself, as {new.reference}." in page
    opened = cleo.client.post(f"/t/{own}/goes-on/{new.reference}")
    assert opened.status_code == 200
    assert "And another thing" in opened.text
    assert "One thing" not in opened.text
    # Not by a stranger, and not to a case that has nothing to do with it.
    for token, wanted in ((their, new.reference), (own, dovs.reference), (own, reference)):
        assert cleo.client.post(f"/t/{token}/goes-on/{wanted}").status_code == 404
    with office.database.read() as unit:
        assert len(store_messages.thread(unit, new.id)) == 1
