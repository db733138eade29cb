"""Letters by carrier pigeon: what the channel is called, what it can do, what it needs to know."""

from datetime import datetime

from fairline.channels.contract import (
    Capabilities,
    Channel,
    Field,
    InboxInfo,
    Invalid,
    LengthRule,
    Translation,
    Wire,
)
from pigeon_post.translate import translated
from pigeon_post.wire import PigeonWire


class PigeonChannel:
    """The address of an identity is the ring on a pigeon's leg, as `gb-17-n-4711`."""

    kind = "pigeon"
    label = "Pigeon post"
    capabilities = Capabilities(
        public=False,
        private=True,
        files=False,
        polls=True,
        threads=True,
        # The loft drops a letter whose key it has seen, so an unknown outcome may be sent again.
        deduplicates=True,
        proves=True,
        length=LengthRule(counts="characters", most=140),
    )
    fields: tuple[Field, ...] = (
        Field(name="loft_url", label="Address of the loft", required=True),
        Field(name="key", label="Key of the loft", kind="password", required=True),
    )

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        return translated(payload, received_at=received_at)

    def normalise(self, address: str) -> str:
        ring = address.strip().lower()
        if not ring or not all(part.isalnum() for part in ring.split("-")):
            raise Invalid("A ring is written as gb-17-n-4711.", code="bad_address")
        return ring

    def open(self, inbox: InboxInfo) -> Wire:
        return PigeonWire(inbox)


def _check(channel: Channel) -> None:
    """A static check that the class keeps the contract."""


_check(PigeonChannel())
