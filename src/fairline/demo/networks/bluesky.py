"""A Bluesky that is made up: one account of the company's, and people who talk to it.

Enforced as documented: sessions that end and are renewed, limits of logins and writes with their
headers, the lexicons' lengths (bytes and graphemes), annotations by bytes, references by version,
keys of records, pages, the chat behind its own header. Source: lexicons of com.atproto, app.bsky
and chat.bsky; docs.bsky.app, Rate limits.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from fairline.core.clock import now
from fairline.demo.networks.bluesky_chat import ChatService
from fairline.demo.networks.bluesky_door import Door, wrong
from fairline.demo.networks.bluesky_records import (
    COLLECTION,
    cid_of,
    did_of,
    facets_in,
    handle_of,
    stamp,
    wrong_in,
)
from fairline.demo.networks.bluesky_stream import Jetstream
from fairline.demo.networks.kit import Call, Network, Reply, Shown

PROXY = "did:web:api.bsky.chat#bsky_chat"
AN_HOUR, A_DAY = 5_000, 35_000


class BlueskyNetwork(Network):
    """`account` is the name of ours; everybody has a handle below `bsky.demo`."""

    name: ClassVar[str] = "bluesky"
    label: ClassVar[str] = "Bluesky"

    def __init__(self, account: str = "acme") -> None:
        super().__init__()
        self.account = account
        self.password = "made-upap-pass-word"  # noqa: S105
        self.may_chat = True
        self.most_calls = 3_000
        self.posts: dict[str, dict[str, Any]] = {}
        self.gone: set[str] = set()
        self.notices: list[dict[str, Any]] = []
        self.blobs: dict[str, bytes] = {}
        self.handles: dict[str, str] = {}
        self.closed_threads: set[str] = set()
        self.blockers: set[str] = set()
        self.points: list[tuple[datetime, int]] = []
        self.door = Door(self)
        self.stream = Jetstream(self.news)
        self._last_time = now()
        self._meet(account)
        self.chat = ChatService(self)

    @property
    def did(self) -> str:
        return did_of(self.account)

    def options(self) -> dict[str, str]:
        return {
            "server": self.url,
            "password": self.password,
            "stream": self.stream.url,
            "cdn": self.url,
            "chat": "yes",
        }

    def address(self) -> str:
        return handle_of(self.account)

    def opened(self) -> None:
        self.stream.open()

    def closed(self) -> None:
        self.stream.close()

    # What people do.

    def say(
        self,
        person: str,
        text: str,
        *,
        public: bool = True,
        under: str = "",
        reason: str = "",
        **more: Any,
    ) -> str:
        with self.news:
            self._meet(person)
            if not public:
                return self.chat.say(did_of(person), text, under=under)
            words = f"@{self.address()} {text}"
            record: dict[str, Any] = {
                "$type": COLLECTION,
                "text": words,
                "facets": facets_in(words, self.handles),
                "createdAt": stamp(now()),
                "langs": ["en"],
                **more,
            }
            if under in self.posts:
                above = self.posts[under]
                parent = {"uri": under, "cid": above["cid"]}
                root = (above["record"].get("reply") or {"root": parent})["root"]
                record["reply"] = {"root": root, "parent": parent}
            uri = self._write(did_of(person), self._next_key(), record)
            answers_us = under.startswith(f"at://{self.did}/")
            self._notify(reason or ("reply" if answers_us else "mention"), person, uri)
            return uri

    def react(self, person: str, reason: str, uri: str = "") -> None:
        """Somebody likes, reposts or follows."""
        with self.news:
            self._meet(person)
            own = f"at://{did_of(person)}/app.bsky.feed.{reason}/{self._next_key()}"
            self.notices.append(
                {
                    "uri": own,
                    "cid": cid_of(own),
                    "reason": reason,
                    "reasonSubject": uri,
                    "record": {"$type": f"app.bsky.feed.{reason}", "createdAt": stamp(now())},
                    "by": did_of(person),
                    "indexedAt": stamp(self.tick()),
                }
            )
            self.news.notify_all()

    def remove(self, uri: str) -> None:
        """Its author takes it back: the stream tells it, and no notification."""
        with self.news:
            post = self.posts.pop(uri)
            self.gone.add(uri)
            self.notices = [one for one in self.notices if one["uri"] != uri]
            commit = {"operation": "delete", "collection": COLLECTION}
            self.stream.tell(post["author"], commit | {"rkey": uri.rpartition("/")[2]})

    def colleague(self, text: str, *, under: str) -> str:
        """Somebody of ours replies with Bluesky's own app."""
        with self.news:
            above = {"uri": under, "cid": self.posts[under]["cid"]}
            record = {"$type": COLLECTION, "text": text, "createdAt": stamp(now())}
            record |= {"reply": {"root": above, "parent": above}}  # type: ignore[dict-item]
            return self._write(self.did, self._next_key(), record)

    def rename(self, person: str, handle: str) -> None:
        """Somebody takes another handle; the DID stays."""
        with self.news:
            self.handles = {
                known: did for known, did in self.handles.items() if did != did_of(person)
            }
            self.handles[handle] = did_of(person)

    def shown(self, person: str) -> list[Shown]:
        with self.lock:
            who = {did_of(person), self.did}
            public = [
                (post["indexedAt"], self._shown(uri, post))
                for uri, post in self.posts.items()
                if post["author"] in who
            ]
            private = self.chat.shown(did_of(person))
            return [one for _, one in sorted([*public, *private], key=lambda pair: pair[0])]

    def said(self) -> list[Shown]:
        """What our account has said, oldest first."""
        with self.lock:
            public = [
                (post["indexedAt"], self._shown(uri, post))
                for uri, post in self.posts.items()
                if post["author"] == self.did
            ]
            private = [one for one in self.chat.shown("") if one[1].by == self.account]
            return [one for _, one in sorted([*public, *private], key=lambda pair: pair[0])]

    def end_session(self) -> None:
        """The access token has come of age; the other one is still good."""
        with self.lock:
            self.door.access = ""

    def revoke(self) -> None:
        """The app password is removed, and all that it opened."""
        with self.lock:
            self.door.access = self.door.refresh = self.password = ""

    # What the server answers.

    def answer(self, call: Call) -> Reply:
        if call.path.startswith("/img/feed_fullsize/plain/"):
            data = self.blobs.get(call.path.rpartition("/")[2].removesuffix("@jpeg"))
            return Reply(body=data, media_type="image/jpeg") if data else Reply(status=404)
        left, headers = self.door.counted()
        if left < 0:
            reply = wrong(429, "RateLimitExceeded", "Rate Limit Exceeded")
        else:
            reply = self._routed(call, call.path.removeprefix("/xrpc/"))
        return Reply(status=reply.status, data=reply.data, headers={**headers, **reply.headers})

    def _routed(self, call: Call, name: str) -> Reply:
        if answered := self.door.answer(call, name):
            return answered
        if name.startswith("chat.bsky."):
            if call.headers.get("atproto-proxy") != PROXY:
                return wrong(501, "MethodNotImplemented", "Method Not Implemented")
            if not self.may_chat:
                return wrong(400, "InvalidToken", "Bad token scope")
            return self.chat.answer(call, name)
        answers = {
            "app.bsky.notification.listNotifications": self._notifications,
            "app.bsky.feed.getPosts": self._get_posts,
            "app.bsky.feed.getPostThread": self._thread,
            "app.bsky.feed.getAuthorFeed": self._feed,
            "app.bsky.actor.getProfile": self._profile,
            "com.atproto.identity.resolveHandle": self._resolve,
            "com.atproto.repo.putRecord": self._put,
            "com.atproto.repo.getRecord": self._get,
            "com.atproto.repo.uploadBlob": self._upload,
        }
        found = answers.get(name)
        return (
            found(call) if found else wrong(501, "MethodNotImplemented", "Method Not Implemented")
        )

    def _notifications(self, call: Call) -> Reply:
        limit = min(int(call.query.get("limit") or 50), 100)
        reasons = {value for name, value in call.params if name == "reasons"}
        wanted = [one for one in self.notices if not reasons or one["reason"] in reasons]
        found = sorted(wanted, key=lambda one: one["indexedAt"], reverse=True)
        start = int(call.query.get("cursor") or 0)
        page = found[start : start + limit]
        told: dict[str, Any] = {"notifications": [self._notice(one) for one in page]}
        if start + limit < len(found):
            told["cursor"] = str(start + limit)
        return Reply(data=told)

    def _get_posts(self, call: Call) -> Reply:
        uris = [value for name, value in call.params if name == "uris"]
        if not 0 < len(uris) <= 25:
            return wrong(400, "InvalidRequest", "Error: uris must not have more than 25 elements")
        return Reply(data={"posts": [self.view(one) for one in uris if one in self.posts]})

    def _thread(self, call: Call) -> Reply:
        uri = call.query.get("uri", "")
        if uri not in self.posts:
            return wrong(400, "NotFound", f"Post not found: {uri}")
        kind = "app.bsky.feed.defs#threadViewPost"
        return Reply(data={"thread": {"$type": kind, "post": self.view(uri)}})

    def _feed(self, call: Call) -> Reply:
        mine = [uri for uri, post in self.posts.items() if post["author"] == call.query["actor"]]
        limit = int(call.query.get("limit") or 50)
        return Reply(data={"feed": [{"post": self.view(one)} for one in mine[::-1][:limit]]})

    def _profile(self, call: Call) -> Reply:
        who = call.query.get("actor", "")
        did = self.handles.get(who, who)
        if did not in self.handles.values():
            return wrong(400, "InvalidRequest", "Profile not found")
        return Reply(data=self.person(did))

    def _resolve(self, call: Call) -> Reply:
        did = self.handles.get(call.query.get("handle", ""))
        return (
            Reply(data={"did": did})
            if did
            else wrong(400, "InvalidRequest", "Unable to resolve handle")
        )

    def _put(self, call: Call) -> Reply:
        told = call.json()
        uri = f"at://{self.did}/{told['collection']}/{told['rkey']}"
        if told["repo"] != self.did or told["collection"] != COLLECTION:
            return wrong(400, "InvalidRequest", "Invalid repo or collection")
        if why := wrong_in(told["record"], told["rkey"], self.posts, self.blobs):
            return wrong(400, "InvalidRequest", why)
        known = self.posts.get(uri)
        if known and known["cid"] == cid_of(told["record"]):
            return Reply(data={"uri": uri, "cid": known["cid"]})
        if known and "swapRecord" in told and told["swapRecord"] != known["cid"]:
            return wrong(400, "InvalidSwap", f"Record was at {known['cid']}")
        if not self._spend(2 if known else 3):
            return wrong(429, "RateLimitExceeded", "Rate Limit Exceeded")
        self._write(self.did, told["rkey"], told["record"])
        return Reply(data={"uri": uri, "cid": self.posts[uri]["cid"]})

    def _get(self, call: Call) -> Reply:
        uri = f"at://{call.query['repo']}/{call.query['collection']}/{call.query['rkey']}"
        post = self.posts.get(uri)
        if post is None:
            return wrong(400, "RecordNotFound", f"Could not locate record: {uri}")
        return Reply(data={"uri": uri, "cid": post["cid"], "value": post["record"]})

    def _upload(self, call: Call) -> Reply:
        kind = call.headers.get("content-type", "")
        cid = cid_of(call.body)
        self.blobs[cid] = call.body
        blob = {"$type": "blob", "ref": {"$link": cid}, "mimeType": kind, "size": len(call.body)}
        return Reply(data={"blob": blob})

    # The state behind it.

    def person(self, did: str) -> dict[str, Any]:
        """A profile as others see it."""
        handle = next(
            (one for one, known in self.handles.items() if known == did), "handle.invalid"
        )
        shown = handle.partition(".")[0].replace("-", " ").title()
        return {"did": did, "handle": handle, "displayName": shown, "labels": []}

    def view(self, uri: str) -> dict[str, Any]:
        """A post as the network shows it to our account."""
        post = self.posts[uri]
        return {
            "uri": uri,
            "cid": post["cid"],
            "author": self.person(post["author"]),
            "record": post["record"],
            "indexedAt": post["indexedAt"],
            "viewer": {
                "blockedBy": post["author"] in self.blockers,
                "replyDisabled": uri in self.closed_threads,
            },
            "labels": [],
        }

    def _notice(self, notice: dict[str, Any]) -> dict[str, Any]:
        told = {key: value for key, value in notice.items() if key != "by"}
        return {**told, "author": self.person(notice["by"]), "isRead": False, "labels": []}

    def _notify(self, reason: str, person: str, uri: str) -> None:
        post = self.posts[uri]
        told = {"uri": uri, "cid": post["cid"], "reason": reason, "record": post["record"]}
        self.notices.append({**told, "by": did_of(person), "indexedAt": post["indexedAt"]})
        self.news.notify_all()

    def _write(self, did: str, key: str, record: dict[str, Any]) -> str:
        uri = f"at://{did}/{COLLECTION}/{key}"
        cid = cid_of(record)
        at = stamp(self.tick())
        self.posts[uri] = {"author": did, "cid": cid, "record": record, "indexedAt": at}
        commit = {"operation": "create", "collection": COLLECTION, "rkey": key, "cid": cid}
        self.stream.tell(did, {**commit, "record": record})
        return uri

    def _shown(self, uri: str, post: dict[str, Any]) -> Shown:
        record = post["record"]
        images = (record.get("embed") or {}).get("images") or []
        by = next((one for one, did in self.handles.items() if did == post["author"]), "")
        return Shown(
            id=uri,
            by=by.partition(".")[0],
            text=record["text"],
            is_public=True,
            under=((record.get("reply") or {}).get("parent") or {}).get("uri", ""),
            files=tuple(one["alt"] for one in images),
        )

    def _meet(self, person: str) -> None:
        if did_of(person) not in self.handles.values():
            self.handles[handle_of(person)] = did_of(person)

    def _next_key(self) -> str:
        letters = "234567abcdefghijklmnopqrstuvwxyz"
        number = (int(self.tick().timestamp() * 1e6) << 10) | len(self.posts) % 1024
        return "".join(letters[(number >> shift) & 31] for shift in range(60, -1, -5))

    def tick(self) -> datetime:
        """A moment later than the last one: what is shown has an order."""
        self._last_time = max(now(), self._last_time + timedelta(milliseconds=1))
        return self._last_time

    def _spend(self, n: int) -> bool:
        at = now()
        self.points = [one for one in self.points if at - one[0] < timedelta(days=1)]
        hour = sum(count for moment, count in self.points if at - moment < timedelta(hours=1))
        if hour + n > AN_HOUR or sum(count for _, count in self.points) + n > A_DAY:
            return False
        self.points.append((at, n))
        return True
