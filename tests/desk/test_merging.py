"""Merging, splitting, moving and people who are one, as agents do it at the desk."""

import re
from collections.abc import Callable
from typing import Any

from fairline.cases import store, store_messages
from fairline.cases.changes import get_case
from fairline.cases.inbound import Copied
from fairline.cases.merging.contacts import merged_with
from fairline.cases.rows import Case
from fairline.people import store_contacts
from fairline.wiring import Office
from tests.conftest import Cast
from tests.desk.conftest import Browser

Ask = Callable[..., Case]


def _with(who: str, **more: str) -> dict[str, Any]:
    """The form field has the name of a keyword."""
    return {"with": who, **more}


def test_two_cases_are_looked_at_side_by_side_merged_and_set_apart_again(
    ben: Browser, ask: Ask, office: Office
) -> None:
    first, second = ask("My parcel has not come"), ask("The invoice is wrong too")
    ben.press(f"/desk/cases/{second.reference}/do/tag", tag="invoice")
    choose = ben.see(f"/desk/cases/{second.reference}/merge")
    assert f"/desk/cases/{second.reference}/merge?with={first.reference}" in choose
    found = ben.see(f"/desk/cases/{second.reference}/merge?q=parcel")
    assert first.reference in found
    both = ben.see(f"/desk/cases/{second.reference}/merge?with={first.reference}")
    assert "My parcel has not come" in both
    assert "The invoice is wrong too" in both
    fields: dict[str, Any] = {"with": first.reference, "keep": first.reference}
    page = ben.press(f"/desk/cases/{second.reference}/merge", **fields)
    assert f'data-reference="{first.reference}"' in page
    assert "The invoice is wrong too" in page
    assert f"{second.reference} was merged into this case" in page
    assert "tag invoice" in page  # what was done on the other is still on record here
    # The old number leads to the one, and is in no list any more.
    assert f'data-reference="{first.reference}"' in ben.see(f"/desk/cases/{second.reference}")
    everything = ben.see("/desk?list=everything")
    assert f"/desk/cases/{second.reference}" not in everything
    merge_id = re.search(r'name="merge" value="([0-9a-f-]{36})"', page)
    assert merge_id
    page = ben.press(f"/desk/cases/{first.reference}/do/undo-merge", merge=merge_id[1])
    assert "are two cases again" in page
    assert "The invoice is wrong too" not in page.split('id="person"')[0].split('id="log"')[1]
    assert f'data-reference="{second.reference}"' in ben.see(f"/desk/cases/{second.reference}")
    refused = ben.press(
        f"/desk/cases/{first.reference}/do/undo-merge", expect=409, merge=merge_id[1]
    )
    assert "undone already" in refused


def test_two_people_are_refused_until_they_are_one(ben: Browser, ask: Ask, office: Office) -> None:
    cleos, others = (
        ask("Where is it", name="Cleo Marsh"),
        ask("Where is it now", by="cleo@work.test", name="Cleo Marsh"),
    )
    both = ben.see(f"/desk/cases/{cleos.reference}/merge?with={others.reference}")
    assert "of two people as far as we know" in both
    fields: dict[str, Any] = {"with": others.reference, "keep": cleos.reference, "readers": "1"}
    ben.press(f"/desk/cases/{cleos.reference}/merge", expect=422, **fields)
    perhaps = ben.see(f"/desk/cases/{cleos.reference}/same-person")
    assert "the same name: that alone says little" in perhaps
    path = f"/desk/cases/{cleos.reference}/same-person"
    ben.see(f"{path}?with={others.reference}")
    ben.press(path, expect=422, **_with(others.contact_id))
    page = ben.press(path, **_with(others.contact_id, sure="1"))
    assert "this person and another turned out to be one" in page
    assert "cleo@work.test" in page
    ben.press(f"/desk/cases/{cleos.reference}/merge", **fields)
    with office.database.read() as unit:
        assert get_case(unit, others.id).id == cleos.id
        taken = merged_with(unit, cleos.contact_id)[0][0]
    undo = f"/desk/cases/{cleos.reference}/do/undo-merge"
    refused = ben.press(undo, expect=409, merge=taken.id)
    assert "were merged since" in refused


def test_a_message_is_put_where_it_belongs_with_one_press(
    ben: Browser, ask: Ask, office: Office
) -> None:
    case, post = ask("My parcel has not come"), ask("Still not here!", by_board=False)
    with office.database.read() as unit:
        message = store_messages.thread(unit, post.id)[0]
    path = f"/desk/cases/{post.reference}/belongs"
    page = ben.see(f"{path}?message={message.id}")
    assert f"It belongs to {case.reference}" in page
    page = ben.press(path, message=message.id, into=case.reference)
    assert f'data-reference="{case.reference}"' in page
    assert "Still not here!" in page


def test_messages_are_set_apart_and_put_back(ben: Browser, ask: Ask, office: Office) -> None:
    case = ask("My parcel has not come", native_id="a@mail.test")
    ask("And now for something else", in_reply_to=("a@mail.test",))
    with office.database.read() as unit:
        second = store_messages.thread(unit, case.id)[1]
    path = f"/desk/cases/{case.reference}/split"
    assert "And now for something else" in ben.see(f"{path}?message={second.id}")
    assert "Choose one to" in ben.press(path, expect=422)
    page = ben.press(path, message=second.id, subject="Something else")
    assert "set apart from" in page
    assert "<h1>Something else</h1>" in page
    merge_id = re.search(r'name="merge" value="([0-9a-f-]{36})"', page)
    assert merge_id
    page = ben.press(f"/desk/cases/{case.reference}/do/undo-merge", merge=merge_id[1])
    assert "And now for something else" in page
    assert "back together with" in page


def test_who_reads_along_on_one_is_agreed_to_first(ben: Browser, ask: Ask) -> None:
    one = ask("About my illness")
    other = ask("About my parcel", copied=(Copied(role="cc", address="dov@mail.test"),))
    both = ben.see(f"/desk/cases/{one.reference}/merge?with={other.reference}")
    assert 'name="readers"' in both
    fields: dict[str, Any] = {"with": other.reference, "keep": one.reference}
    refused = ben.press(f"/desk/cases/{one.reference}/merge", expect=409, **fields)
    assert "can read only one of the two" in refused
    ben.press(f"/desk/cases/{one.reference}/merge", readers="1", **fields)


def test_cases_are_linked_with_a_reason_and_unlinked(
    ben: Browser, ask: Ask, office: Office
) -> None:
    one, other = ask("My parcel"), ask("His parcel", by="dov@mail.test")
    fields: dict[str, Any] = {"with": other.reference, "reason": "same courier"}
    page = ben.press(f"/desk/cases/{one.reference}/do/relate", **fields)
    assert "same courier" in page
    assert "same courier" in ben.see(f"/desk/cases/{other.reference}")
    page = ben.press(f"/desk/cases/{one.reference}/do/unrelate", **_with(other.reference))
    assert "not linked with" in page
    with office.database.read() as unit:
        assert store.related_to(unit, one.id) == []


def test_nothing_of_another_brand_is_reached(
    ben: Browser, ask: Ask, office: Office, cast: Cast
) -> None:
    from fairline.people import store as people
    from fairline.people.setup import create_brand

    case = ask("Mine")
    with office.database.write() as unit:
        create_brand(unit, name="Other", slug="other")
        brand = people.brand_by_slug(unit, "other")
        assert brand
        people.update_agent(unit, cast.ben.id, {"brand_ids": [brand.id]})
    for path in ("merge", "split", "same-person", f"belongs?message={case.id}"):
        ben.see(f"/desk/cases/{case.reference}/{path}", status=404)
    ben.press(f"/desk/cases/{case.reference}/merge", expect=404, **_with(case.reference))


def test_names_and_remarks_of_both_are_kept(office: Office, ask: Ask, ben: Browser) -> None:
    one, other = ask("Hello"), ask("Hello again", by="c@work.test", name="")
    with office.database.write() as unit:
        store_contacts.update_contact(unit, other.contact_id, {"remark": "Prefers calls"})
        store_contacts.update_contact(unit, one.contact_id, {"remark": "Pays late"})
    path = f"/desk/cases/{one.reference}/same-person"
    page = ben.press(path, **_with(other.contact_id, sure="1"))
    assert "Pays late\nPrefers calls" in page
