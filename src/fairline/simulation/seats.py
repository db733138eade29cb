"""Who can take what: people of one kind serve the same lanes.

A lane is a channel (where channels have people of their own) and the skills a case needs. Each
skill is held by a share of the people. Whether somebody serves a case is decided by
`people/covering.py`, as at the desk: a skill that nobody on duty has holds no case up.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import floor
from random import Random

import msgspec

from fairline.people.covering import may_serve
from fairline.simulation.policies import Case, Policy

Lane = tuple[str, tuple[str, ...]]


class Kind(msgspec.Struct, frozen=True):
    """What a person serves; no `channels` means every channel."""

    channels: frozenset[str] | None = None
    skills: frozenset[str] = frozenset()

    def answers(self, channel: str) -> bool:
        return self.channels is None or channel in self.channels

    def serves(self, lane: Lane, on_duty: Iterable["Kind"]) -> bool:
        """Whether they are given what waits in a lane, beside those who are there."""
        channel, needs = lane
        if not self.answers(channel):
            return False
        staff = (kind.skills for kind in on_duty if kind.answers(channel))
        return may_serve(needs, self.skills, staff)

    @property
    def breadth(self) -> tuple[int, int]:
        """The less somebody can do, the earlier they are given what they can."""
        return 10**6 if self.channels is None else len(self.channels), len(self.skills)


class Seats:
    """The kinds of people among `n` on duty.

    `work` is the share of each channel, `skills` those that occur, `held` the share who hold each.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        work: Mapping[str, float],
        skills: Iterable[str] = (),
        held: float = 0.5,
    ) -> None:
        self._by_channel = policy.by_channel
        self._work = dict(sorted(work.items(), key=lambda item: (-item[1], item[0])))
        self._skills = sorted(skills)
        self._held = held
        self.kinds = lru_cache(maxsize=4096)(self._kinds)

    def lane(self, case: Case) -> Lane:
        if not self._by_channel:
            return "", case.came.needs
        channel = case.came.channel
        # A channel that nobody reckoned with is answered by the people of the largest.
        return channel if channel in self._work else next(iter(self._work)), case.came.needs

    def _kinds(self, n: int) -> dict[Kind, int]:
        """How many of each kind, of `n` people in all."""
        if not self._by_channel:
            return Counter(Kind(None, self._skills_of(seat)) for seat in range(n))
        found: Counter[Kind] = Counter()
        for channels, people in _split(n, self._work):
            for seat in range(people):
                found[Kind(channels, self._skills_of(seat))] += 1
        return found

    def _skills_of(self, seat: int) -> frozenset[str]:
        # By a lot that falls the same way each time, for each skill by itself.
        return frozenset(
            skill
            for skill in self._skills
            if Random(f"{skill} {seat}").random() < self._held  # noqa: S311  not a secret
        )


def _split(n: int, work: Mapping[str, float]) -> list[tuple[frozenset[str], int]]:
    """People by channel in proportion to its work, by largest remainder.

    Channels too small for a person of their own are answered by one of the largest channel's, in
    the order of arrival with what else that person answers.
    """
    if n <= 0 or not work:
        return []
    total = sum(work.values()) or 1.0
    exact = {channel: n * share / total for channel, share in work.items()}
    people = {channel: floor(share) for channel, share in exact.items()}
    by_remainder = sorted(exact, key=lambda channel: people[channel] - exact[channel])
    for channel in by_remainder[: n - sum(people.values())]:
        people[channel] += 1
    largest = max(people, key=lambda channel: people[channel])
    small = frozenset(channel for channel, some in people.items() if not some)
    groups = [(frozenset({channel}), some) for channel, some in people.items() if some]
    if not small:
        return groups
    people[largest] -= 1
    groups = [(frozenset({channel}), some) for channel, some in people.items() if some]
    return [*groups, (small | {largest}, 1)]
