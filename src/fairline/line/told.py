"""The ranges that customers were told, and whether they held: the record that keeps them honest.

A case's range is written down when it is told first, by the acknowledgement or by its page, and
meets its fate with the first answer. Each fate moves the ends of the next ranges a little
(promises/calibration.py), and supervisors read the share that held.
"""

from datetime import datetime, timedelta

import msgspec

from fairline.cases.rows import Event
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import store_told
from fairline.promises.calibration import fate, learned

PENDING = ("line", "fates")
LOOKED_BACK = timedelta(days=28)
MOST_LOOKED_AT = 1000
# Below this a share says more about chance than about us.
FEWEST_TO_JUDGE = 50
# Cases whose range this process has seen written down: a page that is opened again writes nothing.
MOST_REMEMBERED = 20_000
_remembered: dict[tuple[int, str], None] = {}


def tell(
    unit: Unit, case_id: str, brand_id: str, ahead: int, low: datetime, high: datetime
) -> bool:
    """Write down what a customer is told now. False when this case was told before."""
    return store_told.insert(
        unit,
        {
            "case_id": case_id,
            "brand_id": brand_id,
            "told_at": unit.now,
            "ahead": ahead,
            "low": low,
            "high": high,
        },
    )


def tell_once(
    database: Database, case_id: str, brand_id: str, ahead: int, low: datetime, high: datetime
) -> None:
    """The same for a page that was only read: it writes at most once for a case and process."""
    key = (id(database), case_id)
    if key in _remembered:
        return
    with database.write() as unit:
        tell(unit, case_id, brand_id, ahead, low, high)
    if len(_remembered) >= MOST_REMEMBERED:
        _remembered.clear()
    _remembered[key] = None


def hear(unit: Unit, event: Event) -> None:
    """Inline listener of `message_sent`: the first answer of a person decides."""
    if event.case_id is None or event.data.get("is_notice"):
        return
    found = store_told.open_range(unit, event.case_id)
    if found is None:
        return
    brand_id, low, high = found
    came = fate(low, high, event.at)
    store_told.answered(unit, event.case_id, event.at, came)
    unit.gathered.setdefault(PENDING, {}).setdefault(brand_id, []).append(came)
    unit.at_the_end(PENDING, _learn)


def _learn(unit: Unit) -> None:
    for brand_id, fates in sorted(unit.gathered.pop(PENDING, {}).items()):
        tails = store_told.tails(unit, brand_id, lock=True)
        for came in fates:
            tails = learned(tails, came)
        store_told.learn(unit, brand_id, tails, len(fates))


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """How the ranges of the last four weeks held, out of the latest 1,000."""

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
    fates = store_told.fates(unit, brand_id, unit.now - LOOKED_BACK, most=MOST_LOOKED_AT)
    return Record(told=len(fates), held=fates.count(0), early=fates.count(-1), late=fates.count(1))
