"""Saved replies: kept, found, changed, put away; filled in from a case."""

import pytest

from fairline.cases import store, store_events
from fairline.cases.actions import actor_of
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.core.errors import Conflict, Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.knowledge.actions import (
    archive_reply,
    bring_back,
    change_reply,
    create_reply,
    find_replies,
)
from fairline.knowledge.placeholders import fill
from fairline.knowledge.values import values_for
from fairline.people.setup import create_brand
from tests.conftest import Cast, said


def ask(unit: Unit, cast: Cast, **more: object) -> Case:
    taken = receive(unit, cast.mailbox_ref, said(**more))  # type: ignore[arg-type]
    case = store.case_by_id(unit, taken.case_id)
    assert case
    return case


def test_a_reply_is_found_by_words_of_title_and_text(database: Database, cast: Cast) -> None:
    by = actor_of(cast.ada)
    with database.write() as unit:
        create_reply(unit, title="Refund on its way", text="Three working days.", by=by)
        create_reply(unit, title="Parcel late", text="The refund comes if it is lost.", by=by)

        assert [r.title for r in find_replies(unit, "refund")] == [
            "Parcel late",
            "Refund on its way",
        ]
        assert [r.title for r in find_replies(unit, "REFUND three")] == ["Refund on its way"]
        assert find_replies(unit, "100%") == []


def test_a_title_is_taken_once_for_each_brand(database: Database, cast: Cast) -> None:
    by = actor_of(cast.ada)
    with database.write() as unit:
        create_reply(unit, title="Hello", text="Hi", by=by)
        create_reply(unit, title="Hello", text="Hi", brand_id=cast.brand.id, by=by)
        with pytest.raises(Conflict):
            create_reply(unit, title=" hello ", text="Hi", by=by)


def test_another_brands_replies_are_left_out(database: Database, cast: Cast) -> None:
    by = actor_of(cast.ada)
    with database.write() as unit:
        other = create_brand(unit, name="Other")
        create_reply(unit, title="Everybody's", text="Hi", by=by)
        create_reply(unit, title="Theirs", text="Hi", brand_id=other.id, by=by)

        shown = find_replies(unit, brand_ids=(cast.brand.id,))

    assert [r.title for r in shown] == ["Everybody's"]


def test_an_archived_reply_is_offered_no_more_until_it_is_brought_back(
    database: Database, cast: Cast
) -> None:
    by = actor_of(cast.ada)
    with database.write() as unit:
        kept = create_reply(unit, title="Hello", text="Hi", by=by)
        archive_reply(unit, kept.id, by=by)
        assert find_replies(unit) == []
        assert [r.id for r in find_replies(unit, archived=True)] == [kept.id]

        create_reply(unit, title="Hello", text="Newer", by=by)
        with pytest.raises(Conflict):
            bring_back(unit, kept.id, by=by)


def test_a_refused_change_leaves_the_old_text(database: Database, cast: Cast) -> None:
    by = actor_of(cast.ada)
    with database.write() as unit:
        kept = create_reply(unit, title="Hello", text="Hi {contact.name}", by=by)
        with pytest.raises(Invalid):
            change_reply(
                unit, kept.id, title="Hello", text="Hi {nobody.name}", brand_id=None, by=by
            )

        assert find_replies(unit)[0].text == "Hi {contact.name}"


def test_each_change_is_on_the_record(database: Database, cast: Cast) -> None:
    by = actor_of(cast.ada)
    with database.write() as unit:
        kept = create_reply(unit, title="Hello", text="Hi", by=by)
        newest = store_events.newest(unit, below=None)

    assert newest
    assert newest.kind == "settings_changed"
    assert newest.data == {"what": "reply_created", "id": kept.id}
    assert newest.actor_id == cast.ada.id


def test_a_reply_is_filled_in_from_the_case(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        case = ask(unit, cast, name="Marsh, Cleo")
        values = values_for(unit, case, cast.ben, public_url="https://help.acme.test")

    text = fill("Hello {contact.first_name}, {case.reference}: {brand.name}, {agent.name}", values)
    assert text.text == f"Hello Cleo, {case.reference}: Acme, Ben"


def test_a_private_case_has_no_link_to_write_down(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        case = ask(unit, cast)
        values = values_for(unit, case, cast.ben, public_url="https://help.acme.test")

    assert values["case.link"] == ""


def test_an_address_is_no_first_name(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        case = ask(unit, cast, name="cleo@mail.test")
        values = values_for(unit, case, cast.ben, public_url="https://help.acme.test")

    assert fill("Hello {contact.first_name},", values).text == "Hello there,"
