"""One delivery becomes calls of the Bot API, in their order. Pure.

Text goes out as it is, without markup that a word of it could break. One picture or file takes a
short text along; otherwise the text goes first. Source: Bot API, sendMessage, sendPhoto (10 MB),
sendDocument (50 MB), captions of 1,024 characters.
"""

from typing import Any

import msgspec

from fairline.channels.contract import DeliveryError, Outbound, OutboundFile
from fairline.channels.telegram.places import place_in_public
from fairline.core.lengths import LengthRule, length_of

LENGTH = LengthRule(counts="utf16", most=4096)
CAPTION = LengthRule(counts="utf16", most=1024)
MOST_FILE_BYTES = 50_000_000
MOST_PHOTO_BYTES = 10_000_000
PHOTOS = frozenset({"image/jpeg", "image/png"})


class ApiCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call: `fields` as a form, and at most one file as `part`."""

    method: str
    fields: dict[str, Any]
    part: str = ""
    file: OutboundFile | None = None


def calls_for(outbound: Outbound) -> list[ApiCall]:
    """Raises DeliveryError for what Telegram can never take."""
    chat, under = _where(outbound)
    text = f"{outbound.text}\n\n{outbound.link}" if outbound.link else outbound.text
    files = list(outbound.files)
    if large := next((one for one in files if len(one.data) > MOST_FILE_BYTES), None):
        raise DeliveryError(f"“{large.name}” is larger than 50 MB.", permanent=True)
    lead: dict[str, Any] = {"chat_id": chat}
    if under:
        lead["reply_parameters"] = {"message_id": under, "allow_sending_without_reply": True}
    if len(files) == 1 and text.strip() and not length_of(text, CAPTION).is_over:
        return [_with_file(files[0], {**lead, "caption": text})]
    said = [ApiCall(method="sendMessage", fields={**lead, "text": text})] if text.strip() else []
    return said + [_with_file(file, {"chat_id": chat}) for file in files]


def _where(outbound: Outbound) -> tuple[int, int | None]:
    """The chat, and the message that is answered: in a group, so that it is seen to whom."""
    if outbound.is_public:
        at = place_in_public((*outbound.references, outbound.in_reply_to))
        if at is not None:
            return at
        # They asked on the board, and want to hear of it here: public words harm nobody in private.
    if not outbound.recipient.isascii() or not outbound.recipient.isdigit():
        raise DeliveryError("That is nobody's number on Telegram.", permanent=True)
    # In a private chat the order says what is answered.
    return int(outbound.recipient), None


def _with_file(file: OutboundFile, fields: dict[str, Any]) -> ApiCall:
    is_photo = file.media_type in PHOTOS and len(file.data) <= MOST_PHOTO_BYTES
    method, part = ("sendPhoto", "photo") if is_photo else ("sendDocument", "document")
    return ApiCall(method=method, fields=fields, part=part, file=file)
