"""A made-up server of the fediverse with people on it, who talk to the company's own account.

It keeps what Mastodon documents and enforces: profiles by WebFinger and address, signed deliveries
(target, host, date within twelve hours, digest of the body; the key is fetched, and once more when
it does not fit), 401 with the reason in words, 410 for what is gone, direct posts that nobody may
fetch. Source: docs.joinmastodon.org/spec/security, /spec/activitypub, /spec/webfinger.
"""

import base64
import binascii
import hashlib
import json
import re
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from fairline.channels.activitypub.shapes.wording import worded
from fairline.core.clock import now
from fairline.demo.networks.fediverse_post import PUBLIC, Doc, Person, Post
from fairline.demo.networks.kit import Call, Network, Push, Reply, Shown

WINDOW, AHEAD = timedelta(hours=12), timedelta(hours=1)
NEEDED = {"(request-target)", "host", "date", "digest"}
MEDIA_TYPE = "application/activity+json"
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')


class FediverseNetwork(Network):
    """`account` is the company's, on its own host: people here know it by that name."""

    name: ClassVar[str] = "fediverse"
    label: ClassVar[str] = "Fediverse"
    root: ClassVar[tuple[str, ...]] = ("/.well-known/webfinger",)

    def __init__(self, account: str = "support@help.acme.example") -> None:
        super().__init__()
        self.account = account
        self.people: dict[str, Person] = {}
        self.posts: dict[str, Post] = {}
        self.taken: dict[str, Doc] = {}
        self.accepted: list[str] = []
        self.keys: dict[str, str] = {}
        # How an address elsewhere is looked up; a test without a server of ours gives its own.
        self.look_up: Callable[[str], Doc] = _fetched

    def address(self) -> str:
        return self.account

    def options(self) -> dict[str, str]:
        return {}

    @property
    def company(self) -> str:
        """The address of the company's account: the one whose inbox our pushes go to."""
        root, _, inbox_id = self.hook_url.partition("/hooks/")
        return f"{root}/ap/actors/{inbox_id}"

    def person(self, username: str) -> Person:
        with self.lock:
            if username not in self.people:
                self.people[username] = Person(username=username, root=self.url)
            return self.people[username]

    # What people do.

    def say(
        self,
        person: str,
        text: str,
        *,
        public: bool = True,
        under: str = "",
        more: Doc | None = None,
    ) -> str:
        """`more` is what stands in the note besides, or instead."""
        by = self.person(person)
        with self.lock:
            post = Post(
                id=f"{by.id}/statuses/{1090 + len(self.posts)}",
                by=by,
                text=text,
                to=[PUBLIC] if public else [self.company],
                cc=[f"{by.id}/followers", self.company] if public else [],
                at=now(),
                mention=(self.company, f"@{self.account}"),
                under=under,
                more=more or {},
            )
            self.posts[post.id] = post
        self.deliver(by, post.activity("Create"))
        return post.id

    def edit(self, post_id: str, text: str) -> None:
        post = self.posts[post_id]
        post.text, post.updated_at = text, now()
        stamp = int(post.updated_at.timestamp() * 1000)
        self.deliver(post.by, post.activity("Update", what=f"updates/{stamp}"))

    def remove(self, post_id: str) -> None:
        post = self.posts[post_id]
        post.is_gone = True
        self.deliver(post.by, post.activity("Delete", what="delete"))

    def act(self, person: str, kind: str, what: Any, *, number: int = 1, target: str = "") -> Doc:
        """Follow, like, boost, block, move, undo: sent to the company, and returned."""
        by = self.person(person)
        act = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{by.id}#{kind.lower()}s/{number}",
            "type": kind,
            "actor": by.id,
            "object": what,
        }
        if target:
            act["target"] = target
        self.deliver(by, act)
        return act

    def follow(self, person: str) -> Doc:
        return self.act(person, "Follow", self.company)

    def deliver(self, by: Person, activity: Doc, *, at: datetime | None = None) -> Push:
        """Sign an activity and keep it to be sent."""
        body = json.dumps(activity).encode()
        push = by.signed(f"{self.company}/inbox", body, at or now())
        self.push(push)
        return push

    # What they see.

    def shown(self, person: str) -> list[Shown]:
        me = self.person(person).id
        with self.lock:
            posts = list(self.posts.values())
        mine = [
            Shown(id=p.id, by=person, text=p.text, is_public=p.is_public, under=p.under)
            for p in posts
            if p.by.id == me and not p.is_gone
        ]
        return mine + [one for doc, one in self.answers() if me in _named(doc)]

    def answers(self) -> list[tuple[Doc, Shown]]:
        """Every post of the company's that is here now, as people see it."""
        with self.lock:
            taken = list(self.taken.values())
        return [
            (
                doc,
                Shown(
                    id=doc["id"],
                    by="company",
                    text=worded(doc["content"]).text,
                    is_public=PUBLIC in _named(doc),
                    under=doc.get("inReplyTo") or "",
                    files=tuple(file["url"] for file in doc.get("attachment", ())),
                ),
            )
            for doc in taken
            if doc["type"] != "Tombstone"
        ]

    # What servers ask.

    def answer(self, call: Call) -> Reply:
        if call.method == "POST":
            return self._delivery(call)
        if call.path == "/.well-known/webfinger":
            return self._webfinger(call.query.get("resource", ""))
        found = re.fullmatch(r"/users/(\w+)(/statuses/\d+|/followers|/outbox)?", call.path)
        if not found or found[1] not in self.people:
            return Reply(status=404, data={"error": "Record not found"})
        by, rest = self.people[found[1]], found[2] or ""
        if not rest:
            return Reply(data=by.document(), media_type=MEDIA_TYPE)
        if not rest.startswith("/statuses/"):
            count = sum(p.is_public for p in self.posts.values()) if rest == "/outbox" else 0
            doc = {"id": by.id + rest, "type": "OrderedCollection", "totalItems": count}
            return Reply(data=doc, media_type=MEDIA_TYPE)
        post = self.posts.get(by.id + rest)
        if post is None or not post.is_public:
            return Reply(status=404, data={"error": "Record not found"})
        return Reply(
            status=410 if post.is_gone else 200, data=post.document(), media_type=MEDIA_TYPE
        )

    def _webfinger(self, resource: str) -> Reply:
        username = resource.removeprefix("acct:").partition("@")[0]
        if username not in self.people:
            return Reply(status=404, data={"error": "Record not found"})
        by = self.people[username]
        link = {"rel": "self", "type": MEDIA_TYPE, "href": by.id}
        subject = f"acct:{by.handle.lstrip('@')}"
        return Reply(data={"subject": subject, "links": [link]}, media_type="application/jrd+json")

    def _delivery(self, call: Call) -> Reply:
        if not re.fullmatch(r"/inbox|/users/\w+/inbox", call.path):
            return Reply(status=404, data={"error": "Record not found"})
        try:
            actor = self._verified(call)
            activity = call.json()
            if activity["actor"] != actor:
                return Reply(status=202)  # taken and dropped, as Mastodon does
            self._take(activity)
        except _NotSigned as error:
            return Reply(status=401, data={"error": str(error)})
        except (ValueError, KeyError, TypeError):
            return Reply(status=400, data={"error": "Error parsing JSON-LD document"})
        return Reply(status=202, body=b"")

    def _take(self, activity: Doc) -> None:
        """Act on what the company sent: its own posts only, each once."""
        kind, doc = activity["type"], activity["object"]
        if kind == "Accept":
            self.accepted.append(doc["id"] if isinstance(doc, dict) else doc)
            return
        if kind not in {"Create", "Update", "Delete"}:
            return
        uri = doc["id"] if isinstance(doc, dict) else doc
        known = self.taken.get(uri)
        if kind == "Create":
            if known is None and doc["attributedTo"] == activity["actor"]:
                self.taken[uri] = doc
        elif known and known.get("attributedTo") == activity["actor"]:
            self.taken[uri] = doc if kind == "Update" else {"id": uri, "type": "Tombstone"}

    def _verified(self, call: Call) -> str:
        """Whose signature it is. Raises _NotSigned with Mastodon's reason."""
        given: dict[str, str] = dict(_PARAMETER.findall(call.headers.get("signature", "")))
        if not given:
            raise _NotSigned("Request not signed")
        names = given.get("headers", "date").split()
        if missing := NEEDED - set(names):
            raise _NotSigned(f"Mastodon requires {min(missing)} to be signed")
        _check_date(call)
        digest = base64.b64encode(hashlib.sha256(call.body).digest()).decode()
        if call.headers.get("digest", "") != f"SHA-256={digest}":
            raise _NotSigned("Invalid Digest value")
        prefix = urlsplit(self.url).path
        values = {**call.headers, "(request-target)": f"post {prefix}{call.path}"}
        text = "\n".join(f"{name}: {values.get(name, '')}" for name in names).encode()
        try:
            signature = base64.b64decode(given.get("signature", ""), validate=True)
        except binascii.Error as error:
            raise _NotSigned("Invalid signature value") from error
        key_id = given.get("keyId", "")
        if not self._fits(key_id, text, signature):
            self.keys.pop(key_id, None)  # it may have been changed
            if not self._fits(key_id, text, signature):
                raise _NotSigned(f"Verification failed for {key_id}")
        return key_id.partition("#")[0]

    def _fits(self, key_id: str, text: bytes, signature: bytes) -> bool:
        if key_id not in self.keys:
            key = self.look_up(key_id.partition("#")[0])["publicKey"]
            if key["id"] != key_id:
                raise _NotSigned(f"Unable to fetch key {key_id}")
            self.keys[key_id] = key["publicKeyPem"]
        public = serialization.load_pem_public_key(self.keys[key_id].encode())
        if not isinstance(public, rsa.RSAPublicKey):
            return False
        try:
            public.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True


class _NotSigned(Exception):  # noqa: N818  a refusal, not a fault of ours
    """Why a delivery is not taken."""


def _check_date(call: Call) -> None:
    try:
        sent_at = parsedate_to_datetime(call.headers.get("date", ""))
    except ValueError as error:
        raise _NotSigned("Invalid Date header") from error
    if not now() - WINDOW <= sent_at <= now() + AHEAD:
        raise _NotSigned("Signed request date outside acceptable time window")


def _named(doc: Doc) -> list[str]:
    return [*doc.get("to", ()), *doc.get("cc", ())]


def _fetched(url: str) -> Doc:
    """A document of another server, which is on this machine."""
    if urlsplit(url).hostname not in {"127.0.0.1", "localhost"}:
        raise _NotSigned(f"Unable to fetch {url}")
    request = urllib.request.Request(url, headers={"accept": MEDIA_TYPE})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  loopback
            found = json.loads(answer.read(1_000_000))
    except (OSError, ValueError) as error:
        raise _NotSigned(f"Unable to fetch {url}") from error
    return found if isinstance(found, dict) else {}
