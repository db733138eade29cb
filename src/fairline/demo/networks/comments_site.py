"""A made-up newspaper with a comment box under each article.

It keeps the comments itself, tells the company of those under articles about it, signed, and shows
the answers that it is told of. What is not signed by the shared secret it does not take.
"""

import base64
import hashlib
import hmac
import json
from typing import ClassVar

from fairline.core.clock import now
from fairline.demo.networks.kit import Call, Network, Push, Reply, Shown

SECRET = "whsec_" + base64.b64encode(b"a secret that the paper knows").decode()
ARTICLE = "news/acme-parcels"


class CommentsSite(Network):
    """One article that people comment on."""

    name: ClassVar[str] = "paper"
    label: ClassVar[str] = "Comments on your pages"
    says_private: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.comments: dict[str, Shown] = {}
        self.answers: dict[str, Shown] = {}
        self.changes = 0
        self.secret = SECRET

    def address(self) -> str:
        return "paper"

    def options(self) -> dict[str, str]:
        return {
            "secret": SECRET,
            "reply_url": f"{self.url}/answers",
            "allowed_origins": "https://paper.example",
        }

    def answer(self, call: Call) -> Reply:
        if call.method != "POST" or call.path != "/answers":
            return Reply(status=404, data={"error": "not in this edition"})
        native_id = call.headers.get("webhook-id", "")
        sent_at = call.headers.get("webhook-timestamp", "")
        wanted = "v1," + signed(self.secret, native_id, sent_at, call.body)
        if not hmac.compare_digest(call.headers.get("webhook-signature", ""), wanted):
            return Reply(status=401, data={"error": "the signature is not yours"})
        told = call.json()
        if told["type"] == "ping":
            return Reply(data={"ok": True})
        if not told["public"]:
            return Reply(status=422, data={"error": "everybody reads what stands here"})
        shown = Shown(
            id=f"answer-{len(self.answers) + 1}",
            by="company",
            text=told["text"],
            is_public=True,
            under=told["in_reply_to"],
        )
        kept = self.answers.setdefault(native_id, shown)
        return Reply(status=201, data={"id": kept.id})

    def say(self, person: str, text: str, *, public: bool = True, under: str = "") -> str:
        if not public:
            raise ValueError("whoever comments does so in public")
        with self.lock:
            native_id = f"comment-{len(self.comments) + 1}"
            self.comments[native_id] = Shown(
                id=native_id, by=person, text=text, is_public=True, under=under
            )
        self._tell(person, type="message", id=native_id, text=text, under=under)
        return native_id

    def change(self, native_id: str, text: str) -> None:
        """Its author writes something else."""
        before = self.comments[native_id]
        self.comments[native_id] = Shown(
            id=native_id, by=before.by, text=text, is_public=True, under=before.under
        )
        self._tell(before.by, type="edit", id=self._next(), of=native_id, text=text)

    def take_down(self, native_id: str) -> None:
        """Its author takes it back."""
        gone = self.comments.pop(native_id)
        self._tell(gone.by, type="delete", id=self._next(), of=native_id)

    def shown(self, person: str) -> list[Shown]:
        del person
        with self.lock:
            return [*self.comments.values(), *self.answers.values()]

    def _next(self) -> str:
        self.changes += 1
        return f"change-{self.changes}"

    def _tell(self, person: str, *, under: str = "", of: str = "", **told: str) -> None:
        self.tell(
            {
                **told,
                "author": {"id": person, "name": person.capitalize()},
                "page": ARTICLE,
                "url": f"{self.url}/{ARTICLE}#{told['id']}",
                "in_reply_to": [under] if under else [],
                "of": [of] if of else [],
            }
        )

    def tell(self, told: dict[str, object]) -> None:
        """Push one thing, signed."""
        body = json.dumps(told).encode()
        sent_at = str(int(now().timestamp()))
        native_id = str(told["id"])
        headers = {
            "content-type": "application/json",
            "webhook-id": native_id,
            "webhook-timestamp": sent_at,
            "webhook-signature": "v1," + signed(self.secret, native_id, sent_at, body),
        }
        self.push(Push(url=self.hook_url, body=body, headers=headers))


def signed(secret: str, native_id: str, sent_at: str, body: bytes) -> str:
    """As a stranger would write it, with the standard library alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{native_id}.{sent_at}.".encode() + body
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
