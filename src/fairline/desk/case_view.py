"""Gathers all that the case page shows: the thread, the person, the surroundings, the composer.

Five statements of its own, each by an index, none in a loop over rows; a test counts them.
"""

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec

from fairline.cases import store, store_cautions, store_messages
from fairline.cases.files import SHOWABLE
from fairline.cases.rows import Attachment, Case, Message, Participant
from fairline.cases.states import KINDS, MOVES, SEVERITIES, SEVERITY_LABELS, STATUS_LABELS
from fairline.cases.store_cautions import Caution
from fairline.cases.ways import takers_of
from fairline.channels import store_inboxes
from fairline.channels.registry import Channels
from fairline.db.bundle import Bundle
from fairline.db.unit import Unit
from fairline.desk import network_rules, wording
from fairline.desk.able import Ability, ability_of
from fairline.desk.caveats import Caveat, caveats_of
from fairline.desk.channel_words import channel_word
from fairline.desk.effort import effort_words
from fairline.desk.elsewhere import Away
from fairline.desk.frame import Frame
from fairline.desk.guard import Stop
from fairline.desk.matters import matters_of
from fairline.desk.network_rules import Blocked
from fairline.desk.snoozing import PRESETS
from fairline.desk.timeline import Bubble, Timeline, timeline_of
from fairline.desk.window_words import Clock, clock_of
from fairline.line.alarm_rows import Alarm
from fairline.line.joining import Group, group_of
from fairline.line.lists import Marks
from fairline.line.place import position
from fairline.line.store_opened import Opened
from fairline.people import store_contacts
from fairline.people.tables import Contact, Identity
from fairline.policy.abuse import WARNING
from fairline.web.live import Live
from fairline.web.whispers import Whisper

# What hangs on the case and on its customer, in one statement.
PARTS = Bundle(
    store_contacts.CONTACT,
    store_contacts.IDENTITIES,
    store.PARTICIPANTS,
    store.RELATED,
    store.LATEST_OF_CONTACT,
    store_messages.DRAFTS,
    store_messages.FILES,
    store_cautions.OF_CONTACT,
    store_inboxes.OWN,
)
MODES = ("private", "public", "note")


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is writing."""

    who: str
    mode: str
    text: str
    at: datetime


class Composer(msgspec.Struct, frozen=True, kw_only=True):
    """The composer's state: what was typed, or one's draft, or nothing yet."""

    mode: str
    text: str
    files: list[Attachment]
    copied: list[Participant]
    left_out: list[str]
    reader: str
    to: str
    # That a way was chosen, or is wished for; '' where answers go everywhere.
    asked: str = ""
    goes_on: bool = False
    stop: Stop | None = None
    away: Away | None = None
    blocked: Blocked | None = None
    # The address that a text approved by its network could go to; '' for none.
    approved_for: str = ""
    problem: str = ""
    is_news: bool = False


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the templates of a case ask for."""

    case: Case
    timeline: Timeline
    contact: Contact
    identities: list[Identity]
    participants: list[Participant]
    before: list[Case]
    related: list[tuple[Case, str]]
    tags: list[str]
    composer: Composer
    group: Group
    cautions: list[Caution]
    at: datetime
    drafts: list[Draft]
    caveats: list[Caveat]
    here: list[Whisper]
    inbox_name: str
    clock: Clock | None
    due: str
    due_tone: str
    place: str
    alarms: list[Alarm]
    ability: Ability
    matters: dict[str, Any]
    colleagues: list[dict[str, str]]

    @property
    def moves(self) -> list[tuple[str, str]]:
        """Statuses the case can take from here, with their labels."""
        return [(s, STATUS_LABELS[s]) for s in STATUS_LABELS if s in MOVES[self.case.status]]

    @property
    def effort(self) -> str:
        return effort_words(self.case)

    @property
    def status(self) -> str:
        return STATUS_LABELS[self.case.status]

    @property
    def severity(self) -> str:
        return SEVERITY_LABELS[self.case.severity]


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What came back in a form that could not be taken: shown again beside what was wrong."""

    mode: str = ""
    text: str = ""
    left_out: tuple[str, ...] = ()
    goes_on: bool = False
    problem: str = ""
    stop: Stop | None = None
    away: Away | None = None
    blocked: Blocked | None = None
    is_news: bool = False


def view_of(
    unit: Unit,
    frame: Frame,
    opened: Opened,
    live: Live,
    channels: Channels,
    *,
    marks: Marks,
    typed: Typed | None = None,
    before: Message | None = None,
) -> CaseView:
    """Gather it. `marks` are those of the list beside it and of the case."""
    case = opened.case
    found = PARTS.read(
        unit,
        {
            "case_id": case.id,
            "contact_id": case.contact_id,
            "inbox_id": case.inbox_id,
            "agent_id": frame.agent.id,
        },
    )
    (contact,) = found.of(store_contacts.CONTACT)
    identities = found.of(store_contacts.IDENTITIES)
    participants = found.of(store.PARTICIPANTS)
    related = found.of(store.RELATED)
    files = found.of(store_messages.FILES)
    name = names(frame, [*identities, *participants], [other for other, _ in related])
    drafts = found.of(store_messages.DRAFTS)
    inbox = found.one(store_inboxes.OWN)
    zone = frame.zone_of(case.brand_id)
    due, tone = wording.due_words(case.due_at, unit.now) if case.due_at else ("", "")
    timeline = timeline_of(
        unit,
        case,
        name,
        files=[f for f in files if f.message_id],
        before=before,
        own=inbox.address if inbox else "",
    )
    others = [
        Draft(
            who=frame.name_of(row["agent_id"]),
            mode=row["mode"],
            text=row["text"],
            at=row["updated_at"],
        )
        for row in drafts
        if row["agent_id"] != frame.agent.id
    ]
    return CaseView(
        case=case,
        timeline=timeline,
        contact=contact,
        identities=identities,
        participants=participants,
        before=[one for one in found.of(store.LATEST_OF_CONTACT) if one.id != case.id],
        related=related,
        tags=marks.tags.get(case.id, []),
        composer=_composer(
            frame,
            case,
            contact,
            participants,
            drafts,
            typed or Typed(),
            approved_for=network_rules.approved_for(channels, case, participants),
            files=[file for file in files if not file.message_id],
        ),
        group=group_of(unit, case, related),
        cautions=found.of(store_cautions.OF_CONTACT),
        at=unit.now,
        drafts=others,
        caveats=caveats_of(
            case,
            [one.message for one in timeline.items if isinstance(one, Bubble)],
            participants,
            [(draft.who, draft.mode) for draft in others],
            agent=frame.agent,
            zone=zone,
            now=unit.now,
            also=network_rules.caveats(
                unit, channels, inbox, frame.brand_of(case.brand_id), case, participants
            ),
        ),
        here=[w for w in live.presence.on(case.id, time.monotonic()) if w.who != frame.agent.id],
        inbox_name=inbox.name if inbox else "",
        clock=clock_of(case, unit.now, zone),
        ability=ability_of(unit, case),
        matters=matters_of(unit, frame, case),
        colleagues=[{"name": name} for _, name in frame.colleagues if name != frame.agent.name],
        due=due,
        due_tone=tone,
        place=_place(unit, opened),
        alarms=marks.alarms.get(case.id, []),
    )


def _place(unit: Unit, opened: Opened) -> str:
    """Where it stands and what its customer was told: one read, none for what does not wait."""
    place = position(unit, opened.case, opened.standing)
    return wording.place_words(place, opened.told, unit.now)


def names(
    frame: Frame, addresses: Iterable[Identity | Participant], cases: Iterable[Case]
) -> wording.Names:
    """Who or what an id stands for, in words."""
    known = {(a.id if isinstance(a, Identity) else a.identity_id): a for a in addresses}
    linked = {case.id: case.reference for case in cases}

    def name(kind: str, wanted: str | None) -> str:
        if kind == "agent":
            return frame.name_of(wanted) or "somebody"
        if kind == "team":
            return frame.team_name(wanted) or "another team"
        if kind == "case":
            return linked.get(wanted or "", "another case")
        found = known.get(wanted or "")
        if found is None:
            return "an address"
        if found.channel == "web":
            return found.name or "Somebody on the board"
        return found.address if kind == "address" else found.name or found.address

    return name


def _composer(
    frame: Frame,
    case: Case,
    contact: Contact,
    participants: list[Participant],
    drafts: list[dict[str, Any]],
    typed: Typed,
    *,
    approved_for: str,
    files: list[Attachment],
) -> Composer:
    own = next((row for row in drafts if row["agent_id"] == frame.agent.id), None)
    mode = typed.mode or (own["mode"] if own else "private")
    if mode not in MODES or (mode == "public" and not case.is_public):
        mode = "private"
    reached = [p for p in takers_of(case, participants) if not p.undeliverable_at]
    ways = dict.fromkeys(channel_word(p.channel) for p in reached)
    return Composer(
        mode=mode,
        text=typed.text or (own["text"] if own and not typed.mode else ""),
        files=files,
        copied=[p for p in participants if p.role == "copied"],
        left_out=list(typed.left_out),
        reader=contact.name or "the customer",
        to=" and ".join(ways) or channel_word(case.channel),
        asked=wording.asked_words(case, participants),
        goes_on=typed.goes_on,
        stop=typed.stop,
        away=typed.away,
        blocked=typed.blocked,
        approved_for=approved_for,
        problem=typed.problem,
        is_news=typed.is_news,
    )


def named(rows: Iterable[Any]) -> list[tuple[str, str]]:
    """Id and name of each, for a field of choices."""
    return [(row.id, row.name) for row in rows]


def file_address(reference: str, file_id: str, name: str) -> str:
    """Where the desk serves a file."""
    return f"/desk/cases/{reference}/files/{file_id}/{quote(name, safe='')}"


CHOICES: dict[str, Any] = {
    "named": named,
    "KINDS": [(kind, wording.KIND_LABELS[kind]) for kind in KINDS],
    "SEVERITIES": [(severity, SEVERITY_LABELS[severity]) for severity in SEVERITIES],
    "SNOOZES": PRESETS,
    "STATUS_LABELS": STATUS_LABELS,
    "channel_word": channel_word,
    "related_words": wording.related_words,
    "limit_words": wording.limit_words,
    "WARNING": WARNING,
    "file_address": file_address,
    "SHOWABLE": SHOWABLE,
}
