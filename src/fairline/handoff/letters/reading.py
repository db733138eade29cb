"""A machine reads a letter; a person mends what it read. The scan stays beside both."""

from typing import Any

import msgspec

from fairline.cases import store as cases
from fairline.cases import store_messages
from fairline.cases.actions import actor_of
from fairline.cases.changes import get_case
from fairline.cases.opening import MAX_PREVIEW, clipped, subject_of
from fairline.cases.rows import SYSTEM, Actor, Attachment, Case, Message
from fairline.cases.search import index_case, index_message
from fairline.cases.timeline import record
from fairline.core.errors import Invalid, NotFound
from fairline.core.text import tidy
from fairline.db.blobs import get_blob
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.handoff.letters import store
from fairline.handoff.letters.incoming import MAX_TEXT
from fairline.handoff.letters.reader import KINDS, Read, read_scan
from fairline.people import store as people
from fairline.people.tables import Agent


def read_letter(database: Database, payload: dict[str, Any]) -> None:
    """The job. Reads outside of any transaction; what was typed meanwhile is left alone."""
    message_id = str(payload["message_id"])
    with database.read() as unit:
        message = store_messages.message_by_id(unit, message_id)
        if message is None:
            return
        case = get_case(unit, message.case_id)
        brand = people.brand_by_id(unit, case.brand_id)
        scans = [(s.media_type, get_blob(unit, s.sha256)) for s in scans_of(unit, message_id)]
    language = case.language or (brand.language if brand else "")
    found = [read_scan(data, kind, language) for kind, data in scans]
    with database.write() as unit:
        _keep(unit, message_id, found)


def scans_of(unit: Unit, message_id: str) -> list[Attachment]:
    """The files of a letter that can be read and drawn, in their order."""
    files = store_messages.attachments_of_message(unit, message_id)
    return [file for file in files if file.media_type in KINDS]


def correct(unit: Unit, case: Case, message: Message, text: str, agent: Agent) -> None:
    """Mend what the machine read, or type what it could not. Raises Invalid, NotFound."""
    if message.channel != "letter" or message.direction != "inbound":
        raise NotFound("That is no letter.", code="no_letter")
    text = tidy(text).strip()
    if not text or len(text) > MAX_TEXT:
        raise Invalid("Write what the letter says.", code="empty", field="text")
    store.insert(unit, message.id, case.id)
    values = {"state": "corrected", "corrected_by_id": agent.id, "corrected_at": unit.now}
    store.update(unit, message.id, values)
    _set_text(unit, case, message, text)
    _record(unit, case, "letter_corrected", actor_of(agent), {"message_id": message.id})


def _keep(unit: Unit, message_id: str, found: list[Read]) -> None:
    reading = store.reading_of(unit, message_id)
    message = store_messages.message_by_id(unit, message_id)
    if reading is None or message is None or reading.state != "waiting":
        return
    case = get_case(unit, message.case_id, lock=True)
    text = tidy("\n\n".join(read.text for read in found if read.text)).strip()[:MAX_TEXT]
    errors = list(dict.fromkeys(read.error for read in found if read.error))
    if not text and not errors:
        errors = ["No words were found on it. Type the letter."]
    pages = sum(read.pages for read in found)
    values = {
        "state": "read" if text else "failed",
        "pages": pages,
        "words": text,
        "error": " ".join(errors)[:1000],
        "read_at": unit.now,
    }
    store.update(unit, message_id, values)
    if text and not message.text:
        _set_text(unit, case, message, text)
    data = {"message_id": message_id, "pages": pages, "error": "" if text else errors[0][:200]}
    _record(unit, case, "letter_read", SYSTEM, data)


def _set_text(unit: Unit, case: Case, message: Message, text: str) -> None:
    """The words of the letter; a case that had none is named by them. Search finds them at once."""
    store_messages.update_message(unit, message.id, {"text": text})
    index_message(unit, case, msgspec.structs.replace(message, text=text))
    if not case.preview:
        subject = subject_of("", text) or case.subject
        values = {"preview": clipped(text, MAX_PREVIEW), "subject": subject}
        cases.update_case(unit, case.id, values)
        index_case(unit, msgspec.structs.replace(case, **values))


def _record(unit: Unit, case: Case, kind: str, by: Actor, data: dict[str, Any]) -> None:
    record(unit, kind, by=by, case_id=case.id, brand_id=case.brand_id, data=data)
