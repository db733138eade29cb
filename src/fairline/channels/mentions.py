"""What we heard and nobody has made a case of: reposts, likes, chatter, spam. Filled by ingest.

An agent makes a case of one, puts it on a case that is there, says that it is no spam, or lets it
be. What agents say otherwise than the filter did is kept on the row, to learn from.
"""

from datetime import timedelta
from typing import Any

import msgspec

from fairline.cases import store, store_messages
from fairline.cases.actions import actor_of
from fairline.cases.following import living
from fairline.cases.inbound import Inbound, InboxRef, Taken
from fairline.cases.intake import receive, would_join
from fairline.cases.rows import Case
from fairline.cases.timeline import record
from fairline.channels import downloads, echoes, raw, store_inboxes, store_mentions, store_raw
from fairline.channels.bounds import bounded
from fairline.channels.contract import Edited, Ignored
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox, RawRow
from fairline.channels.store_mentions import Mention
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.db.words import fold
from fairline.people import store_contacts
from fairline.people.tables import Agent
from fairline.policy.chatter import Facts, Judgement, judge, likeness_of, looks_copied

# What a channel ignores and people may want to see all the same.
HEARD = frozenset({"repost", "like", "chatter", "spam"})
MOST_TEXT = 4000
MOST_SUGGESTED = 6
COPIED_WITHIN = timedelta(days=1)
FORGOTTEN_AT_ONCE = 1000
DECIDED = "Somebody has decided on this already."


def judged(
    unit: Unit, inbox: Inbox, ref: InboxRef, inbound: Inbound, *, reopen_within: timedelta
) -> Judgement | None:
    """Why a public post is kept off the line; None for what becomes a case, or joins one.

    Cost: nothing for what may want something; else whether it would join, and the copies of it.
    """
    is_declared = bool(inbound.kind or inbound.severity or inbound.case_token or inbound.reference)
    if not inbound.is_public or is_declared or inbound.is_automatic:
        return None
    facts = Facts(has_files=bool(inbound.files))
    if looks_copied(inbound.text):
        facts = msgspec.structs.replace(facts, copies=_copies(unit, inbox, inbound))
    found = judge(inbound.text, facts)
    if found.kind == "question":
        return None
    if store_messages.message_by_native_id(unit, inbox.id, inbound.native_id):
        return None
    return None if would_join(unit, ref, inbound, reopen_within=reopen_within) else found


def _copies(unit: Unit, inbox: Inbox, inbound: Inbound) -> int:
    since = unit.now - COPIED_WITHIN
    likeness = likeness_of(inbound.text)
    return store_mentions.copies(unit, inbox.id, likeness, since=since, but=inbound.author.address)


def hear(unit: Unit, inbox: Inbox, row: RawRow, inbound: Inbound, found: Judgement) -> bool:
    """Put it on the list; False when it stands there. *Effects*: one row."""
    is_link = inbound.permalink.startswith(("https://", "http://"))
    return store_mentions.insert(
        unit,
        {
            "id": new_id(),
            "brand_id": inbox.brand_id,
            "inbox_id": inbox.id,
            "raw_id": row.id,
            "native_id": inbound.native_id,
            "channel": inbox.kind,
            "kind": found.kind,
            "reason": found.reason[:300],
            "corrected": "",
            "author_address": inbound.author.address[:500],
            **_words(inbound),
            "permalink": inbound.permalink[:1000] if is_link else "",
            "in_reply_to": inbound.in_reply_to[0] if inbound.in_reply_to else "",
            "said_at": min(inbound.sent_at or row.received_at, unit.now),
            "heard_at": row.received_at,
            "state": "new",
        },
    )


def _words(inbound: Inbound) -> dict[str, Any]:
    name = inbound.author.name or inbound.author.address
    text = inbound.text[:MOST_TEXT].replace("\x00", "")
    return {
        "author_name": name[:200],
        "text": text,
        "words": f" {fold(f'{name} {text}')}",
        "likeness": likeness_of(text),
    }


def make_case(unit: Unit, channels: Channels, mention_id: str, agent: Agent) -> Taken:
    """Make a case of it: its author's own words, waiting since we heard them (R15).

    Raises Conflict when somebody was faster. *Effects*: as `receive`; `mention_cased`.
    """
    mention, inbox, row = _open(unit, mention_id)
    inbound = _inbound_of(unit, channels, inbox, row)
    taken = receive(
        unit, _ref(inbox), inbound, arrived_at=row.received_at, raw_sha256=row.payload_sha256
    )
    _placed(unit, mention, row, inbound, taken, agent, state="cased")
    data = {"mention_id": mention.id, "kind": mention.kind, "reason": mention.reason}
    _tell(unit, "mention_cased", taken, agent, mention, data)
    return taken


def attach(unit: Unit, channels: Channels, mention_id: str, case: Case, agent: Agent) -> Taken:
    """Put it on a case that is there (R12). Somebody else than its customer is heard on it and
    takes no part. Raises Conflict, Invalid for another brand. *Effects*: `mention_attached`.
    """
    mention, inbox, row = _open(unit, mention_id)
    if case.brand_id != mention.brand_id:
        raise Invalid("Choose a case of the same brand.", code="other_case", field="case")
    inbound = _inbound_of(unit, channels, inbox, row)
    author = store_contacts.identity_at(
        unit, inbox.brand_id, inbound.author.channel, inbound.author.address
    )
    taken = receive(
        unit,
        _ref(inbox),
        inbound,
        arrived_at=row.received_at,
        joins=case.id,
        raw_sha256=row.payload_sha256,
        takes_part=author is not None and author.contact_id == case.contact_id,
    )
    _placed(unit, mention, row, inbound, taken, agent, state="attached")
    data = {"mention_id": mention.id, "message_id": taken.message_id, "kind": mention.kind}
    _tell(unit, "mention_attached", taken, agent, mention, data)
    return taken


def no_spam(unit: Unit, mention_id: str, agent: Agent) -> None:
    """An agent says that it is no spam; it stays on the list among the chatter."""
    mention, _, _ = _open(unit, mention_id)
    if mention.kind != "spam":
        raise Conflict("This is not among the spam.", code="no_spam")
    values = {"kind": "chatter", "corrected": "no_spam", "by_agent_id": agent.id}
    store_mentions.update(unit, mention.id, values)


def let_be(unit: Unit, mention_id: str, agent: Agent) -> None:
    """An agent has seen it, and there is nothing to do."""
    mention, _, _ = _open(unit, mention_id)
    values = {"state": "seen", "by_agent_id": agent.id, "decided_at": unit.now}
    store_mentions.update(unit, mention.id, values)


def suggestions(unit: Unit, mention: Mention) -> list[Case]:
    """Cases it may belong to: that of the post it answers, then its author's latest."""
    found: dict[str, Case] = {}
    ids = [mention.in_reply_to] if mention.in_reply_to else []
    for message in store_messages.messages_with_native_ids(unit, ids):
        if message.inbox_id == mention.inbox_id and (
            case := store.case_by_id(unit, message.case_id)
        ):
            found[case.id] = living(unit, case)
    author = store_contacts.identity_at(
        unit, mention.brand_id, mention.channel, mention.author_address
    )
    if author:
        for case in store.cases_of_contact(unit, author.contact_id, limit=MOST_SUGGESTED):
            found.setdefault(case.id, case)
    return [one for one in found.values() if one.brand_id == mention.brand_id][:MOST_SUGGESTED]


def is_anothers(unit: Unit, inbox: Inbox, native_id: str, address: str) -> bool:
    """Whether it stands on the list as somebody else's."""
    mention = store_mentions.by_native_id(unit, inbox.id, native_id)
    return mention is not None and mention.author_address != address[:500]


def edited(unit: Unit, inbox: Inbox, row: RawRow, inbound: Inbound, case_id: str | None) -> None:
    """Its author changed it: the list shows it as it is now, or not at all once it is on a case."""
    mention = store_mentions.by_native_id(unit, inbox.id, inbound.native_id)
    if mention is None or mention.state not in {"new", "seen"}:
        return
    if case_id:
        values = {"state": "cased", "case_id": case_id, "decided_at": unit.now}
    else:
        # The raw item as well: a case that is made of it begins with the words as they are.
        values = {**_words(inbound), "raw_id": row.id}
    store_mentions.update(unit, mention.id, values)


def sweep(database: Database, *, days: int) -> None:
    """Forget what nobody decided on for so long: a worker period."""
    while True:
        with database.write() as unit:
            before = unit.now - timedelta(days=days)
            if store_mentions.forget(unit, before, limit=FORGOTTEN_AT_ONCE) < FORGOTTEN_AT_ONCE:
                return


def _open(unit: Unit, mention_id: str) -> tuple[Mention, Inbox, RawRow]:
    mention = store_mentions.by_id(unit, mention_id, lock=True)
    inbox = store_inboxes.inbox_by_id(unit, mention.inbox_id) if mention else None
    row = store_raw.by_id(unit, mention.raw_id, lock=True) if mention else None
    if mention is None or inbox is None or row is None:
        raise NotFound("There is no such mention.", code="no_mention")
    if mention.state in {"cased", "attached"}:
        raise Conflict(DECIDED, code="mention_decided")
    return mention, inbox, row


def _inbound_of(unit: Unit, channels: Channels, inbox: Inbox, row: RawRow) -> Inbound:
    """What was said, read anew from what came in verbatim: nothing of it is lost in the list."""
    channel = channels.of_kind(inbox.kind)
    info = channels.info(unit, inbox)
    found = channel.translate(raw.payload_of(unit, row), info, received_at=row.received_at)
    inbound = found.inbound if isinstance(found, Ignored | Edited) else found
    if not isinstance(inbound, Inbound):
        raise Conflict("No case can be made of this.", code="no_words")
    return bounded(inbound)


def _ref(inbox: Inbox) -> InboxRef:
    return InboxRef(id=inbox.id, brand_id=inbox.brand_id, channel=inbox.kind, team_id=inbox.team_id)


def _placed(
    unit: Unit,
    mention: Mention,
    row: RawRow,
    inbound: Inbound,
    taken: Taken,
    agent: Agent,
    *,
    state: str,
) -> None:
    on = {"case_id": taken.case_id, "message_id": taken.message_id}
    decided = {"by_agent_id": agent.id, "decided_at": unit.now, "corrected": "question"}
    store_mentions.update(unit, mention.id, {"state": state, **decided, **on})
    store_raw.update(unit, row.id, {"outcome": taken.outcome, "reason": mention.reason, **on})
    if taken.outcome != "duplicate":
        downloads.ask_for(unit, mention.inbox_id, taken.message_id, inbound.files)
        echoes.wake_by(unit, mention.inbox_id, inbound)


def _tell(
    unit: Unit, kind: str, taken: Taken, agent: Agent, mention: Mention, data: dict[str, str]
) -> None:
    record(
        unit,
        kind,
        by=actor_of(agent),
        case_id=taken.case_id,
        brand_id=mention.brand_id,
        data=data,
    )
