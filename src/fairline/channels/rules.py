"""What a network allows for one message, said before it is sent. Pure shapes.

The composer shows each rule in words; the ledger sends nothing that a rule blocks.
"""

from datetime import datetime

import msgspec


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is about to go to `recipient`.

    `heard_at` is when that person last wrote to us on this inbox's channel, None when never (we
    would be writing first). `template` is the network's approved text it uses, '' for none.
    `spent_cents` is what the inbox has used up this month, for a budget.
    """

    recipient: str
    at: datetime
    text: str = ""
    is_public: bool = False
    is_notice: bool = False
    files: int = 0
    heard_at: datetime | None = None
    template: str = ""
    spent_cents: float = 0.0


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the network says about it. `blocks` forbids sending; `until` is when that
    changes (the end of a window, the start of the next month).
    """

    code: str
    text: str
    blocks: bool = False
    until: datetime | None = None


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A text that a network has approved. `{{1}}`, `{{2}}` in `text` stand for values."""

    name: str
    language: str
    text: str
    category: str = ""
