"""Sends answers to an own inbox: one signed POST each, with the delivery's key as webhook-id."""

import base64
from collections.abc import Callable, Iterator

import msgspec

from fairline.channels.contract import Check, InboxInfo, Outbound, RawItem, Sent
from fairline.channels.provider import Answer, Provider
from fairline.channels.standard_webhooks import secret_of, sign
from fairline.core.clock import now
from fairline.core.errors import DeliveryError, FairlineError


class CustomWire:
    """Nothing is fetched: the other side tells us."""

    def __init__(self, inbox: InboxInfo) -> None:
        self._inbox = inbox
        self._provider = Provider("The other side", inbox.options.get("reply_url", ""))

    def verify(self) -> tuple[Check, ...]:
        try:
            self._post("ping", {"type": "ping"}, risky=False)
        except FairlineError as error:
            return (Check(name="reply_url", ok=False, text=error.text),)
        return (Check(name="reply_url", ok=True, text="It took a ping signed by us."),)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:  # noqa: ARG002
        return iter(())

    def wait(self, timeout_s: float) -> bool:  # noqa: ARG002
        return False

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
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
        }
        handing_over()
        answer = self._post(outbound.key, body, risky=True)
        return Sent(native_id=_named(answer) or outbound.key)

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

    def close(self) -> None:
        self._provider.close()


def _named(answer: Answer) -> str:
    """The id that the other side gives the answer, where it says one."""
    try:
        said = answer.json()
    except DeliveryError:
        return ""  # a plain 204 is as good
    found = said.get("id", "") if isinstance(said, dict) else ""
    return str(found)[:300]
