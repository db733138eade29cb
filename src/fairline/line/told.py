"""The ranges that customers were told, and whether they held: the record that keeps them honest.

A case's range is written down when it is told first, by the acknowledgement or by its page, and
meets its fate with the first answer. What it took against what the model expected makes the next
ranges (promises/calibration.py), also where no range could be told, and supervisors read the share
that held.
"""

import time
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import msgspec

from fairline.cases import clocks
from fairline.cases.rows import Event
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import store as line
from fairline.line import store_told
from fairline.promises.calibration import Outcome, Tails, fate, learned
from fairline.promises.estimate import RECENT, expected_minutes, hour_of
from fairline.promises.hours import Calendar, working_minutes_between

PENDING = ("line", "fates")
MOST_LOOKED_AT = 1000
MOST_WAITING = 300
# Below this a share says more about chance than about us.
FEWEST_TO_JUDGE = 50
# What was learned changes slowly: read at most so often in a process, however many look.
KEPT_S = 20.0
# Cases whose range (or lack of one) this process has seen written down: a page that is opened again
# writes nothing.
MOST_REMEMBERED = 20_000


class Learned(msgspec.Struct, frozen=True):
    """What a brand's own record says. `until_s` is when it is read again."""

    tails: Tails
    outcomes: tuple[Outcome, ...]
    until_s: float


_kept: WeakKeyDictionary[Database, dict[str, Learned]] = WeakKeyDictionary()
_remembered: WeakKeyDictionary[Database, set[tuple[str, bool]]] = WeakKeyDictionary()


def learned_of(unit: Unit, brand_id: str, calendar: Calendar) -> Learned:
    """What earlier ranges teach. Cost: three indexed reads, of at most 1,300 rows, in 20 s."""
    kept = _kept.setdefault(unit.database, {})
    found = kept.get(brand_id)
    if found is None or found.until_s < time.monotonic():
        since = unit.now - RECENT
        rows = store_told.met(unit, brand_id, since, most=MOST_LOOKED_AT)
        still = store_told.waiting(unit, brand_id, since, most=MOST_WAITING)
        outcomes = [
            Outcome(
                ahead=row.ahead,
                hour=hour_of(row.told_at, calendar),
                expected=row.expected_minutes,
                took=working_minutes_between(row.told_at, unit.now, calendar)
                if row.took_minutes is None
                else row.took_minutes,
                is_over=row.took_minutes is not None,
            )
            for row in (*rows, *still)
        ]
        tails = store_told.tails(unit, brand_id)
        found = Learned(tails, tuple(outcomes), time.monotonic() + KEPT_S)
        kept[brand_id] = found
    return found


def tell(
    unit: Unit,
    case_id: str,
    brand_id: str,
    ahead: int,
    low: datetime | None,
    high: datetime | None,
) -> bool:
    """Write down what a customer is told now; without a range, what the model expects, to learn by.

    False when this case has nothing new to write: it was told before, or nothing is expected.
    """
    is_told = store_told.is_told(unit, case_id)
    if is_told or (is_told is False and low is None):
        return False
    calendar, _ = clocks.promises_of(unit, brand_id)
    answers = line.recent_answers(unit, brand_id, unit.now - RECENT)
    plain = expected_minutes(ahead, answers, unit.now, calendar)
    if plain is None and low is None:
        return False
    values = {
        "case_id": case_id,
        "brand_id": brand_id,
        "told_at": unit.now,
        "ahead": ahead,
        "low": low,
        "high": high,
        "expected_minutes": plain or 0.0,
    }
    if is_told is False:
        return store_told.tell_late(unit, values)
    return store_told.insert(unit, values)


def tell_once(
    database: Database,
    case_id: str,
    brand_id: str,
    ahead: int,
    low: datetime | None,
    high: datetime | None,
) -> None:
    """The same for a page that was only read: it writes at most once for a case and process."""
    remembered = _remembered.setdefault(database, set())
    if (case_id, low is not None) in remembered:
        return
    with database.write() as unit:
        tell(unit, case_id, brand_id, ahead, low, high)
    if len(remembered) >= MOST_REMEMBERED:
        remembered.clear()
    remembered.add((case_id, low is not None))


def hear(unit: Unit, event: Event) -> None:
    """Inline listener of `message_sent`: the first answer of a person decides."""
    if event.case_id is None or event.data.get("is_notice"):
        return
    found = store_told.open_range(unit, event.case_id)
    if found is None:
        return
    brand_id, told_at, low, high = found
    came = fate(low, high, event.at) if low and high else None
    calendar, _ = clocks.promises_of(unit, brand_id)
    took = working_minutes_between(told_at, event.at, calendar)
    store_told.answered(unit, event.case_id, event.at, came, took)
    if came is not None:
        unit.gathered.setdefault(PENDING, {}).setdefault(brand_id, []).append(came)
        unit.at_the_end(PENDING, _learn)


def _learn(unit: Unit) -> None:
    for brand_id, fates in sorted(unit.gathered.pop(PENDING, {}).items()):
        tails = store_told.tails(unit, brand_id, lock=True)
        for came in fates:
            tails = learned(tails, came)
        store_told.learn(unit, brand_id, tails, len(fates))


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """How the ranges of the last four weeks held, among the latest 1,000 cases."""

    told: int
    held: int
    early: int
    late: int

    @property
    def held_percent(self) -> int | None:
        """None while there are too few to say."""
        return round(100 * self.held / self.told) if self.told >= FEWEST_TO_JUDGE else None


def record_of(unit: Unit, brand_id: str) -> Record:
    """What came of the ranges that a brand told."""
    fates = store_told.fates(unit, brand_id, unit.now - timedelta(days=28), most=MOST_LOOKED_AT)
    return Record(told=len(fates), held=fates.count(0), early=fates.count(-1), late=fates.count(1))
