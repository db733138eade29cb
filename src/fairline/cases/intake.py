"""The door: everything said to us, on any channel, becomes a message on a case here and only here.

Idempotent by (inbox, native id). Chooses the contact by identity and the case by `matching.py`.
Called by `channels/ingest.py`, by the board and by the API; never commits, never reads a network.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from fairline.cases import guard, opening, store, store_messages, store_threads, threads
from fairline.cases.addresses import confirm_address
from fairline.cases.changes import reopen, set_kind, set_status
from fairline.cases.effort import columns, effort_of, heard
from fairline.cases.files import store_files
from fairline.cases.following import living
from fairline.cases.inbound import Inbound, InboxRef, Taken
from fairline.cases.matching import Decision, Suggestion, decide
from fairline.cases.rows import SYSTEM, Actor, Case, Message
from fairline.cases.search import index_message
from fairline.cases.states import OFF_THE_LINE
from fairline.cases.store_sent import cases_sent_under
from fairline.cases.store_threads import Answer
from fairline.cases.timeline import record
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people import store_contacts
from fairline.people.contacts import resolve
from fairline.people.tables import Identity

REOPEN_WITHIN = timedelta(days=30)
MAX_COPIED = 20
MAX_THREAD_IDS = 60


def receive(
    unit: Unit,
    inbox: InboxRef,
    inbound: Inbound,
    *,
    arrived_at: datetime | None = None,
    joins: str | None = None,
    raw_sha256: str | None = None,
    reopen_within: timedelta = REOPEN_WITHIN,
    takes_part: bool = True,
) -> Taken:
    """Take one thing said to us. Returns what became of it.

    `arrived_at` is when it reached us (the place in line counts from it; now when absent).
    `joins` names a case whose secret link the author holds: that joins it without further proof.
    Without `takes_part` the author is heard on it and no more: they have not shown who they are.
    *Effects*: contact, identity, case, message, files, events, search; nothing the second time.
    """
    known = store_messages.message_by_native_id(unit, inbox.id, inbound.native_id)
    if known is not None:
        return Taken(outcome="duplicate", case_id=known.case_id, message_id=known.id)
    author = resolve(
        unit,
        inbox.brand_id,
        inbound.author.channel,
        inbound.author.address,
        name=inbound.author.name,
        confirmed=inbound.author.verified,
        audience=inbound.author.audience,
    )
    if not joins and author.created_at != unit.now:  # whoever is new here has nobody beside them
        store_threads.hold_author(unit, author.id)
    answers = store_threads.answers_to(unit, inbox.id, inbound.native_id)
    decision, answered = _decide(unit, inbox, inbound, author, joins, reopen_within, answers)
    arrived_at = min(arrived_at or unit.now, unit.now)
    by = Actor(kind="contact", id=author.contact_id, name=author.name)
    case = store.case_by_id(unit, decision.join, lock=True) if decision.join else None
    if case and case.merged_into_id:  # a moment ago, while we waited for it
        case = living(unit, case, lock=True)
    outcome = "reopened" if decision.reopen else "joined"
    if case is None:
        case = opening.open_case(unit, inbox, inbound, author, arrived_at=arrived_at)
        outcome = "new_case"
        if decision.related and store.relate(unit, case.id, decision.related, decision.reason):
            record(
                unit,
                "case_related",
                by=SYSTEM,
                case_id=case.id,
                brand_id=case.brand_id,
                data={"other_id": decision.related, "reason": decision.reason},
            )
    elif decision.reopen and not inbound.is_automatic:
        case = reopen(unit, case, by=by, reason="customer_replied")
    if outcome != "new_case":
        values = {"message_count": case.message_count + 1}
        if not inbound.is_automatic and not _is_bystander(inbound, case, author):
            values |= columns(heard(effort_of(case), inbox.channel))
        store.update_case(unit, case.id, values)
    has_answer = any(one.direction == "outbound" and one.case_id == case.id for one in answers)
    flags = {"answered": True} if has_answer else {}
    message = _store(unit, inbox, inbound, case, author, by, arrived_at, raw_sha256, flags)
    if outcome != "new_case" and takes_part:
        _add_author(unit, inbound, case, author)
    _add_copied(unit, inbox, inbound, case, author)
    if outcome != "new_case" and not inbound.is_automatic and not has_answer:
        _wait_again(unit, case)
    if answers:
        case = threads.tie(unit, inbox, case, answered, answers)
    return Taken(outcome=outcome, case_id=case.id, message_id=message.id)


def would_join(
    unit: Unit, inbox: InboxRef, inbound: Inbound, *, reopen_within: timedelta = REOPEN_WITHIN
) -> bool:
    """Whether this would join a case we have (an automatic answer opens none)."""
    author = store_contacts.identity_at(
        unit, inbox.brand_id, inbound.author.channel, inbound.author.address
    )
    if author is None:
        return False
    answers = store_threads.answers_to(unit, inbox.id, inbound.native_id)
    decision, _ = _decide(unit, inbox, inbound, author, None, reopen_within, answers)
    return decision.join is not None


def _decide(
    unit: Unit,
    inbox: InboxRef,
    inbound: Inbound,
    author: Identity,
    joins: str | None,
    reopen_within: timedelta,
    answers: Sequence[Answer],
) -> tuple[Decision, list[Case]]:
    """Gather the evidence and let `matching.py` choose. Besides: the cases of what it answers."""
    if joins:
        linked = store.case_by_id(unit, joins)
        if linked and linked.merged_into_id:
            linked = living(unit, linked)
            joins = linked.id
        ended = linked is not None and linked.is_ended
        return Decision(join=joins, reopen=ended, reason="secret_link"), []
    named: list[tuple[Case, str]] = []
    if inbound.case_token and (meant := store.case_by_mail_token(unit, inbound.case_token.lower())):
        named.append((living(unit, meant), "case_address"))
    thread_ids = list(inbound.in_reply_to[:MAX_THREAD_IDS])
    sent_to = cases_sent_under(unit, thread_ids, to=author.id)
    by_native: dict[str, str] = {native: case_id for native, (case_id, _) in sent_to.items()}
    # Another inbox may have the same id for something else: its own counts first.
    heard_before = store_messages.messages_with_native_ids(unit, thread_ids)
    for message in sorted(heard_before, key=lambda one: one.inbox_id != inbox.id):
        by_native.setdefault(message.native_id or "", message.case_id)
    nearest = list(dict.fromkeys(by_native[n] for n in thread_ids if n in by_native))
    found = store.cases_by_id(unit, nearest)
    answered = [living(unit, found[case_id]) for case_id in nearest if case_id in found]
    named += [(case, "thread") for case in answered]
    named += threads.own_cases(unit, inbox, inbound, author, answers, answered)
    if inbound.reference and (meant := store.case_by_reference(unit, inbound.reference)):
        named.append((living(unit, meant), "reference"))
    if inbox.is_talk and not (inbound.is_public or inbound.subject):
        named += threads.talk_of(unit, inbox, author)
    recipients = {case_id for case_id, identity in sent_to.values() if identity == author.id}
    decision = decide(
        [
            Suggestion(
                case_id=case.id,
                by=by,
                takes_part=_takes_part(unit, case, author),
                was_sent_to=case.id in recipients,
                ended_at=(case.closed_at or case.solved_at) if case.is_ended else None,
                in_public=inbound.is_public and case.is_public,
            )
            for case, by in named
            if case.brand_id == inbox.brand_id
        ],
        now=unit.now,
        reopen_within=reopen_within,
    )
    return decision, answered[:1]


def _takes_part(unit: Unit, case: Case, author: Identity) -> bool:
    """The author's identity is a participant, or is of the customer's own (proven) contact."""
    if author.contact_id == case.contact_id:
        return True
    return any(p.identity_id == author.id for p in store.participants_of(unit, case.id))


def _store(
    unit: Unit,
    inbox: InboxRef,
    inbound: Inbound,
    case: Case,
    author: Identity,
    by: Actor,
    arrived_at: datetime,
    raw_sha256: str | None,
    flags: dict[str, bool],
) -> Message:
    is_public = inbound.is_public and case.is_public
    message = Message(
        id=new_id(),
        case_id=case.id,
        direction="inbound",
        visibility="public" if is_public else "private",
        channel=inbox.channel,
        inbox_id=inbox.id,
        identity_id=author.id,
        agent_id=None,
        author_name=inbound.author.name or author.name,
        subject=inbound.subject,
        text=inbound.text,
        full_text="" if inbound.full_text == inbound.text else inbound.full_text,
        html=inbound.html,
        native_id=inbound.native_id,
        in_reply_to=inbound.in_reply_to[0] if inbound.in_reply_to else "",
        copied=[msgspec.structs.asdict(copy) for copy in inbound.copied],
        auth=msgspec.structs.asdict(inbound.auth) if inbound.auth else None,
        permalink=inbound.permalink,
        raw_sha256=raw_sha256,
        is_automatic=inbound.is_automatic,
        is_cut=inbound.is_cut,
        sent_at=inbound.sent_at,
        created_at=unit.now,
        edited_at=None,
        hidden_at=None,
        hidden_reason="",
    )
    names = [file.name for file in inbound.files]
    case, message = guard.cover(unit, case, message, file_names=names)
    store_messages.insert_message(unit, message)
    store_files(unit, case.id, message.id, inbound.files)
    index_message(unit, case, message)
    record(
        unit,
        "message_received",
        by=by,
        case_id=case.id,
        brand_id=case.brand_id,
        data={
            "message_id": message.id,
            "channel": message.channel,
            "visibility": message.visibility,
            "automatic": message.is_automatic,
            "arrived_at": arrived_at.isoformat(),
            **({"bystander": True} if _is_bystander(inbound, case, author) else {}),
            **flags,
        },
    )
    guard.told(unit, case, message)
    return message


def _is_bystander(inbound: Inbound, case: Case, author: Identity) -> bool:
    """Somebody else who speaks up in public: heard, and nothing that the customer had to do."""
    is_public = inbound.is_public and case.is_public
    return is_public and author.contact_id != case.contact_id


def _add_author(unit: Unit, inbound: Inbound, case: Case, author: Identity) -> None:
    """Who writes on a case takes part in it."""
    is_customer = author.contact_id == case.contact_id
    role = "customer" if is_customer else "copied"
    confirmed = inbound.author.verified or inbound.author.channel == "web"
    if not store.add_participant(unit, case.id, author.id, role, confirmed=confirmed) and confirmed:
        confirm_address(unit, case, author.id)
        store.confirm_participant(unit, case.id, author.id)


def _add_copied(
    unit: Unit, inbox: InboxRef, inbound: Inbound, case: Case, author: Identity
) -> None:
    """Whoever the author copied may answer too; to be named in a public post is no such thing."""
    if inbound.is_automatic or inbound.is_public:
        return
    copied = [c for c in inbound.copied if c.role != "reply_to" and c.address]
    for copy in copied[:MAX_COPIED]:
        if copy.address in inbox.addresses or copy.address == author.address:
            continue
        other = resolve(unit, inbox.brand_id, inbox.channel, copy.address, name=copy.name)
        if store.add_participant(unit, case.id, other.id, "copied", confirmed=False):
            record(
                unit,
                "participant_added",
                by=SYSTEM,
                case_id=case.id,
                brand_id=case.brand_id,
                data={"identity_id": other.id, "role": "copied"},
            )


def _wait_again(unit: Unit, case: Case) -> None:
    """A further message puts the case back to us, and wakes one that was put aside."""
    if case.kind in OFF_THE_LINE:
        case = set_kind(unit, case, "question", by=SYSTEM)
    if case.status in {"waiting", "on_hold"} or case.is_ended:
        case = set_status(unit, case, "open", by=SYSTEM)
    if case.snoozed_until:
        store.update_case(unit, case.id, {"snoozed_until": None})
        record(
            unit,
            "woken",
            by=SYSTEM,
            case_id=case.id,
            brand_id=case.brand_id,
            data={"reason": "customer_replied"},
        )
