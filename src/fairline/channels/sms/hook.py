"""What the provider tells us: a text message, or what became of one of ours.

Each request is signed over the address that we gave at the provider. Where keywords are ours to
answer, the answer goes back in the same breath as TwiML, so that it is sent once for each.
"""

from xml.sax.saxutils import escape

from fairline.channels.contract import (
    HookAnswer,
    HookRequest,
    InboxInfo,
    Invalid,
    NotAllowed,
    Pushed,
    RawItem,
)
from fairline.channels.sms.keywords import keyword_in
from fairline.channels.sms.options import FIELDS
from fairline.channels.sms.translate import RECEIVED, native_id_of
from fairline.channels.twilio import is_genuine, read_form

NOTHING = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_DEFAULTS = {field.name: field.default for field in FIELDS}


def judge(request: HookRequest, inbox: InboxInfo) -> HookAnswer:
    """Raises NotAllowed for what was not signed with the account's token."""
    token = inbox.options.get("token", "")
    if request.method != "POST" or not is_genuine(
        token, request.url, request.headers, request.body
    ):
        raise NotAllowed("That did not come from the provider.", code="bad_signature")
    try:
        fields = read_form(request.body)
    except Invalid:
        fields = {}
    item = RawItem(native_id=native_id_of(request.body, fields), payload=request.body)
    return HookAnswer(
        body=_answer(fields, inbox), media_type="text/xml", items=(Pushed(item=item),)
    )


def _answer(fields: dict[str, str], inbox: InboxInfo) -> bytes:
    is_status = fields.get("MessageStatus", "").lower() not in RECEIVED
    if is_status or inbox.options.get("keywords", "provider") != "us":
        return NOTHING
    keyword = keyword_in(fields.get("Body", ""), fields.get("OptOutType", ""))
    name = f"{keyword}_text"
    text = inbox.options.get(name, "") or _DEFAULTS.get(name, "")
    if not keyword or not text:
        return NOTHING
    said = f"<Response><Message>{escape(text)}</Message></Response>"
    return f'<?xml version="1.0" encoding="UTF-8"?>{said}'.encode()
