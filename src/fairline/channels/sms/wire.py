"""All talk with the provider of text messages: one call to send, files of messages fetched.

The provider has no key that makes a call harmless when repeated, so what breaks off after the
hand-over is unknown. Source: Twilio, Message resource; Media resource (basic auth, a redirect to
its store).
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2

from fairline.channels.contract import (
    Check,
    DeliveryError,
    InboxInfo,
    Memory,
    Outbound,
    RawItem,
    Sent,
)
from fairline.channels.outside import Outside
from fairline.channels.provider import Provider
from fairline.channels.sms.addresses import WHATSAPP, can_be_answered
from fairline.channels.sms.options import cents_of
from fairline.channels.twilio import API, VERSION, explain, point
from fairline.core.lengths import sms_parts

MOST_MEDIA_BYTES = 26_214_400


class SmsWire:
    def __init__(self, inbox: InboxInfo, memory: Memory | None = None) -> None:
        self.inbox = inbox
        self._memory = memory
        self._account = inbox.options.get("account", "").strip()
        self._url = (inbox.options.get("api", "") or API).rstrip("/")
        self._auth = httpx2.BasicAuth(self._account, inbox.options.get("token", ""))
        self._api = Provider(
            "The provider", f"{self._url}/{VERSION}/Accounts/{quote(self._account, safe='')}",
            on_answer=explain,
        )  # fmt: skip
        self._api.client.auth = self._auth

    def verify(self) -> tuple[Check, ...]:
        try:
            account = _struct(self._api.ask("GET", ".json").json())
            if account.get("status") != "active":
                said = account.get("status", "unknown")
                return (Check(name="Account", ok=False, text=f"The account is {said}."),)
            found = self._number()
        except DeliveryError as error:
            return (Check(name="Account", ok=False, text=error.text),)
        return (Check(name="Account", ok=True, text="The account is active."), found)

    def _number(self) -> Check:
        """Whether our number is the account's, and where it sends what comes in."""
        if not self.inbox.address or self.inbox.options.get("service"):
            return Check(name="Number", ok=True, text="The messaging service chooses the number.")
        answer = self._api.ask(
            "GET", "/IncomingPhoneNumbers.json", params={"PhoneNumber": self.inbox.address}
        )
        numbers = _struct(answer.json()).get("incoming_phone_numbers") or []
        found = next((_struct(one) for one in numbers), None)
        if found is None:
            text = f"{self.inbox.address} is not a number of this account."
            return Check(name="Number", ok=False, text=text)
        ours = f"{self.inbox.public_url}/hooks/{self.inbox.id}"
        if found.get("sms_url") != ours:
            text = f"Set “A message comes in” of the number to {ours}"
            return Check(name="Number", ok=False, text=text)
        return Check(name="Number", ok=True, text="What comes in is sent to us.")

    def point(self, *, is_on: bool) -> Check:
        """Set where the provider sends what comes to our number."""
        wanted = {"SmsUrl": f"{self.inbox.public_url}/hooks/{self.inbox.id}"}
        return point(self._api, self.inbox.address, wanted, is_on=is_on)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:
        del cursor, limit
        return iter(())

    def wait(self, timeout_s: float) -> bool:
        del timeout_s
        return False

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        if outbound.is_public:
            raise DeliveryError("A text message is never public.", permanent=True)
        if not can_be_answered(outbound.recipient):
            raise DeliveryError("A short code or a name takes no answer.", permanent=True)
        form = {
            "To": outbound.recipient,
            "Body": f"{outbound.text}\n{outbound.link}" if outbound.link else outbound.text,
            "StatusCallback": f"{self.inbox.public_url}/hooks/{self.inbox.id}/status",
        }
        service = self.inbox.options.get("service", "").strip()
        if service:
            form["MessagingServiceSid"] = service
        else:
            is_whatsapp = outbound.recipient.startswith(WHATSAPP)
            form["From"] = f"{WHATSAPP if is_whatsapp else ''}{self.inbox.address}"
        if self.inbox.options.get("smart"):
            form["SmartEncoded"] = "true"
        handing_over()
        sent = _struct(self._api.ask("POST", "/Messages.json", form=form, risky=True).json())
        self._count(form["Body"])
        return Sent(native_id=str(sent.get("sid") or ""))

    def _count(self, body: str) -> None:
        """What it costs, by the price that the inbox says: for the meter and the budget."""
        if self._memory:
            parts, _ = sms_parts(body)
            self._memory.spend("parts", parts, cents=parts * cents_of(self.inbox))

    def download(self, url: str) -> tuple[bytes, str]:
        """Our name and token go to the provider's own host and nowhere else."""
        if urlsplit(url).netloc != urlsplit(self._url).netloc:
            found = Outside().get(url, most_bytes=MOST_MEDIA_BYTES)
            if found.status >= 300:
                raise DeliveryError("The file is not there.", permanent=found.status < 500)
            return found.body, found.media_type
        target = self._redirected(url)
        if target:
            return self.download(target)
        answer = self._api.ask("GET", url, most_bytes=MOST_MEDIA_BYTES)
        return answer.body, answer.headers.get("content-type", "").partition(";")[0]

    def _redirected(self, url: str) -> str:
        """Where the provider's store has the file: the client itself follows nothing."""
        try:
            with self._api.client.stream("GET", url) as response:
                target = response.headers.get("location", "")
                is_away = urlsplit(target).netloc not in {"", urlsplit(self._url).netloc}
                return target if response.status_code in {302, 303, 307} and is_away else ""
        except httpx2.HTTPError as error:
            raise DeliveryError("The provider cannot be reached.", permanent=False) from error

    def close(self) -> None:
        self._api.close()


def _struct(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
