"""Direct messages, through the chat service that our server hands calls on to.

The log of all chats goes forward from a revision. A message has no key of its own, so before one is
said again we look whether it is there. Source: lexicons chat.bsky.convo (getLog, listConvos,
getMessages, getConvoForMembers, sendMessage); docs.bsky.app, Service proxying.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from fairline.channels.bluesky.api import Api, understood
from fairline.channels.bluesky.entities import Log, Profile, Said, read
from fairline.channels.bluesky.richtext import facets_of
from fairline.channels.bluesky.translate import MESSAGE, NEW_MESSAGE, chat_id, moment
from fairline.channels.contract import DeliveryError, Memory, RawItem
from fairline.core.clock import now
from fairline.core.errors import Invalid

PAGES = 20
SCOPE = "BadTokenScope"
_ADDRESS = re.compile(r"https?://\S+")


class Chat:
    """The chats of our account."""

    def __init__(self, api: Api, memory: Memory) -> None:
        self._api = api
        self._memory = memory

    def news(self, since_rev: str) -> Iterator[tuple[RawItem, str]]:
        """Each entry after a revision, oldest first, with its own revision."""
        cursor = since_rev
        for _ in range(PAGES):
            params = [("cursor", cursor)] if cursor else []
            page = self._api.reading(_Page, "chat.bsky.convo.getLog", *params, chat=True)
            entries = []
            for raw in page.logs:
                try:
                    entries.append((read(raw, Log), bytes(raw)))
                except Invalid:
                    continue
            entries = [one for one in entries if one[0].rev > since_rev]
            for entry, payload in sorted(entries, key=lambda one: one[0].rev):
                if item := self._item(entry, payload):
                    yield item, entry.rev
            if not page.logs or not page.cursor or page.cursor == cursor:
                return
            cursor = page.cursor

    def beginning(self, since: datetime) -> tuple[list[RawItem], str]:
        """What was written since a moment, oldest first, and the newest revision there is."""
        found: list[tuple[datetime, RawItem]] = []
        newest = ""
        params: list[tuple[str, str]] = [("limit", "50")]
        for _ in range(PAGES):
            page = self._api.reading(_Convos, "chat.bsky.convo.listConvos", *params, chat=True)
            for convo in page.convos:
                newest = max(newest, convo.rev)
                last = convo.last.sent_at if convo.last else None
                if last and moment(last, now()) >= since:
                    found += self._of_convo(convo, since)
            if not page.cursor or not page.convos:
                break
            params = [("limit", "50"), ("cursor", page.cursor)]
        return [item for _, item in sorted(found, key=lambda one: one[0])], newest

    def send(self, key: str, did: str, text: str, handing_over: Callable[[], None]) -> str:
        """Say it to one person; returns its native id. Raises DeliveryError."""
        convo = self._api.reading(
            _OneConvo, "chat.bsky.convo.getConvoForMembers", ("members", did), chat=True
        ).convo
        note = f"handed:{key}"
        handed = self._memory.get(note)
        if handed and (known := self._said_before(convo.id, text, datetime.fromisoformat(handed))):
            return chat_id(convo.id, known)
        if not handed:
            self._memory.put(note, now().isoformat(), expires_at=now() + timedelta(days=3))
        message: dict[str, Any] = {"text": text}
        if facets := facets_of(text, lambda _handle: ""):
            message["facets"] = facets
        handing_over()
        body = self._api.call(
            "POST",
            "chat.bsky.convo.sendMessage",
            json={"convoId": convo.id, "message": message},
            is_chat=True,
            risky=True,
        )
        native = chat_id(convo.id, understood(body, Said).id)
        self._memory.put(f"own:{native}", "yes", expires_at=now() + timedelta(days=3))
        return native

    def _said_before(self, convo_id: str, text: str, handed: datetime) -> str:
        """The id of a message of ours with this text, said since we first tried; '' for none."""
        params = (("convoId", convo_id), ("limit", "50"))
        page = self._api.reading(_Messages, "chat.bsky.convo.getMessages", *params, chat=True)
        since = handed - timedelta(minutes=2)
        for raw in page.messages:
            try:
                said = read(raw, Said)
            except Invalid:
                continue
            is_same = said.sender.did == self._api.did and same_words(said.text or "", text)
            if is_same and moment(said.sent_at, now()) >= since:
                return said.id
        return ""

    def _of_convo(self, convo: "_Convo", since: datetime) -> list[tuple[datetime, RawItem]]:
        params = (("convoId", convo.id), ("limit", "100"))
        page = self._api.reading(_Messages, "chat.bsky.convo.getMessages", *params, chat=True)
        found = []
        for raw in page.messages:
            try:
                said = read(raw, Said)
            except Invalid:
                continue
            at = moment(said.sent_at, now())
            if said.text is None or at < since or said.sender.did == self._api.did:
                continue
            entry = {
                "$type": NEW_MESSAGE,
                "rev": said.rev,
                "convoId": convo.id,
                "message": raw,
                "relatedProfiles": convo.members,
            }
            native = chat_id(convo.id, said.id)
            found.append((at, RawItem(native_id=native, payload=msgspec.json.encode(entry))))
        return found

    def _item(self, entry: Log, payload: bytes) -> RawItem | None:
        """An entry to store; None for what we said ourselves, and for what nobody said."""
        if entry.type != NEW_MESSAGE:
            return None
        try:
            said = read(entry.message, Said)
        except Invalid:
            return RawItem(native_id=f"chat-log:{entry.rev}", payload=payload)
        native = chat_id(entry.convo_id, said.id)
        if said.type not in {"", MESSAGE}:
            return None
        if said.sender.did == self._api.did and self._memory.get(f"own:{native}"):
            return None
        known = {one.did for one in entry.profiles or []}
        missing = {said.sender.did} - known
        if missing:
            fields = msgspec.json.decode(payload, type=dict[str, msgspec.Raw])
            added = [one for did in missing if (one := self._api.profile(did))]
            everybody = [*(entry.profiles or []), *added]
            fields["relatedProfiles"] = msgspec.Raw(msgspec.json.encode(everybody))
            payload = msgspec.json.encode(fields)
        return RawItem(native_id=native, payload=payload)


class _Page(msgspec.Struct):
    logs: list[msgspec.Raw]
    cursor: str | None = None


class _Last(msgspec.Struct):
    sent_at: str | None = msgspec.field(name="sentAt", default=None)


class _Convo(msgspec.Struct):
    id: str
    rev: str = ""
    members: list[Profile] = []
    last: _Last | None = msgspec.field(name="lastMessage", default=None)


class _Convos(msgspec.Struct):
    convos: list[_Convo]
    cursor: str | None = None


class _OneConvo(msgspec.Struct):
    convo: _Convo


class _Messages(msgspec.Struct):
    messages: list[msgspec.Raw]
    cursor: str | None = None


def is_off(error: DeliveryError) -> bool:
    """Whether it says that our password may not chat at all."""
    return error.provider_code == SCOPE


def same_words(one: str, other: str) -> bool:
    """Whether two texts say the same: the secret link in them is made anew for each try."""
    return _ADDRESS.sub("", one).strip() == _ADDRESS.sub("", other).strip()
