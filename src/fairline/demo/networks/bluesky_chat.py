"""The chat of a made-up Bluesky: one convo for each pair, and a log that goes forward.

Source: lexicons chat.bsky.convo (getLog, getMessages, getConvoForMembers, listConvos, sendMessage).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fairline.core.lengths import graphemes
from fairline.demo.networks.bluesky_door import wrong
from fairline.demo.networks.bluesky_records import cid_of, stamp
from fairline.demo.networks.kit import Call, Reply, Shown

if TYPE_CHECKING:
    from fairline.demo.networks.bluesky import BlueskyNetwork

PAGE = 50


class ChatService:
    """All chats with our account."""

    def __init__(self, network: "BlueskyNetwork") -> None:
        self.network = network
        self.log: list[dict[str, Any]] = []
        self.messages: dict[str, list[dict[str, Any]]] = {}
        self.refuses: dict[str, str] = {}
        self._last = 0

    def say(self, did: str, text: str, *, under: str = "", by_us: bool = False) -> str:
        """Somebody writes to us, or we to them. Returns the native id."""
        with self.network.news:
            return self._said(did, text, under, by_us=by_us)

    def _said(self, did: str, text: str, under: str, *, by_us: bool) -> str:
        convo, message_id = self.convo_of(did), f"m{len(self.log):08d}"
        message: dict[str, Any] = {
            "$type": "chat.bsky.convo.defs#messageView",
            "id": message_id,
            "rev": self._rev(),
            "text": text,
            "sender": {"did": self.network.did if by_us else did},
            "sentAt": stamp(self.network.tick()),
        }
        thread = self.messages.setdefault(convo, [])
        above = next((one for one in thread if under.endswith(f":{one['id']}")), None)
        if above:
            message["replyTo"] = {key: above[key] for key in ("id", "rev", "sender", "sentAt")}
            message["replyTo"]["$type"] = "chat.bsky.convo.defs#messageView"
            message["replyTo"]["text"] = above["text"]
        thread.append(message)
        self.log.append(
            {
                "$type": "chat.bsky.convo.defs#logCreateMessage",
                "rev": message["rev"],
                "convoId": convo,
                "message": message,
            }
        )
        self.network.news.notify_all()
        return f"chat:{convo}:{message_id}"

    def shown(self, did: str) -> Iterator[tuple[str, Shown]]:
        """The messages of one person's chat with us, or of all ('')."""
        for convo, thread in self.messages.items():
            if did and convo != self.convo_of(did):
                continue
            for one in thread:
                by_us = one["sender"]["did"] == self.network.did
                name = self.network.person(one["sender"]["did"])["handle"].partition(".")[0]
                yield (
                    one["sentAt"],
                    Shown(
                        id=f"chat:{convo}:{one['id']}",
                        by=self.network.account if by_us else name,
                        text=one["text"],
                        is_public=False,
                    ),
                )

    def answer(self, call: Call, name: str) -> Reply:
        if name == "chat.bsky.convo.getLog":
            return self._log(call.query.get("cursor", ""))
        if name == "chat.bsky.convo.listConvos":
            return Reply(data={"convos": [self._view(one) for one in self.messages]})
        if name == "chat.bsky.convo.getMessages":
            thread = self.messages.get(call.query.get("convoId", ""))
            if thread is None:
                return wrong(400, "InvalidConvo", "Invalid convo")
            limit = int(call.query.get("limit") or PAGE)
            return Reply(data={"messages": thread[::-1][:limit]})
        if name == "chat.bsky.convo.getConvoForMembers":
            did = call.query.get("members", "")
            if refused := self.refuses.get(did):
                return wrong(400, refused, "recipient has disabled incoming messages")
            if did not in self.network.handles.values():
                return wrong(400, "RecipientNotFound", "Recipient not found")
            self.messages.setdefault(self.convo_of(did), [])
            return Reply(data={"convo": self._view(self.convo_of(did))})
        if name == "chat.bsky.convo.sendMessage":
            return self._send(call.json())
        return wrong(501, "MethodNotImplemented", "Method Not Implemented")

    def convo_of(self, did: str) -> str:
        """The id of the one convo with a person."""
        return cid_of(f"convo {did}")[7:20]

    def _log(self, cursor: str) -> Reply:
        newer = [one for one in self.log if one["rev"] > cursor][:PAGE]
        return Reply(data={"logs": newer, "cursor": newer[-1]["rev"] if newer else cursor})

    def _send(self, told: dict[str, Any]) -> Reply:
        text = told["message"]["text"]
        did = self._other(told["convoId"])
        if not did:
            return wrong(400, "InvalidConvo", "Invalid convo")
        if len(graphemes(text)) > 1_000 or len(text.encode()) > 10_000:
            return wrong(400, "InvalidRequest", "Input/message/text must not be longer")
        self.say(did, text, by_us=True)
        return Reply(data=self.messages[told["convoId"]][-1])

    def _view(self, convo: str) -> dict[str, Any]:
        thread = self.messages[convo]
        members = [self.network.did, self._other(convo)]
        told: dict[str, Any] = {
            "id": convo,
            "rev": thread[-1]["rev"] if thread else self._rev(),
            "members": [self.network.person(one) for one in members if one],
            "muted": False,
            "unreadCount": 0,
        }
        return told | ({"lastMessage": thread[-1]} if thread else {})

    def _other(self, convo: str) -> str:
        known = self.network.handles.values()
        return next((did for did in known if self.convo_of(did) == convo), "")

    def _rev(self) -> str:
        self._last += 1
        return f"2222{self._last:09d}"
