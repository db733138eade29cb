"""What Telegram pushes: one update a request, known by the secret that we gave when we asked.

Source: Bot API, setWebhook (`secret_token`, header X-Telegram-Bot-Api-Secret-Token).
"""

import hashlib
import hmac
from typing import Any

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
from fairline.channels.telegram.options import hook_secret, is_pushed
from fairline.channels.telegram.translate import native_id_of, read_update

HEADER = "x-telegram-bot-api-secret-token"


def judge(request: HookRequest, inbox: InboxInfo) -> HookAnswer:
    """Raises NotAllowed for what does not come from Telegram, or was not asked for."""
    given = request.headers.get(HEADER, "")
    is_theirs = hmac.compare_digest(given.encode(), hook_secret(inbox).encode())
    if request.method != "POST" or not is_theirs or not is_pushed(inbox):
        raise NotAllowed("That did not come from Telegram.", code="bad_signature")
    try:
        update = read_update(request.body)
        native_id = native_id_of(update)
    except Invalid:
        # Genuine, and not understood: kept, and put before a person.
        native_id, update = f"body-{hashlib.sha256(request.body).hexdigest()[:32]}", {}
    pushed = Pushed(item=RawItem(native_id=native_id, payload=request.body))
    if answer := _button(update):
        return HookAnswer(items=(pushed,), body=answer, media_type="application/json")
    return HookAnswer(items=(pushed,))


def _button(update: dict[str, Any]) -> bytes:
    """A pressed button is answered in the same breath, so that it stops turning.

    Source: Bot API, "Making requests when getting updates".
    """
    query = update.get("callback_query")
    query_id = query.get("id") if isinstance(query, dict) else None
    if not isinstance(query_id, str):
        return b""
    return msgspec.json.encode({"method": "answerCallbackQuery", "callback_query_id": query_id})
