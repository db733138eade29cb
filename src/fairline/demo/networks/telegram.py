"""A made-up Telegram: the Bot API of one bot, as its documentation says that it behaves.

Kept to: the token in the path; updates confirmed only by a higher offset; no getUpdates beside a
webhook; the secret header; a bot that cannot write first, nor to whom has blocked it; 4,096 units a
message; files by getFile. Source: Bot API 10.1 and its descriptions of errors.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, ClassVar

from fairline.core.clock import now
from fairline.demo.networks.kit import Call, Network, Push, Reply, Shown
from fairline.demo.networks.telegram_forms import good, read_fields, refused

TOKEN = "7001:AAF-made-up-token-of-the-demo-bot-0000"  # noqa: S105  of a made-up network
BOT = {"id": 7001, "is_bot": True, "first_name": "Acme", "username": "acme_bot"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Neighbours", "username": "neighbours"}
MOST_UNITS = 4096
MOST_CAPTION = 1024
LONGEST_POLL_S = 50


class Telegram(Network):
    name: ClassVar[str] = "telegram"
    label: ClassVar[str] = "Telegram"

    def __init__(self) -> None:
        super().__init__()
        self.token = TOKEN
        self.updates: list[dict[str, Any]] = []
        self.chats: dict[int, list[dict[str, Any]]] = {}
        self.people: dict[str, int] = {}
        self.blocked: set[int] = set()
        self.files: dict[str, tuple[str, bytes]] = {}
        self.buttons: list[str] = []
        self.hook_secret = ""
        self.last_error = ""
        self._last_update = 600
        self._last_message = 100

    def options(self) -> dict[str, str]:
        return {"token": self.token, "mode": "webhook" if self.hook_url else "poll",
                "api": self.url}  # fmt: skip

    def address(self) -> str:
        return "@acme_bot"

    # What people do.

    def say(self, person: str, text: str, *, public: bool = True, under: str = "") -> str:
        """In the group everybody reads, naming the bot, or in private."""
        chat = GROUP if public else self._private(person)
        text = f"@acme_bot {text}" if public else text
        return self.post(person, {"text": text}, chat=chat, under=under)

    def post(
        self,
        person: str,
        holds: dict[str, Any],
        *,
        chat: dict[str, Any] | None = None,
        under: str = "",
    ) -> str:
        """Somebody posts a message that holds anything."""
        with self.news:
            chat = chat or self._private(person)
            message = self._message(chat, self._person(person), holds, under)
            if "@acme_bot" in message.get("text", ""):
                at = message["text"].index("@acme_bot")
                units = len(message["text"][:at].encode("utf-16-le")) // 2
                named = {"type": "mention", "offset": units, "length": len("@acme_bot")}
                message["entities"] = [named]
            self.tell({"message": message})
            return f"{chat['id']}:{message['message_id']}"

    def edit(self, native_id: str, text: str) -> None:
        with self.news:
            message = self.message(native_id)
            message |= {"text": text, "edit_date": int(now().timestamp())}
            self.tell({"edited_message": message})

    def block(self, person: str, *, again: bool = False) -> None:
        """Somebody blocks the bot, or lets it in again."""
        with self.news:
            who = self._person(person)
            self.blocked = self.blocked - {who["id"]} if again else self.blocked | {who["id"]}
            self.tell(
                {
                    "my_chat_member": {
                        "chat": self._private(person),
                        "from": who,
                        "date": int(now().timestamp()),
                        "old_chat_member": {"status": "kicked" if again else "member", "user": BOT},
                        "new_chat_member": {"status": "member" if again else "kicked", "user": BOT},
                    }
                }
            )

    def add_file(self, name: str, data: bytes) -> dict[str, Any]:
        """A file to post: as `document` says it."""
        file_id = hashlib.sha256(data + name.encode()).hexdigest()[:40]
        self.files[file_id] = (name, data)
        return {"file_id": file_id, "file_unique_id": file_id[:12], "file_name": name,
                "file_size": len(data)}  # fmt: skip

    def message(self, native_id: str) -> dict[str, Any]:
        """A message by where it stands."""
        chat, _, number = native_id.partition(":")
        found = [m for m in self.chats[int(chat)] if m["message_id"] == int(number)]
        return found[0]

    def tell(self, holds: dict[str, Any]) -> None:
        """Have an update for the bot: pushed, or waiting for it."""
        with self.news:
            self._last_update += 1
            update = json.loads(json.dumps({"update_id": self._last_update, **holds}))
            if self.hook_url and self.hook_secret:
                self.push(self.pushed(update))
            else:
                self.updates.append(update)
            self.news.notify_all()

    def pushed(self, update: dict[str, Any]) -> Push:
        headers = {
            "content-type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": self.hook_secret,
        }
        return Push(url=self.hook_url, body=json.dumps(update).encode(), headers=headers)

    def shown(self, person: str) -> list[Shown]:
        with self.lock:
            found = [*self.chats.get(self._person(person)["id"], []), *self.chats.get(-1001, [])]
            return [_shown(message) for message in found]

    def taken(self) -> list[Shown]:
        """All that the bot has said, oldest first."""
        with self.lock:
            said = [m for chat in self.chats.values() for m in chat if m["from"] == BOT]
            return [_shown(m) for m in sorted(said, key=lambda m: int(m["message_id"]))]

    # The Bot API.

    def answer(self, call: Call) -> Reply:
        parts = call.path.strip("/").split("/")
        if parts[0] == "file" and len(parts) > 2:
            return self._file(parts)
        if parts[0] != f"bot{self.token}":
            is_shaped = parts[0].startswith("bot") and ":" in parts[0]
            return refused(401, "Unauthorized") if is_shaped else refused(404, "Not Found")
        method = getattr(self, f"_call_{parts[-1].lower()}", None)
        if method is None:
            return refused(404, "Not Found: method not found")
        fields, files = read_fields(call)
        reply: Reply = method(fields, files)
        return reply

    def _call_getme(self, fields: dict[str, Any], _files: dict[str, Any]) -> Reply:
        del fields
        return good({**BOT, "can_join_groups": True, "can_read_all_group_messages": False})

    def _call_getwebhookinfo(self, fields: dict[str, Any], _files: dict[str, Any]) -> Reply:
        del fields
        url = self.hook_url if self.hook_secret else ""
        told = {"url": url, "pending_update_count": len(self.updates)}
        return good(told | ({"last_error_message": self.last_error} if self.last_error else {}))

    def _call_setwebhook(self, fields: dict[str, Any], _files: dict[str, Any]) -> Reply:
        url, secret = str(fields.get("url", "")), str(fields.get("secret_token", ""))
        is_near = url.startswith("http://127.0.0.1:")  # the demo's own host stands for https
        if not (url.startswith("https://") or is_near):
            return refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided")
        if len(secret) > 256 or not all(one.isalnum() or one in "_-" for one in secret):
            return refused(400, "Bad Request: secret token contains unallowed characters")
        self.hook_url, self.hook_secret = url, secret
        waiting, self.updates = self.updates, []
        for update in waiting:
            self.push(self.pushed(update))
        return good(data=True)

    def _call_deletewebhook(self, fields: dict[str, Any], _files: dict[str, Any]) -> Reply:
        self.hook_secret = ""
        if fields.get("drop_pending_updates"):
            self.updates = []
        return good(data=True)

    def _call_getupdates(self, fields: dict[str, Any], _files: dict[str, Any]) -> Reply:
        if self.hook_secret:
            return refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook "
                "to delete the webhook first",
            )
        offset = int(fields.get("offset", 0))
        limit = max(1, min(100, int(fields.get("limit", 100))))
        self.updates = [
            u for u in self.updates if u["update_id"] >= offset
        ]  # the rest is confirmed
        wait_s = min(float(fields.get("timeout", 0)), LONGEST_POLL_S)
        if self.updates or not wait_s:
            return good(self.updates[:limit])
        return Reply(stream=self._poll(wait_s, limit))

    def _poll(self, wait_s: float, limit: int) -> Iterator[bytes]:
        with self.news:
            self.news.wait_for(lambda: self.updates, timeout=wait_s)
            found = self.updates[:limit]
        yield json.dumps({"ok": True, "result": found}).encode()

    def _call_sendmessage(self, fields: dict[str, Any], _files: dict[str, Any]) -> Reply:
        text = str(fields.get("text", ""))
        if not text.strip():
            return refused(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > MOST_UNITS:
            return refused(400, "Bad Request: message is too long")
        return self._sent(fields, {"text": text})

    def _call_sendphoto(self, fields: dict[str, Any], files: dict[str, Any]) -> Reply:
        return self._sent_file(fields, files, "photo")

    def _call_senddocument(self, fields: dict[str, Any], files: dict[str, Any]) -> Reply:
        return self._sent_file(fields, files, "document")

    def _sent_file(self, fields: dict[str, Any], files: dict[str, Any], part: str) -> Reply:
        if part not in files:
            return refused(400, f"Bad Request: there is no {part} in the request")
        caption = str(fields.get("caption", ""))
        if len(caption.encode("utf-16-le")) // 2 > MOST_CAPTION:
            return refused(400, "Bad Request: message caption is too long")
        name, data = files[part]
        file = self.add_file(name, data)
        holds = {part: [{**file, "width": 1, "height": 1}] if part == "photo" else file}
        return self._sent(fields, {**holds, "caption": caption, "named": name})

    def _sent(self, fields: dict[str, Any], holds: dict[str, Any]) -> Reply:
        chat_id = int(fields.get("chat_id", 0))
        if chat_id in self.blocked:
            return refused(403, "Forbidden: bot was blocked by the user")
        if chat_id > 0 and chat_id not in self.chats:
            known = chat_id in self.people.values()
            return (
                refused(403, "Forbidden: bot can't initiate conversation with a user")
                if known
                else refused(400, "Bad Request: chat not found")
            )
        if chat_id < 0 and chat_id != GROUP["id"]:
            return refused(403, "Forbidden: bot is not a member of the supergroup chat")
        chat = GROUP if chat_id < 0 else {"id": chat_id, "type": "private"}
        under = fields.get("reply_parameters") or {}
        under = json.loads(under) if isinstance(under, str) else under
        place = f"{chat_id}:{under['message_id']}" if under.get("message_id") else ""
        return good(self._message(chat, BOT, holds, place))

    def _call_answercallbackquery(self, fields: dict[str, Any], _files: dict[str, Any]) -> Reply:
        self.buttons.append(str(fields.get("callback_query_id", "")))
        return good(data=True)

    def _call_getfile(self, fields: dict[str, Any], _files: dict[str, Any]) -> Reply:
        file_id = str(fields.get("file_id", ""))
        if file_id not in self.files:
            return refused(400, "Bad Request: invalid file_id")
        name, data = self.files[file_id]
        if len(data) > 20_000_000:
            return refused(400, "Bad Request: file is too big")
        return good({"file_id": file_id, "file_path": f"documents/{file_id}/{name}"})

    def _file(self, parts: list[str]) -> Reply:
        if parts[1] != f"bot{self.token}" or parts[3] not in self.files:
            return refused(404, "Not Found")
        return Reply(body=self.files[parts[3]][1], media_type="application/octet-stream")

    def _person(self, name: str) -> dict[str, Any]:
        number = self.people.setdefault(name, 5001 + len(self.people))
        return {"id": number, "is_bot": False, "first_name": name,
                "username": name.lower(), "language_code": "en"}  # fmt: skip

    def _private(self, person: str) -> dict[str, Any]:
        who = self._person(person)
        return {"id": who["id"], "type": "private", "first_name": person,
                "username": who["username"]}  # fmt: skip

    def _message(
        self, chat: dict[str, Any], by: dict[str, Any], holds: dict[str, Any], under: str
    ) -> dict[str, Any]:
        self._last_message += 1
        message = {"message_id": self._last_message, "from": by, "chat": chat,
                   "date": int(now().timestamp()), **holds}  # fmt: skip
        if under and int(under.partition(":")[0]) == chat["id"]:
            message["reply_to_message"] = dict(self.message(under))
        self.chats.setdefault(chat["id"], []).append(message)
        return message


def _shown(message: dict[str, Any]) -> Shown:
    chat = message["chat"]["id"]
    answered = message.get("reply_to_message")
    return Shown(
        id=f"{chat}:{message['message_id']}",
        by="Acme" if message["from"] == BOT else str(message["from"]["first_name"]),
        text=str(message.get("text") or message.get("caption") or ""),
        is_public=chat < 0,
        under=f"{chat}:{answered['message_id']}" if answered else "",
        files=(str(message["named"]),) if message.get("named") else (),
    )
