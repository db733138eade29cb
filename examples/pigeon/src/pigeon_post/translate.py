"""Understands one letter from the loft. Pure: the same bytes always mean the same."""

from datetime import datetime

import msgspec

from fairline.channels.contract import Author, Inbound, Invalid, Translation


class _Letter(msgspec.Struct, frozen=True):
    id: str
    ring: str
    text: str
    keeper: str = ""
    answers: str = ""
    arrived_at: datetime | None = None


def translated(payload: bytes, *, received_at: datetime) -> Translation:
    """Raises Invalid and nothing else for what is no letter: a person then looks at it."""
    try:
        letter = msgspec.json.decode(payload, type=_Letter)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"That is no letter: {error}", code="bad_payload") from error
    if not letter.id or not letter.ring.strip():
        raise Invalid("A letter has an id and a ring.", code="bad_payload")
    at = letter.arrived_at if letter.arrived_at and letter.arrived_at.tzinfo else received_at
    return Inbound(
        native_id=letter.id,
        author=Author(
            channel="pigeon", address=letter.ring.strip().lower(), name=letter.keeper, verified=True
        ),
        text=letter.text.replace("\x00", ""),
        sent_at=min(at, received_at),
        in_reply_to=(letter.answers,) if letter.answers else (),
    )
