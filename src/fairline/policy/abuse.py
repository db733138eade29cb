"""What somebody who abuses us may still do on the board, and for how long. Pure judgement.

A limit slows a person down on the public side and nothing else: their mail becomes cases, their
threads stay open to them, and every case of theirs keeps its place and is solved (R32).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from fairline.core.errors import Invalid

LONGEST = timedelta(days=90)
MOST_A_DAY = 20
DAY = timedelta(days=1)
WARNING = (
    "Hello,\n\nyour question keeps its place in line and will be answered like any other. But "
    "please write to us without insults or threats: a person reads this. If it goes on, we will "
    "limit what you can post on our board.\n"
)


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """Until then: nothing in public, and at most so many new questions on the board in 24 hours
    (None: as many as anybody).
    """

    until: datetime
    cases_a_day: int | None = None


def check_limit(cases_a_day: int | None, until: datetime, now: datetime) -> Limit:
    """Raises Invalid for what no limit can be."""
    if cases_a_day is not None and not 1 <= cases_a_day <= MOST_A_DAY:
        raise Invalid(
            f"At least 1 and at most {MOST_A_DAY} new questions a day: nobody is shut out.",
            code="bad_limit",
            field="cases_a_day",
        )
    if not now < until <= now + LONGEST:
        raise Invalid(
            f"A limit lasts from 1 to {LONGEST.days} days.", code="bad_limit", field="days"
        )
    return Limit(until=until, cases_a_day=cases_a_day)


def public_again_at(limits: Sequence[Limit], now: datetime) -> datetime | None:
    """When the person may post in public again; None when they may now."""
    return max((limit.until for limit in limits if limit.until > now), default=None)


def ask_again_at(
    limits: Sequence[Limit], asked: Sequence[datetime], now: datetime
) -> datetime | None:
    """When the person may open the next case on the board; None when they may now.

    `asked` are the times at which they opened their latest ones.
    """
    held: list[datetime] = []
    for limit in limits:
        if limit.until <= now or limit.cases_a_day is None:
            continue
        recent = sorted(at for at in asked if at > now - DAY)
        if len(recent) >= limit.cases_a_day:
            held.append(min(limit.until, recent[-limit.cases_a_day] + DAY))
    return max(held, default=None)
