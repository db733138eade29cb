"""What the made-up text messages and the made-up telephone share: an account and its signing."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fairline.demo.networks.kit import Call, Network, Push, Reply

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "0f" * 16  # of a made-up network
OUR_NUMBER = "+14155550100"
NUMBER_SID = "PN" + "1" * 32
SETTABLE = {"SmsUrl": "sms_url", "VoiceUrl": "voice_url", "StatusCallback": "status_callback"}
# Numbers of people, in ranges that are given to nobody.
NUMBERS = ("+12025550143", "+12025550144", "+12025550145", "+12025550146", "+12025550147")


def signed(url: str, form: Mapping[str, str], token: str) -> Push:
    """A request as the provider signs it: SHA-1 over the address and the form in order."""
    text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": base64.b64encode(digest).decode(),
        "I-Twilio-Idempotency-Token": secrets.token_hex(16),
    }
    return Push(url=url, body=urlencode(form).encode(), headers=headers)


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


def refused(status: int, code: int, message: str) -> Reply:
    """An error as the interface answers it."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    data = {"code": code, "message": message, "more_info": more, "status": status}
    return Reply(status=status, data=data)


class TwilioAccount(Network):
    """One account: knows its token, and who owns which number."""

    def __init__(self) -> None:
        super().__init__()
        self.token = TOKEN
        self.numbers: dict[str, str] = {}
        # What our number is set to; what is empty follows where we were told to push.
        self.set_to: dict[str, str] = {}

    def address(self) -> str:
        return OUR_NUMBER

    def number_of(self, person: str) -> str:
        """A person's telephone number."""
        taken = len(self.numbers)
        if person not in self.numbers and taken >= len(NUMBERS):
            self.numbers[person] = f"+1202555{148 + taken:04}"
        return self.numbers.setdefault(person, NUMBERS[min(taken, len(NUMBERS) - 1)])

    def person_of(self, number: str) -> str:
        return next((who for who, one in self.numbers.items() if one == number), number)

    def is_ours(self, call: Call) -> bool:
        """Whether the call carries the account and its token."""
        kind, _, given = call.headers.get("authorization", "").partition(" ")
        wanted = base64.b64encode(f"{ACCOUNT}:{self.token}".encode()).decode()
        return kind.lower() == "basic" and hmac.compare_digest(given, wanted)

    def about_account(self, call: Call, **urls: str) -> Reply | None:
        """Answers what both are asked: who we are, and our number. None for anything else."""
        if not self.is_ours(call):
            return refused(401, 20003, "Authenticate")
        root = f"/2010-04-01/Accounts/{ACCOUNT}"
        if call.path == f"{root}.json" and call.method == "GET":
            return Reply(data={"sid": ACCOUNT, "status": "active", "friendly_name": "Acme"})
        if call.path == f"{root}/IncomingPhoneNumbers.json" and call.method == "GET":
            is_known = call.query.get("PhoneNumber", OUR_NUMBER) == OUR_NUMBER
            ours: dict[str, Any] = {
                "sid": NUMBER_SID,
                "phone_number": OUR_NUMBER,
                "sms_url": "",
                "voice_url": "",
                "status_callback": "",
                **urls,
                **self.set_to,
            }
            return Reply(data={"incoming_phone_numbers": [ours] if is_known else []})
        if call.path == f"{root}/IncomingPhoneNumbers/{NUMBER_SID}.json" and call.method == "POST":
            form = call.form()
            self.set_to |= {key: form[name] for name, key in SETTABLE.items() if name in form}
            return Reply(data={"sid": NUMBER_SID, **self.set_to})
        if not call.path.startswith(f"{root}/"):
            return refused(404, 20404, f"The requested resource {call.path} was not found")
        return None
