"""What X pushes: its question whether we are who we say, and signed events. Pure.

Source: docs.x.com "Webhooks quickstart": both are HMAC-SHA256 with the app's secret, of the
question's token and of the raw body. Anybody may ask that question, so what we answer must never be
the signature of a push: a token is a plain word, and no push is one. A push carries no time, so a
stale one cannot be told; told twice, an event is stored once.
"""

import base64
import hashlib
import hmac
import re

import msgspec

from fairline.channels.contract import (
    HookAnswer,
    HookRequest,
    InboxInfo,
    Invalid,
    NotAllowed,
    Pushed,
    RawItem,
)
from fairline.channels.x.cutting import Piece, pieces
from fairline.channels.x.own import own_account
from fairline.channels.x.people import people_in, person_of
from fairline.channels.x.reading import handle, read_body, rows, table

SIGNATURE = "x-twitter-webhooks-signature"
# Base64 and the like. An event is a JSON object, so no token can be one.
_TOKEN = re.compile(rb"[A-Za-z0-9_+/=.~-]{1,500}")
_REFUSED = "That did not come from the provider of this inbox."


def hook(request: HookRequest, inbox: InboxInfo) -> HookAnswer:
    """Answer one request. Raises NotAllowed for what X has not signed."""
    secret = inbox.options.get("consumer_secret", "")
    if not secret or request.path.strip("/"):
        raise NotAllowed(_REFUSED, code="bad_signature")
    if request.method == "GET":
        token = request.asked("crc_token").encode()
        if not _TOKEN.fullmatch(token):
            raise NotAllowed(_REFUSED, code="bad_signature")
        answer = msgspec.json.encode({"response_token": signature(secret, token)})
        return HookAnswer(body=answer, media_type="application/json")
    given = request.headers.get(SIGNATURE, "")
    is_signed = hmac.compare_digest(signature(secret, request.body).encode(), given.encode())
    if not is_signed or _TOKEN.fullmatch(request.body) or not request.body:
        raise NotAllowed(_REFUSED, code="bad_signature")
    return HookAnswer(items=tuple(_pushed(request.body, inbox)))


def signature(secret: str, signed: bytes) -> str:
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return f"sha256={base64.b64encode(digest).decode()}"


def _pushed(body: bytes, inbox: InboxInfo) -> list[Pushed]:
    """Each event by itself. What X signed and we cannot read is kept, and set aside later."""
    try:
        found = list(pieces(read_body(body)))
    except Invalid:
        found = []
    if not found:
        odd = f"odd:{hashlib.sha256(body).hexdigest()[:32]}"
        return [Pushed(item=RawItem(native_id=odd, payload=body))]
    ours = own_account(inbox)
    return [
        Pushed(
            item=RawItem(native_id=one.native_id, payload=msgspec.json.encode(one.body)),
            address=_address(one) if ours.ids and one.user_id not in {"", *ours.ids} else "",
        )
        for one in found
    ]


def _address(piece: Piece) -> str:
    """The handle of the account that it is for, where the event tells it; else its number."""
    data = table(piece.body.get("data"))
    includes = table(data.get("includes") or piece.body.get("includes"))
    known = people_in(includes.get("users"), piece.body.get("users"))
    for event in rows(piece.body.get("tweet_create_events")):
        mentions = rows(table(event.get("entities")).get("user_mentions"))
        known |= people_in([event.get("user")], mentions)
    person = person_of(None, known, id_=piece.user_id)
    name = handle(person.handle)
    return f"@{name}" if name else piece.user_id
