"""A subscriber on loopback: a feed reader with a callback, honest or not."""

import secrets
from typing import ClassVar
from urllib.parse import urlencode

from fairline.demo.networks.kit import Call, Network, Reply, Shown

SECRET = "what the reader and the hub know"  # noqa: S105  made up


class Reader(Network):
    """Confirms what it wants, keeps what it is told. `lies` is how it answers a question instead,
    `takes` the status of its answers to news.
    """

    name: ClassVar[str] = "reader"
    label: ClassVar[str] = "A feed reader"

    def __init__(self) -> None:
        super().__init__()
        self.wants: set[tuple[str, str]] = set()
        self.asked: list[Call] = []
        self.told: list[Call] = []
        self.lies: Reply | None = None
        self.takes = 204
        self.own = secrets.token_hex(4)

    @property
    def callback(self) -> str:
        return f"{self.url}/callback/{self.own}?from=us"

    def request(self, topic: str, mode: str = "subscribe", **more: str) -> dict[str, str]:
        """The form for a hub; from now on it is what the reader wants."""
        self.wants.add((mode, topic))
        named = {f"hub.{name}": value for name, value in more.items()}
        return {
            "hub.mode": mode,
            "hub.topic": topic,
            "hub.callback": self.callback,
            "hub.secret": SECRET,
            **named,
        }

    def answer(self, call: Call) -> Reply:
        if call.method == "POST":
            self.told.append(call)
            return Reply(status=self.takes, body=b"")
        self.asked.append(call)
        if self.lies is not None:
            return self.lies
        if call.query.get("hub.mode") == "denied":
            return Reply(status=200, body=b"")
        wanted = (call.query.get("hub.mode", ""), call.query.get("hub.topic", ""))
        if wanted not in self.wants or call.query.get("from") != "us":
            return Reply(status=404, body=b"no")
        return Reply(body=call.query["hub.challenge"].encode(), media_type="text/plain")

    def options(self) -> dict[str, str]:
        return {}

    def address(self) -> str:
        return urlencode({"at": self.url})

    def say(self, person: str, text: str, *, public: bool = True, under: str = "") -> str:
        raise ValueError(f"{person} only reads: {text!r} {public} {under}")

    def shown(self, person: str) -> list[Shown]:
        del person
        return []
