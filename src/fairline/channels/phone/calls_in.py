"""A call that came in, by what the provider told of it last: a wish, a message, or nobody answered.

One call is one message, whatever is told of it and how often; a recording is a message of its own.
Pure. Source: Twilio, parameters of its voice requests; Record (RecordingUrl, `.mp3`).
"""

from collections.abc import Mapping
from datetime import datetime

from fairline.channels.contract import Author, Ignored, Inbound, InboundFile, Invalid, Translation
from fairline.channels.phone.twilio import caller_of
from fairline.channels.twilio import read_form

# Shorter calls are wrong numbers and machines that try what answers.
SHORTEST_S = 3


def is_form(payload: bytes) -> bool:
    """Whether it is a provider's (a form, or one captured as JSON), and no switchboard's."""
    return payload.lstrip()[:1] != b"{" or b'"AccountSid"' in payload


def translate_form(payload: bytes, *, received_at: datetime) -> Translation:
    """Raises Invalid."""
    fields = read_form(payload)
    call_id = fields.get("CallSid", "")[:100]
    if not call_id:
        raise Invalid("That is no news of a call.", code="bad_news")
    if fields.get("RecordingUrl"):
        return _message(call_id, fields, received_at)
    if fields.get("Digits"):
        return _inbound(
            f"call-{call_id}",
            fields,
            received_at,
            subject="Please call back",
            text="Somebody called us and asks to be called back.",
        )
    if fields.get("ParentCallSid") or fields.get("Direction", "inbound") != "inbound":
        return Ignored(native_id=call_id, outcome="chatter", reason="news of a call of ours")
    seconds = fields.get("CallDuration", "")
    if seconds.isascii() and seconds.isdigit() and int(seconds[:6]) < SHORTEST_S:
        return Ignored(native_id=call_id, outcome="chatter", reason="hung up at once")
    return _inbound(
        f"call-{call_id}",
        fields,
        received_at,
        subject="A call that nobody answered",
        text="Somebody called us, heard our hours and hung up. Please call back.",
    )


def _message(call_id: str, fields: Mapping[str, str], received_at: datetime) -> Inbound:
    url, length = fields["RecordingUrl"], fields.get("RecordingDuration", "")
    seconds = int(length) if length.isascii() and length.isdigit() and len(length) < 6 else 0
    took = f" ({seconds // 60}:{seconds % 60:02})" if seconds else ""
    file = InboundFile(
        name="message.mp3", media_type="audio/mpeg", url=f"{url.removesuffix('.mp3')[:1900]}.mp3"
    )
    is_address = url.startswith(("https://", "http://127.0.0.1:"))
    return _inbound(
        f"message-{call_id}",
        fields,
        received_at,
        subject="A message left on the telephone",
        text=f"Somebody called us and left a message{took}. Listen to it here.",
        files=(file,) if is_address else (),
    )


def _inbound(
    native_id: str,
    fields: Mapping[str, str],
    received_at: datetime,
    *,
    subject: str,
    text: str,
    files: tuple[InboundFile, ...] = (),
) -> Inbound:
    # Anybody can show any number: it is claimed, and proves nothing.
    number = caller_of(fields)
    call_id = fields.get("CallSid", "")[:60]
    return Inbound(
        native_id=native_id,
        author=Author(
            channel="phone",
            address=number or f"withheld-{call_id}",
            name=fields.get("CallerName", "")[:200],
        ),
        subject=subject,
        text=text,
        sent_at=received_at,
        files=files,
    )
