"""Places come from counters: after whatever happens they say what counting the line would say."""

import random
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as drawing
from hypothesis import strategies as st

from fairline.cases.changes import get_case
from fairline.cases.intake import receive
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import counted, radix, store
from fairline.line.tables import line_counts, line_places
from fairline.promises.order import Standing, order_key
from tests.conftest import Cast, said

NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)
# Some at one instant (a night's letters), some near it, some far, some before 1 of 64 borders.
DUES = [
    NOON,
    NOON + timedelta(microseconds=1),
    NOON - timedelta(microseconds=1),
    NOON + timedelta(seconds=9),
    NOON + timedelta(seconds=61, microseconds=7),
    NOON + timedelta(minutes=1),
    NOON + timedelta(hours=20),
    NOON - timedelta(days=80),
    NOON + timedelta(days=400, microseconds=3),
]
ENTERED = [NOON - timedelta(seconds=s, microseconds=s) for s in (0, 1, 16, 18, 1100, 70_000, 10**7)]
ANY_TIME = st.integers(-(10**14), 10**14).map(lambda micros: NOON + timedelta(microseconds=micros))
standings = st.builds(
    lambda due, entered: Standing(due_at=due, entered_at=entered, case_id=new_id()),
    st.sampled_from(DUES) | ANY_TIME,
    st.sampled_from(ENTERED) | ANY_TIME,
)


def by_hand(mine: Standing, others: list[Standing]) -> int:
    """The sum as the SQL does it, over plain lists."""
    stretches, rest = radix.before(mine)
    cells = [cell for other in others for cell in radix.cells(other)]
    found = sum(stretch.holds(cell) for stretch in stretches for cell in cells)
    for other in others:
        due, entered = other.due_at, other.entered_at
        found += rest.due_from <= due < rest.due_to
        found += rest.then_from < due < rest.then_to
        found += (
            due == mine.due_at
            and entered >= rest.entered_from
            and (entered, other.case_id) < (mine.entered_at, mine.case_id)
        )
    return found


@given(st.lists(standings, max_size=30), standings)
def test_the_parts_are_the_whole(others: list[Standing], mine: Standing) -> None:
    ahead = sum(order_key(other) < order_key(mine) for other in others)
    assert by_hand(mine, others) == ahead


@given(standings, standings)
def test_no_place_is_counted_twice(mine: Standing, other: Standing) -> None:
    stretches, _ = radix.before(mine)
    held = sum(stretch.holds(cell) for stretch in stretches for cell in radix.cells(other))
    assert held in {0, 1}
    assert bool(held) == radix.counted_before(mine, other)


def test_a_flood_due_at_one_instant_leaves_little_to_count_one_by_one() -> None:
    """A night's letters are all due at the same minute; so is what comes a second after."""
    flood = [
        Standing(due_at=NOON, entered_at=NOON - timedelta(seconds=s), case_id=new_id())
        for s in range(0, 60_000, 30)
    ]
    late = Standing(due_at=NOON + timedelta(seconds=2), entered_at=NOON, case_id=new_id())
    for mine in (flood[0], flood[700], late):
        _, rest = radix.before(mine)
        walked = [
            other
            for other in flood
            if rest.due_from <= other.due_at < rest.due_to
            or rest.then_from < other.due_at < rest.then_to
            or (other.due_at == mine.due_at and other.entered_at >= rest.entered_from)
        ]
        assert len([w for w in walked if order_key(w) < order_key(mine)]) <= 1


# On the real tables, through the real verbs.


def ask(unit: Unit, cast: Cast, number: int) -> str:
    return receive(unit, cast.mailbox_ref, said("Hello", by=f"c{number}@mail.test")).case_id


def place(case_id: str, cast: Cast, standing: Standing) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "brand_id": cast.brand.id,
        "due_at": standing.due_at,
        "entered_at": standing.entered_at,
        "owner_id": None,
        "team_id": None,
        "inbox_id": cast.mailbox.id,
    }


def check(unit: Unit, cast: Cast) -> None:
    """Every place and the length, against the line itself."""
    rows = unit.execute(sa.select(*store.KEY).where(line_places.c.brand_id == cast.brand.id))
    held = sorted((Standing(**row._mapping) for row in rows), key=order_key)
    told = [counted.ahead_of(unit, cast.brand.id, standing) for standing in held]
    assert told == list(range(len(held)))
    assert counted.waiting_in(unit, cast.brand.id) == len(held)


@drawing(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(
        st.lists(st.tuples(st.integers(0, 5), st.none() | standings), max_size=6), max_size=4
    )
)
def test_after_any_changes_each_place_is_what_counting_says(
    database: Database, cast: Cast, batches: list[list[tuple[int, Standing | None]]]
) -> None:
    with database.write() as unit:
        ids = [ask(unit, cast, number) for number in range(6)]
    for batch in batches:
        with database.write() as unit:
            for number, standing in batch:
                if standing is None:
                    counted.remove(unit, ids[number])
                else:
                    counted.put(unit, place(ids[number], cast, standing))
            check(unit, cast)  # inside, before the counters are written
        with database.read() as unit:
            check(unit, cast)
            assert counted.differences(unit) == 0
    with database.write() as unit:
        for case_id in ids:
            counted.remove(unit, case_id)
    counted.sweep(database)
    with database.read() as unit:
        assert unit.execute(sa.select(line_counts)).all() == []


def test_what_is_undone_was_never_counted(database: Database, cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as unit:  # noqa: PT012
        ask(unit, cast, 1)
        raise ZeroDivisionError
    with database.read() as unit:
        assert counted.waiting_in(unit, cast.brand.id) == 0
        assert counted.differences(unit) == 0


def test_eight_at_once_lose_no_count_and_lock_nobody_out(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        ids = [ask(unit, cast, number) for number in range(24)]
    failures: list[BaseException] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(12):
                with database.write() as unit:
                    # Several rows each, so that two units want the same counters in turn.
                    for case_id in sorted(chance.sample(ids, 3)):
                        if chance.random() < 0.3:
                            counted.remove(unit, case_id)
                            continue
                        standing = Standing(
                            due_at=chance.choice(DUES),
                            entered_at=chance.choice(ENTERED),
                            case_id=case_id,
                        )
                        counted.put(unit, place(case_id, cast, standing))
                if chance.random() < 0.1:
                    counted.sweep(database)
        except BaseException as error:  # noqa: BLE001  told to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.read() as unit:
        check(unit, cast)
        assert counted.differences(unit) == 0


def test_wrong_counters_are_found_and_mended(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        first = ask(unit, cast, 1)
        second = ask(unit, cast, 2)
    with database.write() as unit:
        unit.execute(sa.update(line_counts).values(waiting=line_counts.c.waiting + 3))
    with database.read() as unit:
        assert counted.differences(unit) > 0
    assert counted.mend(database) > 0
    assert counted.mend(database) == 0
    with database.read() as unit:
        check(unit, cast)
        for case_id, number in ((first, 0), (second, 1)):
            standing = store.standing(unit, get_case(unit, case_id).id)
            assert standing is not None
            assert counted.ahead_of(unit, cast.brand.id, standing) == number


def test_a_line_from_before_the_counters_is_counted_by_the_migration(
    database: Database, cast: Cast
) -> None:
    """The statements of the migration itself, on places that were there before it."""
    import re
    from pathlib import Path

    import fairline.db

    with database.write() as unit:
        for number, due in enumerate(DUES):
            case_id = ask(unit, cast, number)
            unit.settle()
            standing = Standing(due_at=due, entered_at=ENTERED[number % 7], case_id=case_id)
            counted.put(unit, place(case_id, cast, standing))
    source = Path(str(fairline.db.__path__[0])) / "migrations/versions/0004_waits.py"
    text = source.read_text()
    with database.write() as unit:
        unit.execute(sa.delete(line_counts))
        parts = re.findall(r'op\.execute\(((?:\s*f?"[^"]*")+)\s*\)', text)
        assert len(parts) == 2
        for level in radix.LEVELS:
            for part in parts:
                sql = "".join(re.findall(r'"([^"]*)"', part)).replace("{level}", str(level))
                unit.execute(sa.text(sql))
    with database.read() as unit:
        assert counted.differences(unit) == 0
        check(unit, cast)
