"""No table that refers to a case or a person is forgotten when two of them become one."""

import sqlalchemy as sa

import fairline.wiring  # noqa: F401  every table
from fairline.cases.merging.registry import CASES, CONTACTS
from fairline.db.types import metadata

LISTED = {(one.table, one.column): one for one in (*CASES, *CONTACTS)}
# Found by what an agent has not read yet, not by the case.
WITHOUT_INDEX = {"nudges"}


def refers(column: sa.Column[object]) -> bool:
    """To a case or a contact, by a foreign key or by its name."""
    if any(key.column.table.name in {"cases", "contacts"} for key in column.foreign_keys):
        return True
    return column.name.removesuffix("_id") in {"case", "contact"} or column.name.endswith(
        ("_case_id", "_contact_id", "repeat_of_id", "merged_into_id")
    )


def test_every_table_that_refers_to_a_case_or_contact_is_listed() -> None:
    there = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if refers(column)
    }
    assert there - LISTED.keys() == set(), (
        "say in cases/merging/registry.py what becomes of these rows when two cases are merged"
    )
    assert {table for table, _ in LISTED} <= set(metadata.tables)


def test_what_moves_is_found_by_an_index_and_named_by_its_key() -> None:
    for one in (*CASES, *CONTACTS):
        table = metadata.tables[one.table]
        assert one.column in table.c, one
        if one.how != "moves":
            continue
        assert all(name in table.c for name in one.key), one
        assert not one.message or one.message in table.c, one
        leading = {next(iter(index.columns)).name for index in table.indexes}
        leading.add(next(iter(table.primary_key)).name)
        assert one.column in leading or one.table in WITHOUT_INDEX, one
        # A key that holds the case itself can clash with what is there: then it must be unique.
        in_key = one.column in table.primary_key.columns
        assert in_key == one.is_unique, one


def test_what_a_case_has_but_one_of_is_known() -> None:
    """A unique index by case that is not its key would stop the move halfway."""
    for one in (*CASES, *CONTACTS):
        table = metadata.tables[one.table]
        if one.how != "moves" or one.is_unique:
            continue
        alone = [
            index
            for index in table.indexes
            if index.unique and next(iter(index.columns)).name == one.column
        ]
        assert bool(alone) == bool(one.open_one), one
