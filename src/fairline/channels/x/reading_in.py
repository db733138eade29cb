"""Asks X what is new for an account: mentions, its own posts made elsewhere, direct messages.

Catching up after any outage is the ordinary case: the cursor holds the newest id of each. X lists
the newest first, so pages are turned back to where we were, and handed on oldest first.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from fairline.channels.contract import DeliveryError, Memory, RawItem
from fairline.channels.x.api import Api
from fairline.channels.x.cutting import Piece, pieces
from fairline.channels.x.faults import problems_of
from fairline.channels.x.meter import Meter
from fairline.channels.x.reading import number, rows, table, words
from fairline.core.log import log

PAGE = 100
MOST_PAGES = 10
# X is renaming its tweets: the guides ask for `tweet.fields`, the published interface (2.167) for
# `post.fields`, and each refuses the other's words. The first that is taken is kept in mind.
_PEOPLE = (
    ("user.fields", "name,username,protected,public_metrics"),
    ("media.fields", "alt_text,media_key,preview_image_url,type,url,variants"),
)
_ALL_FIELDS = (
    "attachments,author_id,conversation_id,created_at,display_text_range,entities,"
    "in_reply_to_user_id,lang,note_tweet,referenced_tweets"
)
_DIALECTS: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "tweet": {
        "posts": (
            ("tweet.fields", _ALL_FIELDS),
            ("expansions", "author_id,attachments.media_keys"),
            *_PEOPLE,
        ),
        "directs": (
            (
                "dm_event.fields",
                "attachments,created_at,dm_conversation_id,entities,event_type,id,sender_id,text",
            ),
            ("expansions", "sender_id,attachments.media_keys"),
            ("event_types", "MessageCreate"),
            *_PEOPLE,
        ),
    },
    "post": {
        "posts": (
            (
                "post.fields",
                "attachments,conversation_id,created_at,display_text_range,entities,lang,note_post",
            ),
            ("expansions", "author_id,attachments.media_keys,in_reply_to_user_id,referenced_posts"),
            *_PEOPLE,
        ),
        "directs": (
            (
                "dm_event.fields",
                "attachments,created_at,dm_conversation_id,entities,event_type,id,text",
            ),
            ("expansions", "sender_id,attachments.media_keys"),
            ("event_types", "MessageCreate"),
            *_PEOPLE,
        ),
    },
}


class Position(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Newest ids that are stored; '0' where we have looked and there was nothing."""

    mentions: str = ""
    own: str = ""
    directs: str = ""

    @classmethod
    def read(cls, cursor: str) -> "Position":
        """From an inbox's cursor; of one that cannot be read, the beginning."""
        try:
            return msgspec.json.decode(cursor or "{}", type=cls)
        except msgspec.DecodeError:
            return cls()

    def write(self) -> str:
        return msgspec.json.encode(self).decode()


class Lists:
    """The three lists of one account."""

    def __init__(self, api: Api, meter: Meter, memory: Memory, user_id: str) -> None:
        self._api = api
        self._memory = memory
        self._meter = meter
        self._user_id = user_id

    def newest(self, name: str) -> str:
        """The newest id of a list, '0' where it is empty: where an inbox begins."""
        few = [("max_results", "1" if name == "directs" else "5")]
        body = self._ask(name, few)
        ids = [number(one.get("id")) for one in rows(body.get("data"))]
        return str(max(map(int, filter(None, ids)), default=0))

    def since(self, name: str, last: str) -> list[Piece]:
        """What is newer than `last`, oldest first."""
        found: list[Piece] = []
        token = ""
        for _ in range(MOST_PAGES):
            params = [("max_results", str(PAGE))]
            if name != "directs" and last not in {"", "0"}:
                params.append(("since_id", last))
            if token:
                params.append(("pagination_token", token))
            body = self._ask(name, params)
            page = [one for one in rows(body.get("data")) if _is_newer(one, last)]
            newer = {**body, "data": page}
            found += pieces({k: newer[k] for k in ("data", "includes") if k in newer},
                            user_id=self._user_id)  # fmt: skip
            token = words(table(body.get("meta")).get("next_token"))
            if not token or len(page) < len(rows(body.get("data"))):
                break
        return found[::-1]

    def gone(self, ids: list[str]) -> list[str]:
        """Which of these posts X does not show any more."""
        self._meter.allow_reading()
        body = self._api.ask("GET", "/2/tweets", what="posts", params=[("ids", ",".join(ids))])
        self._meter.count("posts looked at again", len(rows(body.get("data"))), 0.0)
        return [
            number(one.get("resource_id"), one.get("value"))
            for one in rows(body.get("errors"))
            if words(one.get("type")).endswith("/resource-not-found")
        ]

    def _ask(self, name: str, params: list[tuple[str, str]]) -> dict[str, Any]:
        """One page. Raises DeliveryError."""
        self._meter.allow_reading()
        spoken = self._memory.get("dialect") or "tweet"
        try:
            body = self._page(name, params, spoken)
        except DeliveryError as error:
            if error.provider_code != "invalid-request":
                raise
            spoken = "post" if spoken == "tweet" else "tweet"
            body = self._page(name, params, spoken)
            self._memory.put("dialect", spoken)
        prices = self._meter.prices
        cents = prices.read_direct if name == "directs" else prices.read_post
        self._meter.count(f"{_WORDS[name]} read", len(rows(body.get("data"))), cents)
        if problems := problems_of(body):
            log.info("x left something out", list=name, said=problems)
        return body

    def _page(self, name: str, params: list[tuple[str, str]], spoken: str) -> dict[str, Any]:
        is_direct = name == "directs"
        last = "mentions" if name == "mentions" else "tweets"
        path = "/2/dm_events" if is_direct else f"/2/users/{self._user_id}/{last}"
        fields = _DIALECTS.get(spoken, _DIALECTS["tweet"])["directs" if is_direct else "posts"]
        what = f"reads of {_WORDS[name]}"
        return self._api.ask("GET", path, what=what, params=[*params, *fields])


_WORDS = {"mentions": "mentions", "own": "own posts", "directs": "direct messages"}


def _is_newer(one: dict[str, Any], last: str) -> bool:
    return int(number(one.get("id")) or 0) > int(number(last) or 0)


def merged(
    found: dict[str, list[Piece]], position: Position, *, limit: int
) -> Iterator[tuple[Piece, RawItem]]:
    """All lists in the order in which things were said, each item with the cursor behind it."""
    every = [(int(one.native_id.rpartition(":")[2]), name, one)
             for name, several in found.items() for one in several
             if one.native_id.rpartition(":")[2].isdigit()]  # fmt: skip
    for id_, name, piece in sorted(every, key=lambda each: each[0])[:limit]:
        setattr(position, name, str(id_))
        payload = msgspec.json.encode(piece.body)
        yield piece, RawItem(native_id=piece.native_id, payload=payload, cursor=position.write())


def troubled(error: DeliveryError, name: str) -> DeliveryError:
    """The same, saying which list it was about."""
    return DeliveryError(
        f"{_WORDS[name].capitalize()}: {error.text}",
        permanent=error.permanent,
        retry_after_s=error.retry_after_s,
        provider_code=error.provider_code,
        detail=error.detail,
    )
