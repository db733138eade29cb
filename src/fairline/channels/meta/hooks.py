"""Judges what comes to the webhook: the handshake, and the signature on the raw body. Pure.

Meta signs each body with the app's secret (`X-Hub-Signature-256`). It dates nothing: an old request
sent again is known by the ids in it. Source: "Webhooks: Getting Started" of the Graph API.
"""

import hashlib
import hmac

from fairline.channels.contract import (
    HookAnswer,
    HookRequest,
    InboxInfo,
    Invalid,
    NotAllowed,
    Pushed,
    RawItem,
)
from fairline.channels.meta.cutting import pieces_of
from fairline.channels.meta.reading import as_json, parse

MOST_CHALLENGE = 200


def answer(request: HookRequest, inbox: InboxInfo) -> HookAnswer:
    """Raises NotAllowed."""
    if request.method == "GET":
        return _handshake(request, inbox)
    _check(request, inbox)
    try:
        body = parse(request.body)
    except Invalid:
        # Genuine, and unreadable: kept, so that somebody can look at it.
        called = hashlib.sha256(request.body).hexdigest()[:32]
        item = RawItem(native_id=f"unread:{called}", payload=request.body)
        return HookAnswer(items=(Pushed(item=item),))
    items = []
    seen = set()
    for piece in pieces_of(body, inbox.kind):
        if piece.native_id in seen:
            continue
        seen.add(piece.native_id)
        is_ours = piece.kind == inbox.kind and piece.address in {"", inbox.address}
        data = piece.data
        if not is_ours:
            data = {**data, "for": {"kind": piece.kind, "address": piece.address}}
        item = RawItem(native_id=piece.native_id, payload=as_json(data))
        items.append(
            Pushed(item=item)
            if is_ours
            else Pushed(item=item, address=piece.address or inbox.address, kind=piece.kind)
        )
    return HookAnswer(body=b"EVENT_RECEIVED", items=tuple(items))


def _handshake(request: HookRequest, inbox: InboxInfo) -> HookAnswer:
    expected = inbox.options.get("verify_token", "")
    given = request.asked("hub.verify_token")
    if (
        request.asked("hub.mode") != "subscribe"
        or not expected
        or not hmac.compare_digest(given.encode(), expected.encode())
    ):
        raise NotAllowed("The verify token is another one.", code="bad_signature")
    return HookAnswer(body=request.asked("hub.challenge")[:MOST_CHALLENGE].encode())


def _check(request: HookRequest, inbox: InboxInfo) -> None:
    secret = inbox.options.get("app_secret", "")
    given = request.headers.get("x-hub-signature-256", "")
    expected = "sha256=" + hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest()
    if not secret or not hmac.compare_digest(given.encode(), expected.encode()):
        raise NotAllowed("That is not signed with the app's secret.", code="bad_signature")
