"""What a telephone provider is to us: it rings two people, joins them, and tells us how it went.

Without one nothing is missing: agents dial `tel:` links by themselves. With one, the call screen
rings the agent first and then the customer. A provider is a class with this shape; `bridge.py` in
`channels/phone` is one (any switchboard that speaks its small protocol). A channel that has one
answers `voice`. All network I/O of a provider is in its class.
"""

from collections.abc import Mapping
from typing import Literal, Protocol, runtime_checkable

import msgspec

from fairline.channels.contract import HookRequest, InboxInfo

State = Literal["ringing", "answered", "ended", "no_answer", "busy", "failed"]
# A state never goes back to one before it: providers tell things twice, and out of order.
RANK: dict[str, int] = {"": 0, "ringing": 1, "answered": 2, "no_answer": 3, "busy": 3, "failed": 3,
                        "ended": 4}  # fmt: skip


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One call to place. `key` is the try's id: the provider places it once however often it is
    asked. `agent` and `customer` are numbers in E.164.
    """

    key: str
    agent: str
    customer: str
    extension: str = ""


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider tells us, already verified.

    `native_id` names this piece of news (told twice, it is the same). `kind`: `status` of a call we
    placed, or `incoming`: somebody called our number. `number` is the caller's, '' when withheld.
    """

    native_id: str
    kind: Literal["status", "incoming"]
    provider_id: str
    state: State = "ended"
    seconds: int | None = None
    recording_url: str = ""
    number: str = ""
    was_answered: bool = False


class Voice(Protocol):
    """A telephone provider of one inbox. Blocking; called from worker threads."""

    def call(self, order: Order) -> str:
        """Ring the agent, then the customer, and join them. Returns the provider's id of the call.

        Raises DeliveryError: `permanent` when asking again cannot help. Asking again with the same
        `key` places no second call.
        """
        ...

    def read(self, headers: Mapping[str, str], body: bytes) -> News:
        """Verify a callback on its raw body, in constant time, and understand it.

        Raises NotAllowed for one that is forged, changed or too old; Invalid for one that is
        genuine and makes no sense.
        """
        ...

    def close(self) -> None: ...


@runtime_checkable
class VoiceChannel(Protocol):
    """A channel that may have a telephone provider. Optional."""

    label: str

    def voice(self, inbox: InboxInfo) -> Voice | None:
        """The provider of an inbox by its settings; None without one. Raises Invalid."""
        ...


StepKind = Literal["rings", "pressed", "recorded", "over", "agent", "joins", "news", "nothing"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Where a call stands for which a provider asks what to say, already verified.

    `rings`: somebody calls our number. `pressed`: they pressed `digit` ('' for none). `recorded`:
    they left a message. `over`: their call has ended. `agent`: an agent whom we rang has picked up.
    `joins`: they pressed a key. `news` of a call of ours is in `news`. `nothing`: nothing to do.
    `number` is the caller's, '' when withheld; `key` the try's id; `payload` what to store.
    """

    kind: StepKind
    call_id: str
    number: str = ""
    digit: str = ""
    key: str = ""
    payload: bytes = b""
    news: News | None = None


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """What is said next in a call, and what then: hang up, wait for a `key` of the telephone, take
    a `message`, or `dial` a number and join the two.
    """

    lines: tuple[str, ...] = ()
    then: Literal["end", "key", "message", "dial", "nothing"] = "end"
    # Where a key leads: the menu of a caller, or the agent who is to be joined.
    step: Literal["menu", "join"] = "menu"
    caller: str = ""
    key: str = ""
    number: str = ""
    extension: str = ""


@runtime_checkable
class Talking(Voice, Protocol):
    """A provider that asks us step by step what a caller is to hear. Optional."""

    def heard(self, request: HookRequest) -> Step:
        """Verify a request and understand it. Raises NotAllowed for a forged one, Invalid for one
        that is genuine and makes no sense.
        """
        ...

    def script(self, script: Script) -> tuple[bytes, str]:
        """The answer in the provider's own form, and its media type."""
        ...
