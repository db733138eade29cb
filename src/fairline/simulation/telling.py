"""What customers are told on arrival, whether it held, and what the desk learns from that.

The same as `line/told.py` does with rows: the range by `promises/estimate.py`, its fate and what it
teaches by `promises/calibration.py`, at each moment only from what had happened by then.
"""

from collections import deque
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import islice

import msgspec

from fairline.promises.calibration import UNLEARNED, Outcome, Tails, fate, learned
from fairline.promises.estimate import expected_minutes, expected_wait, hour_of
from fairline.simulation.engine import Desk
from fairline.simulation.openings import Openings
from fairline.simulation.policies import Case

# As many as the desk looks back on, and ahead to.
MOST_LOOKED_AT = 1000
MOST_WAITING = 300


class Told(msgspec.Struct, frozen=True, gc=False):
    """One range and how it came about; `worked_s` is the working time until then. Without `low` and
    `high` nothing was told, and the case only teaches.
    """

    worked_s: float
    hour: float
    ahead: int
    expected: float
    low: datetime | None
    high: datetime | None


class Teller:
    """Tells ranges under one order. `told` have met their fate, `held` of them kept.

    `took_s` is the time it took to work the ranges out.
    """

    def __init__(self, openings: Openings) -> None:
        self._openings = openings
        self.told = self.held = 0
        self.took_s = 0.0
        self._tails: Tails = UNLEARNED
        self._over: deque[Outcome] = deque(maxlen=MOST_LOOKED_AT)
        self._waiting: dict[int, Told] = {}
        self._coming: list[tuple[float, int]] = []

    def begin_again(self) -> None:
        """A further replication: what was learned stays, the counts begin at nothing."""
        self.told = self.held = 0

    def tell(self, desk: Desk, case: Case) -> None:
        """What the product would tell this case, which is about to join the line."""
        self._catch_up(case.at)
        at = datetime.fromtimestamp(case.at, UTC)
        calendar = self._openings.calendar
        done = desk.answers[desk.lane_of(case)]
        answers = [datetime.fromtimestamp(moment, UTC) for moment in done]
        ahead = desk.ahead_of(case)
        waiting = islice(reversed(self._waiting.values()), MOST_WAITING)
        still = [self._outcome(one, case.worked_s, is_over=False) for one in waiting]
        known = [*self._over, *still]
        found = expected_wait(ahead, answers, at, calendar, self._tails, known)
        plain = expected_minutes(ahead, answers, at, calendar)
        if plain is not None:
            low, high = found or (None, None)
            self._waiting[case.number] = Told(
                worked_s=case.worked_s,
                hour=hour_of(at, calendar),
                ahead=ahead,
                expected=plain,
                low=low,
                high=high,
            )

    def answer(self, case: Case, answered: float) -> None:
        """Somebody has begun on a case and will have answered it then."""
        if case.number in self._waiting:
            heappush(self._coming, (answered, case.number))

    def finish(self) -> None:
        """All have been answered."""
        self._catch_up(float("inf"))

    def _catch_up(self, now: float) -> None:
        """Nothing is known of an answer before it is given."""
        while self._coming and self._coming[0][0] <= now:
            answered, number = heappop(self._coming)
            one = self._waiting.pop(number)
            if one.low and one.high:
                came = fate(one.low, one.high, datetime.fromtimestamp(answered, UTC))
                self.told += 1
                self.held += came == 0
                self._tails = learned(self._tails, came)
            worked_s = self._openings.worked(answered)
            self._over.append(self._outcome(one, worked_s, is_over=True))

    def _outcome(self, one: Told, worked_s: float, *, is_over: bool) -> Outcome:
        return Outcome(
            ahead=one.ahead,
            hour=one.hour,
            expected=one.expected,
            took=(worked_s - one.worked_s) / 60,
            is_over=is_over,
        )
