"""A telephone provider that speaks as Twilio does: calls placed by it, and told what to say.

The agent is rung first and presses a key, so that no mailbox of theirs is joined with a customer;
then the customer is rung with the company's number. Every request is signed; what belongs to one
try has its id in the address. Source: Twilio, Call resource (`Url`, `StatusCallback`, status
values), TwiML; "Webhooks security".
"""

from collections.abc import Mapping
from urllib.parse import quote

import httpx2

from fairline.channels.contract import HookRequest, InboxInfo
from fairline.channels.phone import twiml
from fairline.channels.provider import Provider
from fairline.channels.twilio import API, VERSION, explain, is_genuine, read_form
from fairline.channels.voice import News, Order, Script, State, Step, StepKind
from fairline.core.errors import DeliveryError, Invalid, NotAllowed
from fairline.people.numbers import read_number

# What a state of the customer's own call means. Source: "Call status values".
CUSTOMER: dict[str, State] = {
    "ringing": "ringing",
    "in-progress": "answered",
    "completed": "ended",
    "busy": "busy",
    "no-answer": "no_answer",
    "failed": "failed",
    "canceled": "failed",
}
# The agent's call only tells where it came to nothing.
AGENT: dict[str, State] = {
    "busy": "failed",
    "no-answer": "failed",
    "failed": "failed",
    "canceled": "failed",
}
NEEDED = ("account", "token", "number")
OVER = frozenset({"completed", "no-answer", "busy", "failed", "canceled"})
# What is asked below our address of the inbox.
PATHS: dict[str, StepKind] = {
    "": "rings",
    "call": "rings",
    "pressed": "pressed",
    "agent": "agent",
    "join": "joins",
}


def is_set_up(options: Mapping[str, str]) -> bool:
    return all(options.get(f"twilio_{one}", "").strip() for one in NEEDED)


class TwilioVoice:
    """One account at the provider, for one inbox."""

    def __init__(self, inbox: InboxInfo) -> None:
        options = inbox.options
        self._token = options.get("twilio_token", "")
        self._number = options.get("twilio_number", "").strip()
        self._language = options.get("twilio_language", "") or "en-GB"
        self._base = f"{inbox.public_url}/voice/{inbox.id}"
        self.account = options.get("twilio_account", "").strip()
        self.url = (options.get("twilio_api", "") or API).rstrip("/")
        self.api = Provider(
            "The telephone provider",
            f"{self.url}/{VERSION}/Accounts/{quote(self.account, safe='')}",
            on_answer=explain,
        )
        self.api.client.auth = httpx2.BasicAuth(self.account, self._token)

    @property
    def base(self) -> str:
        """Our address for this inbox."""
        return self._base

    @property
    def number(self) -> str:
        """The company's number, which customers see."""
        return self._number

    def call(self, order: Order) -> str:
        key = quote(order.key, safe="")
        form = {
            "To": order.agent,
            "From": self._number,
            "Url": f"{self._base}/agent/{key}",
            "StatusCallback": f"{self._base}/status/{key}",
            "Timeout": str(twiml.RING_S),
        }
        try:
            placed = self.api.ask("POST", "/Calls.json", form=form, risky=True).json()
        except DeliveryError as error:
            raise DeliveryError(
                f"{error.text} Dial by hand.",
                permanent=error.permanent,
                provider_code=error.provider_code,
            ) from error
        sid = placed.get("sid") if isinstance(placed, dict) else None
        if not isinstance(sid, str) or not sid:
            raise DeliveryError(
                "The telephone provider answered something else. Dial by hand.", permanent=True
            )
        return sid

    def read(self, headers: Mapping[str, str], body: bytes) -> News:
        del headers, body
        raise NotAllowed("That did not come from the telephone provider.", code="bad_signature")

    def heard(self, request: HookRequest) -> Step:
        if request.method != "POST" or not is_genuine(
            self._token, request.url, request.headers, request.body
        ):
            raise NotAllowed("That did not come from the telephone provider.", code="bad_signature")
        fields = read_form(request.body)
        call_id = fields.get("CallSid", "")
        if not call_id or len(call_id) > 100:
            raise Invalid("That is no news of a call.", code="bad_news")
        path, _, key = request.path.strip("/").partition("/")
        payload = request.body
        if path == "recording" and "From" not in fields:
            # This one news leaves out who called: we have put it into the address ourselves.
            payload += f"&From={quote(request.asked('from'), safe='')}".encode()
            fields["From"] = request.asked("from")
        made = _Made(path, key, call_id, fields, payload)
        return made.step()

    def script(self, script: Script) -> tuple[bytes, str]:
        said = twiml.render(script, self._base, ours=self._number, language=self._language)
        return said, twiml.MEDIA_TYPE

    def close(self) -> None:
        self.api.close()


class _Made:
    """One verified request, by the address that was called."""

    def __init__(
        self, path: str, key: str, call_id: str, fields: Mapping[str, str], payload: bytes
    ) -> None:
        self.path, self.key, self.call_id = path, key[:100], call_id
        self.fields, self.payload = fields, payload

    def step(self) -> Step:
        if self.path == "status" and self.key:
            return self._ours()
        return Step(
            kind=self._kind(),
            call_id=self.call_id,
            number=caller_of(self.fields),
            digit=self.fields.get("Digits", "")[:1],
            key=self.key,
            payload=self.payload,
        )

    def _kind(self) -> StepKind:
        if self.path == "status":
            return "over" if self.fields.get("CallStatus", "") in OVER else "nothing"
        is_ready = self.path == "recorded" or self.fields.get("RecordingStatus") == "completed"
        if self.path in {"recorded", "recording"}:
            return "recorded" if is_ready and self.fields.get("RecordingUrl") else "nothing"
        return PATHS.get(self.path, "nothing")

    def _ours(self) -> Step:
        """News of a call of ours: the address names the try."""
        status, parent = self.fields.get("CallStatus", ""), self.fields.get("ParentCallSid", "")
        state = (CUSTOMER if parent else AGENT).get(status)
        if state is None:
            return Step(kind="nothing", call_id=self.call_id)
        seconds = self.fields.get("CallDuration", "")
        is_timed = bool(parent) and seconds.isascii() and seconds.isdigit() and len(seconds) < 7
        news = News(
            native_id=f"{self.call_id}-{status}",
            kind="status",
            provider_id=(parent or self.call_id)[:100],
            state=state,
            seconds=int(seconds) if is_timed else None,
        )
        return Step(
            kind="news", call_id=self.call_id, key=self.key, payload=self.payload, news=news
        )


def caller_of(fields: Mapping[str, str]) -> str:
    """The caller's number; '' when it is withheld, or none that can be called."""
    try:
        return read_number(fields.get("From", "")).e164
    except Invalid:
        return ""
