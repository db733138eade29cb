"""A made-up telephone network: the Call resource of a Twilio-compatible provider, and its TwiML.

A person calls our number and presses keys; whoever we ring picks up or not. Every request of ours
to a caller is signed, every answer is read as TwiML and followed, and what TwiML does not know is
an error, as it is there (12100, 12200). Source: Twilio, api_v2010 (OpenAPI), TwiML for Voice.
"""

import math
import struct
import threading
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from typing import Any, ClassVar
from urllib.parse import urljoin

from fairline.demo.networks.kit import Call, Push, Reply, Shown
from fairline.demo.networks.twilio_account import (
    ACCOUNT,
    OUR_NUMBER,
    TwilioAccount,
    new_sid,
    refused,
    signed,
)

KNOWN = {"Say": {"language", "voice", "loop"}, "Hangup": set(), "Pause": {"length"},
         "Gather": {"numDigits", "timeout", "action", "method", "finishOnKey"},
         "Record": {"maxLength", "timeout", "finishOnKey", "playBeep", "action", "method",
                    "recordingStatusCallback", "recordingStatusCallbackEvent", "trim"},
         "Dial": {"callerId", "timeout", "action", "method", "record"}}  # fmt: skip
MOST_STEPS = 20
PICKS_UP_S = 2.0

Poster = Callable[[Push], bytes]


class Voice(TwilioAccount):
    name: ClassVar[str] = "voice"
    label: ClassVar[str] = "Telephone"
    says_public: ClassVar[bool] = False

    def __init__(self, *, post: Poster | None = None) -> None:
        super().__init__()
        self.post = post or _post
        self.heard: dict[str, list[str]] = {}
        self.lines: dict[str, list[Shown]] = {}
        self.placed: list[dict[str, str]] = []
        self.recordings: dict[str, bytes] = {}
        self.errors: list[str] = []

    def options(self) -> dict[str, str]:
        return {"provider": "twilio", "twilio_account": ACCOUNT, "twilio_token": self.token,
                "twilio_number": OUR_NUMBER, "twilio_api": self.url}  # fmt: skip

    @property
    def voice_url(self) -> str:
        """Where our number asks what to say: below `/voice/`, beside where messages are pushed."""
        return self.hook_url.replace("/hooks/", "/voice/") + "/call"

    # What people do.

    def say(self, person: str, text: str, *, public: bool = True, under: str = "") -> str:
        """Call, and leave a message; whoever says no more than "1" asks to be called back."""
        del public, under
        is_wish = text.strip() == "1"
        said = self.lines_of(person)
        said.append(Shown(id="", by=person, text=f"(calls {OUR_NUMBER})", is_public=False))
        sid = self.ring(person, keys=["1" if is_wish else "2"], message=b"" if is_wish else tone())
        native_id = f"call-{sid}" if is_wish else f"message-{sid}"
        did = "(presses 1)" if is_wish else f"(leaves a message: {text})"
        said.append(Shown(id=native_id, by=person, text=did, is_public=False))
        return native_id

    def ring(
        self,
        person: str,
        *,
        keys: Sequence[str] = (),
        message: bytes = b"",
        seconds: int = 20,
        number: str | None = None,
    ) -> str:
        """A person calls our number, presses keys, leaves a message, hangs up. Returns the call's
        id. `number` is what they show instead of their own ('' withholds it).
        """
        sid = new_sid("CA")
        shown = self.number_of(person) if number is None else number
        form = {
            "CallSid": sid,
            "AccountSid": ACCOUNT,
            "From": shown or "anonymous",
            "To": OUR_NUMBER,
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
        }
        talk = _Talk(self, person, form, list(keys), message)
        talk.follow(self.voice_url, {"CallStatus": "ringing"})
        over = {**form, "CallStatus": "completed", "CallDuration": str(seconds)}
        self.post(signed(self.voice_url.removesuffix("/call") + "/status", over, self.token))
        return sid

    def pick_up(self, placed: dict[str, str], *, key: str = "1", customer: str = "completed",
                seconds: int = 95) -> None:  # fmt: skip
        """Whom we rang picks up and presses a key; the customer then answers, or does not."""
        form = {
            "CallSid": placed["sid"],
            "AccountSid": ACCOUNT,
            "From": placed["From"],
            "To": placed["To"],
            "Direction": "outbound-api",
        }
        talk = _Talk(self, placed["To"], form, [key] if key else [], b"")
        talk.customer, talk.seconds = customer, seconds
        talk.follow(placed["Url"], {"CallStatus": "in-progress"})
        over = {**form, "CallStatus": "completed", "CallDuration": str(seconds)}
        self.post(signed(placed["StatusCallback"], over, self.token))

    def let_ring(self, placed: dict[str, str]) -> None:
        """Nobody picks up what we rang."""
        form = {"CallSid": placed["sid"], "AccountSid": ACCOUNT, "CallStatus": "no-answer"}
        self.post(signed(placed["StatusCallback"], form, self.token))

    def lines_of(self, who: str) -> list[Shown]:
        """What somebody heard and did, kept in order."""
        return self.lines.setdefault(who, [])

    def shown(self, person: str) -> list[Shown]:
        return list(self.lines_of(person))

    def answer(self, call: Call) -> Reply:
        if call.path.startswith(f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/"):
            if not self.is_ours(call):
                return refused(401, 20003, "Authenticate")
            data = self.recordings.get(call.path.rpartition("/")[2].removesuffix(".mp3"))
            if data is None:
                return refused(404, 20404, "The requested resource was not found")
            return Reply(body=data, media_type="audio/mpeg")
        status_url = self.voice_url.removesuffix("/call") + "/status"
        urls = {"voice_url": self.voice_url, "status_callback": status_url}
        if reply := self.about_account(call, **(urls if self.hook_url else {})):
            return reply
        if call.path.endswith("/Calls.json") and call.method == "POST":
            return self._place(call.form())
        return refused(404, 20404, f"The requested resource {call.path} was not found")

    def _place(self, form: dict[str, str]) -> Reply:
        if not form.get("To"):
            return refused(400, 21201, "No 'To' number is specified")
        if not form["To"].startswith("+"):
            return refused(400, 21211, f"Invalid 'To' Phone Number: {form['To']}")
        if form.get("From") != OUR_NUMBER:
            return refused(400, 21210, "'From' phone number not verified")
        if not form.get("Url", "").startswith(("https://", "http://")):
            return refused(400, 21205, "Url parameter is required.")
        placed = {**form, "sid": new_sid("CA")}
        self.placed.append(placed)
        data = {"sid": placed["sid"], "status": "queued", "to": form["To"], "from": form["From"]}
        return Reply(status=201, data=data)


class Telephone(Voice):
    """The telephone of the demo: whoever is rung picks up after a moment, and is joined."""

    def _place(self, form: dict[str, str]) -> Reply:
        reply = super()._place(form)
        if reply.status == 201:
            timer = threading.Timer(PICKS_UP_S, self.pick_up, (self.placed[-1],))
            timer.daemon = True
            timer.start()
        return reply


def tone() -> bytes:
    """Half a second of a sound, as a file that can be played."""
    wave = bytes(128 + round(60 * math.sin(at / 8000 * 440 * 2 * math.pi)) for at in range(4000))
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + len(wave), b"WAVE", b"fmt ", 16, 1, 1,
                       8000, 8000, 1, 8)  # fmt: skip
    return head + struct.pack("<4sI", b"data", len(wave)) + wave


class _Talk:
    """One call that follows what TwiML says, verb by verb."""

    def __init__(
        self, network: Voice, who: str, form: dict[str, str], keys: list[str], message: bytes
    ) -> None:
        self.network, self.form, self.keys, self.message = network, form, keys, message
        self.heard = network.heard.setdefault(who, [])
        self.lines = network.lines_of(who)
        self.customer, self.seconds = "completed", 0
        self.steps = 0

    def follow(self, url: str, more: dict[str, str]) -> None:
        """Ask `url` what comes next, and do it."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise RuntimeError("This call goes round in a circle.")
        body = self.network.post(signed(url, {**self.form, **more}, self.network.token))
        root = ET.fromstring(body)  # noqa: S314  our own answer
        if root.tag != "Response":
            self.network.errors.append(f"12100 {root.tag}")
            return
        for verb in root:
            if set(verb.attrib) - KNOWN.get(verb.tag, set()) or verb.tag not in KNOWN:
                self.network.errors.append(f"12200 {verb.tag} {sorted(verb.attrib)}")
            if self._do(verb, url):
                return

    def _hear(self, line: str) -> None:
        self.heard.append(line)
        self.lines.append(Shown(id="", by="Acme", text=line, is_public=False))

    def _do(self, verb: Any, url: str) -> bool:
        """Whether the talk goes on elsewhere, or is over."""
        if verb.tag == "Say":
            self._hear(verb.text or "")
        elif verb.tag == "Gather":
            for inner in verb:
                self._hear(inner.text or "")
            if self.keys:
                digit = self.keys.pop(0)
                self.follow(urljoin(url, verb.get("action")), {"Digits": digit})
                return True
        elif verb.tag == "Record":
            return self._record(verb, url)
        elif verb.tag == "Dial":
            return self._dial(verb, url)
        return bool(verb.tag == "Hangup")

    def _record(self, verb: Any, url: str) -> bool:
        if not self.message:
            return True  # hung up before the tone
        sid = new_sid("RE")
        network = self.network
        network.recordings[sid] = self.message
        address = f"{network.url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}"
        told = {"RecordingSid": sid, "RecordingUrl": address, "RecordingDuration": "12"}
        self.follow(urljoin(url, verb.get("action")), {**told, "Digits": "hangup"})
        if news := verb.get("recordingStatusCallback"):
            ids = {one: self.form[one] for one in ("CallSid", "AccountSid")}
            form = {**ids, **told, "RecordingStatus": "completed"}
            network.post(signed(urljoin(url, news), form, network.token))
        return True

    def _dial(self, verb: Any, url: str) -> bool:
        number = verb.find("Number")
        leg = {
            "CallSid": new_sid("CA"),
            "ParentCallSid": self.form["CallSid"],
            "AccountSid": ACCOUNT,
            "To": number.text,
            "From": verb.get("callerId"),
            "Direction": "outbound-dial",
        }
        states = ["ringing", "in-progress"] if self.customer == "completed" else ["ringing"]
        for state in [*states, self.customer]:
            more = {"CallDuration": str(self.seconds)} if state == "completed" else {}
            form = {**leg, "CallStatus": state, **more}
            self.network.post(signed(number.get("statusCallback"), form, self.network.token))
        self.follow(urljoin(url, verb.get("action")), {"DialCallStatus": self.customer})
        return True


def _post(push: Push) -> bytes:
    request = urllib.request.Request(  # noqa: S310  an address that the demo gave
        push.url, data=push.body, headers=dict(push.headers), method=push.method
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        error.close()
    except OSError:  # nobody answers: the call is over
        pass
    return b"<Response/>"
