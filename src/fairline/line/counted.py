"""How many stand before a case, from counters that every change of the line keeps in step.

Changes are gathered while the unit works and written as its very last act, in one sorted order:
so two units that touch the same counters wait for each other, and never both ways round.
"""

from collections import Counter
from typing import Any

from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import radix, store, store_counts
from fairline.promises.order import Standing

PENDING = ("line", "counts")
Change = tuple[int, str, Standing]


def put(unit: Unit, values: dict[str, Any]) -> None:
    """Insert or move one place. Nothing is written when it is so already."""
    case_id, brand_id = values["case_id"], values["brand_id"]
    while (present := store.placed(unit, case_id)) is None:
        # False: another unit has put it there meanwhile. Then that one is moved.
        if store.insert(unit, values):
            note(unit, brand_id, _standing(values), 1)
            return
    changed = {name: value for name, value in values.items() if present[name] != value}
    if not changed:
        return
    store.change(unit, case_id, changed)
    if changed.keys() & {"brand_id", "due_at", "entered_at"}:
        note(unit, present["brand_id"], _standing(present), -1)
        note(unit, brand_id, _standing(values), 1)


def remove(unit: Unit, case_id: str) -> None:
    """Take a case out of the line, if it stands there."""
    if found := store.remove(unit, case_id):
        note(unit, *found, -1)


def _standing(values: dict[str, Any]) -> Standing:
    return Standing(
        due_at=values["due_at"], entered_at=values["entered_at"], case_id=values["case_id"]
    )


def note(unit: Unit, brand_id: str, standing: Standing, by: int) -> None:
    """A place was added (`by` 1) or taken away (-1): its counters follow at the end."""
    pending: list[Change] = unit.gathered.setdefault(PENDING, [])
    pending.append((by, brand_id, standing))
    unit.at_the_end(PENDING, _write)


def ahead_of(unit: Unit, brand_id: str, standing: Standing) -> int:
    """How many of the brand are served before, exactly. One statement, whatever the length."""
    stretches, rest = radix.before(standing)
    found = store_counts.ahead(unit, brand_id, standing, stretches, rest)
    pending: list[Change] = unit.gathered.get(PENDING, [])
    return found + sum(
        by
        for by, brand, other in pending
        if brand == brand_id and radix.counted_before(standing, other)
    )


def waiting_in(unit: Unit, brand_id: str) -> int:
    """How many of the brand wait, exactly."""
    pending: list[Change] = unit.gathered.get(PENDING, [])
    return store_counts.waiting(unit, brand_id) + sum(by for by, b, _ in pending if b == brand_id)


def _write(unit: Unit) -> None:
    sums: Counter[tuple[str, radix.Cell]] = Counter()
    for by, brand_id, standing in unit.gathered.pop(PENDING, ()):
        for cell in radix.cells(standing):
            sums[brand_id, cell] += by
    changes: list[dict[str, Any]] = [
        {
            "brand_id": brand_id,
            "minute": cell.minute,
            "level": cell.level,
            "bucket": cell.bucket,
            "waiting": by,
        }
        for (brand_id, cell), by in sorted(sums.items())
        if by
    ]
    store_counts.add(unit, changes)


def sweep(database: Database) -> int:
    """Forget counters at zero. A periodic step; any node may do it at any time."""
    with database.write() as unit:
        return store_counts.forget_empty(unit)


def differences(unit: Unit) -> int:
    """How many counters are wrong (at most 100 are looked for). Reads the whole line."""
    return store_counts.differences(unit)


def mend(database: Database) -> int:
    """Count the line anew. Returns how many counters were wrong."""
    with database.write() as unit:
        wrong = store_counts.differences(unit)
        if wrong:
            store_counts.count_anew(unit)
    return wrong
