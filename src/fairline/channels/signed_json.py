"""Signed JSON both ways: how an own inbox and a site's comment box talk with us.

In: one object a request, checked and stored. Out: one signed POST with the delivery's key as
webhook-id, so that a repeat is known. The form is that of Standard Webhooks.
"""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from fairline.channels.contract import (
    Field,
    HookAnswer,
    HookRequest,
    InboxInfo,
    Invalid,
    NotAllowed,
    Outbound,
    Pushed,
    RawItem,
)
from fairline.channels.provider import Answer, Provider
from fairline.channels.standard_webhooks import check_signature, secret_of, sign
from fairline.core.clock import now
from fairline.core.errors import DeliveryError

MOST_ADDRESS = 300
SECRET = Field(
    name="secret",
    label="Shared secret",
    kind="password",
    required=True,
    help="It begins with whsec_ and signs both ways. Make one of at least 24 random bytes.",
)


def heard(
    request: HookRequest, inbox: InboxInfo, native_id_of: Callable[[bytes], str]
) -> HookAnswer:
    """One thing that was said, or news of one. Raises NotAllowed, Invalid."""
    secret = secret_of(inbox.options.get("secret", ""), field="secret")
    if request.method != "POST":
        raise NotAllowed("Send it with POST.", code="bad_signature")
    check_signature(secret, request.headers, request.body, at=request.at)
    item = RawItem(native_id=native_id_of(request.body), payload=request.body)
    return HookAnswer(
        body=b'{"status":"taken"}', media_type="application/json", items=(Pushed(item=item),)
    )


def normal_address(address: str) -> str:
    """An id that the other side gives its people. Raises Invalid."""
    address = " ".join(address.replace("\x00", "").split())
    if not address or len(address) > MOST_ADDRESS:
        raise Invalid("An address here has 1 to 300 characters.", code="bad_address")
    return address


def items_in(path: Path, native_id_of: Callable[[bytes], str]) -> Iterator[tuple[str, RawItem]]:
    """A folder of JSON files, or one file."""
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    for file in files:
        payload = file.read_bytes()
        try:
            native_id = native_id_of(payload)
        except Invalid:
            native_id = file.name
        yield file.name, RawItem(native_id=native_id, payload=payload)


class OtherSide:
    """Where answers are posted to, signed by the inbox's secret."""

    def __init__(self, inbox: InboxInfo) -> None:
        self._inbox = inbox
        self._provider = Provider("The other side", inbox.options.get("reply_url", ""))

    def ping(self) -> None:
        """Raises DeliveryError, and Invalid for a secret that is none."""
        self._post("ping", {"type": "ping"}, risky=False)

    def reply(self, outbound: Outbound, **more: object) -> str:
        """Hand an answer over. Returns the id that they give it, where they say one; else ours."""
        body = {
            "type": "reply",
            "key": outbound.key,
            "to": outbound.recipient,
            "text": outbound.text,
            "html": outbound.html,
            "subject": outbound.subject,
            "public": outbound.is_public,
            "automatic": outbound.notice,
            "author": outbound.author_name,
            "case": outbound.case_reference,
            "in_reply_to": outbound.in_reply_to,
            "link": outbound.link,
            "files": [
                {
                    "name": file.name,
                    "media_type": file.media_type,
                    "data": base64.b64encode(file.data).decode(),
                }
                for file in outbound.files
            ],
            **more,
        }
        return _named(self._post(outbound.key, body, risky=True)) or outbound.key

    def close(self) -> None:
        self._provider.close()

    def _post(self, native_id: str, body: object, *, risky: bool) -> Answer:
        content = msgspec.json.encode(body)
        sent_at = str(int(now().timestamp()))
        secret = secret_of(self._inbox.options.get("secret", ""), field="secret")
        headers = {
            "content-type": "application/json",
            "webhook-id": native_id,
            "webhook-timestamp": sent_at,
            "webhook-signature": "v1," + sign(secret, native_id, sent_at, content).decode(),
        }
        return self._provider.ask("POST", "", content=content, headers=headers, risky=risky)


def _named(answer: Answer) -> str:
    """The id that the other side gives the answer, where it says one."""
    try:
        said = answer.json()
    except DeliveryError:
        return ""  # a plain 204 is as good
    found = said.get("id", "") if isinstance(said, dict) else ""
    return str(found)[:300]
