"""One outbound delivery as an Internet message, and the envelope around it. Pure.

Called by the wire at each attempt; `translate` understands all that is written here. Notices say
in their headers that a machine wrote them (RFC 3834), so that no two machines talk for ever.
"""

import hashlib
import re
from datetime import datetime
from email.utils import format_datetime

import css_inline

from fairline.channels.contract import InboxInfo, Outbound, OutboundFile
from fairline.channels.email import own_addresses
from fairline.channels.email.header_lines import (
    ascii_address,
    field,
    fold,
    mailbox,
    message_id,
    one_line,
)
from fairline.channels.email.mime_parts import file_part, multipart, text_part
from fairline.channels.email.subjects import reply_subject
from fairline.core.errors import DeliveryError
from fairline.core.text import clean_html, text_to_html, tidy

LOOP_FIELD = "X-Fairline-Loop"
DELIVERY_FIELD = "X-Fairline-Delivery"

# Some servers refuse longer header lines, and no client looks at more.
_KEPT_REFERENCES = 10

_STYLE = """
body { font-family: -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif;
  font-size: 15px; line-height: 1.5; }
p { margin: 0 0 1em; }
.small { color: #595959; font-size: 13px; }
blockquote { margin: 1em 0 0; padding: 0 0 0 1em; border-left: 2px solid #999999; }
img { max-width: 100%; }
"""


def to_wire(outbound: Outbound, inbox: InboxInfo, *, install_id: str, date: datetime) -> bytes:
    """The message as bytes with CRLF line ends; the same input gives the same bytes.

    *Errors*: DeliveryError(permanent=True) when an address cannot be sent to.
    """
    head = "\r\n".join(_header(outbound, inbox, install_id, date))
    return head.encode("ascii") + b"\r\n" + _body(outbound)


def envelope_sender(outbound: Outbound, inbox: InboxInfo) -> str:
    """MAIL FROM: an address that names the delivery, where the inbox's options allow one."""
    return ascii_address(own_addresses.bounce_address(outbound, inbox))


def envelope_recipients(outbound: Outbound) -> list[str]:
    """RCPT TO: the recipient first, then everyone copied, each once."""
    everyone = [outbound.recipient, *(address for address, _ in _reachable(outbound))]
    return list(dict.fromkeys(ascii_address(address) for address in everyone))


def _reachable(outbound: Outbound) -> list[tuple[str, str]]:
    """Whom to copy. One who cannot be reached must not keep the answer from the customer."""
    kept = []
    for address, name in outbound.copied:
        try:
            kept.append((ascii_address(address), name))
        except DeliveryError:
            continue
    return kept


def _header(outbound: Outbound, inbox: InboxInfo, install_id: str, date: datetime) -> list[str]:
    sender = inbox.options.get("from_address") or inbox.address
    lines = [
        f"Date: {format_datetime(date)}",
        fold("From", [mailbox(sender, _sender_name(outbound, inbox))]),
        fold("To", [mailbox(outbound.recipient, outbound.recipient_name)]),
    ]
    if copied := [mailbox(address, name) for address, name in _reachable(outbound)]:
        lines.append(fold("Cc", copied, separator=","))
    answers_go_to = ascii_address(own_addresses.reply_address(outbound, inbox))
    if answers_go_to != ascii_address(sender):
        lines.append(fold("Reply-To", [mailbox(answers_go_to, inbox.brand_name)]))
    lines += [field("Subject", _subject(outbound, inbox)), *_threading(outbound, sender)]
    if outbound.notice:
        kind = "auto-replied" if outbound.in_reply_to else "auto-generated"
        lines += [f"Auto-Submitted: {kind}", "X-Auto-Response-Suppress: All"]
    return [
        *lines,
        field(LOOP_FIELD, re.sub(r"[^A-Za-z0-9._-]", "", install_id)),
        field(DELIVERY_FIELD, outbound.key),
        "MIME-Version: 1.0",
    ]


def _sender_name(outbound: Outbound, inbox: InboxInfo) -> str:
    author, brand = one_line(outbound.author_name), one_line(inbox.brand_name)
    return f"{author} ({brand})" if author and brand else author or brand


def _subject(outbound: Outbound, inbox: InboxInfo) -> str:
    subject = reply_subject(outbound.subject, is_reply=bool(outbound.in_reply_to))
    subject = subject or outbound.case_reference or inbox.brand_name
    tag = f"[{outbound.case_reference}]"
    wants_tag = inbox.options.get("subject_reference", "").lower() in {"on", "yes", "true", "1"}
    if wants_tag and outbound.case_reference and tag not in subject:
        subject = f"{subject} {tag}"
    return subject


def _threading(outbound: Outbound, sender: str) -> list[str]:
    own_id = outbound.native_id or f"{outbound.key}@{sender.rpartition('@')[2]}"
    lines = [fold("Message-ID", [message_id(own_id)])]
    parent = message_id(outbound.in_reply_to)
    thread = [one for native_id in outbound.references if (one := message_id(native_id))]
    if parent:
        lines.append(fold("In-Reply-To", [parent]))
        thread = [*(one for one in thread if one != parent), parent]
    thread = list(dict.fromkeys(thread))
    if len(thread) > _KEPT_REFERENCES + 1:
        thread = [thread[0], *thread[-_KEPT_REFERENCES:]]
    return [*lines, fold("References", thread)] if thread else lines


def _body(outbound: Outbound) -> bytes:
    seed = hashlib.sha256(outbound.key.encode("utf-8", "replace")).hexdigest()[:24]
    page = _html(outbound)
    shown = {f'src="cid:{file.content_id}"' for file in outbound.files if file.content_id}
    shown = {source for source in shown if source in page}

    def is_shown(file: OutboundFile) -> bool:
        return f'src="cid:{file.content_id}"' in shown

    images = [file_part(file, inline=True) for file in outbound.files if is_shown(file)]
    others = [file_part(file, inline=False) for file in outbound.files if not is_shown(file)]
    pages = multipart("related", [text_part(page, "html"), *images], seed=seed)
    texts = multipart("alternative", [text_part(_text(outbound), "plain"), pages], seed=seed)
    return multipart("mixed", [texts, *others], seed=seed)


def _text(outbound: Outbound) -> str:
    parts = [tidy(outbound.text).strip()]
    if outbound.signature:
        parts.append("-- \n" + tidy(outbound.signature).strip())
    if outbound.link:
        parts.append(_link_line(outbound))
    if outbound.quoted:
        lines = tidy(outbound.quoted).strip().split("\n")
        parts.append("\n".join(f"> {line}".rstrip() for line in lines))
    return "\n\n".join(parts) + "\n"


def _html(outbound: Outbound) -> str:
    given = clean_html(outbound.html, allow_remote_images=True).html if outbound.html else ""
    parts = [given or text_to_html(outbound.text)]
    if outbound.signature:
        parts.append(f'<div class="small">-- <br>{text_to_html(outbound.signature)}</div>')
    if outbound.link:
        parts.append(f'<div class="small">{text_to_html(_link_line(outbound))}</div>')
    if outbound.quoted:
        parts.append(f'<blockquote type="cite">{text_to_html(outbound.quoted)}</blockquote>')
    page = (
        '<!DOCTYPE html><html><head><meta charset="utf-8">'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )
    return css_inline.inline(page, keep_style_tags=False, load_remote_stylesheets=False)


def _link_line(outbound: Outbound) -> str:
    """Secret links need no words in any language: the reference says what they open, the telephone
    where a call is asked for.
    """
    link = one_line(outbound.link)
    line = f"{outbound.case_reference}: {link}" if outbound.case_reference else link
    return f"{line}\n\u260e {one_line(outbound.call_link)}" if outbound.call_link else line
