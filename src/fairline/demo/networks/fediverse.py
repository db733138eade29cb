"""A made-up server of the fediverse with people on it, who talk to the company's own account.

It keeps what Mastodon documents and enforces: profiles by WebFinger and address, signed deliveries
(target, host, date within twelve hours, digest of the body; the key is fetched, and once more when
it does not fit), 401 with the reason in words, 410 for what is gone, direct posts that nobody may
fetch. Source: docs.joinmastodon.org/spec/security, /spec/activitypub, /spec/webfinger.
"""

import json
import re
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from fairline.channels.activitypub.shapes.wording import worded
from fairline.core.clock import now
from fairline.demo.networks.fediverse_post import PUBLIC, Doc, Person, Post
from fairline.demo.networks.fediverse_signed import MEDIA_TYPE, Gate, NotSigned
from fairline.demo.networks.kit import Call, Network, Push, Reply, Shown


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
        self.gate = Gate()

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
            actor = self.gate.sender_of(call, urlsplit(self.url).path)
            activity = call.json()
            if activity["actor"] != actor:
                return Reply(status=202)  # taken and dropped, as Mastodon does
            self._take(activity)
        except NotSigned as error:
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


def _named(doc: Doc) -> list[str]:
    return [*doc.get("to", ()), *doc.get("cc", ())]
