"""What to know before one answers: the left hand is told what the right hand does.

Made from what the case page has read anyway, so it costs no statement.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from fairline.cases.rows import Case, Message, Participant
from fairline.cases.ways import takers_of
from fairline.core.channel_names import account_of
from fairline.desk.channel_words import channel_word
from fairline.people.tables import Agent
from fairline.policy.promised import promised_in

# An answer so fresh that its reader may be answering it this minute.
JUST_NOW = timedelta(minutes=5)
# Promises are looked for in so many of our last answers.
LAST_ANSWERS = 10


class Caveat(msgspec.Struct, frozen=True, kw_only=True):
    """One line above the composer. `tone`: late (red), risk (amber) or plain."""

    id: str
    words: str
    tone: str = ""
    at: datetime | None = None
    # The composer's modes in which it counts; '' for all.
    mode: str = ""


def caveats_of(
    case: Case,
    messages: Sequence[Message],
    people: Sequence[Participant],
    drafts: Sequence[tuple[str, str]],
    *,
    agent: Agent,
    zone: str,
    now: datetime,
    also: Sequence[Caveat] = (),
) -> list[Caveat]:
    """Most pressing first. `drafts` are (who, mode) of colleagues; `also` what the network says."""
    found = [
        *also,
        *_promises(messages, zone, now),
        *_just_answered(messages, agent, now),
        *_unsent(drafts),
        *_unreachable(case, people),
    ]
    return sorted(found, key=lambda one: ("late", "risk", "").index(one.tone))


def _promises(messages: Sequence[Message], zone: str, now: datetime) -> list[Caveat]:
    """What we said we would do, as long as we have said nothing since it was due."""
    answers = [m for m in messages if m.direction == "outbound" and not m.is_automatic]
    last = answers[-1].created_at if answers else now
    kept = [
        (promised, message)
        for message in answers[-LAST_ANSWERS:]
        for promised in promised_in(message.text, message.created_at, zone)
        # Whatever was said after the day had come is taken for word of it.
        if promised.until > last or message.created_at == last
    ]
    return [
        Caveat(
            id=f"promised-{message.id}-{number}",
            words=f"{message.author_name or 'We'} promised: “{promised.words}”",
            tone="late" if promised.until < now else "risk",
            at=promised.until,
        )
        for number, (promised, message) in enumerate(kept)
    ][-3:]


def _just_answered(messages: Sequence[Message], agent: Agent, now: datetime) -> list[Caveat]:
    """A colleague has just answered, perhaps on another channel or side."""
    fresh = [
        m
        for m in messages
        if m.direction == "outbound"
        and not m.is_automatic
        and m.agent_id not in {None, agent.id}
        and now - m.created_at < JUST_NOW
    ]
    if not fresh:
        return []
    last = fresh[-1]
    side = " in public" if last.visibility == "public" else ""
    way = channel_word(last.channel)
    words = f"{last.author_name or 'A colleague'} has just answered{side}, by {way}"
    return [Caveat(id="just-answered", words=words, tone="risk", at=last.created_at)]


def _unsent(drafts: Sequence[tuple[str, str]]) -> list[Caveat]:
    kinds = {"private": "an", "public": "a public"}
    return [
        Caveat(
            id=f"draft-{number}",
            words=f"{who} has begun {kinds[mode]} answer, not sent yet",
            tone="risk",
        )
        for number, (who, mode) in enumerate(drafts)
        if mode in kinds
    ]


def _unreachable(case: Case, people: Sequence[Participant]) -> list[Caveat]:
    """Where the answer would go and does not arrive."""
    takers = takers_of(case, people)
    broken = [one for one in takers if one.undeliverable_at]
    if not broken:
        return []
    addresses = ", ".join(account_of(one.address, one.name) for one in broken)
    if len(broken) == len(takers):
        words = f"Nothing arrives at {addresses}, and there is no other way to the customer"
        return [Caveat(id="unreachable", words=words, tone="late")]
    return [Caveat(id="unreachable", words=f"Nothing arrives at {addresses}")]
