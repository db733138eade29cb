"""The personal-data guard at the desk: what stopped a public draft, how to mend it, what is hidden.

The stop itself is in `cases/guard.py`; nothing here can be gone round. The hint while somebody
writes is a courtesy.
"""

from typing import Any

import msgspec
from litestar import Response
from litestar.response import Redirect

from fairline.cases import guard, store_guard
from fairline.cases.actions import actor_of
from fairline.cases.guard import PersonalData
from fairline.cases.rows import Case, Message
from fairline.core.errors import Conflict, FairlineError
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.frame import Frame
from fairline.desk.reach import case_at, message_at
from fairline.people.tables import Agent
from fairline.policy.finding import kinds_in, said
from fairline.policy.personal import clean, find
from fairline.web.forms import Form
from fairline.web.handle import writes


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """One thing found: what it is, and how it reads once masked."""

    words: str
    text: str
    masked: str


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """Why a public draft did not go out. `may_allow`: this agent could let it stand."""

    found: tuple[Marked, ...]
    may_allow: bool
    status: str
    despite: str = ""


class Hidden(msgspec.Struct, frozen=True, kw_only=True):
    """A message that the guard hid and nobody has decided on."""

    id: str
    words: str
    is_ours: bool


def stop_of(error: FairlineError, agent: Agent, form: Form, text: str) -> Stop | None:
    """What the composer shows of a stop; None for any other error."""
    if not isinstance(error, PersonalData):
        return None
    shown = [
        Marked(words=one.words, text=text[one.start : one.end], masked=one.masked)
        for one in error.found
        if text[one.start : one.end]
    ]
    return Stop(
        found=tuple(shown),
        may_allow=error.may_allow and agent.role != "agent",
        status=form.text("status", most=20) or form.text("kept_status", most=20),
        despite=form.text("despite", most=500),
    )


def without_personal_data(unit: Unit, case: Case, text: str) -> str:
    """The draft with everything masked that would stop it."""
    return clean(text, guard.rules_of(unit, case.brand_id))


def hidden_on(unit: Unit, _: Frame, case: Case) -> list[Hidden]:
    """For the strip below the case's head. One statement."""
    return [
        Hidden(
            id=message.id,
            words=said(kinds_in(message.found)),
            is_ours=message.direction == "outbound",
        )
        for message in store_guard.guarded_of(unit, case.id)
    ]


def show_masked(unit: Unit, case: Case, message: Message, agent: Agent) -> None:
    """Show one of our own messages again without what was found. Theirs is for them to decide."""
    if message.direction != "outbound":
        raise Conflict(
            "Its author decides: show the rest of it, or go on in private.", code="personal_data"
        )
    guard.mask_message(unit, case, message, by=actor_of(agent))


@writes("/desk/cases/{reference:str}/judge", status_code=200)
def judge(reference: str, agent: Agent, database: Database, form: Form) -> dict[str, Any]:
    """What would stop this text in public. Nothing is stored, and nothing of it comes back."""
    text = form.text("text")
    with database.read() as unit:
        case = case_at(unit, agent, reference)
        rules = guard.rules_of(unit, case.brand_id)
    found = find(text, rules)
    return {
        "found": [{"kind": one.kind, "start": one.start, "end": one.end} for one in found],
        "words": said(guard.kinds_of(found)),
    }


@writes("/desk/cases/{reference:str}/messages/{message_id:str}/mask")
def mask(reference: str, message_id: str, agent: Agent, database: Database) -> Response[Any]:
    """Show a hidden answer of ours again, masked."""
    with database.write() as unit:
        case = case_at(unit, agent, reference, lock=True)
        show_masked(unit, case, message_at(unit, case, message_id), agent)
    return Redirect(f"/desk/cases/{case.reference}#m-{message_id}", status_code=303)


ROUTES: list[Any] = [judge, mask]
