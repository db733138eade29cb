"""What WhatsApp tells, understood. Pure.

A person is a telephone number in E.164 where WhatsApp shows one, else the id that Meta made for the
business (BSUID): who has a username may hide the number. Source: "messages", "edit", "revoke",
"smb_message_echoes" webhook references, and "Business-scoped user IDs".
"""

import re
from datetime import datetime
from typing import Any

from fairline.cases.inbound import Author, Inbound
from fairline.channels.contract import (
    Echo,
    Edited,
    Ignored,
    InboxInfo,
    Invalid,
    Receipt,
    Removed,
    Translation,
)
from fairline.channels.meta.codes import verdict
from fairline.channels.meta.cutting import id_of_whatsapp
from fairline.channels.meta.reading import at, fingerprint, moment, name, rows, table, text
from fairline.channels.meta.whatsapp_words import words_of

STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read"}
# "US.13491208655302741918", or with ENT for several businesses.
BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
_NUMBER = re.compile(r"\+?[0-9][0-9 ().-]{3,24}")
_OTHER_ID = re.compile(r"[A-Za-z0-9][\w.:@-]{0,199}")


def address_of(given: str) -> str:
    """A person's or our own address in its one normal form. Raises Invalid."""
    given = given.strip()
    if BSUID.fullmatch(given):
        return given
    digits = re.sub(r"\D", "", given)
    if _NUMBER.fullmatch(given) and 5 <= len(digits) <= 17:
        return f"+{digits}"
    if _OTHER_ID.fullmatch(given):
        return given  # an id of a form that came after us is still somebody
    raise Invalid("That is no telephone number.", code="bad_address", field="address")


def read_whatsapp(
    change: dict[str, Any], inbox: InboxInfo, *, media_url: str, received_at: datetime
) -> Translation:
    """One change: a message, an echo, a status, or news of the account. Raises Invalid."""
    value = table(change, "value")
    for message in rows(value, "messages"):
        return _message(message, value, inbox, media_url, received_at)
    for status in rows(value, "statuses"):
        return _status(status)
    for echo in rows(value, "message_echoes"):
        return _echo(echo, inbox, media_url)
    field = name(change, "field")
    if not field or (field == "messages" and not at(value, "errors")):
        raise Invalid("That is no news from WhatsApp that we know.", code="bad_payload")
    if field == "user_preferences":
        return _preference(value)
    said = name(value, "event") or name(value, "message_template_name")
    if problem := next(rows(value, "errors"), None):
        said = name(problem, "title") or name(problem, "message")
    reason = f"news of the account ({field[:60]}){': ' + said[:200] if said else ''}"
    native_id = f"change:{fingerprint(field, value)}"
    return Ignored(native_id=native_id, outcome="chatter", reason=reason)


def _author(message: dict[str, Any], value: dict[str, Any]) -> Author:
    profile = next(rows(value, "contacts"), {})
    given = (
        name(message, "from")
        or name(profile, "wa_id")
        or name(message, "from_user_id")
        or name(profile, "user_id")
    )
    called = name(profile, "profile", "name")
    handle = name(profile, "profile", "username").removeprefix("@")
    if handle:
        called = f"{called} (@{handle})" if called else f"@{handle}"
    return Author(channel="whatsapp", address=address_of(given), name=called, verified=True)


def _message(
    message: dict[str, Any],
    value: dict[str, Any],
    inbox: InboxInfo,
    media_url: str,
    received_at: datetime,
) -> Translation:
    native_id = id_of_whatsapp("messages", message)
    kind = name(message, "type")
    if kind == "system":
        return _system(message, native_id)
    author = _author(message, value)
    if author.address == inbox.address:
        return Ignored(native_id=native_id, outcome="own", reason="from our own number")
    if name(message, "group_id"):
        reason = "said in a group, not to us"
        return Ignored(native_id=native_id, outcome="chatter", reason=reason)
    if kind == "reaction":
        return Ignored(native_id=native_id, outcome="like", reason="reacted to a message")
    if kind == "revoke":
        of = name(message, "revoke", "original_message_id")
        return Removed(native_id=native_id, of=(of,) if of else (), address=author.address)
    sent_at = moment(message.get("timestamp")) or received_at
    if kind == "edit":
        edited = table(message, "edit", "message")
        said = words_of(edited, media_url)
        of = name(message, "edit", "original_message_id")
        inbound = Inbound(native_id=of, author=author, text=said.text, sent_at=sent_at)
        return Edited(
            native_id=native_id,
            of=of,
            address=author.address,
            text=said.text,
            edited_at=sent_at,
            inbound=inbound,
        )
    said = words_of(message, media_url)
    answered = name(message, "context", "id")
    return Inbound(
        native_id=native_id,
        author=author,
        text=said.text,
        sent_at=sent_at,
        in_reply_to=(answered,) if answered else (),
        files=said.files,
    )


def _system(message: dict[str, Any], native_id: str) -> Translation:
    """A changed number or a changed device. It is no wish of the customer's, and no proof that the
    new number is theirs: agents see it, nothing is joined by it.
    """
    body = text(message, "system", "body") or "a change of the account"
    return Ignored(native_id=native_id, outcome="chatter", reason=f"WhatsApp says: {body[:300]}")


def _status(status: dict[str, Any]) -> Translation:
    native_id = id_of_whatsapp("statuses", status)
    told = name(status, "status")
    wamid, key = name(status, "id"), name(status, "biz_opaque_callback_data")
    recipient = name(status, "recipient_id") or name(status, "recipient_user_id")
    if not wamid:
        raise Invalid("A status of nothing.", code="bad_payload")
    known = tuple(one for one in (wamid, key) if one)
    if told == "failed":
        error = next(rows(status, "errors"), {})
        code = name(error, "code")
        judged = verdict(code, "")
        words = (
            name(error, "error_data", "details") or name(error, "message") or name(error, "title")
        )
        return Receipt(
            native_id=native_id,
            state="failed",
            native_ids=known,
            recipient=recipient,
            blames_address=judged.blames_address,
            provider_code=code,
            text=f"WhatsApp: {judged.text or words or 'not delivered.'}",
        )
    if told in {"delivered", "read", "played"}:
        return Receipt(
            native_id=native_id, state=STATES[told], native_ids=known, recipient=recipient
        )
    reason = "on its way" if told == "sent" else f"a message is {told[:40] or 'in no state'}"
    return Ignored(native_id=native_id, outcome="receipt", reason=reason)


def _echo(echo: dict[str, Any], inbox: InboxInfo, media_url: str) -> Translation:
    """Said by somebody of ours with the WhatsApp Business app."""
    native_id = id_of_whatsapp("message_echoes", echo)
    recipient = address_of(name(echo, "to") or name(echo, "to_user_id"))
    if name(echo, "type") in {"revoke", "edit", "reaction"}:
        return Ignored(native_id=native_id, outcome="own", reason="we changed our own words")
    said = words_of(echo, media_url)
    files = [f"({file.name})" for file in said.files]
    return Echo(
        native_id=name(echo, "id") or native_id,
        text="\n\n".join(part for part in (said.text, *files) if part),
        is_public=False,
        recipient=recipient,
        author_name=f"{inbox.brand_name} on WhatsApp",
        sent_at=moment(echo.get("timestamp")),
    )


def _preference(value: dict[str, Any]) -> Translation:
    """Somebody stopped, or took up again, the business's marketing messages."""
    native_id = f"change:{fingerprint('user_preferences', value)}"
    wish = next(rows(value, "user_preferences"), {})
    word = name(wish, "value").lower()
    given = name(wish, "wa_id") or name(wish, "user_id")
    if word not in {"stop", "resume"} or not given:
        return Ignored(native_id=native_id, outcome="chatter", reason="a wish about marketing")
    # Answers in an open window stay allowed: only our writing first is what they stopped.
    reason = f"{given[:60]} wants {'no' if word == 'stop' else 'again'} marketing messages"
    return Ignored(native_id=native_id, outcome="chatter", reason=reason)
