"""Fetches a feed, asks for no more than what is new, and subscribes at its hub.

Source: RFC 9110 (conditional requests), W3C WebSub, 4 and 5.1 (discovery, subscribing).
"""

import re
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from datetime import timedelta

from fairline.channels.contract import Check, InboxInfo, Memory, Outbound, RawItem, Sent
from fairline.channels.feed.reading import Feed, item_of, read_feed
from fairline.channels.outside import Fetched, Outside, read_url
from fairline.channels.provider import retry_after_s
from fairline.core.clock import now
from fairline.core.errors import DeliveryError, FairlineError, Invalid

ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8"
MOST_BYTES = 5_000_000
LEASE_S = 864_000
ASK_AGAIN = timedelta(hours=6)
BY_HAND = "A feed takes no answers: put this there yourself, and say that you did."
_LINK = re.compile(r'<([^>]+)>\s*;\s*rel="?(hub|self)"?', re.IGNORECASE)


class FeedWire:
    """One feed. Its address was typed by an operator, so it may also be on a network of our own;
    the hub that it names is asked only where it is public.
    """

    def __init__(self, inbox: InboxInfo, memory: Memory, allow: tuple[str, ...]) -> None:
        self._inbox = inbox
        self._memory = memory
        self._url = inbox.options.get("url", "")
        self._strangers = Outside(allow)
        self._allow = allow
        self._closed = threading.Event()

    def verify(self) -> tuple[Check, ...]:
        try:
            feed = read_feed((answer := self._get({})).body, media_type=answer.media_type)
        except FairlineError as error:
            return (Check(name="feed", ok=False, text=error.text),)
        hub = " It names a hub." if self._places(answer, feed)[0] else ""
        text = f"{feed.title or 'The feed'} has {len(feed.entries)} entries.{hub}"
        return (Check(name="feed", ok=True, text=text),)

    def fetch(self, cursor: str, *, limit: int) -> Iterator[RawItem]:
        """What has changed since. The first look takes nothing: what stood there before the inbox
        was made is not news. The cursor holds the marks of that.
        """
        asked = (
            {}
            if not cursor
            else {
                "if-none-match": self._memory.get("etag"),
                "if-modified-since": self._memory.get("modified"),
            }
        )
        answer = self._get({name: value for name, value in asked.items() if value})
        if answer.status == 304:
            return
        try:
            feed = read_feed(answer.body, media_type=answer.media_type)
        except Invalid as error:
            raise DeliveryError(error.text, permanent=False) from error
        self._subscribe(answer, feed)
        known = set(cursor.split(","))
        if not cursor:
            marks = ",".join(["began", *(one.version.rpartition("#")[2] for one in feed.entries)])
            yield RawItem(native_id="began", payload=b"", cursor=marks)
        else:
            fresh = [one for one in feed.entries if one.version.rpartition("#")[2] not in known]
            for entry in fresh[::-1][:limit]:
                yield item_of(entry)
        self._memory.put("etag", answer.headers.get("etag", "")[:500])
        self._memory.put("modified", answer.headers.get("last-modified", "")[:100])

    def wait(self, timeout_s: float) -> bool:
        return self._closed.wait(timeout_s)

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:  # noqa: ARG002
        raise DeliveryError(BY_HAND, permanent=True)

    def close(self) -> None:
        self._closed.set()

    def _get(self, headers: dict[str, str]) -> Fetched:
        at = read_url(self._url)
        port = at.port or (443 if at.scheme == "https" else 80)
        client = Outside((*self._allow, f"{at.host}:{port}"))
        answer = client.get(self._url, accept=ACCEPT, headers=headers, most_bytes=MOST_BYTES)
        if answer.status >= 400:
            raise DeliveryError(
                f"The feed answers with {answer.status}.",
                permanent=False,
                retry_after_s=retry_after_s(answer.headers, at=now()),
                provider_code=str(answer.status),
            )
        return answer

    def _places(self, answer: Fetched, feed: Feed) -> tuple[str, str]:
        """The hub and the topic: by the answer's header, else by the feed itself."""
        told = {rel.lower(): url for url, rel in _LINK.findall(answer.headers.get("link", ""))}
        hub = told.get("hub") or next(iter(feed.hubs), "")
        return hub, told.get("self") or feed.topic or self._url

    def _subscribe(self, answer: Fetched, feed: Feed) -> None:
        """Ask the hub to push, once in a while: a lease ends, and asking again renews it. A hub
        that fails harms nothing: the feed is looked at all the same.
        """
        secret = self._inbox.options.get("hub_secret", "")
        hub, topic = self._places(answer, feed)
        if not (secret and hub) or self._memory.get("asked") == hub or self._inbox.id == "new":
            return
        form = {
            "hub.mode": "subscribe",
            "hub.topic": topic,
            "hub.callback": f"{self._inbox.public_url}/hooks/{self._inbox.id}",
            "hub.secret": secret[:199],
            "hub.lease_seconds": str(LEASE_S),
        }
        headers = {"content-type": "application/x-www-form-urlencoded"}
        self._memory.put("asked", hub, expires_at=now() + ASK_AGAIN)
        try:
            self._strangers.post(hub, urllib.parse.urlencode(form).encode(), headers=headers)
        except DeliveryError:
            return
