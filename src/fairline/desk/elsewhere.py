"""A draft that only sends the customer elsewhere is stopped once, with ways that keep hold of it.

What such a draft is, is judged in `policy/elsewhere.py`. It passes when somebody has the customer
in hand all the same: it goes on in private, the case is being handed over, or a call is agreed.
"""

import msgspec

from fairline.cases.actions import actor_of
from fairline.cases.rows import Case
from fairline.cases.timeline import record
from fairline.core.errors import FairlineError, Invalid
from fairline.db.unit import Unit
from fairline.people.tables import Agent
from fairline.policy.elsewhere import Finding, sends_elsewhere
from fairline.web.forms import Form

IN_HAND = frozenset({"transfer", "call"})
_WHERE = {
    "message": "write again in a message",
    "phone": "call",
    "mail": "write a mail",
    "form": "fill in a form",
    "others": "ask somebody else",
}


class OnlyElsewhere(Invalid):
    """The text does nothing but send the customer away."""

    code = "only_sends_elsewhere"

    def __init__(self, found: Finding) -> None:
        super().__init__(
            f"This only tells the customer to {_WHERE[found.way]}: nobody would have it in hand, "
            "and they would start again. Nothing was sent.",
            field="text",
        )


class Away(msgspec.Struct, frozen=True, kw_only=True):
    """For the composer. `is_meant`: somebody has said to send it all the same."""

    status: str
    is_meant: bool


def check(case: Case, mode: str, text: str, form: Form) -> Finding | None:
    """What is sent away on purpose, for the timeline. Raises OnlyElsewhere the first time."""
    if (mode == "public" and form.flag("go_on")) or IN_HAND & set(case.matters):
        return None
    found = sends_elsewhere(text)
    if found and not form.flag("away"):
        raise OnlyElsewhere(found)
    return found


def note_it(unit: Unit, case: Case, agent: Agent, message_id: str, found: Finding | None) -> None:
    """Put it on the timeline that somebody meant it."""
    if found:
        data = {"message_id": message_id, "way": found.way}
        record(
            unit,
            "sent_elsewhere",
            by=actor_of(agent),
            case_id=case.id,
            brand_id=case.brand_id,
            data=data,
        )


def away_of(error: FairlineError, form: Form) -> Away | None:
    """What the composer shows of it; also beside another error, so that it is asked only once."""
    is_stopped = isinstance(error, OnlyElsewhere)
    if not is_stopped and not form.flag("away"):
        return None
    status = form.text("status", most=20) or form.text("kept_status", most=20)
    return Away(status=status, is_meant=not is_stopped)
