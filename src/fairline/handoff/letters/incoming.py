"""A letter that came in: scanned or typed, at the same door as everything else.

A scan without words is read by a job; until then the case stands in the line with its files.
"""

import msgspec

from fairline.cases import store_messages
from fairline.cases.changes import get_case
from fairline.cases.files import check_size
from fairline.cases.inbound import Author, Inbound, InboundFile, Taken
from fairline.cases.intake import receive
from fairline.cases.rows import Actor, Case, Event
from fairline.channels.ingest import inbox_ref
from fairline.channels.registry import Channels
from fairline.core.errors import Invalid, NotFound
from fairline.core.ids import new_id
from fairline.core.text import tidy
from fairline.db.unit import Unit
from fairline.handoff.calls.incoming import belong, send_the_way_back
from fairline.handoff.home_inbox import home_inbox
from fairline.handoff.letters import store
from fairline.handoff.letters.reader import kind_of
from fairline.jobs.queue import enqueue
from fairline.people.tables import Agent, Brand

JOB = "read_letter"
MAX_TEXT = 100_000
MOST_FILES = 10


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What lies on the desk. `key` makes the same form sent twice one letter. `address` has one
    thing a line, the name first; '' when the letter has none.
    """

    key: str
    files: tuple[InboundFile, ...] = ()
    text: str = ""
    name: str = ""
    address: str = ""
    kind: str = ""
    severity: str = ""
    mail: str = ""


def put_in(
    unit: Unit,
    channels: Channels,
    brand: Brand,
    letter: Letter,
    agent: Agent,
    *,
    most_bytes: int,
    case: Case | None = None,
) -> Taken:
    """Take a letter. Raises Invalid for neither words nor a scan, and for a file that is none.

    *Effects*: contact, case, message, files; a job where a machine is to read it.
    """
    text = tidy(letter.text).strip()
    files = tuple(_scan(file, most_bytes) for file in letter.files)
    if len(files) > MOST_FILES:
        raise Invalid(f"At most {MOST_FILES} files make a letter.", field="files")
    if not text and not files:
        raise Invalid("Choose the scan, or type the letter.", code="empty", field="files")
    if len(text) > MAX_TEXT:
        raise Invalid(f"That is over {MAX_TEXT:,} characters.", field="text")
    if case and case.brand_id != brand.id:
        raise NotFound("There is no such case.", code="no_case")
    by = Actor(kind="agent", id=agent.id, name=agent.name)
    inbox = home_inbox(unit, channels, brand.id, "letter", by=by)
    known = bool(letter.address.strip())
    address = (
        channels.of_kind("letter").normalise(letter.address)
        if known
        else f"unknown-{letter.key[:40] or new_id()}"
    )
    name = letter.name.strip() or (address.split("\n")[0] if known else "")
    if case and known:
        belong(unit, case, "letter", address, name)
    inbound = Inbound(
        native_id=f"letter-{letter.key[:100] or new_id()}",
        author=Author(channel="letter", address=address, name=name),
        text=text,
        kind=letter.kind,
        severity=letter.severity,
        files=files,
    )
    taken = receive(unit, inbox_ref(unit, inbox), inbound, joins=case.id if case else None)
    if taken.outcome == "duplicate":
        return taken
    if letter.mail:
        send_the_way_back(
            unit, get_case(unit, taken.case_id), letter.mail, by=by, what="written us a letter"
        )
    return taken


def hear(unit: Unit, event: Event) -> None:
    """Inline listener of `message_received`: a letter without words is read by a machine."""
    if event.data.get("channel") != "letter":
        return
    message = store_messages.message_by_id(unit, event.data["message_id"])
    if message is None or message.text or not store.insert(unit, message.id, message.case_id):
        return
    enqueue(unit, JOB, {"message_id": message.id}, key=f"{JOB}:{message.id}")


def _scan(file: InboundFile, most_bytes: int) -> InboundFile:
    """The file under the type that it really has. Raises Invalid for no scan."""
    check_size(file, most_bytes)
    kind = kind_of(file.data)
    if not kind:
        raise Invalid(
            f"{file.name[:80]} is no scan. Choose a PDF, JPEG, PNG or TIFF.",
            code="bad_scan",
            field="files",
        )
    return msgspec.structs.replace(file, media_type=kind)
