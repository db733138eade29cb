"""The place in line: kept beside the case in the transaction of each change, told as a range.

Order is `promises/order.py`: (due_at, entered_at, id). Nothing about loudness is stored here, so
nothing about loudness can move a case.
"""

from datetime import datetime, timedelta

import msgspec

from fairline.cases import clocks, store
from fairline.cases.rows import Case, Event
from fairline.db.unit import Unit
from fairline.line import store as line
from fairline.line.standing import standing_of
from fairline.promises.estimate import expected_wait

# Past this many ahead the customer is told "over 1,000", and counting stops.
MOST_COUNTED = 1000
# The estimate works in opening hours and needs few answers, but must have some on a Monday morning.
RECENT = timedelta(days=28)
MOVERS = frozenset(
    {
        "case_opened",
        "case_reopened",
        "case_imported",
        "message_received",
        "message_sent",
        "status_changed",
        "kind_changed",
        "severity_changed",
        "owner_changed",
        "team_changed",
        "snoozed",
        "woken",
    }
)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What a waiting customer is told. `ahead` counts those to be served before, at most 1,000.

    `low` and `high` bound the expected answer (None without enough recent data); `due_at` is the
    promise, which always holds.
    """

    ahead: int
    due_at: datetime
    low: datetime | None = None
    high: datetime | None = None

    @property
    def position(self) -> int:
        """1 is next."""
        return self.ahead + 1

    @property
    def is_counted(self) -> bool:
        """False when there are more ahead than were counted."""
        return self.ahead < MOST_COUNTED


def hear(unit: Unit, event: Event) -> None:
    """Inline listener: bring the line in step with the case the event is about."""
    if (case_id := event.case_id) and event.kind in MOVERS:
        unit.settle_later(("place", case_id), lambda later: sync(later, case_id), last=True)


def sync(unit: Unit, case_id: str) -> None:
    """Put the case into the line, move it, or take it out, as its row says."""
    case = store.case_by_id(unit, case_id)
    standing = standing_of(unit, case) if case else None
    if case is None or standing is None:
        line.remove(unit, case_id)
        return
    line.put(
        unit,
        {
            "case_id": case.id,
            "brand_id": case.brand_id,
            "due_at": standing.due_at,
            "entered_at": standing.entered_at,
            "owner_id": case.owner_id,
            "team_id": case.team_id,
            "inbox_id": case.inbox_id,
        },
    )


def place_of(unit: Unit, case: Case) -> Place | None:
    """Where the case stands and when to expect an answer; None when it does not wait.

    Cost: one index walk of at most 1,000 entries, and one of the last 60 answers.
    """
    unit.settle()
    standing = line.standing(unit, case.id)
    if standing is None:
        return None
    ahead = line.count_ahead(unit, case.brand_id, standing, most=MOST_COUNTED)
    low = high = None
    if ahead < MOST_COUNTED:
        calendar, _ = clocks.promises_of(unit, case.brand_id)
        answers = line.recent_answers(unit, case.brand_id, unit.now - RECENT)
        found = expected_wait(ahead, answers, unit.now, calendar)
        if found:
            low, high = found
    return Place(ahead=ahead, due_at=standing.due_at, low=low, high=high)


class LineFacts(msgspec.Struct, frozen=True, kw_only=True):
    """True things to say beside the ask box; None where there is no data to say it from."""

    waiting: int
    low: datetime | None
    high: datetime | None
    kept_percent: int | None


def facts(unit: Unit, brand_id: str) -> LineFacts:
    """What somebody who asks now may expect."""
    waiting = line.count_waiting(unit, brand_id, most=MOST_COUNTED)
    calendar, _ = clocks.promises_of(unit, brand_id)
    answers = line.recent_answers(unit, brand_id, unit.now - RECENT)
    found = expected_wait(waiting, answers, unit.now, calendar) if waiting < MOST_COUNTED else None
    kept, all_first = line.promises_kept(unit, brand_id, unit.now - timedelta(days=7))
    return LineFacts(
        waiting=waiting,
        low=found[0] if found else None,
        high=found[1] if found else None,
        kept_percent=round(100 * kept / all_first) if all_first >= 20 else None,
    )
