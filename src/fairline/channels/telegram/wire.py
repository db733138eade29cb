"""All talk with Telegram's Bot API for one bot.

Updates are asked for by long polling: an update is confirmed, and gone there, only when the next
question names a higher number, which is asked after what came before is on disk. With a webhook
nothing is fetched (Telegram itself tries again for a day); we look whether it still calls us, so
that nobody believes in a silence. Source: Bot API, "Getting updates".
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import msgspec

from fairline.channels.contract import Check, DeliveryError, InboxInfo, Outbound, RawItem, Sent
from fairline.channels.provider import Provider
from fairline.channels.telegram.compose import ApiCall, calls_for
from fairline.channels.telegram.content import FILE_SCHEME, MOST_FILE_BYTES
from fairline.channels.telegram.faults import explain
from fairline.channels.telegram.options import API, is_pushed, is_token
from fairline.channels.telegram.places import place
from fairline.channels.telegram.translate import KINDS, native_id_of
from fairline.core.errors import Invalid

PAGE = 100
# Long enough to be idle cheaply, short enough that a paused inbox lets go soon.
POLL_S = 8
NOT_ALL = "The text has arrived, but not every file. Look before you send it again."


class TelegramWire:
    def __init__(self, inbox: InboxInfo) -> None:
        self.inbox = inbox
        token = inbox.options.get("token", "").strip()
        if not is_token(token):
            raise Invalid("That is no token of a bot. Copy it whole from @BotFather.")
        url = inbox.options.get("api", "") or API
        self._api = Provider(
            "Telegram", f"{url}/bot{token}", timeout_s=POLL_S + 22, on_answer=explain
        )
        self._files = f"{url}/file/bot{token}"
        self._next = ""
        self._held: list[dict[str, Any]] = []
        self._gone = threading.Event()

    def verify(self) -> tuple[Check, ...]:
        try:
            me = _struct(self._ask("getMe"))
            hook = _struct(self._ask("getWebhookInfo"))
        except DeliveryError as error:
            return (Check(name="Bot", ok=False, text=error.text),)
        return (_check_name(me, self.inbox), _check_way(hook, self.inbox))

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:
        if is_pushed(self.inbox):
            check = _check_way(_struct(self._ask("getWebhookInfo")), self.inbox)
            if not check.ok:
                raise DeliveryError(check.text, permanent=False)
            return
        if self._held and cursor == self._next:
            updates, self._held = self._held, []
        else:
            updates = self._updates(cursor, limit=limit, timeout_s=0)
        self._next = cursor
        for update in updates:
            after = str(update["update_id"] + 1)
            payload = msgspec.json.encode(update)
            yield RawItem(native_id=native_id_of(update), payload=payload, cursor=after)
            self._next = after
            self._answer_button(update)

    def wait(self, timeout_s: float) -> bool:
        if is_pushed(self.inbox):
            return self._gone.wait(timeout_s)
        left = timeout_s
        while left > 0 and not self._gone.is_set():
            turn = min(left, POLL_S)
            self._held = self._updates(self._next, limit=PAGE, timeout_s=turn)
            if self._held:
                return True
            left -= max(turn, 1)
        return False

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        calls = calls_for(outbound)
        if not calls:
            raise DeliveryError("There is nothing in this message.", permanent=True)
        handing_over()
        first = self._place(calls[0])
        for call in calls[1:]:
            try:
                self._place(call)
            except DeliveryError as error:
                raise DeliveryError(
                    f"{error.text} {NOT_ALL}",
                    permanent=False,
                    provider_code=DeliveryError.OUTCOME_UNKNOWN,
                ) from error
        return Sent(native_id=first)

    def download(self, url: str) -> tuple[bytes, str]:
        file_id = url.removeprefix(FILE_SCHEME)
        if not url.startswith(FILE_SCHEME) or not file_id:
            raise DeliveryError("That is no file of Telegram.", permanent=True)
        file = _struct(self._ask("getFile", {"file_id": file_id}))
        path = file.get("file_path")
        if not isinstance(path, str) or ".." in path or not path:
            raise DeliveryError("Telegram does not give this file.", permanent=True)
        answer = self._api.ask(
            "GET", f"{self._files}/{quote(path)}", most_bytes=MOST_FILE_BYTES + 1_000_000
        )
        return answer.body, answer.headers.get("content-type", "").partition(";")[0]

    def set_hook(self, url: str, secret: str) -> None:
        """Have updates pushed to `url`."""
        self._ask(
            "setWebhook",
            {"url": url, "secret_token": secret, "allowed_updates": list(KINDS)},
        )

    def drop_hook(self) -> None:
        """Have nothing pushed; what waits there is kept for us."""
        self._ask("deleteWebhook", {"drop_pending_updates": False})

    def close(self) -> None:
        self._gone.set()
        self._api.close()

    def _updates(self, cursor: str, *, limit: int, timeout_s: float) -> list[dict[str, Any]]:
        asked: dict[str, Any] = {
            "limit": max(1, min(limit, PAGE)),
            "timeout": int(timeout_s),
            "allowed_updates": list(KINDS),
        }
        if cursor.isdigit():
            asked["offset"] = int(cursor)
        found = self._ask("getUpdates", asked)
        updates = found if isinstance(found, list) else []
        return [
            one
            for one in updates
            if isinstance(one, dict) and isinstance(one.get("update_id"), int)
        ]

    def _answer_button(self, update: dict[str, Any]) -> None:
        """The button stops turning. It is only a courtesy, and too late after a while."""
        query = _struct(update.get("callback_query"))
        if query_id := query.get("id"):
            try:
                self._ask("answerCallbackQuery", {"callback_query_id": query_id})
            except DeliveryError:
                return

    def _place(self, call: ApiCall) -> str:
        if call.file is None:
            sent = _struct(self._ask(call.method, call.fields, risky=True))
        else:
            fields = {
                name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
                for name, value in call.fields.items()
            }
            part = (call.file.name, call.file.data, call.file.media_type)
            answer = self._api.ask(
                "POST", f"/{call.method}", form=fields, files={call.part: part}, risky=True
            )
            sent = _struct(_struct(answer.json()).get("result"))
        chat, number = _struct(sent.get("chat")).get("id"), sent.get("message_id")
        if not isinstance(chat, int) or not isinstance(number, int):
            return ""
        return place(chat, number)

    def _ask(self, method: str, fields: dict[str, Any] | None = None, **more: Any) -> Any:
        answer = self._api.ask("POST", f"/{method}", json=fields or {}, **more)
        return _struct(answer.json()).get("result")


def _check_name(me: dict[str, Any], inbox: InboxInfo) -> Check:
    name = str(me.get("username", ""))
    ours = inbox.address.lstrip("@").lower()
    if ours and name.lower() != ours:
        text = f"The token is that of @{name}, and this inbox is @{ours}."
        return Check(name="Bot", ok=False, text=text)
    groups = "" if me.get("can_read_all_group_messages") else ", and in groups when it is named"
    return Check(name="Bot", ok=True, text=f"@{name} answers. It hears private chats{groups}.")


def _check_way(hook: dict[str, Any], inbox: InboxInfo) -> Check:
    url = str(hook.get("url", ""))
    waiting = hook.get("pending_update_count") or 0
    if not is_pushed(inbox):
        if url:
            text = "Telegram calls an address instead of waiting for us. Save the settings again."
            return Check(name="Updates", ok=False, text=text)
        return Check(name="Updates", ok=True, text=f"We ask for them; {waiting} wait there.")
    if url != f"{inbox.public_url}/hooks/{inbox.id}":
        text = f"Telegram calls {url or 'nobody'}. Save the settings again."
        return Check(name="Updates", ok=False, text=text)
    # It keeps telling of its last fault long after: one that holds nothing back is over.
    if waiting and (problem := hook.get("last_error_message")):
        return Check(name="Updates", ok=False, text=f"Telegram could not reach us: {problem}")
    return Check(name="Updates", ok=True, text=f"Telegram calls us; {waiting} wait there.")


def _struct(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
