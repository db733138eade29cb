"""Courier: a network with rules, in memory. It takes answers for a day, then only approved texts;
it takes small pictures alone; and it never lets us write first.
"""

from datetime import datetime, timedelta

import msgspec

from fairline.channels.contract import (
    Capabilities,
    Field,
    Inbound,
    InboxInfo,
    LengthRule,
    Price,
    Rule,
    Sending,
    Template,
    Translation,
    Window,
    Wire,
)
from tests.fakes.channel import Loft, PigeonWire
from tests.fakes.plaza import PlazaChannel

WELCOME = Template(
    name="parcel_found",
    language="en",
    text="Hello {{1}}, your parcel {{2}} is found. May we write to you?",
    category="utility",
)


class CourierChannel(PlazaChannel):
    """Translates as Plaza does; what it sends is kept in `loft`."""

    kind = "courier"
    label = "Courier"
    fields: tuple[Field, ...] = ()

    def __init__(self, loft: Loft, *, hours: float = 24) -> None:
        self.loft = loft
        self.hours = hours
        self.stopped: Rule | None = None
        self.room = 120
        self.capabilities = Capabilities(
            public=True,
            private=True,
            deduplicates=True,
            length=LengthRule(counts="graphemes", most=1000),
            window=Window(hours=hours, after="template"),
            media=("image/*",),
            max_file_bytes=1000,
            most_files=2,
            prices=(Price(what="message", cents=1.5, currency="EUR"),),
        )

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        heard = super().translate(payload, inbox, received_at=received_at)
        assert isinstance(heard, Inbound)
        author = msgspec.structs.replace(heard.author, channel=self.kind)
        link = heard.permalink if heard.is_public else ""
        return msgspec.structs.replace(heard, author=author, permalink=link)

    def rules(self, sending: Sending, inbox: InboxInfo) -> tuple[Rule, ...]:  # noqa: ARG002
        if self.stopped:
            return (self.stopped,)
        if sending.is_public or sending.template:
            return ()
        if sending.heard_at is None:
            return (Rule(code="stranger", text="Courier lets nobody write first.", blocks=True),)
        until = sending.heard_at + timedelta(hours=self.hours)
        if sending.at < until:
            return ()
        text = "Courier takes an answer for a day after the customer wrote."
        return (Rule(code="window_closed", text=text, blocks=True, until=until),)

    def length(self, inbox: InboxInfo) -> LengthRule:
        most = int(inbox.options.get("room", "0")) or self.room
        return LengthRule(counts="graphemes", most=most)

    def templates(self, inbox: InboxInfo) -> tuple[Template, ...]:  # noqa: ARG002
        return (WELCOME,)

    def open(self, inbox: InboxInfo) -> Wire:  # noqa: ARG002
        return PigeonWire(self.loft)
