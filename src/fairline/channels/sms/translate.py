"""One request of the provider becomes a text message, news of one of ours, or a wish. Pure.

Source: Twilio, "Twilio's request to your incoming message webhook URL", "Track outbound message
status" (MessageStatus, ErrorCode), Advanced Opt-Out (OptOutType).
"""

import hashlib
from collections.abc import Mapping

from fairline.channels.contract import (
    Author,
    Consent,
    Ignored,
    Inbound,
    InboundFile,
    Invalid,
    Receipt,
    Translation,
)
from fairline.channels.sms.addresses import can_be_answered, normalise
from fairline.channels.sms.keywords import keyword_in
from fairline.channels.twilio import fault_of, read_form

MOST_MEDIA = 10
# A real id has 34 characters. A shorter one is not trusted to be the only one of its kind.
SHORTEST_ID = 20
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "video/mp4": ".mp4",
           "audio/mpeg": ".mp3", "audio/ogg": ".ogg", "audio/amr": ".amr", "text/vcard": ".vcf",
           "application/pdf": ".pdf", "video/3gpp": ".3gp"}  # fmt: skip
PASSING = frozenset({"accepted", "scheduled", "queued", "sending", "sent"})
RECEIVED = frozenset({"", "received", "receiving"})


def native_id_of(payload: bytes, fields: Mapping[str, str]) -> str:
    """The same request told twice has the same one; each state of a message has its own."""
    sid, status = _sid(fields, payload), fields.get("MessageStatus", "").lower()
    return sid if status in RECEIVED else f"{sid}-{status[:20]}"


def translate(payload: bytes) -> Translation:
    """Raises Invalid."""
    fields = read_form(payload)
    native_id = native_id_of(payload, fields)
    status = fields.get("MessageStatus", "").lower()
    if status not in RECEIVED:
        return _receipt(native_id, status, fields)
    if not fields.get("From"):
        raise Invalid("A text message comes from somebody.", code="bad_payload")
    address, body = normalise(fields["From"]), fields.get("Body", "")
    inbound = _inbound(native_id, address, body, fields)
    keyword = keyword_in(body, fields.get("OptOutType", ""))
    if keyword in {"stop", "start"}:
        return Consent(
            native_id=native_id, address=address, stops=keyword == "stop", text=body[:100]
        )
    if keyword == "help":
        return Ignored(
            native_id=native_id,
            outcome="chatter",
            reason="asked for HELP, which is answered at once",
            inbound=inbound,
        )
    if not (inbound.text or inbound.files):
        return Ignored(native_id=native_id, outcome="chatter", reason="there is nothing in it")
    return inbound


def _inbound(native_id: str, address: str, body: str, fields: Mapping[str, str]) -> Inbound:
    files = _files(fields)
    text = body.strip()
    if spot := _spot(fields):
        text = f"{text}\n{spot}".strip()
    is_answerable = can_be_answered(address)
    return Inbound(
        native_id=native_id,
        author=Author(
            channel="sms",
            address=address,
            name=fields.get("ProfileName", "").strip()[:200] or address,
            # A name or a short code is whatever the sender chose.
            verified=is_answerable,
        ),
        text=text,
        files=files,
        is_listed=not is_answerable,
        is_automatic=not is_answerable,
    )


def _files(fields: Mapping[str, str]) -> tuple[InboundFile, ...]:
    given = fields.get("NumMedia", "")
    count = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0
    count = max(count, 1 if "MediaUrl0" in fields else 0)
    found = []
    for number in range(min(count, MOST_MEDIA)):
        url = fields.get(f"MediaUrl{number}", "")
        media_type = fields.get(f"MediaContentType{number}", "").lower()[:100]
        if url.startswith(("https://", "http://127.0.0.1:")):
            name = (
                f"picture-{number + 1}" if media_type.startswith("image/") else f"file-{number + 1}"
            )
            ending = ENDINGS.get(media_type, "")
            found.append(
                InboundFile(
                    name=name + ending,
                    media_type=media_type or "application/octet-stream",
                    url=url[:2000],
                )
            )
    return tuple(found)


def _spot(fields: Mapping[str, str]) -> str:
    latitude, longitude = fields.get("Latitude", ""), fields.get("Longitude", "")
    if not (latitude and longitude):
        return ""
    named = ", ".join(fields[one] for one in ("Label", "Address") if fields.get(one))
    at = f"{latitude[:20]}, {longitude[:20]}"
    return f"Their place: {named} ({at})" if named else f"Their place: {at}"


def _receipt(native_id: str, status: str, fields: Mapping[str, str]) -> Translation:
    if status in PASSING:
        return Ignored(native_id=native_id, outcome="chatter", reason="it is on its way")
    code, said = fields.get("ErrorCode", ""), fields.get("ErrorMessage", "")
    sid = fields.get("MessageSid") or fields.get("SmsSid", "")
    if status in {"delivered", "read"}:
        return Receipt(native_id=native_id, state=status, native_ids=(sid,))
    if status in {"undelivered", "failed", "canceled"}:
        fault = fault_of(code, said)
        return Receipt(
            native_id=native_id,
            state="failed",
            native_ids=(sid,),
            provider_code=code[:20],
            text=fault.text,
            blames_address=fault.is_gone,
        )
    return Ignored(native_id=native_id, outcome="chatter", reason="news that we do not know")


def _sid(fields: Mapping[str, str], payload: bytes) -> str:
    sid = fields.get("MessageSid") or fields.get("SmsMessageSid") or fields.get("SmsSid", "")
    if len(sid) >= SHORTEST_ID:
        return sid[:100]
    return f"{sid}-{hashlib.sha256(payload).hexdigest()[:24]}".lstrip("-")
