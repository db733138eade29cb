"""What is counted of each answered case, under one order in one replication.

A wait runs from the arrival to the answer, the work on it included, in working time unless it says
wall time. A case starved when it waited more than five times the time promised for its need.
"""

import msgspec

from fairline.promises.targets import Severity
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
    """One order's figures as they grow."""

    def __init__(self, openings: Openings) -> None:
        self._openings = openings
        self.waits, self.wall, self.used = Waits(), Waits(), Waits()
        self.sides = {True: Waits(), False: Waits()}
        self.channels: dict[str, Waits] = {}
        self.needs = {severity.value: Kept() for severity in Severity}
        self.starved = self.overtook = self.told = self.held = 0

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
