"""A Mastodon server that is made up: one account of the company's, and people who talk to it.

Enforced as documented: tokens, rate limits with their headers, pages by id, the length of a post
(warning included), idempotency keys, visibility, files that are still being worked on, error
bodies. Source: docs.joinmastodon.org, Methods and API: rate limits.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any, ClassVar

from fairline.core.clock import now
from fairline.core.lengths import LengthRule, length_of
from fairline.demo.networks.kit import Call, Network, Reply, Shown
from fairline.demo.networks.mastodon_entities import (
    DOMAIN,
    MEDIA,
    MENTION,
    Post,
    account_of,
    instance_of,
    stamp,
    status_of,
)

ELSEWHERE = "people.demo"
PAGE, MOST_PAGE = 40, 80
KEY_HOLDS = timedelta(hours=1)
BAD_TOKEN = "The access token is invalid"  # noqa: S105  words, not a token


class MastodonNetwork(Network):
    """`account` is ours; everybody else is on a server elsewhere, unless their name has a host."""

    name: ClassVar[str] = "mastodon"
    label: ClassVar[str] = "Mastodon"

    def __init__(self, account: str = "support", *, most_characters: int = 500) -> None:
        super().__init__()
        self.account = account
        self.token = "a-made-up-token"  # noqa: S105
        self.most_characters = most_characters
        self.most_calls = 300
        self.streams = True
        self.shows_several = True  # since 4.3
        self.policy = {"for_private_mentions": "filter", "for_not_following": "accept"}
        self.posts: dict[str, Post] = {}
        self.gone: set[str] = set()
        self.notices: list[dict[str, Any]] = []
        self.media: dict[str, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self.followers: dict[str, int] = {}
        self._events: list[tuple[str, str]] = []
        self._keys: dict[str, tuple[str, datetime]] = {}
        self._window: tuple[datetime, int] = (now(), 0)
        self._last = 113_500_000_000_000_000
        self._is_closed = False

    def options(self) -> dict[str, str]:
        return {"server": self.url, "token": self.token, "visibility": "unlisted"}

    def address(self) -> str:
        return f"{self.account}@{DOMAIN}"

    def closed(self) -> None:
        with self.news:
            self._is_closed = True
            self.news.notify_all()

    # What people do.

    def say(
        self,
        person: str,
        text: str,
        *,
        public: bool = True,
        under: str = "",
        spoiler: str = "",
        files: tuple[tuple[str, bytes, str], ...] = (),
        visibility: str = "",
    ) -> str:
        with self.news:
            media = [self._stored(name, data, alt)[1] for name, data, alt in files]
            post = self._post(
                _acct(person),
                f"@{self.address()} {text}",
                visibility or ("public" if public else "direct"),
                under=under.removeprefix(f"{DOMAIN}:"),
                spoiler=spoiler,
                media=media,
            )
            self._notify("mention", person, post)
            return f"{DOMAIN}:{post.id}"

    def colleague(self, text: str, *, under: str = "", public: bool = True) -> str:
        """Somebody of ours answers with the server's own pages."""
        with self.news:
            visibility = "public" if public else "direct"
            below = under.removeprefix(f"{DOMAIN}:")
            return self._post(self.address(), text, visibility, under=below, app="Web").id

    def react(self, person: str, kind: str, native_id: str) -> None:
        """Somebody likes (`favourite`) or boosts (`reblog`) a post of ours, or follows us."""
        with self.news:
            self._notify(kind, person, self.posts.get(native_id.removeprefix(f"{DOMAIN}:")))

    def edit(self, native_id: str, text: str) -> None:
        """Its author changes it. The stream tells that to followers only, so not to us."""
        with self.news:
            post = self.posts[native_id.removeprefix(f"{DOMAIN}:")]
            post.text, post.edited_at = f"@{self.address()} {text}", now()

    def remove(self, native_id: str) -> None:
        """Its author takes it back; whom it named is told so by the stream."""
        with self.news:
            post = self.posts.pop(native_id.removeprefix(f"{DOMAIN}:"))
            self.gone.add(post.id)
            self.notices = [one for one in self.notices if one["post"] != post.id]
            self._tell("delete", post.id)

    def shown(self, person: str) -> list[Shown]:
        with self.lock:
            who = _acct(person)
            return [
                Shown(
                    id=f"{DOMAIN}:{post.id}",
                    by=post.by.partition("@")[0],
                    text=f"{post.spoiler}\n\n{post.text}" if post.spoiler else post.text,
                    is_public=post.visibility in {"public", "unlisted"},
                    under=post.under and f"{DOMAIN}:{post.under}",
                    files=tuple(one["description"] or one["url"] for one in post.media),
                )
                for post in self.posts.values()
                if post.by == who or (post.by == self.address() and self._sees(who, post))
            ]

    def said(self) -> list[Post]:
        """What our account has posted, oldest first."""
        with self.lock:
            return [post for post in self.posts.values() if post.by == self.address()]

    # What the server answers.

    def answer(self, call: Call) -> Reply:
        if call.path in {"/api/v2/instance", "/api/v1/instance"}:
            return Reply(data=instance_of(self.url, self.most_characters))
        if call.path.startswith("/files/"):
            data = self.files.get(call.path.removeprefix("/files/"))
            if data is None:
                return _wrong(404, "Record not found")
            return Reply(body=data, media_type="image/png")
        if call.headers.get("authorization") != f"Bearer {self.token}" or not self.token:
            return _wrong(401, BAD_TOKEN)
        left, headers = self._counted()
        if left < 0:
            return Reply(status=429, data={"error": "Too many requests"}, headers=headers)
        reply = self._routed(call)
        return Reply(
            status=reply.status,
            data=reply.data,
            body=reply.body,
            media_type=reply.media_type,
            headers={**headers, **reply.headers},
            stream=reply.stream,
        )

    def _routed(self, call: Call) -> Reply:
        method, path = call.method, call.path.removeprefix("/api")
        if (method, path) == ("GET", "/v1/accounts/verify_credentials"):
            return Reply(data=account_of(self.address(), 12))
        if (method, path) == ("GET", "/v1/apps/verify_credentials"):
            return Reply(data={"name": "Fairline", "website": None})
        if (method, path) == ("GET", "/v1/notifications"):
            return self._notifications(call)
        if (method, path) == ("GET", "/v2/notifications/policy"):
            return Reply(data=self.policy)
        if (method, path) == ("GET", "/v1/statuses") and self.shows_several:
            wanted = [value for name, value in call.params if name == "id[]"]
            known = [self.posts[one] for one in wanted if one in self.posts]
            return Reply(data=[self._status(one) for one in known if self._sees("", one)])
        if (method, path) == ("POST", "/v1/statuses"):
            return self._publish(call)
        if (method, path) == ("POST", "/v2/media"):
            return self._upload(call)
        if (method, path) == ("GET", "/v1/streaming/user") and self.streams:
            return Reply(stream=self._stream(len(self._events)), media_type="text/event-stream")
        kind, _, rest = path.removeprefix("/v1/").partition("/")
        if method == "GET" and kind == "statuses" and rest in self.posts:
            return Reply(data=self._status(self.posts[rest]))
        if method == "GET" and kind == "accounts" and rest.endswith("/statuses"):
            newer = [one for one in self.said() if int(one.id) > int(call.query.get("min_id") or 0)]
            if call.query.get("min_id"):
                newer = newer[:PAGE]
            return Reply(data=[self._status(one) for one in reversed(newer)][:PAGE])
        if method == "GET" and kind == "media" and rest in self.media:
            return self._worked_on(self.media[rest])
        return _wrong(404, "Record not found")

    def _notifications(self, call: Call) -> Reply:
        limit = min(int(call.query.get("limit") or PAGE), MOST_PAGE)
        found = sorted(self.notices, key=lambda one: int(one["id"]), reverse=True)
        if bound := call.query.get("max_id"):
            found = [one for one in found if int(one["id"]) < int(bound)]
        if bound := call.query.get("since_id"):
            found = [one for one in found if int(one["id"]) > int(bound)]
        if bound := call.query.get("min_id"):
            newer = [one for one in found if int(one["id"]) > int(bound)]
            return Reply(data=[self._notice(one) for one in newer[-limit:]])
        return Reply(data=[self._notice(one) for one in found[:limit]])

    def _publish(self, call: Call) -> Reply:
        told = call.json() if "json" in call.headers.get("content-type", "") else call.form()
        key = call.headers.get("idempotency-key", "")
        known = self._keys.get(key)
        if key and known and now() - known[1] < KEY_HOLDS and known[0] in self.posts:
            return Reply(data=self._status(self.posts[known[0]]))
        text, spoiler = str(told.get("status") or ""), str(told.get("spoiler_text") or "")
        media = [self.media.get(str(one)) for one in told.get("media_ids") or []]
        visibility = told.get("visibility") or "public"
        under = str(told.get("in_reply_to_id") or "")
        if refused := self._refused(text, spoiler, media, visibility, under):
            return refused
        post = self._post(
            self.address(),
            text,
            visibility,
            under=under,
            spoiler=spoiler,
            media=[one for one in media if one],
            app="Fairline",
        )
        if key:
            self._keys[key] = (post.id, now())
        return Reply(data=self._status(post))

    def _refused(
        self, text: str, spoiler: str, media: list[Any], visibility: str, under: str
    ) -> Reply | None:
        if not text.strip() and not media:
            return _wrong(422, "Validation failed: Text can't be blank")
        used = length_of(text, LengthRule(counts="mastodon")).used
        if used + len(spoiler) > self.most_characters:
            return _wrong(
                422,
                f"Validation failed: Text character limit of {self.most_characters} exceeded",
            )
        if visibility not in {"public", "unlisted", "private", "direct"}:
            return _wrong(422, "Validation failed: Visibility is not included in the list")
        if len(media) > 4:
            return _wrong(422, "Cannot attach more than 4 files")
        if None in media:
            return _wrong(422, "Media not found or already attached to another post")
        if any(one["looks"] > 0 for one in media):
            return _wrong(
                422, "Cannot attach files that have not finished processing. Try again in a moment!"
            )
        if under and under not in self.posts:
            return _wrong(404, "The post you are trying to reply to does not appear to exist.")
        return None

    def _upload(self, call: Call) -> Reply:
        head = f"content-type: {call.headers.get('content-type', '')}\r\n\r\n".encode()
        parts: dict[str, Any] = {}
        for part in message_from_bytes(head + call.body).walk():
            name = part.get_param("name", header="content-disposition")
            if isinstance(name, str):
                parts[name] = (part.get_filename(), part.get_payload(decode=True), part)
        if "file" not in parts:
            return _wrong(422, "Validation failed: File can't be blank")
        name, data, part = parts["file"]
        if part.get_content_type() not in MEDIA:
            return _wrong(422, "Validation failed: File content type is invalid, File is invalid")
        described = parts.get("description", ("", b"", None))[1].decode()
        media_id, media = self._stored(str(name), data, described)
        if part.get_content_maintype() == "image":
            return Reply(data={**media, "id": media_id})
        media["looks"] = 1
        return Reply(status=202, data={**media, "url": None})

    def _stored(self, name: str, data: bytes, alt: str) -> tuple[str, dict[str, Any]]:
        media_id = self._new_id()
        self.files[f"{media_id}/{name}"] = data
        kind = "image" if name.endswith((".png", ".jpg", ".jpeg", ".gif", ".webp")) else "video"
        self.media[media_id] = {
            "id": media_id,
            "type": kind,
            "url": f"{self.url}/files/{media_id}/{name}",
            "description": alt,
            "looks": 0,
        }
        return media_id, self.media[media_id]

    def _worked_on(self, media: dict[str, Any]) -> Reply:
        if media["looks"] > 0:
            media["looks"] -= 1
            return Reply(status=206, data={**media, "url": None})
        return Reply(data=media)

    def _stream(self, start: int) -> Iterator[bytes]:
        yield b":)\n"
        at = start
        while True:
            with self.news:
                if len(self._events) == at and not self._is_closed:
                    self.news.wait(15)
                new, at = self._events[at:], len(self._events)
                is_over = self._is_closed
            if is_over:
                return
            for name, payload in new:
                yield f"event: {name}\ndata: {payload}\n\n".encode()
            if not new:
                yield b":thump\n"

    # The state behind it.

    def _post(self, by: str, text: str, visibility: str, **more: Any) -> Post:
        named = [
            f"{user.lower()}@{(host or DOMAIN).lower()}" for user, host in MENTION.findall(text)
        ]
        post = Post(
            id=self._new_id(), by=by, text=text, visibility=visibility, mentions=named, **more
        )
        self.posts[post.id] = post
        self.news.notify_all()
        return post

    def _notify(self, kind: str, person: str, post: Post | None) -> None:
        notice = {
            "id": self._new_id(),
            "type": kind,
            "created_at": stamp(now()),
            "by": _acct(person),
            "post": post.id if post else "",
        }
        self.notices.append(notice)
        self._tell("notification", json.dumps(self._notice(notice)))

    def _tell(self, name: str, payload: str) -> None:
        self._events.append((name, payload))
        self.news.notify_all()

    def _sees(self, who: str, post: Post) -> bool:
        """Whether somebody sees a post; '' is our own account."""
        who = who or self.address()
        return post.visibility in {"public", "unlisted"} or who in (post.by, *post.mentions)

    def _new_id(self) -> str:
        self._last += 7
        return str(self._last)

    def _counted(self) -> tuple[int, dict[str, str]]:
        since, count = self._window
        if now() - since > timedelta(minutes=5):
            since, count = now(), 0
        self._window = since, count + 1
        left = self.most_calls - count - 1
        return left, {
            "x-ratelimit-limit": str(self.most_calls),
            "x-ratelimit-remaining": str(max(0, left)),
            "x-ratelimit-reset": stamp(since + timedelta(minutes=5)),
        }

    def _notice(self, notice: dict[str, Any]) -> dict[str, Any]:
        told = {key: notice[key] for key in ("id", "type", "created_at")}
        told["account"] = account_of(notice["by"], self.followers.get(notice["by"], 12))
        if post := self.posts.get(notice["post"]):
            told["status"] = self._status(post)
        return told

    def _status(self, post: Post) -> dict[str, Any]:
        return status_of(post, self.followers.get(post.by, 12))


def _acct(person: str) -> str:
    return person.lower() if "@" in person else f"{person.lower()}@{ELSEWHERE}"


def _wrong(status: int, words: str) -> Reply:
    return Reply(status=status, data={"error": words})
