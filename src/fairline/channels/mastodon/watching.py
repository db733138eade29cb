"""Posts to us that may still change: a server tells nobody but followers of an edit.

The newest mentions are looked at again at each fetch, in one call; what changed becomes the event
that the stream would have told (`status.update`, `delete`). So an edit or a removal is honoured
also when it happened while we were away. Source: docs.joinmastodon.org, Methods: statuses (View
multiple statuses, since 4.3), streaming (event types).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from fairline.channels.contract import DeliveryError, Memory, RawItem
from fairline.channels.mastodon.api import Api
from fairline.channels.mastodon.entities import Status
from fairline.core.clock import now

FACT = "watched"
MOST = 120
AT_ONCE = 40
ONE_BY_ONE = 8
FOR = timedelta(days=7)
# Below this many calls left, the rest is for what people write and what we answer.
CALLS_KEPT = 40


class Watched(msgspec.Struct, array_like=True):
    id: str
    edited_at: str
    since: datetime


class Watch:
    """What is looked at again, kept in the inbox's memory."""

    def __init__(self, api: Api, memory: Memory) -> None:
        self._api = api
        self._memory = memory
        self._takes_several = True
        self._next = 0

    def add(self, statuses: list[Status]) -> None:
        """Look at these again for a week."""
        if not statuses:
            return
        at = now()
        known = {one.id: one for one in self._known() if at - one.since < FOR}
        for status in statuses:
            known[str(status.id)] = Watched(str(status.id), status.edited_at or "", at)
        self._keep(list(known.values())[-MOST:])

    def changes(self) -> Iterator[RawItem]:
        """Look again. Yields an event for each post that was changed or taken back."""
        known = self._known()
        left = self._api.calls_left
        if not known or (left is not None and left < CALLS_KEPT):
            return
        looked_at, found = self._look(known)
        gone: set[str] = set()
        for one in looked_at:
            status, payload = found.get(one.id, (None, b""))
            if status is None:
                if self._api.status(one.id) is None:
                    gone.add(one.id)
                    yield _event("delete", one.id, f"{one.id}#gone")
            elif (status.edited_at or "") != one.edited_at:
                one.edited_at = status.edited_at or ""
                native = f"{one.id}#{one.edited_at or now().isoformat()}"
                yield _event("status.update", payload.decode(), native)
        self._keep([one for one in known if one.id not in gone])

    def _look(self, known: list[Watched]) -> tuple[list[Watched], dict[str, tuple[Status, bytes]]]:
        """The newest ones always, and of the older ones some more each time."""
        if self._takes_several:
            newest, older = known[-AT_ONCE // 2 :], known[: -AT_ONCE // 2]
            some = self._some(older, AT_ONCE // 2)
            try:
                found = self._api.statuses([one.id for one in (*newest, *some)])
            except DeliveryError as error:
                if error.provider_code not in {"404", "405", "422"}:
                    raise
                self._takes_several = False
            else:
                return [*some, *newest], {str(status.id): (status, raw) for status, raw in found}
        newest, older = known[-ONE_BY_ONE:], known[:-ONE_BY_ONE]
        looked_at = [*self._some(older, 2), *newest]
        singly = {one.id: self._api.status(one.id) for one in looked_at}
        return looked_at, {key: value for key, value in singly.items() if value}

    def _some(self, older: list[Watched], most: int) -> list[Watched]:
        if not older:
            return []
        start = self._next % len(older)
        self._next = start + most
        return older[start : start + most]

    def _known(self) -> list[Watched]:
        try:
            return msgspec.json.decode(self._memory.get(FACT) or "[]", type=list[Watched])
        except msgspec.MsgspecError:
            return []

    def _keep(self, known: list[Watched]) -> None:
        told = msgspec.json.encode(known).decode()
        if told != self._memory.get(FACT):
            self._memory.put(FACT, told)


def _event(name: str, payload: str, native_id: str) -> RawItem:
    told = msgspec.json.encode({"stream": ["user"], "event": name, "payload": payload})
    return RawItem(native_id=native_id, payload=told)
