"""Files on a case: bytes go to the blob store, names are made harmless, types are not trusted."""

import re
from collections.abc import Iterable

from fairline.cases import store_messages
from fairline.cases.inbound import InboundFile
from fairline.cases.rows import Attachment
from fairline.core.errors import Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.blobs import get_blob, put_blob
from fairline.db.unit import Unit

MAX_FILES = 50
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]+')

# Shown in the browser as they are; everything else is only ever downloaded.
SHOWABLE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})


def safe_name(name: str) -> str:
    """A file name without path parts, control or direction-changing characters."""
    cleaned = _UNSAFE.sub("_", name).strip(" ._") or "file"
    if len(cleaned) <= 120:
        return cleaned
    stem, dot, ending = cleaned.rpartition(".")
    return f"{stem[:100]}{dot}{ending[:15]}" if dot and stem else cleaned[:120]


def safe_type(media_type: str) -> str:
    """A media type that cannot smuggle a header, lower case."""
    kind = media_type.partition(";")[0].strip().lower()
    return (
        kind
        if re.fullmatch(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+", kind)
        else ("application/octet-stream")
    )


def store_files(
    unit: Unit, case_id: str, message_id: str | None, files: Iterable[InboundFile]
) -> list[Attachment]:
    """Keep the files of a message; those that are only named are fetched later."""
    found = [file for file in list(files)[:MAX_FILES] if not (file.url and not file.data)]
    return [_store(unit, case_id, message_id, file, None) for file in found]


def upload(
    unit: Unit, case_id: str, agent_id: str, file: InboundFile, *, most_bytes: int
) -> Attachment:
    """Put a file into an agent's draft. Raises Invalid when it is empty or too large."""
    check_size(file, most_bytes)
    waiting = store_messages.waiting_attachments(unit, case_id, agent_id)
    if len(waiting) >= MAX_FILES:
        raise Invalid(f"At most {MAX_FILES} files fit on one message.", code="too_many_files")
    return _store(unit, case_id, None, file, agent_id)


def check_size(file: InboundFile, most_bytes: int) -> None:
    """Raises Invalid for an empty file or one over the limit."""
    if not file.data:
        raise Invalid(f"{safe_name(file.name)} is empty.", code="empty_file", field="file")
    if len(file.data) > most_bytes:
        raise Invalid(
            f"{safe_name(file.name)} is larger than {most_bytes // 1_048_576} MB. "
            "Send a smaller version, or a link to it.",
            code="file_too_large",
            field="file",
        )


def read_file(unit: Unit, attachment_id: str) -> tuple[Attachment, bytes]:
    """Raises NotFound."""
    attachment = store_messages.attachment_by_id(unit, attachment_id)
    if attachment is None:
        raise NotFound("There is no such file.", code="no_such_file")
    return attachment, get_blob(unit, attachment.sha256)


def _store(
    unit: Unit, case_id: str, message_id: str | None, file: InboundFile, agent_id: str | None
) -> Attachment:
    attachment = Attachment(
        id=new_id(),
        case_id=case_id,
        message_id=message_id,
        agent_id=agent_id,
        name=safe_name(file.name),
        media_type=safe_type(file.media_type),
        size_bytes=len(file.data),
        sha256=put_blob(unit, file.data),
        content_id=file.content_id[:300],
        is_inline=file.is_inline,
        created_at=unit.now,
    )
    store_messages.insert_attachment(unit, attachment)
    return attachment
