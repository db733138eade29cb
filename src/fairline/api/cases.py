"""Cases over the API: list, read, open, change, answer, claim."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.params import Parameter

from fairline.api.access import find_case
from fairline.api.once import once
from fairline.api.routes import patches, reads, writes
from fairline.api.shapes import (
    CaseChange,
    CaseOut,
    CasePage,
    EventPage,
    MessageList,
    MessageOut,
    NewCase,
    NewMessage,
    TakenOut,
    case_out,
    event_out,
    message_out,
)
from fairline.cases import changes, store, store_events, store_messages
from fairline.cases.actions import actor_of, note, reply
from fairline.cases.inbound import Author, Inbound
from fairline.cases.intake import receive
from fairline.cases.merging.history import events_before
from fairline.cases.rows import Case, Message
from fairline.cases.ways import choose_way
from fairline.channels import store_deliveries
from fairline.channels.inboxes import find_inbox
from fairline.channels.ingest import inbox_ref
from fairline.channels.registry import Channels
from fairline.core.errors import Invalid
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line.claim import next_case
from fairline.line.lists import Filter, page_of
from fairline.line.place import place_of
from fairline.people.rights import check_brand
from fairline.people.tables import Agent
from fairline.people.tokens import Bearer
from fairline.promises.targets import read_severity

Words = Annotated[str, Parameter(max_length=200)]
Limit = Annotated[int, Parameter(ge=1, le=200)]


@reads("/cases", tags=["Cases"])
def list_cases(
    database: Database,
    bearer: Bearer,
    waiting: bool = False,
    owner: Words = "",
    team: Words = "",
    status: Words = "",
    inbox: Words = "",
    brand: Words = "",
    tag: Words = "",
    kind: Words = "",
    after: Words = "",
    limit: Limit = 50,
) -> CasePage:
    """The line (`waiting=true`, in its order) or cases by latest activity. `owner` is an id, `me`
    or `nobody`.
    """
    for name, value in (("team", team), ("inbox", inbox), ("brand", brand), ("owner", owner)):
        if value and value not in {"me", "nobody"} and not _is_id(value):
            raise Invalid(f"{name} takes an id.", field=name)
    wanted = Filter(
        waiting=waiting,
        owner=owner,
        team=team,
        status=status,
        inbox=inbox,
        brand=brand,
        tag=tag,
        kind=kind,
    )
    with database.read() as unit:
        page = page_of(unit, wanted, bearer.agent, after=after, limit=limit)
    shown = [case_out(case, page.marks.tags.get(case.id, [])) for case in page.cases]
    return CasePage(cases=shown, after=page.after)


@writes("/cases", tags=["Cases"])
def open_case(
    request: Request[Any, Any, Any],
    database: Database,
    channels: Channels,
    bearer: Bearer,
    data: NewCase,
) -> Response[TakenOut]:
    """Take what a person said at an inbox's door: a new case, or joined to theirs."""

    def work(unit: Unit) -> TakenOut:
        inbox = find_inbox(unit, data.inbox)
        check_brand(bearer.agent, inbox.brand_id)
        address = channels.of_kind(inbox.kind).normalise(data.address)
        if not data.text.strip() or not address:
            raise Invalid("Give the words and the address of the person.", field="text")
        inbound = Inbound(
            native_id=data.native_id or f"api:{new_id()}",
            author=Author(channel=inbox.kind, address=address, name=data.name),
            text=data.text.replace("\x00", ""),
            subject=data.subject.replace("\x00", ""),
            kind=data.kind,
            severity=_severity(data.severity),
            is_public=data.is_public,
            in_reply_to=tuple(data.in_reply_to),
        )
        taken = receive(unit, inbox_ref(unit, inbox), inbound)
        case = changes.get_case(unit, taken.case_id)
        return TakenOut(
            outcome=taken.outcome,
            reference=case.reference,
            case_id=case.id,
            message_id=taken.message_id,
        )

    return once(request, database, bearer, data, work)  # type: ignore[return-value]


def _severity(word: str) -> str:
    """The need that the person declared, or none. Raises Invalid."""
    return read_severity(word).value if word else ""


@reads("/cases/{reference:str}", tags=["Cases"])
def read_case(database: Database, bearer: Bearer, reference: str) -> CaseOut:
    """One case with its place in line, by reference or id."""
    with database.read() as unit:
        return _shown(unit, find_case(unit, bearer.agent, reference))


@patches("/cases/{reference:str}", tags=["Cases"])
def change_case(database: Database, bearer: Bearer, reference: str, data: CaseChange) -> CaseOut:
    """Change what is named, all or nothing."""
    with database.write() as unit:
        case = find_case(unit, bearer.agent, reference)
        case = _change(unit, changes.get_case(unit, case.id, lock=True), bearer.agent, data)
        return _shown(unit, case)


@reads("/cases/{reference:str}/messages", tags=["Messages"])
def list_messages(database: Database, bearer: Bearer, reference: str) -> MessageList:
    """The thread, oldest first (the newest 1,000), with files and deliveries."""
    with database.read() as unit:
        case = find_case(unit, bearer.agent, reference)
        thread = store_messages.thread(unit, case.id)
        files = store_messages.attachments_of(unit, case.id)
        sent = store_deliveries.of_messages(
            unit, [m.id for m in thread if m.direction == "outbound"]
        )
    return MessageList(
        messages=[
            message_out(m, [f for f in files if f.message_id == m.id], sent.get(m.id, []))
            for m in thread
        ]
    )


@writes("/cases/{reference:str}/messages", tags=["Messages"])
def add_message(
    request: Request[Any, Any, Any],
    database: Database,
    bearer: Bearer,
    reference: str,
    data: NewMessage,
) -> Response[MessageOut]:
    """Answer the customer, or write an internal note."""

    def work(unit: Unit) -> MessageOut:
        case = find_case(unit, bearer.agent, reference)
        message: Message
        if data.kind == "note":
            message = note(unit, case.id, bearer.agent, data.text)
        elif data.kind == "reply":
            message = reply(
                unit,
                case.id,
                bearer.agent,
                data.text,
                visibility=data.visibility,
                status=data.status or None,
                after_message_id=data.after_message_id or None,
            )
        else:
            raise Invalid("A message is a reply or a note.", field="kind")
        sent = store_deliveries.of_messages(unit, [message.id])
        return message_out(message, [], sent.get(message.id, []))

    return once(request, database, bearer, data, work)  # type: ignore[return-value]


@reads("/cases/{reference:str}/events", tags=["Cases"])
def list_events(database: Database, bearer: Bearer, reference: str) -> EventPage:
    """The audit trail of a case, oldest first (the newest 1,000, and of cases merged into it)."""
    with database.read() as unit:
        case = find_case(unit, bearer.agent, reference)
        events = store_events.of_case(unit, case.id) + events_before(unit, case)
        events.sort(key=lambda event: (event.tx, event.position))
    after = events[-1].cursor if events else "0-0"
    return EventPage(events=[event_out(event) for event in events], after=after)


@writes("/next", tags=["Cases"], status_code=200)
def claim_next(database: Database, bearer: Bearer) -> CaseOut | None:
    """Claim the next case in line for the token's agent; null when nothing waits."""
    with database.write() as unit:
        case = next_case(unit, bearer.agent)
        return _shown(unit, case) if case else None


def _change(unit: Unit, case: Case, agent: Agent, data: CaseChange) -> Case:
    by = actor_of(agent)
    if data.kind is not msgspec.UNSET:
        case = changes.set_kind(unit, case, data.kind, by=by)
    if data.severity is not msgspec.UNSET:
        case = changes.set_severity(unit, case, data.severity, by=by, reason=data.severity_reason)
    if data.subject is not msgspec.UNSET:
        case = changes.set_subject(unit, case, data.subject, by=by)
    if data.team_id is not msgspec.UNSET:
        case = changes.set_team(unit, case, data.team_id, by=by)
    if data.answer_to_id is not msgspec.UNSET:
        case = choose_way(unit, case, data.answer_to_id, by=by)
    if data.owner_id is not msgspec.UNSET:
        case = changes.assign(unit, case, data.owner_id, by=by)
    if data.status is not msgspec.UNSET:
        case = changes.set_status(unit, case, data.status, by=by)
    if data.snoozed_until is None:
        case = changes.wake(unit, case, by=by, reason="agent")
    elif data.snoozed_until is not msgspec.UNSET:
        if data.snoozed_until.tzinfo is None:
            raise Invalid(
                "Give the time with its zone, such as 2026-11-22T09:00:00Z.", field="snoozed_until"
            )
        case = changes.snooze(unit, case, data.snoozed_until, by=by)
    for tag in data.add_tags:
        changes.add_tag(unit, case, tag, by=by)
    for tag in data.remove_tags:
        changes.remove_tag(unit, case, tag, by=by)
    unit.settle()
    return changes.get_case(unit, case.id)


def _shown(unit: Unit, case: Case) -> CaseOut:
    tags = store.tags_of(unit, [case.id]).get(case.id, [])
    return case_out(case, tags, place_of(unit, case))


def _is_id(text: str) -> bool:
    plain = text.replace("-", "").lower()
    return len(text) == 36 and len(plain) == 32 and not set(plain) - set("0123456789abcdef")


HANDLERS: list[Any] = [
    list_cases,
    open_case,
    read_case,
    change_case,
    list_messages,
    add_message,
    list_events,
    claim_next,
]
