"""What is counted of each answered case, under one order in one replication.

A wait runs from the arrival to the answer, the work on it included, in working time unless it says
wall time. A case starved when it waited more than five times the time promised for its need.
"""

from datetime import UTC, datetime
from heapq import heappop, heappush

import msgspec

from fairline.promises.calibration import UNLEARNED, Tails, fate, learned
from fairline.promises.estimate import expected_wait
from fairline.promises.targets import Severity
from fairline.simulation.engine import Desk
from fairline.simulation.openings import Openings
from fairline.simulation.policies import Case
from fairline.simulation.waits import Waits

STARVED = 5.0


class Kept(msgspec.Struct):
    """Promises of one need."""

    count: int = 0
    kept: int = 0
    waits: Waits = msgspec.field(default_factory=Waits)


class Tally:
    """One order's figures as they grow. `tails` is what earlier ranges have taught."""

    def __init__(self, openings: Openings, tails: Tails = UNLEARNED) -> None:
        self._openings = openings
        self.waits, self.wall, self.used = Waits(), Waits(), Waits()
        self.sides = {True: Waits(), False: Waits()}
        self.channels: dict[str, Waits] = {}
        self.needs = {severity.value: Kept() for severity in Severity}
        self.starved = self.overtook = self.told = self.held = 0
        self.tails = tails
        self._told: dict[int, tuple[datetime, datetime]] = {}
        self._fates: list[tuple[float, int]] = []

    def record(self, case: Case, began: float, answered: float, overtook: bool) -> None:  # noqa: ARG002  the desk tells when work began, for whoever wants it
        came = case.came
        wait = self._openings.worked(answered) - case.worked_s
        used = wait / case.target_s
        self.waits.add(wait)
        self.wall.add(answered - case.at)
        self.used.add(used)
        self.sides[came.is_public].add(wait)
        if came.channel not in self.channels:
            self.channels[came.channel] = Waits()
        self.channels[came.channel].add(wait)
        need = self.needs[came.severity]
        need.count += 1
        need.kept += answered <= case.due
        need.waits.add(wait)
        self.starved += used > STARVED
        self.overtook += overtook
        if case.number in self._told:
            low, high = self._told.pop(case.number)
            fell = fate(low, high, datetime.fromtimestamp(answered, UTC))
            self.told += 1
            self.held += fell == 0
            heappush(self._fates, (answered, fell))

    def tell(self, desk: Desk, case: Case) -> None:
        """What the product would tell this case on arrival, to be compared with what came."""
        while self._fates and self._fates[0][0] <= case.at:
            self.tails = learned(self.tails, heappop(self._fates)[1])
        at = datetime.fromtimestamp(case.at, UTC)
        done = desk.answers[desk.lane_of(case)]
        answers = [datetime.fromtimestamp(moment, UTC) for moment in done]
        calendar = self._openings.calendar
        found = expected_wait(desk.ahead_of(case), answers, at, calendar, self.tails)
        if found:
            self._told[case.number] = found
