"""The machine-readable parts of a report mail: delivery status, read receipt, complaint. Pure.

RFC 3464 (delivery status), RFC 8098 (read receipts), RFC 5965 (complaints), read leniently.
"""

import re
from collections.abc import Iterator

import msgspec

from fairline.channels.email.addresses import normalise
from fairline.channels.email.headers import Headers, split_headers
from fairline.channels.email.mime import Part
from fairline.core.errors import Invalid
from fairline.core.text import clip, tidy

MAX_BLOCKS = 200

_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ANGLE = re.compile(r"<([^<>\s]{3,320})>")


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one recipient. `action`: failed, delayed, delivered, relayed, expanded or ''.
    `code` is the enhanced status (RFC 3463) or ''.
    """

    recipient: str
    action: str
    code: str
    text: str

    @property
    def is_failure(self) -> bool:
        """It has been given up. Some systems invent actions; then the code decides."""
        return self.action == "failed" or (self.action not in _ACTIONS and self.code[:1] == "5")

    @property
    def is_delay(self) -> bool:
        """It is still being tried."""
        return self.action == "delayed" or (self.action not in _ACTIONS and self.code[:1] == "4")


def leaves(part: Part) -> Iterator[Part]:
    """All parts without parts."""
    if not part.parts:
        yield part
    for child in part.parts:
        yield from leaves(child)


def statuses_in(root: Part) -> list[Status]:
    """What the delivery-status parts say, per recipient."""
    found: list[Status] = []
    for part in leaves(root):
        if part.kind in {"message/delivery-status", "message/global-delivery-status"}:
            found += [status for block in _blocks(part.content) if (status := _status(block))]
    return found[:MAX_BLOCKS]


def _blocks(content: bytes) -> list[Headers]:
    """Groups of fields, apart by blank lines."""
    pieces = re.split(rb"\r?\n[ \t]*\r?\n", content.strip())[:MAX_BLOCKS]
    return [split_headers(piece + b"\r\n\r\n")[0] for piece in pieces if piece.strip()]


def _status(block: Headers) -> Status | None:
    if not (block.has("final-recipient") or block.has("original-recipient")):
        return None
    code = _STATUS.search(block.plain("status"))
    reason = block.text("diagnostic-code").partition(";")[2] or block.text("diagnostic-code")
    in_reason = _STATUS.search(reason)
    exact = code[1] if code and not code[1].endswith(".0.0") else ""
    return Status(
        recipient=_address(block.plain("original-recipient"))
        or _address(block.plain("final-recipient")),
        action=_action(block.plain("action")),
        code=exact or (in_reason[1] if in_reason else _any_code(block.plain("status"))),
        text=clip(tidy(reason.strip()), 500),
    )


def _action(value: str) -> str:
    """The action in the standard's word, also for systems that write "failure" or "delay"."""
    said = value.strip().lower()
    return next((known for known in _ACTIONS if said[:4] == known[:4]), said[:20])


def _any_code(value: str) -> str:
    found = _STATUS.search(value) or re.match(r"\s*([245]\d\d)\b", value)
    return found[1] if found else ""


def _address(value: str) -> str:
    """`rfc822; <cleo@example.com>` as an address, or ''."""
    text = value.rpartition(";")[2].strip()
    angle = _ANGLE.search(text)
    try:
        return normalise(angle[1] if angle else text.split(" ")[0])
    except Invalid:
        return ""


def disposition_in(root: Part) -> str:
    """`displayed`, `refused` or `kept` when the mail is a read receipt, else ''.

    `refused`: a machine deleted it unread, as Dovecot answers when a mailbox is full.
    """
    for part in leaves(root):
        if part.kind == "message/disposition-notification":
            for block in _blocks(part.content):
                mode, _, said = block.plain("disposition").lower().rpartition(";")
                if "displayed" in said or "processed" in said:
                    return "displayed"
                is_refusal = "deleted" in said and "automatic-action" in mode
                return "refused" if is_refusal else "kept"
    return ""


def is_complaint(root: Part) -> bool:
    """Whether a provider reports that a recipient called our mail spam."""
    return any(part.kind == "message/feedback-report" for part in leaves(root))


def originals_in(root: Part) -> list[Headers]:
    """Headers of the mail that is reported on, as far as it came back."""
    found = []
    for part in leaves(root):
        if part.kind in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}:
            found.append(split_headers(part.content)[0])
        if part.kind == "message/disposition-notification":
            found += [b for b in _blocks(part.content) if b.has("original-message-id")]
    return found
