"""How an inbox is, in figures and words: for the desk, the command line and Prometheus alike."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from statistics import median

import msgspec

from fairline.channels import store_memory
from fairline.channels.memory import budget_of, month_of
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.channels.shapes import Spent
from fairline.channels.store_memory import Limit
from fairline.core.errors import Invalid
from fairline.db.unit import Unit
from fairline.health import store
from fairline.health.arrivals import AWAY, is_heard
from fairline.health.silence import WEEKS, Profile, profile_of, without_gaps

TOKEN_SOON = timedelta(days=7)
# An answer that waits for so long does not wait in silence.
WAITS_LONG = timedelta(minutes=15)
BUDGET_LOW = 0.8
NOT_LOOKED = timedelta(minutes=15)


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of an inbox at one moment. Counts stop at `store.MOST`."""

    inbox: Inbox
    at: datetime
    is_heard: bool
    last_arrival: datetime | None
    lag_s: float | None
    worst_lag_s: float | None
    unread: int
    set_aside: int
    waiting: int
    waiting_since: datetime | None
    stuck: int
    limits: list[Limit]
    spent: Mapping[str, Spent]
    budget_cents: float | None
    profile: Profile | None
    quiet_since: datetime | None

    @property
    def spent_cents(self) -> float:
        return sum(one.cents for one in self.spent.values())

    @property
    def budget_share(self) -> float | None:
        """How much of the month's budget is spent; None without one."""
        if self.budget_cents is None:
            return None
        return self.spent_cents / self.budget_cents if self.budget_cents else 1.0

    @property
    def expected(self) -> float | None:
        """How many should have come since the last did; None while there is too little to say."""
        if self.profile is None or self.quiet_since is None:
            return None
        return self.profile.expected(self.quiet_since, self.at)

    @property
    def is_silent(self) -> bool:
        """Whether it is too quiet by its own past."""
        if self.profile is None or self.quiet_since is None:
            return False
        return self.profile.is_silent(self.quiet_since, self.at)

    @property
    def tone(self) -> str:
        """ok, risk or late."""
        return self.verdict[0]

    @property
    def verdict(self) -> tuple[str, str]:
        """The tone, and how the inbox is in a word or two. The gravest counts."""
        inbox = self.inbox
        waits = self.waiting_since is not None and self.at - self.waiting_since > WAITS_LONG
        token = inbox.token_expires_at
        share = self.budget_share
        checked = inbox.checked_at
        fetched = inbox.options.get("receive_by") == "imap"
        rungs = (
            (inbox.state == "paused", "risk", "Paused"),
            (bool(inbox.error), "late", "Not working"),
            (token is not None and token <= self.at, "late", "Access has ended"),
            (share is not None and share >= 1, "late", "Budget spent"),
            (self.is_silent, "late", "Silent"),
            (waits, "late", "Answers wait"),
            (fetched and checked is None, "risk", "Not looked into yet"),
            (
                fetched and checked is not None and self.at - checked > NOT_LOOKED,
                "risk",
                "Not looked into",
            ),
            (token is not None and token - self.at <= TOKEN_SOON, "risk", "Access ends soon"),
            (share is not None and share >= BUDGET_LOW, "risk", "Budget nearly spent"),
            (self.set_aside > 0, "risk", "Some not understood"),
        )
        return next(((tone, words) for holds, tone, words in rungs if holds), ("ok", "Working"))


def figures_of(unit: Unit, channels: Channels, inbox: Inbox) -> Figures:
    """Gather them: ten statements, each by an index and within bounds."""
    heard = is_heard(channels, inbox)
    since = unit.now - timedelta(weeks=WEEKS)
    hours = store.counted_hours(unit, inbox.id, since) if heard else []
    last = store.last_arrival(unit, inbox.id)
    lags = store.lags_s(unit, inbox.id)
    by_state = store.unread(unit, inbox.id)
    waiting, waiting_since = store.waiting(unit, inbox.id)
    return Figures(
        inbox=inbox,
        at=unit.now,
        is_heard=heard,
        last_arrival=last,
        lag_s=median(lags) if lags else None,
        worst_lag_s=max(lags, default=None),
        unread=by_state.get("stored", 0),
        set_aside=by_state.get("set_aside", 0),
        waiting=waiting,
        waiting_since=waiting_since,
        stuck=store.stuck(unit, inbox.id),
        limits=store_memory.limits_of(unit, inbox.id),
        spent=store_memory.spend_of(unit, inbox.id, month_of(unit.now)),
        budget_cents=_budget(channels, inbox),
        profile=profile_of(hours),
        quiet_since=_quiet_since(hours, last, unit.now),
    )


def _quiet_since(
    hours: list[tuple[datetime, int]], last: datetime | None, at: datetime
) -> datetime | None:
    """Since when nothing came while somebody was there to see it; None while nobody counts."""
    there = without_gaps(hours)
    if not there or at - there[-1][0] > AWAY:
        return None
    return max(last, there[0][0]) if last else there[0][0]


def _budget(channels: Channels, inbox: Inbox) -> float | None:
    try:
        fields = {field.name for field in channels.of_kind(inbox.kind).fields}
    except Invalid:
        return None
    return budget_of(inbox.options) if "monthly_budget" in fields else None
