"""A made-up forum of a company's own: what somebody would connect with the custom inbox.

It signs what it tells us, and refuses answers that are not signed by the shared secret.
"""

import base64
import hashlib
import hmac
import json
from typing import ClassVar

from fairline.core.clock import now
from fairline.demo.networks.kit import Call, Network, Push, Reply, Shown

SECRET = "whsec_" + base64.b64encode(b"a secret that the village knows").decode()


class Village(Network):
    """A forum with public threads and private letters."""

    name: ClassVar[str] = "village"
    label: ClassVar[str] = "Your own forum"

    def __init__(self) -> None:
        super().__init__()
        self.taken: dict[str, tuple[str, Shown]] = {}
        self.said: list[tuple[str, Shown]] = []
        self.secret = SECRET

    def address(self) -> str:
        return "village"

    def options(self) -> dict[str, str]:
        return {"secret": SECRET, "reply_url": f"{self.url}/answers"}

    def answer(self, call: Call) -> Reply:
        if call.method != "POST" or call.path != "/answers":
            return Reply(status=404, data={"error": "not here"})
        native_id = call.headers.get("webhook-id", "")
        sent_at = call.headers.get("webhook-timestamp", "")
        given = call.headers.get("webhook-signature", "")
        if given != "v1," + signed(self.secret, native_id, sent_at, call.body):
            return Reply(status=401, data={"error": "the signature is not yours"})
        told = call.json()
        if told["type"] == "ping":
            return Reply(data={"ok": True})
        shown = Shown(
            id=f"answer-{len(self.taken) + 1}",
            by="company",
            text=told["text"],
            is_public=told["public"],
            under=told["in_reply_to"],
            files=tuple(file["name"] for file in told["files"]),
        )
        _, kept = self.taken.setdefault(native_id, (told["to"], shown))
        return Reply(status=201, data={"id": kept.id})

    def say(self, person: str, text: str, *, public: bool = True, under: str = "") -> str:
        with self.lock:
            native_id = f"post-{len(self.said) + 1}"
            shown = Shown(id=native_id, by=person, text=text, is_public=public, under=under)
            self.said.append((person, shown))
        self.tell(
            {
                "type": "message",
                "id": native_id,
                "author": {"id": person, "name": person.capitalize()},
                "text": text,
                "public": public,
                "in_reply_to": [under] if under else [],
                "url": f"{self.url}/posts/{native_id}",
            }
        )
        return native_id

    def tell(self, told: dict[str, object]) -> None:
        """Push one thing, signed."""
        body = json.dumps(told).encode()
        sent_at = str(int(now().timestamp()))
        headers = {
            "content-type": "application/json",
            "webhook-id": str(told["id"]),
            "webhook-timestamp": sent_at,
            "webhook-signature": "v1," + signed(self.secret, str(told["id"]), sent_at, body),
        }
        self.push(Push(url=self.hook_url, body=body, headers=headers))

    def shown(self, person: str) -> list[Shown]:
        with self.lock:
            got = [one for to, one in self.taken.values() if one.is_public or to == person]
            return [*[one for by, one in self.said if one.is_public or by == person], *got]


def signed(secret: str, native_id: str, sent_at: str, body: bytes) -> str:
    """As a stranger would write it, with the standard library alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{native_id}.{sent_at}.".encode() + body
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
