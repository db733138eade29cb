"""Made-up text messages: the Message resource of a Twilio-compatible provider.

Kept to: basic authentication; required fields and their error codes; 1,600 characters; STOP blocks
at the provider (21610) until START; numbers that are landlines or gone; signed requests for what
comes in and for each state of what goes out; media behind the account's token. Source: Twilio,
api_v2010 (OpenAPI), error dictionary, "Support for opt-out keywords".
"""

import re
from email.utils import format_datetime
from typing import Any, ClassVar

from fairline.core.clock import now
from fairline.demo.networks.kit import Call, Reply, Shown
from fairline.demo.networks.twilio_account import (
    ACCOUNT,
    OUR_NUMBER,
    TwilioAccount,
    new_sid,
    refused,
    signed,
)

STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
START = frozenset({"start", "unstop", "yes"})
LANDLINE, GONE = "+12025550190", "+12025550191"
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
MOST = 1600


class Sms(TwilioAccount):
    name: ClassVar[str] = "sms"
    label: ClassVar[str] = "Text messages"
    says_public: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[dict[str, Any]] = []
        self.media: dict[str, tuple[bytes, str]] = {}
        self.stopped: set[str] = set()

    def options(self) -> dict[str, str]:
        return {"account": ACCOUNT, "token": self.token, "api": self.url}

    def say(self, person: str, text: str, *, public: bool = True, under: str = "") -> str:
        """Somebody writes to our number. What it answers, no text message can say."""
        del public, under
        return self.write(self.number_of(person), text)

    def write(self, number: str, text: str, **more: str) -> str:
        """A text message from any number or name."""
        with self.lock:
            sid = new_sid("MM" if more.get("NumMedia") else "SM")
            self.messages.append({"sid": sid, "from": number, "to": OUR_NUMBER, "body": text})
            self._keywords(number, text)
            form = {
                "ToCountry": "US",
                "SmsMessageSid": sid,
                "NumMedia": "0",
                "SmsSid": sid,
                "SmsStatus": "received",
                "Body": text,
                "To": OUR_NUMBER,
                "NumSegments": "1",
                "MessageSid": sid,
                "AccountSid": ACCOUNT,
                "From": number,
                "ApiVersion": "2010-04-01",
                **more,
            }
            self.push(signed(self.hook_url, form, self.token))
            return sid

    def picture(self, person: str, text: str, data: bytes, media_type: str = "image/jpeg") -> str:
        """A message with a picture, which only the account may fetch."""
        sid = new_sid("ME")
        self.media[sid] = (data, media_type)
        url = f"{self.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/{sid}"
        more = {"NumMedia": "1", "MediaUrl0": url, "MediaContentType0": media_type}
        return self.write(self.number_of(person), text, **more)

    def report(self, sid: str, status: str, *, code: str = "") -> None:
        """Tell what became of a message that was sent."""
        with self.lock:
            message = next(one for one in self.messages if one["sid"] == sid)
            if not message.get("callback"):
                return
            form = {
                "SmsSid": sid,
                "SmsStatus": status,
                "MessageStatus": status,
                "To": message["to"],
                "MessageSid": sid,
                "AccountSid": ACCOUNT,
                "From": message["from"],
                "ApiVersion": "2010-04-01",
                **({"ErrorCode": code} if code else {}),
            }
            self.push(signed(message["callback"], form, self.token))

    def shown(self, person: str) -> list[Shown]:
        number = self.number_of(person)
        with self.lock:
            return [_shown(one) for one in self.messages if number in {one["from"], one["to"]}]

    def taken(self) -> list[Shown]:
        """All that we have sent, oldest first."""
        with self.lock:
            return [_shown(one) for one in self.messages if one["from"] == OUR_NUMBER]

    def answer(self, call: Call) -> Reply:
        if reply := self.about_account(call, sms_url=self.hook_url):
            return reply
        if "/Media/" in call.path and call.method == "GET":
            data, media_type = self.media.get(call.path.rpartition("/")[2], (b"", ""))
            return Reply(body=data, media_type=media_type) if data else refused(404, 20404, "gone")
        if call.path.endswith("/Messages.json") and call.method == "POST":
            return self._send(call.form())
        return refused(404, 20404, f"The requested resource {call.path} was not found")

    def _send(self, form: dict[str, str]) -> Reply:
        to, body = form.get("To", ""), form.get("Body", "")
        if not to:
            return refused(400, 21604, "A 'To' phone number is required.")
        if not E164.fullmatch(to.removeprefix("whatsapp:")):
            return refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if not form.get("From") and not form.get("MessagingServiceSid"):
            return refused(400, 21603, "A 'From' phone number is required.")
        sender = form.get("From", OUR_NUMBER)
        if sender.removeprefix("whatsapp:") != OUR_NUMBER:
            return refused(400, 21606, f"The 'From' phone number {sender} is not yours.")
        if not body and not form.get("MediaUrl"):
            return refused(400, 21602, "Message body is required.")
        if len(body) > MOST:
            return refused(400, 21617, "The concatenated message body exceeds 1600 characters.")
        if to in self.stopped:
            return refused(400, 21610, "Attempt to send to unsubscribed recipient")
        if to == LANDLINE:
            return refused(400, 21614, f"'To' number is not a valid mobile number: {to}")
        sid = new_sid("SM")
        message = {"sid": sid, "from": OUR_NUMBER, "to": to, "body": body,
                   "callback": form.get("StatusCallback", "")}  # fmt: skip
        self.messages.append(message)
        self.report(sid, "sent")
        if to == GONE:
            self.report(sid, "undelivered", code="30005")
        else:
            self.report(sid, "delivered")
        data = {
            "sid": sid, "account_sid": ACCOUNT, "to": to, "from": OUR_NUMBER, "body": body,
            "status": "queued", "direction": "outbound-api", "error_code": None,
            "num_segments": "1", "num_media": "0", "date_created": format_datetime(now()),
        }  # fmt: skip
        return Reply(status=201, data=data)

    def _keywords(self, number: str, text: str) -> None:
        word = text.strip().lower()
        if word in STOP:
            self.stopped.add(number)
        elif word in START:
            self.stopped.discard(number)


def _shown(message: dict[str, Any]) -> Shown:
    by = "Acme" if message["from"] == OUR_NUMBER else message["from"]
    return Shown(id=message["sid"], by=by, text=message["body"], is_public=False)
