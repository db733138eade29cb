"""How a brand calls customers back: whether at all, in what steps, and to which countries.

Stored in the brand's own row, which every page has read anyway. Called by `handoff/calls`, the
board and the settings page.
"""

from typing import Any

import msgspec

from fairline.core.errors import Invalid
from fairline.db.unit import Unit
from fairline.people import store
from fairline.people.setup import get_brand
from fairline.people.tables import Brand

# In place of minutes: the next working day, at the same time of day.
NEXT_DAY = 0
MOST_TRIES_AGAIN = 6
LONGEST_WAIT = 2 * 24 * 60


class CallPolicy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is offered, and how often we try again.

    `waits` are the minutes after each try that reached nobody (`NEXT_DAY`: the next working day);
    when they are used up the customer is asked in writing for a better time. `now_minutes` is how
    soon *now* means, `window_minutes` how long an offered window is, `days` how far ahead.
    `region` is the country of numbers without `+`; '' guesses it from the brand. `countries` are
    the only ones that are called; none given: all.
    """

    offered: bool = True
    waits: tuple[int, ...] = (30, 120, NEXT_DAY)
    now_minutes: int = 30
    window_minutes: int = 120
    days: int = 7
    region: str = ""
    countries: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.waits) > MOST_TRIES_AGAIN:
            raise Invalid(
                f"At most {MOST_TRIES_AGAIN} further tries: more is a nuisance.", field="waits"
            )
        for wait in self.waits:
            if wait != NEXT_DAY and not 5 <= wait <= LONGEST_WAIT:
                raise Invalid(
                    "A wait before the next try is 5 minutes to 2 days, or “next day”.",
                    field="waits",
                )
        for name, least, most in (
            ("now_minutes", 5, 480),
            ("window_minutes", 30, 480),
            ("days", 1, 28),
        ):
            if not least <= getattr(self, name) <= most:
                raise Invalid(f"Give a whole number from {least} to {most}.", field=name)
        for name, codes in (
            ("region", (self.region,) if self.region else ()),
            ("countries", self.countries),
        ):
            for code in codes:
                if len(code) != 2 or not (code.isascii() and code.isalpha() and code.isupper()):
                    raise Invalid("Write countries as two letters, such as DE or US.", field=name)


def calling_of(brand: Brand) -> CallPolicy:
    """The brand's own way, or the defaults. No statement: it is in the row."""
    return msgspec.convert(brand.calls, CallPolicy)


def set_calling(unit: Unit, brand_id: str, policy: CallPolicy) -> Brand:
    """Keep it. Raises NotFound."""
    stored: dict[str, Any] = msgspec.to_builtins(policy)
    store.update_brand(unit, brand_id, {"calls": stored})
    return get_brand(unit, brand_id)
