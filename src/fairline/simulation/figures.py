"""From what was counted in each replication to the figures of one order."""

from collections.abc import Sequence
from typing import Protocol

from fairline.promises.targets import Targets
from fairline.simulation.engine import Desk
from fairline.simulation.intervals import interval
from fairline.simulation.policies import Policy
from fairline.simulation.report import Figures, Need
from fairline.simulation.tally import Kept, Tally
from fairline.simulation.waits import Waits


class Round(Protocol):
    """One order in one replication."""

    @property
    def tally(self) -> Tally: ...

    @property
    def desk(self) -> Desk: ...


def figures_of(policy: Policy, targets: Targets, rounds: Sequence[Round]) -> Figures:
    """All replications of one order together."""
    tallies = [one.tally for one in rounds]
    waits, wall = _joined([t.waits for t in tallies]), _joined([t.wall for t in tallies])
    used = _joined([t.used for t in tallies])
    public = _joined([t.sides[True] for t in tallies])
    private = _joined([t.sides[False] for t in tallies])
    gaps = [
        (t.sides[True].mean - t.sides[False].mean) / 60
        for t in tallies
        if t.sides[True].count and t.sides[False].count
    ]
    names = sorted({name for t in tallies for name in t.channels})
    channels = {n: _joined([t.channels.get(n, Waits()) for t in tallies]) for n in names}
    needs = {name: [t.needs[name] for t in tallies] for name in tallies[0].needs}
    seen = {name: kept for name, kept in needs.items() if any(one.count for one in kept)}
    told, held = sum(t.told for t in tallies), sum(t.held for t in tallies)
    return Figures(
        name=policy.name,
        title=policy.title,
        words=policy.words,
        mean=interval([t.waits.mean / 60 for t in tallies]),
        p50=waits.quantile(0.5) / 60,
        p95=waits.quantile(0.95) / 60,
        longest=waits.longest / 60,
        wall_mean=wall.mean / 60,
        wall_p50=wall.quantile(0.5) / 60,
        wall_p95=wall.quantile(0.95) / 60,
        wall_longest=wall.longest / 60,
        kept=sum(k.kept for t in tallies for k in t.needs.values()) / waits.count,
        needs=tuple(_need(name, targets, kept) for name, kept in seen.items()),
        public_mean=public.mean / 60 if public.count else None,
        private_mean=private.mean / 60 if private.count else None,
        gap=interval(gaps) if gaps else None,
        channels={name: one.mean / 60 for name, one in channels.items()},
        starved=sum(t.starved for t in tallies) / waits.count,
        longest_of_target=used.longest,
        overtook=sum(t.overtook for t in tallies) / waits.count,
        jain=used.jain,
        ranges_told=told,
        ranges_held=held / told if told else None,
        busy=sum(r.desk.work_s for r in rounds) / sum(r.desk.present.total_s for r in rounds),
    )


def _need(name: str, targets: Targets, kept: Sequence[Kept]) -> Need:
    waits = _joined([one.waits for one in kept])
    return Need(
        severity=name,
        target_minutes=targets.of(name).first_minutes,
        cases=waits.count,
        mean=waits.mean / 60,
        p95=waits.quantile(0.95) / 60,
        longest=waits.longest / 60,
        kept=sum(one.kept for one in kept) / waits.count,
    )


def _joined(many: Sequence[Waits]) -> Waits:
    joined = Waits()
    for one in many:
        joined.add_all(one)
    return joined
