"""One raw mail as what it means for us: something said, news of a delivery, or nothing to answer.

Pure. Called by ingest for each stored mail, and again whenever it is replayed: the same bytes give
the same translation. Raises Invalid only for a mail that names nobody.
"""

import re
from datetime import datetime

from fairline.cases.inbound import Author, Copied, Inbound
from fairline.channels.contract import Ignored, InboxInfo, Translation
from fairline.channels.email.addresses import Address
from fairline.channels.email.automatic import (
    answerable,
    find_automatic,
    own_addresses_of,
    wants_no_notice,
)
from fairline.channels.email.bounces import find_receipt
from fairline.channels.email.own_addresses import find_key, key_in, without_key
from fairline.channels.email.parse import Mail, parse_message
from fairline.channels.email.quoting import read_reply
from fairline.channels.email.subjects import is_forward, reference_in
from fairline.channels.email.trust import Trust, judge
from fairline.channels.email.trust_dns import Resolver
from fairline.core.errors import Invalid
from fairline.core.text import clean_html, html_to_text, is_blank

MAX_COPIED = 200

_READS_NOTHING = re.compile(r"(?:no|do-?_?\.?not)[-_.]?(?:reply|answer|responder)\b", re.IGNORECASE)
_VIA = re.compile(r"\s+(?:via|über|par|vía|through|tramite|door)\s+.{1,100}$", re.IGNORECASE)


def translate(
    payload: bytes,
    inbox: InboxInfo,
    *,
    received_at: datetime,
    install_id: str = "",
    resolver: Resolver | None = None,
) -> Translation:
    """Understand a mail.

    `install_id` (or the option of that name) tells our own mail when it comes back; `resolver`
    lets senders be checked where no server of ours has done it.
    """
    mail = parse_message(payload, received_at=received_at)
    if receipt := find_receipt(mail, inbox, payload):
        return receipt
    ours = install_id or inbox.options.get("install_id", "")
    finding = find_automatic(mail, inbox, install_id=ours)
    if finding and not mail.sender.address:
        return Ignored(native_id=mail.native_id, outcome=finding.outcome, reason=finding.reason)
    inbound = _inbound(mail, inbox, judge(mail, inbox, payload, resolver=resolver), finding)
    if finding is None:
        return inbound
    return Ignored(
        native_id=mail.native_id,
        outcome=finding.outcome,
        reason=finding.reason,
        inbound=None if finding.outcome in {"loop", "own"} else inbound,
    )


def _inbound(mail: Mail, inbox: InboxInfo, trust: Trust, finding: object) -> Inbound:
    author, is_from = author_of(mail, inbox)
    if not author.address:
        raise Invalid("The mail does not say who sent it.", code="no_sender")
    reply = read_reply(
        mail.text,
        mail.html,
        is_forward=is_forward(mail.subject),
        sender_name=author.name,
    )
    clean = clean_html(mail.html)
    full_text = html_to_text(mail.html) if is_blank(mail.text) else mail.text
    full_text = re.sub(r"\n{4,}", "\n\n\n", full_text).strip("\n")
    return Inbound(
        native_id=mail.native_id,
        author=Author(
            channel="email",
            address=author.address,
            name=author.name,
            verified=trust.is_verified and is_from,
        ),
        text=reply.text,
        subject=mail.subject,
        full_text=full_text,
        html=clean.html,
        sent_at=mail.sent_at,
        in_reply_to=mail.answers,
        copied=_copied(mail, inbox),
        case_token=find_key(_came_in_by(mail), "c", inbox),
        reference=reference_in(mail.subject, reply.text, full_text),
        files=mail.files,
        auth=trust.auth,
        is_automatic=finding is not None,
        is_listed=wants_no_notice(mail),
        is_cut=mail.is_cut or clean.is_cut,
    )


def author_of(mail: Mail, inbox: InboxInfo) -> tuple[Address, bool]:
    """The person who wrote, and whether that is who From names.

    A group or mailing list puts its own address in From and the author's elsewhere; a web form
    writes from our own address, or from one that reads nothing, and names its user to answer to.
    Nobody vouches for those.
    """
    ours = own_addresses_of(inbox)
    originals = [one for one in answerable(mail) if without_key(one.address) not in ours]
    is_form = without_key(mail.sender.address) in ours or bool(
        _READS_NOTHING.match(mail.sender.address)
    )
    is_group = mail.headers.has("x-original-sender") or mail.headers.has("x-original-from")
    if originals and (is_form or is_group):
        before_via, count = _VIA.subn("", mail.sender.name)
        name = originals[0].name or (before_via if is_group and count else "")
        return Address(originals[0].address, name), False
    return mail.sender, mail.headers.has("from")


def _came_in_by(mail: Mail) -> list[str]:
    return [*mail.delivered_to, *(one.address for one in (*mail.to, *mail.cc))]


def _copied(mail: Mail, inbox: InboxInfo) -> tuple[Copied, ...]:
    """Everyone else on the mail. A case's own address is a secret, and stands for the inbox."""
    copied: dict[tuple[str, str], Copied] = {}
    for role, people in (("to", mail.to), ("cc", mail.cc), ("reply_to", mail.reply_to)):
        for one in people:
            address = one.address
            if key_in(address)[0]:
                address = without_key(address) or inbox.address
            if role == "reply_to" and address == mail.sender.address:
                continue
            copied.setdefault((role, address), Copied(role=role, address=address, name=one.name))
    return tuple(copied.values())[:MAX_COPIED]
