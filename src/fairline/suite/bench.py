"""What the contract suite needs of a channel: the channel, and its provider on loopback.

Subclass `Bench` in your tests. The methods with a body suit most channels; the others say what
people do on the network, and what it has got from us.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from fairline.channels.contract import Channel
from fairline.demo.networks.kit import Fault, Network, Push, Shown


class Bench(ABC):
    """One channel beside one made-up provider. `network` is served while a test runs."""

    channel: Channel
    network: Network
    # What of a person's words is said in public; a channel with both ways sets what it says first.
    says_public: ClassVar[bool] = False
    # The calls that hand something over: (method, beginning of the path).
    hand_overs: ClassVar[Sequence[tuple[str, str]]] = (("POST", ""),)
    # A status that this provider answers to what it will never take.
    refusal: ClassVar[int] = 400
    # Whether the provider stops taking our token at some time, with a 401.
    has_tokens: ClassVar[bool] = True
    # Whether this provider can say when to come again.
    says_when: ClassVar[bool] = True

    def options(self) -> dict[str, str]:
        """The values of the inbox's fields."""
        return self.network.options()

    def address(self) -> str:
        """The inbox's address."""
        return self.network.address()

    def say(self, who: str, text: str, *, under: str = "") -> str:
        """Somebody says something. Returns its native id, as messages carry it."""
        return self.network.say(who, text, public=self.says_public, under=under)

    def raw_id(self, native_id: str) -> str:
        """What the stored item of something said is called, where not as the message is."""
        return native_id

    def edit(self, native_id: str, text: str) -> None:
        """Its author changes it. Only where the channel says `edits`."""
        raise AssertionError(f"{self.channel.label} says edits: show {text!r} on {native_id}")

    def remove(self, native_id: str) -> None:
        """Its author takes it back. Only where the channel says `deletes`."""
        raise AssertionError(f"{self.channel.label} says deletes: take back {native_id}")

    def forged(self, push: Push) -> list[Push]:
        """A genuine push, made false in every way that the provider's rules know: all must be
        refused. As it stands: without its headers, and with another body.
        """
        bare = {k: v for k, v in push.headers.items() if k.lower() == "content-type"}
        return [replace(push, headers=bare), replace(push, body=push.body + b" ")]

    def stale(self, push: Push) -> Push | None:
        """The same push as it would have been signed long ago; None where nothing is dated."""
        del push
        return None

    @abstractmethod
    def got(self) -> list[Shown]:
        """Everything that the provider has taken from us, oldest first."""

    def fail(self, status: int, *, headers: dict[str, str] | None = None) -> None:
        """The next hand-over is answered with this status."""
        method, path = self.hand_overs[0]
        fault = Fault(status=status, headers=headers or {}, method=method, path=path)
        self.network.faults.append(fault)

    def drop(self) -> None:
        """The next hand-over is taken, and the connection breaks before the answer."""
        method, path = self.hand_overs[0]
        self.network.faults.append(Fault(status=0, drops=True, method=method, path=path))

    def away(self) -> None:  # noqa: B027  most have nothing to end
        """End what answers besides `network`, which ends by itself. Also called at the very end."""

    @abstractmethod
    def expire(self) -> None:
        """From now on our token is not taken any more."""
