"""One desk under one order: people, those who wait, and who is served next.

Work is never interrupted: who has begun a case ends it, after closing time too. Nobody is idle
while somebody waits whom they can serve. Each service is handed to `record` when it begins, since
its end is known then.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from fairline.promises.estimate import MOST_COMPLETIONS
from fairline.simulation.openings import Openings
from fairline.simulation.policies import Case, Policy
from fairline.simulation.seats import Kind, Lane, Seats
from fairline.simulation.staffing import Present, Rota

NEVER = float("inf")
# Case, when its work began, when it was answered, whether it went before somebody overdue.
Record = Callable[[Case, float, float, bool], None]


class Desk:
    """Feed it cases in the order of their arrival with `arrive`, then call `finish`."""

    def __init__(
        self, policy: Policy, *, openings: Openings, rota: Rota, seats: Seats, record: Record
    ) -> None:
        self.policy = policy
        self.present = Present()
        self.answers: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MOST_COMPLETIONS))
        self.work_s = 0.0
        self._last_end = 0.0
        self._key, self._seats, self._record = policy.key, seats, record
        self._changes = rota.changes(openings)
        self._next_change = next(self._changes)
        self._lines: dict[Lane, list[tuple[tuple[Any, ...], Case]]] = {}
        self._working: list[tuple[float, int, Kind, Case]] = []
        self._kinds: dict[Kind, int] = {}
        self._busy: dict[Kind, int] = defaultdict(int)
        self._lanes_of: dict[Kind, list[list[tuple[tuple[Any, ...], Case]]]] = {}
        self._kinds_of: dict[Lane, list[Kind]] = {}
        self._dues: list[tuple[float, int]] = []
        self._waiting: set[int] = set()

    def arrive(self, case: Case) -> None:
        """Somebody comes."""
        self.advance(case.at)
        lane = self._seats.lane(case)
        if lane not in self._lines:
            self._open_lane(lane)
        heappush(self._lines[lane], (self._key(case), case))
        heappush(self._dues, (case.due, case.number))
        self._waiting.add(case.number)
        if len(self._working) < self.present.agents:
            for kind in self._kinds_of[lane]:
                if self._kinds[kind] > self._busy[kind]:
                    self._start(kind, case.at)
                    return

    def finish(self) -> None:
        """Go on until everybody is served."""
        while self._waiting or self._working:
            self._step()
        self.present.change(max(self.present.since, self._last_end), 0)

    def ahead_of(self, case: Case) -> int:
        """How many go before a case that has just come, those being answered included."""
        own, key = self.lane_of(case), self._key(case)
        lines = [line for lane, line in self._lines.items() if lane[0] == own]
        waiting = sum(entry[0] < key for line in lines for entry in line)
        return waiting + sum(
            self.lane_of(other) == own and self._key(other) < key
            for _, _, _, other in self._working
        )

    def lane_of(self, case: Case) -> str:
        """The channel, where channels have people of their own; else ''."""
        return self._seats.lane(case)[0]

    def advance(self, at: float) -> None:
        """All that happens until then, that moment included."""
        while True:
            soonest = self._working[0][0] if self._working else NEVER
            if min(soonest, self._next_change[0]) > at:
                return
            self._step()

    def _step(self) -> None:
        if self._working and self._working[0][0] <= self._next_change[0]:
            at, _, kind, case = heappop(self._working)
            self._busy[kind] -= 1
            self.answers[self.lane_of(case)].append(at)
            if len(self._working) < self.present.agents and not (
                self._kinds.get(kind, 0) > self._busy[kind] and self._start(kind, at)
            ):
                self._start_all(at)
            return
        at, people = self._next_change
        self._next_change = next(self._changes)
        self.present.change(at, people)
        self._kinds = self._seats.kinds(people)
        self._know_kinds()
        self._start_all(at)

    def _start_all(self, at: float) -> None:
        """Give everybody who is free the first they can serve, the narrowest people first."""
        if not self._waiting:
            return
        for kind in self._lanes_of:
            while (
                self._kinds[kind] > self._busy[kind]
                # Who ends a case after their shift, or in another group, still counts.
                and len(self._working) < self.present.agents
                and self._start(kind, at)
            ):
                pass

    def _start(self, kind: Kind, at: float) -> bool:
        """The first whom this kind can serve; False when there is nobody."""
        lines = [line for line in self._lanes_of[kind] if line]
        if not lines:
            return False
        _, case = heappop(lines[0] if len(lines) == 1 else min(lines, key=lambda line: line[0][0]))
        waiting, dues = self._waiting, self._dues
        waiting.remove(case.number)
        while dues and dues[0][1] not in waiting:
            heappop(dues)
        overtook = bool(dues) and dues[0][0] < case.at
        end = at + case.came.service_s
        self._busy[kind] += 1
        self.work_s += case.came.service_s
        self._last_end = max(self._last_end, end)
        heappush(self._working, (end, case.number, kind, case))
        self._record(case, at, end, overtook)
        return True

    def _open_lane(self, lane: Lane) -> None:
        self._lines[lane] = []
        self._know_kinds()

    def _know_kinds(self) -> None:
        """Which kinds that are on duty serve which lanes, the narrowest first."""
        kinds = sorted(self._kinds, key=lambda kind: kind.breadth)
        self._kinds_of = {
            lane: [kind for kind in kinds if kind.serves(lane, kinds)] for lane in self._lines
        }
        self._lanes_of = {
            kind: [line for lane, line in self._lines.items() if kind in self._kinds_of[lane]]
            for kind in kinds
        }
