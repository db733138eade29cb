"""Opens a case: the row, its reference, its times and its first event."""

import base64
import re
import secrets
from datetime import datetime
from typing import Any

from fairline.cases import store
from fairline.cases.clocks import opening_times
from fairline.cases.effort import Effort, columns, heard
from fairline.cases.inbound import Inbound, InboxRef
from fairline.cases.rows import Actor, Case
from fairline.cases.search import index_case
from fairline.cases.states import KINDS, OFF_THE_LINE, SEVERITIES, TRIED_FIRST, default_severity
from fairline.cases.timeline import record
from fairline.core.errors import Conflict
from fairline.core.ids import new_id, new_reference
from fairline.db.unit import Unit
from fairline.people.tables import Identity

MAX_SUBJECT = 140
MAX_PREVIEW = 160
CALLED = re.compile(r"^(?:@[\w.@:-]+\s+)+")


def open_case(
    unit: Unit, inbox: InboxRef, inbound: Inbound, author: Identity, *, arrived_at: datetime
) -> Case:
    """A new case for what `author` said, which is its one message and stored by the caller.
    *Effects*: case row, `case_opened`, search.

    A suggestion, praise or vent is thanked and counted at once and never enters the line.
    """
    kind = inbound.kind if inbound.kind in KINDS else "question"
    off = kind in OFF_THE_LINE
    declared = inbound.severity if inbound.severity in SEVERITIES and not off else ""
    severity = declared or default_severity(kind)
    tried = inbound.tried_first if inbound.is_public and inbound.tried_first in TRIED_FIRST else ""
    values: dict[str, Any] = {
        "id": new_id(),
        "brand_id": inbox.brand_id,
        "subject": subject_of(inbound.subject, inbound.text) or _without_words(inbound),
        "preview": clipped(inbound.text, MAX_PREVIEW),
        "status": "closed" if off else "new",
        "kind": kind,
        "severity": severity,
        "is_public": inbound.is_public,
        "contact_id": author.contact_id,
        "inbox_id": inbox.id,
        "channel": inbox.channel,
        "owner_id": None,
        "team_id": inbox.team_id,
        "language": inbound.language,
        "mail_token": new_mail_token(),
        "message_count": 1,
        "created_at": unit.now,
        "updated_at": unit.now,
        "first_answered_at": None,
        "last_answered_at": None,
        "snoozed_until": None,
        "solved_at": unit.now if off else None,
        "closed_at": unit.now if off else None,
        "hidden_at": None,
        "tried_first": tried,
        **opening_times(unit, inbox.brand_id, inbox.id, kind, severity, arrived_at),
        **columns(Effort() if inbound.is_automatic else heard(Effort(), inbox.channel)),
    }
    case = insert_with_reference(unit, values)
    store.add_participant(
        unit,
        case.id,
        author.id,
        "customer",
        confirmed=inbound.author.verified or inbound.author.channel == "web",
    )
    index_case(unit, case)
    record(
        unit,
        "case_opened",
        by=Actor(kind="contact", id=author.contact_id),
        case_id=case.id,
        brand_id=case.brand_id,
        data={
            "channel": case.channel,
            "inbox_id": case.inbox_id,
            "kind": case.kind,
            "automatic": inbound.is_automatic,
            "is_listed": inbound.is_listed,
            "need": declared,
            "tried_first": tried,
        },
    )
    return case


def _without_words(inbound: Inbound) -> str:
    return inbound.files[0].name[:MAX_SUBJECT] if inbound.files else "(no words)"


def insert_with_reference(unit: Unit, values: dict[str, Any], reference: str = "") -> Case:
    """Insert under a fresh reference; draws again when it is taken. Raises Conflict when given."""
    for _ in range(20):
        row = {**values, "reference": reference or new_reference()}
        if store.insert_case(unit, row):
            return Case(**row)
        if reference:
            break
    raise Conflict(f"The reference {reference or '(drawn)'} is taken.", code="reference_taken")


def new_mail_token() -> str:
    """128 random bits in lower-case base 32 (26 characters): safe in a mail address."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def subject_of(subject: str, text: str) -> str:
    """The subject, or the first sentence of the text where a channel has none; '' for no words."""
    if subject := " ".join(subject.split()):
        return clipped(subject, MAX_SUBJECT)
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    first = without_names(first)
    for mark in (". ", "? ", "! "):
        head, found, _ = first.partition(mark)
        if found and len(head) >= 12:
            first = head + mark.strip().replace(".", "")
            break
    return clipped(first, 90)


def clipped(text: str, most: int) -> str:
    """One line of at most `most` characters, cut at a word with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    head = line[: most - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[most // 2 :] else head) + "…"


def without_names(line: str) -> str:
    """A line without the accounts that it calls first: a post calls us to be seen by us."""
    return CALLED.sub("", line) or line
