"""The place in line: kept beside the case in the transaction of each change, told as a range.

Order is `promises/order.py`: (due_at, entered_at, id). Nothing about loudness is stored here, so
nothing about loudness can move a case.
"""

from datetime import datetime, timedelta

import msgspec

from fairline.cases import clocks, store
from fairline.cases.merging.waits import CHANGES as MERGES
from fairline.cases.rows import Case, Event
from fairline.db.unit import Unit
from fairline.line import counted, queues, told
from fairline.line import store as line
from fairline.line.standing import is_waiting, standing_of
from fairline.promises.estimate import expected_wait
from fairline.promises.order import Standing

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
        "promise_moved",
        "brought_forward",
        "put_back",
        "owner_changed",
        "team_changed",
        "skills_changed",
        "snoozed",
        "woken",
        "repeat_joined",
        "repeat_split",
        *MERGES,
    }
)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What a waiting customer is told. `ahead` counts those to be served before, exactly.

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


def hear(unit: Unit, event: Event) -> None:
    """Inline listener: bring the line in step with the case the event is about."""
    if (case_id := event.case_id) and event.kind in MOVERS:
        unit.settle_later(("place", case_id), lambda later: sync(later, case_id), last=True)


def sync(unit: Unit, case_id: str) -> None:
    """Put the case into the line, move it, or take it out, as its row says."""
    case = store.case_by_id(unit, case_id)
    standing = standing_of(unit, case) if case else None
    if case and case.repeat_of_id:
        sync(unit, case.repeat_of_id)
    if case is None or standing is None:
        counted.remove(unit, case_id)
        return
    counted.put(
        unit,
        {
            "case_id": case.id,
            "brand_id": case.brand_id,
            "due_at": standing.due_at,
            "entered_at": standing.entered_at,
            "owner_id": case.owner_id,
            "team_id": case.team_id,
            "inbox_id": case.inbox_id,
            "queue_id": queues.queue_of(unit, case),
        },
    )


def place_of(unit: Unit, case: Case) -> Place | None:
    """Where the case stands and when to expect an answer; None when it does not wait. A repeat has
    the place of its leader.

    Cost: one statement over at most a few hundred counters (radix.py) whatever the length of the
    line, and one index walk of the last 60 answers.
    """
    unit.settle()
    standing = line.standing(unit, case.repeat_of_id or case.id)
    if standing is None:
        return None
    ahead = counted.ahead_of(unit, case.brand_id, standing)
    found = expected(unit, case.brand_id, ahead)
    low, high = found or (None, None)
    # What was promised, not where a supervisor or a repeat lets the case stand.
    due_at = case.due_at or standing.due_at
    return Place(ahead=ahead, due_at=due_at, low=low, high=high)


def position(unit: Unit, case: Case, standing: Standing | None) -> int | None:
    """1 for who is next, None off the line. `standing` is the case's own, or its leader's. Nothing
    is read for a case that does not wait.
    """
    if standing is None or not is_waiting(case):
        return None
    return counted.ahead_of(unit, case.brand_id, standing) + 1


def expected(unit: Unit, brand_id: str, ahead: int) -> tuple[datetime, datetime] | None:
    """When the turn comes of somebody with `ahead` before them; None without enough data."""
    calendar, _ = clocks.promises_of(unit, brand_id)
    answers = line.recent_answers(unit, brand_id, unit.now - RECENT)
    known = told.learned_of(unit, brand_id, calendar)
    return expected_wait(ahead, answers, unit.now, calendar, known.tails, known.outcomes)


class LineFacts(msgspec.Struct, frozen=True, kw_only=True):
    """True things to say beside the ask box; None where there is no data to say it from."""

    waiting: int
    low: datetime | None
    high: datetime | None
    kept_percent: int | None


def facts(unit: Unit, brand_id: str) -> LineFacts:
    """What somebody who asks now may expect."""
    waiting = counted.waiting_in(unit, brand_id)
    found = expected(unit, brand_id, waiting)
    kept, all_first = line.promises_kept(unit, brand_id, unit.now - timedelta(days=7))
    return LineFacts(
        waiting=waiting,
        low=found[0] if found else None,
        high=found[1] if found else None,
        kept_percent=round(100 * kept / all_first) if all_first >= 20 else None,
    )
