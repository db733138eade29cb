"""What text messages and calls of a Twilio-compatible provider share: signatures, forms, refusals.

Every request is signed with HMAC-SHA1 of the account's token over the whole address that was
called, followed by each name and value of the form in order of name; a body that is no form is
bound by `bodySHA256` in the address. Source: Twilio, "Webhooks security"; error dictionary.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

import msgspec

from fairline.channels.provider import Answer, Provider, refusal
from fairline.channels.shapes import Check
from fairline.core.errors import DeliveryError, Invalid

API = "https://api.twilio.com"
VERSION = "2010-04-01"
SIGNATURE = "x-twilio-signature"
MOST_FIELDS = 400
_OPTION = {"SmsUrl": "sms_url", "VoiceUrl": "voice_url", "StatusCallback": "status_callback"}
# What a new number answers with until somebody sets something.
_PLACEHOLDERS = frozenset(
    {
        "https://demo.twilio.com/welcome/sms/reply",
        "https://demo.twilio.com/welcome/sms/reply/",
        "https://demo.twilio.com/welcome/voice/",
    }
)
_PORTS = {"https": 443, "http": 80}


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What one error code means. `is_passing`: asking again later may help. `is_gone`: nothing
    reaches this number any more.
    """

    text: str
    is_passing: bool = False
    is_gone: bool = False


FAULTS: dict[int, Fault] = {
    20003: Fault(text="The account or its token is not taken. Put in the current ones."),
    20404: Fault(text="The provider does not know what was asked for; look at the account id."),
    20429: Fault(text="The provider asks us to slow down.", is_passing=True),
    21211: Fault(text="That is no telephone number.", is_gone=True),
    21214: Fault(text="That number cannot be called.", is_gone=True),
    21215: Fault(text="The account may not call that country. Allow it at the provider."),
    21217: Fault(text="That is no telephone number.", is_gone=True),
    21219: Fault(text="A trial account reaches only numbers that were verified."),
    21210: Fault(text="The number we call from is not one of the account's."),
    21212: Fault(text="Our own number is not right. Look at the inbox's settings."),
    21408: Fault(text="The account may not write to that country. Allow it at the provider."),
    21602: Fault(text="There is nothing in this message."),
    21603: Fault(text="Our own number is missing in the inbox's settings."),
    21606: Fault(text="Our own number cannot send text messages there."),
    21608: Fault(text="A trial account reaches only numbers that were verified."),
    21610: Fault(text="They have answered STOP and want no more text messages.", is_gone=True),
    21611: Fault(text="Too many text messages wait at our own number.", is_passing=True),
    21612: Fault(text="No network carries text messages from our number to theirs."),
    21614: Fault(text="That is no mobile number: it takes no text messages.", is_gone=True),
    21617: Fault(text="That is longer than a text message may be (1,600 characters)."),
    21703: Fault(text="The messaging service has no number to send from."),
    21705: Fault(text="The messaging service is not known to the provider."),
    30001: Fault(text="Too much was waiting to be sent.", is_passing=True),
    30002: Fault(text="The provider has suspended the account."),
    30003: Fault(text="Their phone could not be reached: switched off, or out of range.",
                 is_passing=True),
    30004: Fault(text="Their network, or they, have blocked our text messages."),
    30005: Fault(text="There is no such number any more.", is_gone=True),
    30006: Fault(text="That is a landline, or a network that takes no text messages.",
                 is_gone=True),
    30007: Fault(text="The network took it for spam and held it back. Say it without a link, or "
                      "answer another way."),
    30008: Fault(text="It was lost on the way, and nobody says why.", is_passing=True),
    30009: Fault(text="A part of it was lost on the way.", is_passing=True),
    30010: Fault(text="It would have cost more than the account allows."),
    30022: Fault(text="The network's rate for our number is used up.", is_passing=True),
    30023: Fault(text="The network's number of messages a day is used up.", is_passing=True),
    30032: Fault(text="Our toll-free number is not verified."),
    30034: Fault(text="Our number is not registered for text messages to the United States."),
    30036: Fault(text="It waited too long and was not sent any more.", is_passing=True),
    30410: Fault(text="The network did not answer in time.", is_passing=True),
    30450: Fault(text="Too many messages went to this number; they are held back for a while."),
    30500: Fault(text="The provider had a fault of its own.", is_passing=True),
    63016: Fault(text="More than 24 hours have passed since they wrote: WhatsApp takes only "
                      "approved texts now."),
    63003: Fault(text="They cannot be reached on WhatsApp.", is_gone=True),
}  # fmt: skip


def fault_of(code: str, said: str = "") -> Fault:
    """What a code means, known or not."""
    known = FAULTS.get(int(code)) if code.isascii() and code.isdigit() else None
    told = " ".join(said.split())[:200]
    return known or Fault(text=f"The provider says: {told}" if told else "It did not arrive.")


def read_form(body: bytes) -> dict[str, str]:
    """The fields of a request: a form as it is sent, or JSON as it was captured. Raises Invalid."""
    if body.lstrip()[:1] == b"{":
        try:
            read = msgspec.json.decode(body)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise Invalid("That is nothing a provider sends.", code="bad_payload") from error
        found = {k: v for k, v in read.items() if isinstance(v, str | int) and k}
        return {k: str(v).replace("\x00", "") for k, v in found.items()}
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:  # also bytes that are no UTF-8
        raise Invalid("That is nothing a provider sends.", code="bad_payload") from error
    return {name: value.replace("\x00", "") for name, value in pairs if name}


def sign(token: str, url: str, pairs: Iterable[tuple[str, str]] = ()) -> str:
    """The signature of a request: a value told twice counts once."""
    signed = url + "".join(name + value for name, value in sorted(set(pairs)))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def is_genuine(token: str, url: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a request was signed with the account's token. False without a token."""
    given = headers.get(SIGNATURE, "").encode()
    try:
        if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        elif body and not _is_bound(url, body):
            return False
        else:
            pairs = []
    except ValueError:
        return False
    # Some put the port of the scheme into what they sign, and some leave it out.
    matches = [
        hmac.compare_digest(given, sign(token, one, pairs).encode()) for one in _spellings(url)
    ]
    return bool(token) and any(matches)


def _is_bound(url: str, body: bytes) -> bool:
    """Whether the address names the digest of this body."""
    named = dict(parse_qsl(urlsplit(url).query)).get("bodySHA256", "")
    return hmac.compare_digest(named.lower().encode(), hashlib.sha256(body).hexdigest().encode())


def _spellings(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    host = parts.netloc
    name, colon, port = host.rpartition(":")
    has_port = bool(colon) and port.isdigit()
    bare = name if has_port else host
    usual = _PORTS.get(parts.scheme, 443)
    others = {bare, f"{bare}:{usual}"} if not has_port or int(port) == usual else {bare}
    return (url, *(urlunsplit(parts._replace(netloc=one)) for one in sorted(others - {host})))


def point(api: Provider, number: str, wanted: Mapping[str, str], *, is_on: bool) -> Check:
    """Have the provider call us for one of the account's numbers, or no more. `wanted` names the
    addresses (SmsUrl, VoiceUrl, StatusCallback). One that belongs to another system is left alone.
    """
    try:
        asked = {"PhoneNumber": number}
        read = api.ask("GET", "/IncomingPhoneNumbers.json", params=asked).json()
        found = read.get("incoming_phone_numbers") if isinstance(read, dict) else None
        ours = next((one for one in found or [] if isinstance(one, dict)), None)
        if ours is None:
            return Check(name="Number", ok=False, text=f"{number} is not one of the account's.")
        present = {name: str(ours.get(_OPTION[name]) or "") for name in wanted}
        strange = [
            one for name, one in present.items() if one not in {"", wanted[name]} | _PLACEHOLDERS
        ]
        if strange and is_on:
            text = f"The number belongs to another system ({strange[0][:200]}). Set it by hand."
            return Check(name="Number", ok=False, text=text)
        set_to = {name: url for name, url in wanted.items() if present[name] != url}
        ours_now = {name: "" for name, url in wanted.items() if present[name] == url}
        change = set_to if is_on else ours_now
        if change:
            sid = quote(str(ours.get("sid", "")), safe="")
            api.ask("POST", f"/IncomingPhoneNumbers/{sid}.json", form=change)
    except DeliveryError as error:
        return Check(name="Number", ok=False, text=error.text)
    text = "What comes in is sent to us." if is_on else "The provider calls us no more."
    return Check(name="Number", ok=True, text=text)


def explain(answer: Answer) -> Exception | None:
    """A refusal in better words; None where its status says enough, or all went well."""
    if answer.status < 300:
        return None
    try:
        said = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    code = said.get("code") if isinstance(said, dict) else None
    if not isinstance(code, int) or answer.status in {401, 429} or answer.status >= 500:
        return None
    fault = fault_of(str(code), str(said.get("message", "")))
    known = refusal("The provider", answer)
    retry_after_s = known.retry_after_s if isinstance(known, DeliveryError) else None
    return DeliveryError(
        fault.text,
        permanent=not fault.is_passing,
        retry_after_s=retry_after_s,
        provider_code=str(code),
        detail=str(said.get("message", ""))[:300],
        blames_address=fault.is_gone,
    )
