"""A public answer goes on in private: what is posted, what is stored, and what takes it back."""

import re
from datetime import timedelta

import pytest

from fairline.cases import store
from fairline.cases.actions import actor_of, reply
from fairline.cases.export import export_case
from fairline.cases.intake import receive
from fairline.cases.links import open_link
from fairline.cases.search import search
from fairline.channels.carried import CARRIED
from fairline.channels.marks import GO_ON_CODE, GO_ON_LINK, code_of, read_code, token_of
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import hash_token
from fairline.handoff.continuation import offering
from fairline.handoff.continuation import store as continuations
from fairline.handoff.continuation.opening import find_code, find_link
from fairline.people import store_contacts
from fairline.people.contacts import resolve
from fairline.wiring import Office
from tests.conftest import Cast, said
from tests.handoff.continuation.square import LINK, Square

CODE = re.compile(r"FL-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")


def test_where_links_are_priced_the_post_carries_a_code_and_a_name(square: Square) -> None:
    case = square.asked()

    square.offers(case, "Sorry to hear that.")

    (post,) = square.plaza.posts
    assert "Sorry to hear that." in post.text
    assert "Ben goes on with you in private" in post.text
    assert len(CODE.findall(post.text)) == 1
    assert "http" not in post.text
    assert square.case(case).matters == ["continuation"]
    assert square.kinds(case).count("continuation_offered") == 1


def test_where_links_are_free_the_post_carries_a_link(linked: Square) -> None:
    case = linked.asked()

    linked.offers(case, "")

    (post,) = linked.plaza.posts
    found = LINK.search(post.text)
    assert found, post.text
    with linked.office.database.read() as unit:
        assert find_link(unit, found[1]).case_id == case.id


def test_neither_link_nor_code_is_on_the_record(square: Square) -> None:
    case = square.asked()
    square.offers(case)
    code = CODE.findall(square.plaza.posts[0].text)[0]

    with square.office.database.read() as unit:
        document = repr(export_case(unit, case.id, CARRIED))
        hits, _ = search(unit, code, brand_ids=(), limit=5)
    assert code not in document
    assert GO_ON_CODE in document
    assert hits == []


def test_the_thread_link_of_the_customer_is_never_posted(square: Square) -> None:
    case = square.asked()
    with square.office.database.write() as unit:
        reply(unit, case.id, square.cast.ben, "A public answer.", visibility="public")
    square.send()

    (post,) = square.plaza.posts
    assert "/t/" not in post.text


def test_the_code_is_forty_bits_of_the_key_and_the_message(square: Square) -> None:
    keyring = square.office.keyring
    codes = {code_of(keyring, str(number)) for number in range(2000)}
    tokens = {token_of(keyring, str(number)) for number in range(2000)}

    assert len(codes) == len(tokens) == 2000
    assert all(CODE.fullmatch(code) for code in codes)
    assert {len(token) for token in tokens} == {32}
    signs = {sign for code in codes for sign in code[3:].replace("-", "")}
    assert len(signs) == 32


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("FL-7KX2-QD4M", "FL-7KX2-QD4M"),
        (" fl 7kx2 qd4m ", "FL-7KX2-QD4M"),
        ("7KX2QD4M", "FL-7KX2-QD4M"),
        ("fl-7kx2\u2013qd4m", "FL-7KX2-QD4M"),
        ("O1IL-0000", "FL-0111-0000"),
        ("FL-7KX2QD", ""),
        ("FL-7KX2-QD4MM", ""),
        ("", ""),
        ("FL-7KX2-QD4U", ""),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, read: str) -> None:
    assert read_code(typed) == read


def test_a_new_offer_ends_the_one_before(linked: Square) -> None:
    case = linked.asked()
    linked.offers(case)
    linked.offers(case)
    first, second = (LINK.findall(post.text)[0] for post in linked.plaza.posts)

    with linked.office.database.read() as unit:
        assert find_link(unit, second).case_id == case.id
        with pytest.raises(NotFound):
            find_link(unit, first)


def test_revoked_expired_and_never_made_are_one(linked: Square) -> None:
    case = linked.asked()
    linked.offers(case)
    token = LINK.findall(linked.plaza.posts[0].text)[0]
    way = linked.way(case)

    def refusal(token: str) -> str:
        with linked.office.database.read() as unit, pytest.raises(NotFound) as refused:
            find_link(unit, token)
        return repr((refused.value.text, refused.value.code))

    never = refusal("0" * 32)
    linked.age_ways(case, offering.LIFETIME + timedelta(seconds=1))
    assert refusal(token) == never
    linked.age_ways(case, -offering.LIFETIME)
    with linked.office.database.write() as unit:
        offering.revoke(unit, case, way.id, by=actor_of(linked.cast.ben))
    assert refusal(token) == never
    assert linked.case(case).matters == []


def test_revoking_twice_or_on_another_case_is_refused(linked: Square) -> None:
    case, other = linked.asked(), linked.asked("Another one", by="dov")
    linked.offers(case)
    way, by = linked.way(case), actor_of(linked.cast.ben)

    with linked.office.database.write() as unit:
        with pytest.raises(NotFound):
            offering.revoke(unit, other, way.id, by=by)
        offering.revoke(unit, case, way.id, by=by)
        with pytest.raises(Conflict):
            offering.revoke(unit, case, way.id, by=by)


def test_a_code_of_one_brand_opens_nothing_at_another(square: Square) -> None:
    case = square.asked()
    square.offers(case)
    code = CODE.findall(square.plaza.posts[0].text)[0]

    with square.office.database.read() as unit:
        assert find_code(unit, square.cast.brand.id, code)
        assert find_code(unit, "another", code) is None


def test_a_link_is_no_code_and_a_code_no_link(square: Square) -> None:
    case = square.asked()
    square.offers(case)
    code = CODE.findall(square.plaza.posts[0].text)[0]

    with square.office.database.read() as unit, pytest.raises(NotFound):
        find_link(unit, code)


def test_without_a_private_way_a_link_is_offered_where_links_are_priced(loud: Square) -> None:
    """A code alone could never be followed by digits."""
    case = loud.asked()

    assert loud.offers(case).continuation.form == "link"
    assert LINK.search(loud.plaza.posts[0].text)


def test_a_private_answer_is_never_posted(loud: Square) -> None:
    case = loud.asked()
    with loud.office.database.write() as unit:
        message = reply(unit, case.id, loud.cast.ben, "Your account number is wrong.")
    loud.send()

    assert loud.plaza.posts == loud.plaza.messages == []
    (delivery,) = loud.deliveries(message)
    assert delivery.state == "dead"
    assert "private" in delivery.error


def test_a_private_case_cannot_go_on_in_private(office: Office, cast: Cast) -> None:
    with office.database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said())
        with pytest.raises(Conflict):
            offering.offer(unit, office.channels, taken.case_id, cast.ben, "Hello")


def test_an_unknown_form_is_refused(linked: Square) -> None:
    case = linked.asked()
    with pytest.raises(Invalid):
        linked.offers(case, form="pigeon")
    assert linked.plaza.posts == []


def test_on_the_board_the_asker_goes_on_on_their_own_page(office: Office, cast: Cast) -> None:
    with office.database.write() as unit:
        inbound = said(channel="web", by="browser-1", is_public=True)
        taken = receive(unit, cast.board_ref, inbound)
        offered = offering.offer(unit, office.channels, taken.case_id, cast.ben, "Hello")

    assert offered.continuation.form == "own"
    assert "the page you got when you asked" in offered.message.text
    assert "http://board.test/continue" in offered.message.text
    assert GO_ON_LINK not in offered.message.text


def test_only_hashes_are_stored(linked: Square) -> None:
    case = linked.asked()
    linked.offers(case)
    token = LINK.findall(linked.plaza.posts[0].text)[0]

    with linked.office.database.read() as unit:
        assert continuations.live_by_hash(unit, token) is None
        assert continuations.live_by_hash(unit, hash_token(token))


def test_a_mail_of_the_public_answer_carries_the_readers_own_link(square: Square) -> None:
    """Whoever reads a mail alone needs no code and no digits."""
    case = square.asked()
    with square.office.database.write() as unit:
        mail = resolve(unit, square.cast.brand.id, "email", "cleo@mail.test")
        values = {"contact_id": case.contact_id, "confirmed_at": unit.now}
        store_contacts.update_identity(unit, mail.id, values)
        store.add_participant(unit, case.id, mail.id, "customer", confirmed=True)
    square.offers(case, "Sorry.")

    (post,), (sent,) = square.plaza.posts, square.loft.sent
    assert CODE.search(post.text)
    assert not CODE.search(sent.text)
    token = sent.text.rpartition("/t/")[2].split()[0]
    with square.office.database.read() as unit:
        assert open_link(unit, token)[1].id == case.id


def test_a_mark_typed_by_an_agent_opens_nothing(linked: Square) -> None:
    case = linked.asked()
    with linked.office.database.write() as unit:
        reply(unit, case.id, linked.cast.ben, f"Look: {GO_ON_LINK}", visibility="public")
    linked.send()

    token = LINK.findall(linked.plaza.posts[0].text)[0]
    with linked.office.database.read() as unit, pytest.raises(NotFound):
        find_link(unit, token)
