"""What a channel can do, in figures: the composer, the ledger and the health page ask for it.

Nothing in the core tests for a channel's name. Whatever a network forbids from case to case (a
window that has closed, a stranger who may not be written to) is said by `Ruled` in `contract.py`.
"""

import msgspec

from fairline.core.lengths import LengthRule


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """For how long after the customer's last message an answer is taken. `after` says what is left
    then: `nothing`, or `template` (only texts that the network has approved).
    """

    hours: float
    after: str = "nothing"


class RateLimit(msgspec.Struct, frozen=True, kw_only=True):
    """At most `most` of `what` (a word people read: posts, messages) in `per_s` seconds."""

    what: str
    most: int
    per_s: float


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """What one of `what` costs, in hundredths of `currency`: list prices, for a meter."""

    what: str
    cents: float
    currency: str = "USD"


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel can do; the composer and the ledger ask, they never test for a name.

    `deduplicates` says that a second hand-over with the same key is dropped by the provider, so an
    unknown outcome may be resent. `length` says how texts are counted, and how much fits;
    `private_length` where a private message may be longer than a public one.
    `takes_links` is False where a post with a link is priced or punished: then a code is given
    instead.
    `by_hand` is a channel that a person serves (a telephone, an envelope): nothing is sent by wire,
    a delivery waits until somebody says that it is done.
    `polls` is fetched by a loop, `pushes` is told by the provider at `/hooks/<inbox id>`; a channel
    may be both (pushed, and looked after in case something was missed).
    `threads`, `edits`, `deletes`: the network tells what answers what, and what was changed or
    taken back. `proves` says that the network vouches for who wrote, `names` that its wire can look
    up a name where none came along. `media` lists the kinds of files it takes (`image/png`,
    `image/*`; empty: any), `most_files` how many go with one message.
    """

    public: bool
    private: bool
    html: bool = False
    files: bool = True
    polls: bool = False
    listens: bool = False
    pushes: bool = False
    deduplicates: bool = False
    takes_links: bool = True
    by_hand: bool = False
    length: LengthRule = LengthRule()
    private_length: LengthRule | None = None
    max_file_bytes: int = 26_214_400
    most_files: int = 50
    media: tuple[str, ...] = ()
    threads: bool = False
    edits: bool = False
    deletes: bool = False
    proves: bool = False
    names: bool = False
    window: Window | None = None
    rates: tuple[RateLimit, ...] = ()
    prices: tuple[Price, ...] = ()

    @property
    def is_talk(self) -> bool:
        """Whether private words go on and on there without naming what they answer: a messenger."""
        return self.private and not (self.html or self.by_hand)
