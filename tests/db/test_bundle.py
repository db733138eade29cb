"""Many selects in one statement bring what each brings alone, on both engines."""

from typing import Any

import pytest
import sqlalchemy as sa

from fairline.core.ids import new_id
from fairline.db.bundle import Bundle, Part, at_most
from fairline.db.engine import Database
from fairline.db.tables import blobs
from fairline.people import store as people
from fairline.people import store_contacts
from fairline.people.tables import agents, brands, contacts
from tests.conftest import Cast

TEXTS = ['"quoted" \\ and\nlines', "Zürich 😀 お金", "<b>&amp;</b>", "", "{}", "[1]", "null"]
EVERYBODY = Part(sa.select(agents).order_by(agents.c.name), dict[str, Any])
BRANDS = Part(sa.select(brands).order_by(brands.c.slug), dict[str, Any])
NAMES = Part(
    sa.select(contacts.c.name)
    .where(contacts.c.brand_id == sa.bindparam("brand_id"))
    .order_by(contacts.c.id.desc())
    .limit(at_most(5)),
    lambda name: name,
)
NOBODY = Part(sa.select(contacts).where(sa.false()), dict[str, Any])
ALL = Bundle(EVERYBODY, BRANDS, NAMES, NOBODY)


def test_values_of_every_kind_come_as_they_are(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        people.update_agent(
            unit,
            cast.ben.id,
            {"preferences": {"a": [1, None, True, "ü"]}, "brand_ids": [], "disabled_at": unit.now},
        )
        for text in TEXTS:
            store_contacts.insert_contact(unit, cast.brand.id, text)
    with database.read() as unit:
        values = {"brand_id": cast.brand.id}
        found = ALL.read(unit, values)

        assert found.of(EVERYBODY) == EVERYBODY.read(unit, values)
        assert found.of(BRANDS) == BRANDS.read(unit, values)
        assert found.of(NAMES) == NAMES.read(unit, values) == TEXTS[::-1][:5]
        assert found.of(NOBODY) == []
        assert found.one(NOBODY) is None


def test_it_is_one_statement(database: Database, cast: Cast) -> None:
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    with database.read() as unit:
        sa.event.listen(database.engine, "before_cursor_execute", note)
        try:
            ALL.read(unit, {"brand_id": new_id()})
        finally:
            sa.event.remove(database.engine, "before_cursor_execute", note)
    assert len(said) == 1


def test_bytes_are_refused_when_it_is_put_together() -> None:
    with pytest.raises(TypeError, match="JSON"):
        Part(sa.select(blobs.c.data), dict[str, Any])
