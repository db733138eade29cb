"""Sends word that we have it: once per case, true to what is known, and never to a machine.

A mail that opens a case is acknowledged by a job (so that nothing about it can hold up a mail that
comes in); an address left on the board by whoever takes it in (`board/ask.py`). It is a notice: it
answers no promise, says in its headers that a machine wrote it, and only one goes out per case and
a few a day to one address, so no two machines can talk for ever.
"""

from datetime import timedelta
from typing import Any

from fairline.acknowledgements import store
from fairline.acknowledgements.phrases import phrases
from fairline.acknowledgements.texts import text_for
from fairline.acknowledgements.wording import filled
from fairline.cases import clocks, store_messages
from fairline.cases import store as cases
from fairline.cases.rows import Case, Event
from fairline.channels.notices import LINK_MARK, send_notice
from fairline.core.clock import now
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs.queue import enqueue
from fairline.line import told
from fairline.line.place import place_of
from fairline.people import store as people
from fairline.people import store_contacts

JOB = "acknowledge"
# Old news is none: after a longer stop of the workers the answer itself is nearer.
FRESH = timedelta(hours=6)
MOST_A_DAY = 5


def hear(unit: Unit, event: Event) -> None:
    """Inline listener of `case_opened`: a mail from a person is acknowledged soon after."""
    if event.data.get("channel") != "email" or now() - event.at > FRESH:
        return
    if event.case_id and not event.data.get("automatic") and not event.data.get("is_listed"):
        enqueue(unit, JOB, {"case_id": event.case_id}, key=f"{JOB}:{event.case_id}")


def work(database: Database, payload: dict[str, Any]) -> None:
    """The job. Does nothing the second time."""
    with database.write() as unit:
        case = cases.case_by_id(unit, str(payload["case_id"]), lock=True)
        if case is None or unit.now - case.created_at > FRESH:
            return
        takers = cases.participants_of(unit, case.id)
        author = next((p for p in takers if p.role == "customer" and p.channel == "email"), None)
        if author and not author.undeliverable_at and not _is_forged(unit, case):
            acknowledge(unit, case, author.identity_id)


def _is_forged(unit: Unit, case: Case) -> bool:
    """The domain of the sender says that it did not send this: they would get mail for nothing."""
    said = store_messages.thread(unit, case.id, limit=10)
    first = next((message for message in said if message.direction == "inbound"), None)
    return bool(first and first.auth and first.auth.get("dmarc") == "fail")


def acknowledge(unit: Unit, case: Case, identity_id: str) -> bool:
    """Tell one address of the customer that we have it, unless that has no use.

    Returns whether a mail went out. None goes out for a case that does not stand in line or was
    answered already, from an inbox that stays quiet, a second time, or too often to one address.
    *Effects*: a message on the case and its delivery; what was said of the wait is written down.
    """
    if case.first_answered_at or store.is_claimed(unit, case.id):
        return False
    place = place_of(unit, case)
    if place is None or store.is_quiet(unit, case.inbox_id):
        return False
    since = unit.now - timedelta(days=1)
    if store.sent_to(unit, identity_id, since, most=MOST_A_DAY) >= MOST_A_DAY:
        return False
    if not store.claim(unit, case.id, identity_id):
        return False
    contact = store_contacts.contact_by_id(unit, case.contact_id)
    brand = people.brand_by_id(unit, case.brand_id)
    language, subject, body = text_for(
        unit,
        case.brand_id,
        contact.language if contact else "",
        case.language,
        brand.language if brand else "",
    )
    calendar, _ = clocks.promises_of(unit, case.brand_id, case.inbox_id)
    values = {
        "name": shown_name(contact.name if contact else ""),
        "reference": case.reference,
        "link": LINK_MARK,
        **phrases(language, place, calendar, unit.now),
    }
    low, high = (place.low, place.high) if "{expected}" in body + subject else (None, None)
    told.tell(unit, case.id, case.brand_id, place.ahead, low, high)
    send_notice(
        unit, case, identity_id, filled(subject, values) or case.subject, filled(body, values)
    )
    return True


def shown_name(name: str) -> str:
    """A name to greet by; '' for what is no name."""
    name = " ".join(name.split())
    return "" if "@" in name or "[" in name or len(name) > 60 else name
