"""The order key of the line: the one place that says who is served before whom.

Pure. A case stands in line by its promise, then by how long it has waited, then by its id. The
argument's type holds nothing else: there is no way to hand in an audience, a tone, a channel, a
number of messages or a visibility, so none of them can move a case (R26).

The bound on overtaking: a case that enters after another's `due_at` never goes before it, because
no promise is due before its case entered. Nobody starves, whatever arrives later.
"""

from datetime import datetime

import msgspec


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What a case's place depends on.

    `due_at` is its next promised answer; `entered_at` the earliest unanswered contact of that
    person on that matter over all channels; `case_id` breaks a tie in a stable way.
    """

    due_at: datetime
    entered_at: datetime
    case_id: str


def order_key(standing: Standing) -> tuple[datetime, datetime, str]:
    """Sort by this, ascending: the least is next. The SQL of the line orders by the same."""
    return standing.due_at, standing.entered_at, standing.case_id
