"""A call that came in, written down by whoever took it: at the same door as everything else.

It becomes a case on the channel `phone` with the same fields, or joins the case that the agent
chose. Called by the desk and the API.
"""

import msgspec

from fairline.cases import store
from fairline.cases.addresses import leave_address
from fairline.cases.changes import assign, get_case
from fairline.cases.inbound import Author, Inbound, Taken
from fairline.cases.intake import receive
from fairline.cases.rows import Actor, Case
from fairline.cases.spoken import spoken
from fairline.channels.ingest import inbox_ref
from fairline.channels.notices import send_notice
from fairline.channels.registry import Channels
from fairline.core.errors import Invalid, NotFound
from fairline.core.ids import new_id
from fairline.core.text import tidy
from fairline.db.unit import Unit
from fairline.handoff.home_inbox import home_inbox
from fairline.people import store_contacts
from fairline.people.numbers import Number
from fairline.people.tables import Agent, Brand

MAX_TEXT = 100_000
MAX_NAME = 200


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent wrote down. `key` makes the same form sent twice one call. No `number` means
    that it was withheld. `answered` is what the caller was told; '' when an answer is still owed.
    `mail` is where their way to the thread goes.
    """

    key: str
    text: str
    number: Number | None = None
    name: str = ""
    kind: str = ""
    severity: str = ""
    language: str = ""
    recording_url: str = ""
    answered: str = ""
    mail: str = ""
    takes_it: bool = False
    status: str | None = None


def log_call(
    unit: Unit,
    channels: Channels,
    brand: Brand,
    heard: Heard,
    agent: Agent,
    *,
    case: Case | None = None,
) -> Taken:
    """Take the call. With `case` it joins that one: the agent has heard that it is the same matter.

    Raises Invalid. *Effects*: contact, case, message; an answer when one was given; a mail with
    the way to the thread when an address was left.
    """
    text = tidy(heard.text).strip()
    if not text or len(text) > MAX_TEXT:
        raise Invalid("Write down what the caller wants.", code="empty", field="text")
    if case and case.brand_id != brand.id:
        raise NotFound("There is no such case.", code="no_case")
    by = Actor(kind="agent", id=agent.id, name=agent.name)
    inbox = home_inbox(unit, channels, brand.id, "phone", by=by)
    address = heard.number.e164 if heard.number else f"withheld-{heard.key[:40] or new_id()}"
    if case and heard.number:
        belong(unit, case, "phone", address, heard.name)
    inbound = Inbound(
        native_id=f"call-{heard.key[:100] or new_id()}",
        author=Author(channel="phone", address=address, name=heard.name[:MAX_NAME]),
        text=text,
        kind=heard.kind,
        severity=heard.severity,
        language=heard.language,
        permalink=heard.recording_url,
    )
    taken = receive(unit, inbox_ref(unit, inbox), inbound, joins=case.id if case else None)
    if taken.outcome == "duplicate":
        return taken
    if heard.mail:
        send_the_way_back(unit, get_case(unit, taken.case_id), heard.mail, by=by)
    if heard.answered.strip():
        message = store_contacts.identity_at(unit, brand.id, "phone", address)
        spoken(
            unit,
            taken.case_id,
            agent,
            heard.answered,
            channel="phone",
            sends_copies=bool(heard.mail),
            status=heard.status,
            heard_by=[message.id] if message else [],
        )
    elif heard.takes_it:
        found = get_case(unit, taken.case_id, lock=True)
        if found.owner_id is None:
            assign(unit, found, agent.id, by=by, reason="took the call")
    return taken


def belong(unit: Unit, case: Case, channel: str, address: str, name: str) -> None:
    """An address that nobody has yet becomes one of the case's customer, unproven."""
    if store_contacts.identity_at(unit, case.brand_id, channel, address) is None:
        values = {
            "id": new_id(),
            "contact_id": case.contact_id,
            "brand_id": case.brand_id,
            "channel": channel,
            "address": address,
            "name": name[:MAX_NAME],
        }
        store_contacts.insert_identity(unit, values)


def send_the_way_back(
    unit: Unit, case: Case, mail: str, *, by: Actor, what: str = "called us"
) -> None:
    """Answers also go to this mail address, and the link to the thread goes there at once."""
    identity = leave_address(unit, case, "email", mail, by=by)
    case = store.case_by_id(unit, case.id) or case
    send_notice(
        unit,
        case,
        identity.id,
        case.subject,
        f"You have {what}. What you told us is written down as {case.reference}, and our "
        "answers also come to this address. The link below is your way to it: you can read it "
        "there, add to it, and see your place in line.",
    )
