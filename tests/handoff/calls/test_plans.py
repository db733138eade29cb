"""What is read of calls goes through the short indexes of those that are still to be made."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from fairline.cases.rows import Case
from fairline.channels import store_deliveries
from fairline.db.unit import Unit
from fairline.handoff.calls import store, watch
from fairline.handoff.calls.rows import Call
from fairline.handoff.letters import store as letters
from fairline.wiring import Office
from tests.conftest import Cast

Wishes = Callable[..., Call]


def test_each_statement_uses_its_index(
    office: Office, cast: Cast, case: Case, wish: Wishes
) -> None:
    if not office.database.is_sqlite:
        pytest.skip("plans are pinned on SQLite; PostgreSQL chooses by its statistics")
    call = wish(case)
    plans: dict[str, list[str]] = {}
    wanted: dict[str, tuple[Callable[[Unit], object], str]] = {
        "open_of": (lambda u: store.open_of(u, case.id), "uq_calls_open"),
        "number": (lambda u: store.open_to_number(u, case.brand_id, call.number), "ix_calls_due"),
        "last_of": (lambda u: store.last_of(u, case.id), "ix_calls_case_id_id"),
        "to_tell": (lambda u: store.to_tell(u, u.now, most=9), "ix_calls_due"),
        "to_miss": (lambda u: store.to_miss(u, u.now, most=9), "ix_calls_due"),
        "to_free": (lambda u: store.to_free(u, u.now, most=9), "ix_calls_due"),
        "list": (lambda u: store.open_calls(u, (case.brand_id,), limit=9), "ix_calls_due"),
        "tries": (lambda u: store.tries_of(u, call.id), "ix_call_tries_call_id_id"),
        "provider": (lambda u: store.try_of_provider(u, "x"), "uq_call_tries_provider"),
        "by hand": (lambda u: store_deliveries.by_hand(u, "letter", (), limit=9),
                    "ix_deliveries_by_hand"),
        "count": (lambda u: u.execute(store.due_walk((case.brand_id,), most=9)), "calls_"),
        "letters": (lambda u: letters.readings_of(u, [case.id]), "sqlite_autoindex_letter"),
    }  # fmt: skip
    with office.database.read() as unit:
        for name, (read, _) in wanted.items():
            plans[name] = explained(unit, read)
    for name, (_, index) in wanted.items():
        assert any(index in step for step in plans[name]), (name, plans[name])
        assert not [
            step
            for step in plans[name]
            if step.startswith("SCAN") and " USING " not in step and "CONSTANT" not in step
        ], (name, plans[name])


def explained(unit: Unit, read: Callable[[Unit], object]) -> list[str]:
    """The steps of the statements that `read` runs."""
    steps: list[str] = []
    is_explaining = False

    def explain(c: sa.Connection, _: object, statement: str, given: object, *__: object) -> None:
        nonlocal is_explaining
        if is_explaining:
            return
        is_explaining = True
        cursor = c.connection.cursor()
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given)  # type: ignore[arg-type]
        steps.extend(row[3] for row in cursor.fetchall())
        cursor.close()
        is_explaining = False

    engine = unit.database.engine
    sa.event.listen(engine, "before_cursor_execute", explain)
    try:
        read(unit)
    finally:
        sa.event.remove(engine, "before_cursor_execute", explain)
    return steps


def test_a_turn_with_nothing_to_do_writes_nothing(office: Office, cast: Cast) -> None:
    assert watch.turn(office.database) == 0
