"""What X costs this month, and the budget that nothing goes beyond.

Reading slows down before the budget is spent, so that what is left goes into answers; then it
stops, and says so. X has no price list that a program could ask for: prices are the inbox's fields.
"""

from datetime import UTC, datetime

from fairline.channels.contract import DeliveryError, Memory
from fairline.channels.x.options import Prices, XOptions
from fairline.core.clock import now
from fairline.core.x_text import x_links

BUDGET_SPENT = "budget_spent"
# From this share of the budget on, X is asked so many times less often.
_SLOWER = ((0.95, 12.0), (0.8, 4.0))
# An hour: whoever raises the budget should not have to wait for the next month.
_LOOK_AGAIN_S = 3600.0


class Meter:
    """Counts into the inbox's memory, and says no."""

    def __init__(self, options: XOptions, memory: Memory) -> None:
        self._budget = options.budget_cents
        self._memory = memory
        self.prices = options.prices

    def allow_sending(self, cents: float) -> None:
        """Raises DeliveryError when it would cost more than is left."""
        if self._budget is not None and self._spent() + cents > self._budget:
            raise DeliveryError(spent_words(now()), permanent=True, provider_code=BUDGET_SPENT)

    def allow_reading(self) -> None:
        """Raises DeliveryError when nothing is left."""
        if self._budget is not None and self._spent() >= self._budget:
            raise DeliveryError(
                spent_words(now()),
                permanent=False,
                retry_after_s=_LOOK_AGAIN_S,
                provider_code=BUDGET_SPENT,
            )

    def count(self, what: str, n: int, cents_each: float) -> None:
        """Note `n` of `what` (a word people read)."""
        if n:
            self._memory.spend(what, n, cents=n * cents_each)

    def pace(self) -> float:
        """How many times less often than set X is to be asked."""
        if not self._budget:
            return 1.0
        share = self._spent() / self._budget
        return next((pace for least, pace in _SLOWER if share >= least), 1.0)

    def _spent(self) -> float:
        return self._memory.spent().cents


def price_of(text: str, prices: Prices, *, is_public: bool) -> float:
    """What sending it costs, in cents."""
    if not is_public:
        return prices.direct
    return prices.link if has_link(text) else prices.post


def has_link(text: str) -> bool:
    """Whether X makes a link of something in it."""
    return next(x_links(text), None) is not None


def next_month(at: datetime) -> datetime:
    """When the meter begins anew."""
    year, month = (at.year + 1, 1) if at.month == 12 else (at.year, at.month + 1)
    return datetime(year, month, 1, tzinfo=UTC)


def spent_words(at: datetime) -> str:
    """A budget that is spent, in words."""
    until = next_month(at)
    return (
        f"The inbox's budget for this month is spent: nothing is read or sent on X until "
        f"{until.day} {until:%B}, or until the budget is raised."
    )
