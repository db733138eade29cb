"""Chooses the case that an inbound message belongs to. Pure: evidence in, decision out.

Strangers are never glued together. A thread id, a case address or a reference only *suggests* a
case; what joins it is that the author takes part in it: an identity that is a participant, another
identity of the same contact, or the very identity to which we sent the message now answered. A
suggestion without that opens a new case which links the suggested one, for agents' eyes only.
Subjects alone suggest nothing. Posts may come in any order: what they answer and what answers them
suggests alike (threads.py).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A case that may be meant. `by`: `case_address`, `thread`, `answered_by`, `same_thread`,
    `talk`, `reference`. `in_public` says that both were said for everybody to read.

    `takes_part` and `was_sent_to` are facts about the author's identity, looked up by the caller.
    """

    case_id: str
    by: str
    takes_part: bool = False
    was_sent_to: bool = False
    ended_at: datetime | None = None
    in_public: bool = False


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """`join` is a case id or None for a new case; then `related` names the case to link."""

    join: str | None = None
    reopen: bool = False
    related: str | None = None
    reason: str = "new"


def decide(
    suggestions: Sequence[Suggestion], *, now: datetime, reopen_within: timedelta
) -> Decision:
    """Take the first suggestion (most telling first) that the author may join."""
    for suggestion in suggestions:
        if not (suggestion.takes_part or suggestion.was_sent_to):
            continue
        if suggestion.ended_at is None:
            return Decision(join=suggestion.case_id, reason=suggestion.by)
        if now - suggestion.ended_at <= reopen_within:
            return Decision(join=suggestion.case_id, reopen=True, reason=suggestion.by)
        return Decision(related=suggestion.case_id, reason="ended_long_ago")
    for suggestion in suggestions:
        if suggestion.by != "reference":
            reason = "same_thread" if suggestion.in_public else "not_a_participant"
            return Decision(related=suggestion.case_id, reason=reason)
    return Decision()
