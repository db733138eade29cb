"""A made-up Messenger: private messages between people and the company's page."""

from typing import ClassVar

from fairline.demo.networks.graph_messages import NOTHING, MessagesNetwork
from fairline.demo.networks.kit import Call, Reply

PAGE = "117172741761305"


class Messenger(MessagesNetwork):
    name: ClassVar[str] = "messenger"
    label: ClassVar[str] = "Messenger"
    node = PAGE

    def address(self) -> str:
        return PAGE

    def say(self, person: str, text: str, *, public: bool = False, under: str = "") -> str:
        """Whatever is said here is private."""
        del public
        return self.write(person, {"text": text}, under=under)

    def route(self, call: Call, parts: list[str]) -> Reply:
        return self.talk(call, parts) or NOTHING
