"""The strip of a case that goes on in private: how it stands with the newest way in."""

from datetime import datetime

import msgspec

from fairline.cases.rows import Case
from fairline.db.unit import Unit
from fairline.desk.frame import Frame
from fairline.handoff.continuation import store
from fairline.handoff.continuation.status import PRESETS
from fairline.handoff.continuation.tables import Continuation


class PrivateSide(msgspec.Struct, frozen=True, kw_only=True):
    """What the strip shows: how it stands with the newest way in, and what can be done."""

    id: str
    words: str
    who: str
    at: datetime
    tone: str
    can_revoke: bool
    can_renew: bool
    presets: tuple[str, ...] = PRESETS


def private_side(unit: Unit, frame: Frame, case: Case) -> PrivateSide | None:
    """One read; None for a case that came from another install with the matter alone."""
    found = next(iter(store.of_case(unit, case.id, most=1)), None)
    if found is None:
        return None
    words, at, tone = _state(found, unit.now)
    is_open = found.is_open(unit.now)
    return PrivateSide(
        id=found.id,
        words=words,
        who=frame.name_of(found.agent_id),
        at=at,
        tone=tone,
        can_revoke=is_open and found.form != "own",
        can_renew=case.is_public and found.form != "own" and found.confirmed_at is None,
    )


def _state(one: Continuation, now: datetime) -> tuple[str, datetime, str]:
    """In words, since when, and in which tone. Pure."""
    if one.form == "own":
        return "the asker has a page of their own", one.created_at, "ok"
    if one.confirmed_at:
        return "the customer showed who they are", one.confirmed_at, "ok"
    if one.revoked_at:
        return "the way in was revoked", one.revoked_at, "risk"
    if now >= one.expires_at:
        return "the way in ran out, nobody confirmed", one.expires_at, "risk"
    if one.opened_at:
        return "opened, not confirmed yet who it is", one.opened_at, "risk"
    how = "a code" if one.form == "code" else "a link"
    return f"{how} stands in the public answer, not opened yet", one.created_at, ""
