"""What an operator fills in for a mail inbox, and the same values checked and typed.

`FIELDS` makes the settings page; `read_options` is the only reader of `InboxInfo.options`.
"""

from enum import StrEnum
from typing import TypeVar

import msgspec

from fairline.channels.contract import Field, InboxInfo
from fairline.core.errors import Invalid


class Security(StrEnum):
    """How a connection is protected: from its first byte, after STARTTLS, or not at all."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Receiving(StrEnum):
    """How mail comes in: we fetch it, it is handed to our own receiver, or not at all."""

    IMAP = "imap"
    RECEIVER = "receiver"
    NONE = "none"


class Start(StrEnum):
    """Where the first fetch of a mailbox begins."""

    NOW = "now"
    ALL = "all"


IMAP_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}
SMTP_PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}

_SECURITY = tuple(Security)
_SECURITY_WORDS = (
    "TLS from the start",
    "STARTTLS: turned on after connecting",
    "None: anybody on the way can read along",
)

Choice = TypeVar("Choice", bound=StrEnum)

FIELDS: tuple[Field, ...] = (
    Field(
        name="receive_by",
        label="Receive mail by",
        kind="choice",
        default=Receiving.IMAP,
        choices=tuple(Receiving),
        words=(
            "Fetching it from a mailbox (IMAP)",
            "Taking it from your mail server (SMTP or LMTP)",
            "Not at all: this inbox only sends",
        ),
        help="Fetching changes nothing in the mailbox.",
    ),
    Field(
        name="imap_host",
        label="Incoming server (IMAP)",
        help="For example imap.example.com.",
    ),
    Field(
        name="imap_security",
        label="Incoming encryption",
        kind="choice",
        default=Security.TLS,
        choices=_SECURITY,
        words=_SECURITY_WORDS,
    ),
    Field(
        name="imap_port",
        label="Incoming port",
        kind="number",
        help="Empty: 993 with TLS from the start, 143 otherwise.",
    ),
    Field(name="imap_user", label="Incoming user name", help="Empty: the address of the inbox."),
    Field(name="imap_password", label="Incoming password", kind="password"),
    Field(name="imap_folder", label="Folder", default="INBOX"),
    Field(
        name="start_from",
        label="Mail that is already there",
        kind="choice",
        default=Start.NOW,
        choices=tuple(Start),
        words=("Leave it: begin with what comes from now on", "Take in all of it"),
    ),
    Field(
        name="smtp_host",
        label="Outgoing server (SMTP)",
        help="For example smtp.example.com. Empty: the inbox cannot send.",
    ),
    Field(
        name="smtp_security",
        label="Outgoing encryption",
        kind="choice",
        default=Security.STARTTLS,
        choices=_SECURITY,
        words=_SECURITY_WORDS,
    ),
    Field(
        name="smtp_port",
        label="Outgoing port",
        kind="number",
        help="Empty: 465 with TLS from the start, 587 with STARTTLS, 25 otherwise.",
    ),
    Field(
        name="smtp_user",
        label="Outgoing user name",
        help="Empty: no sign-in, for a server that trusts this machine.",
    ),
    Field(name="smtp_password", label="Outgoing password", kind="password"),
    Field(
        name="tls_authority",
        label="Own certificate authority",
        kind="lines",
        help="Only when your mail server's certificate is signed by your company itself: the "
        "authority's certificate in PEM form.",
    ),
)


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """One mail server as an inbox reaches it. `user` '' means no sign-in."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""
    authority: str = ""


class MailOptions(msgspec.Struct, frozen=True, kw_only=True):
    """All of a mail inbox's options. `smtp` is None when the inbox cannot send."""

    receive_by: Receiving
    imap: Server | None
    folder: str
    start_from: Start
    smtp: Server | None


def read_options(inbox: InboxInfo) -> MailOptions:
    """Check and type the options. Raises Invalid naming the field."""
    given = {name: value.strip() for name, value in inbox.options.items()}
    for field in FIELDS:
        # A line end in one of these would end a command and begin another.
        if field.kind != "lines" and any(c in inbox.options.get(field.name, "") for c in "\r\n\0"):
            raise Invalid("Line breaks are not allowed here.", field=field.name)
    receive_by = _choice(given, "receive_by", Receiving, Receiving.IMAP)
    imap = None
    if receive_by is Receiving.IMAP:
        if not given.get("imap_host"):
            raise Invalid("Enter the incoming server.", field="imap_host")
        imap = _server(inbox, given, "imap", Security.TLS, IMAP_PORTS, user=inbox.address)
    smtp = None
    if given.get("smtp_host"):
        smtp = _server(inbox, given, "smtp", Security.STARTTLS, SMTP_PORTS, user="")
    return MailOptions(
        receive_by=receive_by,
        imap=imap,
        folder=given.get("imap_folder") or "INBOX",
        start_from=_choice(given, "start_from", Start, Start.NOW),
        smtp=smtp,
    )


def _server(
    inbox: InboxInfo,
    given: dict[str, str],
    prefix: str,
    default: Security,
    ports: dict[Security, int],
    *,
    user: str,
) -> Server:
    security = _choice(given, f"{prefix}_security", Security, default)
    return Server(
        host=given[f"{prefix}_host"],
        port=_port(given, f"{prefix}_port", ports[security]),
        security=security,
        user=given.get(f"{prefix}_user") or user,
        # Not stripped: a password may begin or end with a space.
        password=inbox.options.get(f"{prefix}_password", ""),
        authority=given.get("tls_authority", ""),
    )


def _port(given: dict[str, str], name: str, default: int) -> int:
    text = given.get(name) or str(default)
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise Invalid("A port is a number from 1 to 65535.", field=name)


def _choice(given: dict[str, str], name: str, kind: type[Choice], default: Choice) -> Choice:
    try:
        return kind(given.get(name) or default)
    except ValueError:
        raise Invalid(f"Choose one of {', '.join(kind)}.", field=name) from None
