"""Bounces and receipts: news of what we sent, told apart from what people write. Pure.

Reports in the standard form are read by `reports.py`; flufl.bounce knows the private forms of some
forty old systems, and is asked only about mail that a machine sent. Human mail is never a bounce.
"""

import email
import email.errors
import logging
import re
from collections.abc import Iterable

from flufl.bounce import all_failures

from fairline.channels.contract import Ignored, InboxInfo, Receipt
from fairline.channels.email.addresses import addresses_in, normalise
from fairline.channels.email.automatic import is_null_sender
from fairline.channels.email.compose import DELIVERY_FIELD
from fairline.channels.email.identify import clean_message_id
from fairline.channels.email.own_addresses import find_key
from fairline.channels.email.parse import Mail
from fairline.channels.email.reports import (
    Status,
    disposition_in,
    is_complaint,
    originals_in,
    statuses_in,
)
from fairline.core.errors import Invalid
from fairline.core.text import clip

MAX_CANDIDATES = 20
_SCANNED_BYTES = 500_000
_LIBRARY_ERRORS = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RecursionError,
    email.errors.MessageError,
)
# It logs each of its detectors that stumbles, with a traceback, and goes on.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)

_DAEMON = re.compile(
    r"(?:^|[<\"\s])(?:mailer-?daemon|postmaster|mail-?daemon|maildaemon|mdaemon|mail\.delivery|"
    r"double-bounce|internet\.mail\.delivery)\b",
    re.IGNORECASE,
)
# These names prove less: then the subject must say it too.
_GATEWAY = re.compile(
    r"mail(?:er)?[ -]?(?:daemon|delivery|administrator|system|service)|delivery (?:sub)?system|"
    r"system administrator|internet mail|mail server|"
    r"(?:^|[<\"\s])(?:ndr|[^@<\s]*smtp[^@<\s]*|imss|inetgw\d?|mailgate)@",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r".{0,40}?(?:undeliver|un-deliver|returned mail|return(?:ed)? (?:to sender|message)|"
    r"failure notice|"
    r"mail (?:delivery )?(?:failed|failure|system error|could not)|delivery (?:status|failure|"
    r"notification|problem|has failed|report|error|failed|incomplete|delayed)|"
    r"(?:message|mail) (?:status|could not be delivered|not delivered|delivery)|"
    r"could not send message|error (?:sending|delivering|report)|nondeliverable|non[- ]?remise|"
    r"unzustellbar|nicht zugestellt|zustellung|non recapitabile|mancato recapito|no entregado|"
    r"não entregue|onbestelbaar|niet bezorgd|undelivered|bounce|user unknown|invalid (?:address|"
    r"recipient)|недоставлен|не доставлено|returning (?:your )?message|配信|退信|delivery|"
    r"mail error|your mail)",
    re.IGNORECASE,
)
_OLD_ID = re.compile(r"^[>\s]*message-id:\s*(<[^<>\r\n]{3,400}>)", re.IGNORECASE | re.MULTILINE)
_CODE = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])|\b([45]\d\d)[ -]")


def find_receipt(mail: Mail, inbox: InboxInfo, payload: bytes) -> Receipt | Ignored | None:
    """News of a delivery, or None when the mail is none."""
    if disposition := disposition_in(mail.root):
        state = {"displayed": "read", "refused": "failed"}.get(disposition, "delivered")
        return _receipt(mail, inbox, state=state)
    statuses = statuses_in(mail.root)
    if statuses and (mail.root.kind == "multipart/report" or is_from_machine(mail, inbox)):
        return _from_statuses(mail, inbox, statuses)
    if is_complaint(mail.root):
        return Ignored(native_id=mail.native_id, outcome="chatter", reason="A complaint report.")
    return _from_old_form(mail, inbox, payload) if is_from_machine(mail, inbox) else None


def is_from_machine(mail: Mail, inbox: InboxInfo) -> bool:
    """Whether a mail system sent this. Only then its text is searched for a failure."""
    if is_null_sender(mail) or mail.headers.has("x-failed-recipients"):
        return True
    if mail.root.kind == "multipart/report" or find_key(_came_in_by(mail), "b", inbox):
        return True
    sender = mail.headers.text("from")
    is_gateway = bool(_GATEWAY.search(sender) and _SUBJECT.match(mail.subject))
    return is_gateway or bool(_DAEMON.search(sender))


def _from_statuses(mail: Mail, inbox: InboxInfo, statuses: list[Status]) -> Receipt:
    """The worst news counts: one failed recipient makes a failure."""
    failed = next((s for s in statuses if s.is_failure), None)
    told = failed or next((s for s in statuses if s.is_delay), statuses[0])
    arrived = not failed and not told.is_delay
    return _receipt(
        mail,
        inbox,
        state="delivered" if arrived else "failed",
        recipient=told.recipient,
        is_permanent=bool(failed),
        code=told.code,
        text=told.text,
    )


def _from_old_form(mail: Mail, inbox: InboxInfo, payload: bytes) -> Receipt | None:
    """A bounce in no standard form. None when the machine says something else."""
    permanent, temporary = _failures(mail, payload)
    looks_like = bool(_SUBJECT.match(mail.subject))
    is_keyed = bool(find_key(_came_in_by(mail), "b", inbox))
    if not (permanent or temporary or (looks_like and (originals_in(mail.root) or is_keyed))):
        return None
    code = _CODE.search(mail.text)
    return _receipt(
        mail,
        inbox,
        state="failed",
        recipient=next(iter([*permanent, *temporary]), ""),
        is_permanent=bool(permanent) or not temporary,
        code=(code[1] or code[2]) if code else "",
    )


def _failures(mail: Mail, payload: bytes) -> tuple[list[str], list[str]]:
    """(permanently, temporarily) failed recipients, sorted."""
    named = [one.address for one in addresses_in(mail.headers, "x-failed-recipients")]
    if named:
        return named, []
    try:
        known = email.message_from_bytes(payload[:_SCANNED_BYTES])
        temporary, permanent = all_failures(known)
    except _LIBRARY_ERRORS:
        return [], []  # the library was made for other mail than this
    return _usable(permanent), _usable(temporary - permanent)


def _usable(found: Iterable[bytes]) -> list[str]:
    usable = []
    for raw in found:
        try:
            usable.append(normalise(raw.decode("utf-8", "replace")))
        except Invalid:
            continue
    return sorted(usable)


def _came_in_by(mail: Mail) -> list[str]:
    return [*mail.delivered_to, *(one.address for one in (*mail.to, *mail.cc))]


def _receipt(
    mail: Mail,
    inbox: InboxInfo,
    *,
    state: str,
    recipient: str = "",
    is_permanent: bool = True,
    code: str = "",
    text: str = "",
) -> Receipt:
    return Receipt(
        native_id=mail.native_id,
        state=state,
        native_ids=_candidates(mail, inbox),
        recipient=recipient,
        is_permanent=is_permanent,
        provider_code=code,
        text=text or clip(" ".join(mail.text.split()), 300),
    )


def _candidates(mail: Mail, inbox: InboxInfo) -> tuple[str, ...]:
    """What it may be about, surest first: the delivery's key, then Message-IDs."""
    found = [find_key(_came_in_by(mail), "b", inbox)]
    originals = originals_in(mail.root)
    found += [original.plain(DELIVERY_FIELD.lower()).strip() for original in originals]
    for name in ("message-id", "original-message-id"):
        found += [clean_message_id(original.plain(name)) for original in originals]
    found += mail.answers
    found += [clean_message_id(match[1]) for match in _OLD_ID.finditer(mail.text[:200_000])]
    return tuple(dict.fromkeys(one for one in found if one))[:MAX_CANDIDATES]
