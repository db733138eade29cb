"""How soon we promise to answer and to solve, by declared need.

Severity is what the customer says is at stake, or what an agent sets with a reason. It is never
read from tone, capitals, audience or channel. Pure data; a brand stores one `Targets` as JSON.
"""

from enum import StrEnum
from itertools import pairwise

import msgspec

from fairline.core.errors import Invalid

LONGEST_MINUTES = 366 * 24 * 60


class Severity(StrEnum):
    """What is at stake, gravest first."""

    SAFETY = "safety"
    MONEY = "money"
    BLOCKED = "blocked"
    ANNOYANCE = "annoyance"
    IDEA = "idea"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Working minutes to the first answer, to each further answer, and to the solution."""

    first_minutes: int
    next_minutes: int
    resolution_minutes: int

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            if not 1 <= getattr(self, name) <= LONGEST_MINUTES:
                raise Invalid(
                    f"A target of {getattr(self, name)} minutes is not possible. "
                    f"Give between 1 minute and {LONGEST_MINUTES} (a year).",
                    code="bad_targets",
                    field=name,
                )
        if self.resolution_minutes < self.first_minutes:
            raise Invalid(
                "The time to solve a case cannot be shorter than the time to its first answer.",
                code="bad_targets",
                field="resolution_minutes",
            )


class Targets(msgspec.Struct, frozen=True, kw_only=True):
    """A target for each severity. A graver need is never promised a later answer: Invalid if so."""

    safety: Target = Target(first_minutes=15, next_minutes=15, resolution_minutes=240)
    money: Target = Target(first_minutes=60, next_minutes=60, resolution_minutes=480)
    blocked: Target = Target(first_minutes=120, next_minutes=120, resolution_minutes=960)
    annoyance: Target = Target(first_minutes=240, next_minutes=240, resolution_minutes=2400)
    idea: Target = Target(first_minutes=960, next_minutes=960, resolution_minutes=9600)

    def __post_init__(self) -> None:
        ladder = [(severity, self.of(severity)) for severity in Severity]
        for (graver, sooner), (milder, later) in pairwise(ladder):
            for name in Target.__struct_fields__:
                if getattr(sooner, name) > getattr(later, name):
                    raise Invalid(
                        f"{graver} is graver than {milder}, so its target must not be longer "
                        f"({getattr(sooner, name)} against {getattr(later, name)} minutes).",
                        code="bad_targets",
                        field=f"{graver}.{name}",
                    )

    def of(self, severity: Severity | str) -> Target:
        """The target for one severity. Raises Invalid for a word that is not a severity."""
        target: Target = getattr(self, read_severity(severity).value)
        return target


def read_severity(word: str) -> Severity:
    """The severity named by `word`. Raises Invalid."""
    try:
        return Severity(word)
    except ValueError as error:
        raise Invalid(
            f"{word!r} is not a severity. Use one of: {', '.join(Severity)}.",
            code="unknown_severity",
            field="severity",
        ) from error
