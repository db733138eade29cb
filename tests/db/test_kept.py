"""What pages keep in memory: never out of date, on no node, whatever becomes of a change."""

import pytest

from fairline.cases import store
from fairline.cases.tables import tags
from fairline.db.engine import Database, open_database
from fairline.db.tables import revisions
from fairline.db.types import metadata
from fairline.line.lists import Filter
from fairline.line.views import delete_view, save_view, views_for
from fairline.people import store as people
from fairline.people.house import House, house_of
from tests.conftest import Cast


def house(database: Database) -> House:
    with database.read() as unit:
        return house_of(unit)


def name_of(database: Database, cast: Cast) -> str:
    return house(database).people[cast.ben.id].name


def test_it_is_read_once_while_nobody_changes_it(database: Database, cast: Cast) -> None:
    first = house(database)
    assert house(database) is first


def test_a_change_is_on_the_next_page_of_every_node(database: Database, cast: Cast) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    other = open_database(url)
    try:
        assert name_of(other, cast) == "Ben"
        with database.write() as unit:
            people.update_agent(unit, cast.ben.id, {"name": "Benedict"})
        assert name_of(database, cast) == name_of(other, cast) == "Benedict"
    finally:
        other.close()


def test_what_is_rolled_back_was_never_seen(database: Database, cast: Cast) -> None:
    assert name_of(database, cast) == "Ben"
    with pytest.raises(ZeroDivisionError), database.write() as unit:  # noqa: PT012
        people.update_agent(unit, cast.ben.id, {"name": "Nobody"})
        assert house_of(unit).people[cast.ben.id].name == "Nobody", "a unit sees its own change"
        raise ZeroDivisionError
    assert name_of(database, cast) == "Ben"


def test_others_do_not_see_a_change_before_it_is_committed(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        people.update_agent(unit, cast.ben.id, {"name": "Benedict"})
        house_of(unit)
        assert name_of(database, cast) == "Ben"
    assert name_of(database, cast) == "Benedict"


def test_a_new_tag_is_offered_at_once(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        assert store.all_tags(unit) == []
        store.tag_id(unit, "parcel", make=True)
    with database.read() as unit:
        assert store.all_tags(unit) == ["parcel"]


def test_a_view_is_shown_to_its_owner_and_where_it_is_shared(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        assert views_for(unit, cast.bea) == []
        save_view(unit, cast.ben, "Mine", Filter(owner="me"), shared=False)
        shared = save_view(unit, cast.ben, "Late", Filter(waiting=True), shared=True)
    with database.read() as unit:
        assert [view.name for view in views_for(unit, cast.ben)] == ["Late", "Mine"]
        assert [view.name for view in views_for(unit, cast.bea)] == ["Late"]
    with database.write() as unit:
        delete_view(unit, cast.ben, shared)
    with database.read() as unit:
        assert views_for(unit, cast.bea) == []


def test_every_kept_table_says_so() -> None:
    kept = {table.name for table in metadata.tables.values() if table.info.get("kept")}
    assert kept == {"agents", "brands", "saved_views", "skills", "tags", "teams"}
    assert not revisions.info
    assert tags.info["kept"] == "tags"
