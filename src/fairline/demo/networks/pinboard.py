"""A made-up site of reviews with an Atom feed and a hub of its own (WebSub).

It answers a conditional request with 304, asks a subscriber back before it pushes, and signs what
it pushes by the subscriber's secret.
"""

import hashlib
import hmac
import secrets
import urllib.parse
import urllib.request
from typing import ClassVar
from xml.sax.saxutils import escape, quoteattr

from fairline.core.clock import now
from fairline.demo.networks.kit import Call, Network, Push, Reply, Shown

SECRET = "what the hub signs with"  # noqa: S105  made up, like all of it


class Pinboard(Network):
    """People pin what they think of the company; the feed lists it, newest first."""

    name: ClassVar[str] = "pinboard"
    label: ClassVar[str] = "Reviews by feed"
    says_private: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.pins: list[Shown] = []
        self.stamps: dict[str, str] = {}
        self.subscribers: dict[str, str] = {}
        self.pushes_news = False
        self.not_modified = 0

    def address(self) -> str:
        return self.url

    def options(self) -> dict[str, str]:
        return {"url": f"{self.url}/feed.atom", "takes": "cases", "hub_secret": SECRET}

    def answer(self, call: Call) -> Reply:
        if call.path == "/feed.atom":
            body = self._feed()
            mark = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if call.headers.get("if-none-match") == mark:
                self.not_modified += 1
                return Reply(status=304, body=b"", headers={"etag": mark})
            return Reply(body=body, media_type="application/atom+xml", headers={"etag": mark})
        if call.path == "/hub" and call.method == "POST":
            return self._subscribe(call.form())
        return Reply(status=404, data={"error": "nothing is pinned here"})

    def say(self, person: str, text: str, *, public: bool = True, under: str = "") -> str:
        if not public:
            raise ValueError("a pinboard is for everybody to read")
        with self.lock:
            pin = f"{self.url}/pins/{len(self.pins) + 1}"
            self.pins.append(Shown(id=pin, by=person, text=text, is_public=True, under=under))
            self._news(pin)
        return pin

    def change(self, pin: str, text: str) -> None:
        """Its author writes something else."""
        with self.lock:
            at = next(number for number, one in enumerate(self.pins) if one.id == pin)
            before = self.pins[at]
            self.pins[at] = Shown(
                id=pin, by=before.by, text=text, is_public=True, under=before.under
            )
            self._news(pin)

    def shown(self, person: str) -> list[Shown]:
        del person
        with self.lock:
            return list(self.pins)

    def _news(self, pin: str) -> None:
        self.stamps[pin] = f"{now():%Y-%m-%dT%H:%M:%SZ}"
        for callback, secret in self.subscribers.items():
            body = self._feed()
            mark = hmac.new(secret.encode(), body, "sha256").hexdigest()
            headers = {"content-type": "application/atom+xml", "x-hub-signature": f"sha256={mark}"}
            self.push(Push(url=callback, body=body, headers=headers))

    def _subscribe(self, form: dict[str, str]) -> Reply:
        """Verify the intent, as a hub has to, and keep the subscriber."""
        callback, challenge = form.get("hub.callback", ""), secrets.token_urlsafe(12)
        query = urllib.parse.urlencode(
            {
                "hub.mode": form.get("hub.mode", ""),
                "hub.topic": form.get("hub.topic", ""),
                "hub.challenge": challenge,
                "hub.lease_seconds": form.get("hub.lease_seconds", "86400"),
            }
        )
        try:
            with urllib.request.urlopen(f"{callback}?{query}", timeout=5) as answer:  # noqa: S310
                is_meant = answer.read().decode() == challenge
        except OSError:
            is_meant = False
        if is_meant:
            self.subscribers[callback] = form.get("hub.secret", "")
        return Reply(status=202, data={})

    def _feed(self) -> bytes:
        entries = "".join(
            f"<entry><id>{escape(pin.id)}</id><title>A pin by {escape(pin.by)}</title>"
            f"<link href={quoteattr(pin.id)}/><updated>{self.stamps.get(pin.id, '')}</updated>"
            f"<author><name>{escape(pin.by)}</name>"
            f"<uri>{escape(self.url)}/people/{escape(pin.by)}</uri></author>"
            + (f"<thr:in-reply-to ref={quoteattr(pin.under)}/>" if pin.under else "")
            + f'<content type="text">{escape(pin.text)}</content></entry>'
            for pin in self.pins[::-1][:50]
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?>'
            '<feed xmlns="http://www.w3.org/2005/Atom" '
            'xmlns:thr="http://purl.org/syndication/thread/1.0">'
            f"<id>{escape(self.url)}</id><title>Pins about Acme</title>"
            f'<link rel="self" href="{self.url}/feed.atom"/><link rel="hub" href="{self.url}/hub"/>'
            f"<updated>{now():%Y-%m-%dT00:00:00Z}</updated>{entries}</feed>"
        ).encode()
