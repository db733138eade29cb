"""A unit of work: what goes with the commit, and what it knows to be its own."""

import threading

import pytest
import sqlalchemy as sa

from fairline.core.errors import Unavailable
from fairline.db.engine import Database
from fairline.db.tables import install

ADD = sa.insert(install)


def value_of(database: Database, key: str) -> str | None:
    with database.read() as unit:
        found: str | None = unit.execute(
            sa.select(install.c.value).where(install.c.key == key)
        ).scalar_one_or_none()
        return found


def test_what_goes_with_the_commit_is_stored_with_all_else(database: Database) -> None:
    seen: list[str | None] = []
    with database.write() as unit:
        unit.with_commit(ADD, [{"key": "b", "value": "1"}, {"key": "c", "value": "2"}])
        unit.after_commit(lambda: seen.append(value_of(database, "c")))
        unit.execute(ADD, {"key": "a", "value": "0"})
    assert [value_of(database, key) for key in "abc"] == ["0", "1", "2"]
    assert seen == ["2"], "what follows the commit comes after it"


@pytest.mark.parametrize("at_fault", ["key", "size"])
def test_when_it_fails_nothing_is_stored_and_all_goes_on(database: Database, at_fault: str) -> None:
    with database.write() as unit:
        unit.execute(ADD, {"key": "taken", "value": "0"})
    bad = {"key": "taken" if at_fault == "key" else "new", "value": None}
    called: list[int] = []
    with pytest.raises(sa.exc.IntegrityError), database.write() as unit:  # noqa: PT012
        unit.after_commit(lambda: called.append(1))
        unit.execute(ADD, {"key": "a", "value": "0"})
        unit.with_commit(ADD, [{"key": "b", "value": "0"}, bad])
    assert called == []
    assert [value_of(database, key) for key in ("a", "b", "taken")] == [None, None, "0"]
    with database.write() as unit:
        unit.with_commit(ADD, [{"key": "a", "value": "1"}])
    assert value_of(database, "a") == "1"


def test_two_that_wait_for_each_other_are_told_so(database: Database) -> None:
    """A deadlock that only the last statement meets is an answer in words too."""
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    change = (
        sa.update(install)
        .where(install.c.key == sa.bindparam("wanted"))
        .values(value=sa.bindparam("new"))
    )
    with database.write() as unit:
        unit.execute(ADD, [{"key": "x", "value": ""}, {"key": "y", "value": ""}])
    both_hold = threading.Barrier(2)
    refused: list[str] = []

    def work(first: str, then: str) -> None:
        try:
            with database.write() as unit:
                unit.execute(change, {"wanted": first, "new": first})
                both_hold.wait()
                unit.with_commit(change, [{"wanted": then, "new": first}])
        except Unavailable as error:
            refused.append(error.code)

    threads = [threading.Thread(target=work, args=pair) for pair in (("x", "y"), ("y", "x"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["busy"]
    assert value_of(database, "x") == value_of(database, "y") != ""


def test_what_a_part_held_that_failed_is_held_no_more(database: Database) -> None:
    with database.write() as unit:
        unit.held["cases", "before"] = "as it was"
        unit.held["cases", "changed"] = "as it was"
        with pytest.raises(ZeroDivisionError), unit.savepoint():  # noqa: PT012
            unit.held["cases", "changed"] = "as it never became"
            unit.held["cases", "within"] = "never"
            raise ZeroDivisionError
        assert unit.held == {("cases", "before"): "as it was"}
        with unit.savepoint():
            unit.held["cases", "within"] = "kept"
        assert unit.held["cases", "within"] == "kept"


def test_so_many_units_do_a_thing_at_a_time(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("a write unit is alone on SQLite")
    at_work, most, guard = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal at_work, most
        with database.write() as unit:
            unit.take_turn("x", at_most=2)
            unit.take_turn("x", at_most=2)  # its own turn is not waited for
            with guard:
                at_work += 1
                most = max(most, at_work)
            unit.execute(sa.select(install)).all()
            with guard:
                at_work -= 1

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most <= 2


def test_a_turn_ends_with_the_unit_however_it_ends(database: Database) -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), database.write() as unit:  # noqa: PT012
            unit.take_turn("x", at_most=1, timeout_s=0)
            assert database.is_sqlite or unit._turns
            raise ZeroDivisionError


def test_who_waited_too_long_goes_ahead(database: Database) -> None:
    with database.write() as unit:
        unit.take_turn("x", at_most=1)
        if database.is_sqlite:
            return
        with database.write() as other:
            other.take_turn("x", at_most=1, timeout_s=0.01)
            assert other._turns == {}
            other.execute(ADD, {"key": "a", "value": "1"})
    assert value_of(database, "a") == "1"


def test_after_a_part_that_failed_the_unit_is_one_transaction_again(database: Database) -> None:
    """Inside a savepoint PostgreSQL takes what is written for another transaction's, and rows that
    two share stay in the way of every search until a vacuum.
    """
    if database.is_sqlite:
        pytest.skip("SQLite has no such rows")
    with database.write() as unit:
        unit.execute(ADD, {"key": "a", "value": "1"})
        with unit.savepoint() as part:
            unit.execute(ADD, {"key": "b", "value": "1"})
            part.rollback()
        unit.execute(ADD, {"key": "c", "value": "1"})
        writers = unit.connection.exec_driver_sql(
            "SELECT DISTINCT xmin::text FROM install WHERE key IN ('a', 'b', 'c')"
        )
        assert len(writers.all()) == 1


def test_parts_within_parts(database: Database) -> None:
    with database.write() as unit:
        with unit.savepoint():
            unit.execute(ADD, {"key": "a", "value": "1"})
            with unit.savepoint() as inner:
                unit.execute(ADD, {"key": "b", "value": "1"})
                inner.rollback()
            unit.execute(ADD, {"key": "c", "value": "1"})
        with unit.savepoint() as part:
            with unit.savepoint():
                unit.execute(ADD, {"key": "d", "value": "1"})
            part.rollback()
    assert [value_of(database, key) for key in "abcd"] == ["1", None, "1", None]
