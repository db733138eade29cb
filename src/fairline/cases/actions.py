"""What agents say on a case: replies and notes. Never sends: the ledger hears `message_sent`.

A reply is one message row; the ledger (a listener in the same transaction) writes the delivery
rows with it, so a reply is never stored without its deliveries or the reverse.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fairline.cases import changes, guard, store, store_messages
from fairline.cases.rows import Actor, Case, Message
from fairline.cases.search import index_message
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people import store as people
from fairline.people.tables import Agent

MAX_TEXT = 100_000
MENTION = re.compile(r"@\[([^\]\n]{1,120})\]")


def actor_of(agent: Agent) -> Actor:
    """The agent as the author of events."""
    return Actor(kind="agent", id=agent.id, name=agent.name)


def reply(
    unit: Unit,
    case_id: str,
    agent: Agent,
    text: str,
    *,
    visibility: str = "private",
    status: str | None = "waiting",
    file_ids: Sequence[str] = (),
    copied: Sequence[str] | None = None,
    after_message_id: str | None = None,
    despite: str = "",
    short: Mapping[str, str] | None = None,
    only_identity: str | None = None,
    template: Mapping[str, Any] | None = None,
    left_out: Sequence[str] = (),
) -> Message:
    """Answer the customer, in public or in private, and set the status (None leaves it).

    `copied` are identity ids to keep in copy (all copied participants when None).
    `after_message_id` is the last message the author had seen: raises Conflict when the customer
    or a colleague has said something since. Raises Invalid for an empty text, and for a public
    reply on a private case; PersonalData for a public one that holds what nobody else should read
    (`despite` is the reason why a supervisor lets it stand). `short` holds, by kind of channel,
    what goes there instead: a few words that lead to the whole answer. `only_identity` is the one
    address it goes to; `template` (name, values) the text approved by its network that says it,
    `left_out` identities that it does not go to.
    *Effects*: the agent becomes owner when there is none.
    """
    case = changes.get_case(unit, case_id, lock=True)
    if visibility not in {"public", "private"}:
        raise Invalid("Choose who reads it: public or private.", field="visibility")
    if visibility == "public" and not case.is_public:
        raise Invalid(
            "This case is private. Only its customer can make it public.",
            code="case_is_private",
            field="visibility",
        )
    text = _checked(text, file_ids)
    _check_seen(unit, case, after_message_id)
    by = actor_of(agent)
    if case.owner_id is None:
        case = changes.assign(unit, case, agent.id, by=by, reason="answered")
    message = _insert(
        unit,
        case,
        agent,
        text,
        direction="outbound",
        visibility=visibility,
        file_ids=file_ids,
        despite=despite,
    )
    times: dict[str, Any] = {"last_answered_at": unit.now, "message_count": case.message_count + 1}
    if case.first_answered_at is None:
        times["first_answered_at"] = unit.now
    store.update_case(unit, case.id, times)
    data: dict[str, Any] = {
        "message_id": message.id,
        "channel": message.channel,
        "visibility": visibility,
        "is_notice": False,
    }
    if copied is not None:
        data["copied"] = list(copied)
    if short:
        for words in short.values() if visibility == "public" else ():
            guard.check_ours(unit, case, agent, _checked(words, ()), file_names=[], despite=despite)
        data["short"] = {channel: _checked(words, ()) for channel, words in short.items()}
    if only_identity:
        data["only_identity"] = only_identity
    if left_out:
        data["left_out"] = list(left_out)
    if template:
        data["template"] = dict(template)
    record(unit, "message_sent", by=by, case_id=case.id, brand_id=case.brand_id, data=data)
    store_messages.delete_draft(unit, case.id, agent.id)
    if status and status != case.status:
        changes.set_status(unit, case, status, by=by)
    elif case.status == "new":
        changes.set_status(unit, case, "open", by=by)
    return message


def notify(
    unit: Unit,
    case_id: str,
    agent: Agent,
    text: str,
    *,
    visibility: str = "private",
    only_identity: str | None = None,
) -> Message:
    """Write to the customer without answering: no promise is met, nothing moves.

    `only_identity` is the one address it goes to; all of the customer's when None.
    """
    case = changes.get_case(unit, case_id, lock=True)
    text = _checked(text, ())
    message = _insert(
        unit, case, agent, text, direction="outbound", visibility=visibility, file_ids=()
    )
    store.update_case(unit, case.id, {"message_count": case.message_count + 1})
    data = {
        "message_id": message.id,
        "channel": message.channel,
        "visibility": visibility,
        "is_notice": True,
    }
    if only_identity:
        data["only_identity"] = only_identity
    by = actor_of(agent)
    record(unit, "message_sent", by=by, case_id=case.id, brand_id=case.brand_id, data=data)
    return message


def note(
    unit: Unit, case_id: str, agent: Agent, text: str, *, file_ids: Sequence[str] = ()
) -> Message:
    """Write an internal note; `@[Name]` mentions a colleague, who is told."""
    case = changes.get_case(unit, case_id, lock=True)
    text = _checked(text, file_ids)
    message = _insert(
        unit, case, agent, text, direction="note", visibility="internal", file_ids=file_ids
    )
    store.update_case(unit, case.id, {"message_count": case.message_count + 1})
    by = actor_of(agent)
    names = set(MENTION.findall(text))
    mentioned = [a for a in people.all_agents(unit) if a.name in names] if names else []
    for colleague in mentioned:
        if colleague.id != agent.id:
            changes.nudge(unit, case, colleague.id, "mentioned", by=by, message_id=message.id)
    record(
        unit,
        "note_added",
        by=by,
        case_id=case.id,
        brand_id=case.brand_id,
        data={"message_id": message.id, "mentioned": [a.id for a in mentioned]},
    )
    store_messages.delete_draft(unit, case.id, agent.id)
    return message


def save_draft(unit: Unit, case_id: str, agent: Agent, mode: str, text: str) -> None:
    """Keep what is being written; an empty text forgets it. `mode`: private, public, note."""
    if mode not in {"private", "public", "note"}:
        raise Invalid("A draft is private, public or a note.", field="mode")
    if text.strip():
        store_messages.save_draft(unit, case_id, agent.id, mode, text[:MAX_TEXT])
    else:
        store_messages.delete_draft(unit, case_id, agent.id)


def _checked(text: str, file_ids: Sequence[str]) -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text and not file_ids:
        raise Invalid("Write something first.", code="empty", field="text")
    if len(text) > MAX_TEXT:
        raise Invalid(f"That is over {MAX_TEXT:,} characters. Attach it as a file.", field="text")
    return text


def _check_seen(unit: Unit, case: Case, after_message_id: str | None) -> None:
    """Left hand knows right hand: nobody answers past something they have not seen."""
    if not after_message_id:
        return
    thread = store_messages.thread(unit, case.id, limit=50)
    ids = [message.id for message in thread]
    if after_message_id not in ids:
        return
    unseen = thread[ids.index(after_message_id) + 1 :]
    news = [m for m in unseen if m.direction != "note" and not m.is_automatic]
    if news:
        who = news[-1].author_name or "Somebody"
        raise Conflict(
            f"{who} has written meanwhile. Read it, then send again.",
            code="something_new",
        )


def _insert(
    unit: Unit,
    case: Case,
    agent: Agent,
    text: str,
    *,
    direction: str,
    visibility: str,
    file_ids: Sequence[str],
    despite: str = "",
) -> Message:
    # The one place where words of ours are stored: what is for everybody is judged here.
    let_through = ""
    if direction == "outbound" and visibility == "public":
        waiting = store_messages.waiting_attachments(unit, case.id, agent.id)
        names = [file.name for file in waiting if file.id in file_ids]
        let_through = guard.check_ours(unit, case, agent, text, file_names=names, despite=despite)
    message = Message(
        id=new_id(),
        case_id=case.id,
        direction=direction,
        visibility=visibility,
        channel=case.channel,
        inbox_id=case.inbox_id if direction == "outbound" else None,
        identity_id=None,
        agent_id=agent.id,
        author_name=agent.name if direction == "note" else agent.shown_name,
        subject=case.subject if direction == "outbound" else "",
        text=text,
        full_text="",
        html="",
        native_id=None,
        in_reply_to="",
        copied=[],
        auth=None,
        permalink="",
        raw_sha256=None,
        is_automatic=False,
        is_cut=False,
        sent_at=None,
        created_at=unit.now,
        edited_at=None,
        hidden_at=None,
        hidden_reason="",
        found=let_through,
    )
    store_messages.insert_message(unit, message)
    if let_through:
        guard.allowed(unit, case, message, by=actor_of(agent), reason=despite)
    own = {f.id for f in store_messages.waiting_attachments(unit, case.id, agent.id)}
    if unknown := set(file_ids) - own:
        raise Invalid(
            "A file of this draft is no longer there. Attach it again.",
            code="no_such_file",
            detail=", ".join(sorted(unknown)),
        )
    if file_ids:
        store_messages.bind_attachments(unit, list(file_ids), message.id)
    index_message(unit, case, message)
    return message
