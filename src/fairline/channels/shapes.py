"""The plain things that pass between the core and a channel: an inbox, its fields, one delivery."""

from datetime import datetime

import msgspec


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One input on an inbox's settings page. `kind`: text, password, number, choice, switch, lines,
    origins (web sites, one a line). A password is stored encrypted and never shown again. `words`
    name the choices, in their order, as people would. `advanced` fields are folded away.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    default: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    advanced: bool = False

    @property
    def options(self) -> list[tuple[str, str]]:
        """Each choice with its words, in their order; the choice itself where it has none."""
        return list(zip(self.choices, self.words or self.choices, strict=True))


class InboxInfo(msgspec.Struct, frozen=True, kw_only=True):
    """An inbox as a channel sees it: plain settings plus opened secrets, never a database row.

    `address` is the inbox's own (support@acme.example). `options` holds the fields' values, secrets
    included, all as text.
    """

    id: str
    brand_id: str
    brand_name: str
    kind: str
    name: str
    address: str
    options: dict[str, str]
    public_url: str


class OutboundFile(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    media_type: str
    data: bytes
    content_id: str = ""
    # What it shows, for those who cannot see it.
    alt: str = ""


class Outbound(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery, ready to be put into wire form.

    `key` is the delivery's id: stable over every retry, the idempotency key. `native_id` is the id
    we give it ourselves where the channel lets us (a Message-ID). `in_reply_to` and `references`
    hold native ids of the thread, oldest first. `reply_token` goes into the per-case reply address.
    `notice` marks mail that we send by ourselves (acknowledgements, notices): it says so in its
    headers and never starts a loop. `call_link` leads to where the customer asks for a call.
    """

    key: str
    native_id: str
    recipient: str
    recipient_name: str
    text: str
    html: str = ""
    subject: str = ""
    case_reference: str = ""
    author_name: str = ""
    signature: str = ""
    is_public: bool = False
    notice: bool = False
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    copied: tuple[tuple[str, str], ...] = ()
    reply_token: str = ""
    link: str = ""
    call_link: str = ""
    quoted: str = ""
    files: tuple[OutboundFile, ...] = ()
    # When the recipient last wrote to us here; None when never.
    heard_at: datetime | None = None
    # A text that the network has approved, and the values that stand in it.
    template: str = ""
    template_values: tuple[str, ...] = ()


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """The receipt of a hand-over. `native_id` is the provider's (or ours, confirmed).
    `refused` lists recipients that the server did not take while taking others. `others` are the
    ids of further messages that carried a part of it, such as its files.
    """

    native_id: str
    state: str = "sent"
    refused: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a connection test: what was tried, whether it worked, and what to do if not."""

    name: str
    ok: bool
    text: str


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an account said to its followers. `id` is the network's."""

    id: str
    text: str
    at: datetime
    url: str = ""


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """What was used up in a month: how many, and what they cost in hundredths."""

    count: int = 0
    cents: float = 0.0
