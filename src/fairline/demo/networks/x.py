"""X, made up: people who mention an account and write to it, and the API by which it answers.

It enforces what X documents: signatures and tokens, limits, pages, who may be answered, what may
be sent twice, weighted length. Pushes are signed events of the X Activity API.
"""

import json
import urllib.request
import zlib
from datetime import datetime, timedelta
from typing import Any

from fairline.channels.x.hooks import SIGNATURE, signature
from fairline.core.clock import now
from fairline.demo.networks import x_calls, x_entities
from fairline.demo.networks.kit import Call, Network, Push, Reply, Shown
from fairline.demo.networks.x_access import (
    APP_BEARER,
    CLIENT,
    FIRST_REFRESH,
    KEYS,
    Access,
    limited,
)
from fairline.demo.networks.x_entities import Account, Direct, Media, Post

DIRECT = "dm:"


class XNetwork(Network):
    """`dialect` is what the API calls its posts; `unwilling` holds who takes no direct messages;
    `answers_itself` is whether an account may answer a post of its own; `needs_crc` lets a webhook
    be made only where the question is answered.
    """

    name = "x"
    label = "X"
    categories = frozenset({"tweet_image", "tweet_gif", "tweet_video", "dm_image", "dm_gif",
                            "dm_video"})  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.access = Access()
        self.us = Account(id="1001", handle="acme", name="Acme", followers=5200)
        self.people: dict[str, Account] = {}
        self.posts: list[Post] = []
        self.directs: list[Direct] = []
        self.media: dict[str, Media] = {}
        self.webhooks: dict[str, str] = {}
        self.subscriptions: list[dict[str, Any]] = []
        self.unwilling: set[str] = set()
        self.dialect = "tweet"
        self.most_length = 280
        self.needs_crc = False
        self.answers_itself = True
        self.charged_cents = 0.0
        self._last = 1_900_000_000_000_000_000
        self._at = now() - timedelta(seconds=1)

    # People.

    def person(self, who: str) -> Account:
        """Somebody, made when they first speak."""
        handle = "".join(letter for letter in who.lower() if letter.isalnum())[:15] or "somebody"
        if handle not in self.people:
            # The same person has the same number after every start.
            number = str(10_000_000_000 + zlib.crc32(handle.encode()))
            self.people[handle] = Account(id=number, handle=handle, name=who.title())
        return self.people[handle]

    def by_handle(self) -> dict[str, Account]:
        return {**self.people, self.us.handle: self.us}

    def by_id(self) -> dict[str, Account]:
        return {one.id: one for one in self.by_handle().values()}

    def say(self, person: str, text: str, *, public: bool = True, under: str = "") -> str:
        """A post that mentions the account (an answer, where `under` is a post), or a direct
        message.
        """
        with self.lock:
            by = self.person(person)
            if not public:
                said = Direct(id=self.new_id(), by=by, to=self.us, text=text, at=self.time())
                self.directs.append(said)
                self.tell_direct("dm.received", said)
                return f"{DIRECT}{said.id}"
            above = self.post_with(under)
            full = text if f"@{self.us.handle}" in text else f"@{self.us.handle} {text}"
            root = (above.root or above.history[0]) if above else ""
            post = Post(
                history=[self.new_id()], by=by, text=full, at=self.time(),
                under=above.id if above else "", root=root,
            )  # fmt: skip
            self.posts.append(post)
            self.tell("post.mention.create", post)
            return post.id

    def edit(self, native_id: str, text: str) -> str:
        """Its author changes a post. Returns the id of the new version."""
        with self.lock:
            post = self.post_with(native_id)
            assert post, "there is no such post"
            post.history.append(self.new_id())
            post.text = f"@{self.us.handle} {text}"
            self.tell("post.mention.create", post)
            return post.id

    def remove(self, native_id: str) -> None:
        """Its author takes a post back. X tells nobody but who looks for it."""
        with self.lock:
            post = self.post_with(native_id)
            assert post, "there is no such post"
            post.is_gone = True

    def shown(self, person: str) -> list[Shown]:
        with self.lock:
            them = self.person(person)
            posts = [one for one in self.posts if not one.is_gone and one.by in {them, self.us}]
            directs = [one for one in self.directs if them in {one.by, one.to}]
            every = [*map(self.as_shown, posts), *map(self.as_shown, directs)]
        return sorted(every, key=lambda one: int(one.id.removeprefix(DIRECT)))

    def by_us(self) -> list[Shown]:
        """All that the account has said, oldest first."""
        said: list[Post | Direct] = [*self.posts, *self.directs]
        mine = sorted((one for one in said if one.by == self.us), key=lambda one: int(one.id))
        return [self.as_shown(one) for one in mine]

    def as_shown(self, said: Post | Direct) -> Shown:
        is_direct = isinstance(said, Direct)
        return Shown(
            id=f"{DIRECT}{said.id}" if is_direct else said.id,
            by=said.by.handle,
            text=said.text,
            is_public=not is_direct,
            under="" if isinstance(said, Direct) else said.under,
            files=tuple(self.media[one].alt or self.media[one].media_type for one in said.media),
        )

    # The company's side.

    def address(self) -> str:
        return f"@{self.us.handle}"

    def options(self) -> dict[str, str]:
        return {
            "sign_in": "oauth1",
            "consumer_key": KEYS.consumer_key,
            "consumer_secret": KEYS.consumer_secret,
            "access_token": KEYS.token,
            "access_secret": KEYS.token_secret,
            "bearer_token": APP_BEARER,
            "hears_by": "poll",  # pushes are taken all the same
            "poll_s": "20",
            "monthly_budget": "50",
            "api_url": self.url,
        }

    def oauth2_options(self) -> dict[str, str]:
        """The same by OAuth 2.0."""
        return {
            **self.options(),
            "sign_in": "oauth2",
            "client_id": CLIENT[0],
            "client_secret": CLIENT[1],
            "refresh_token": FIRST_REFRESH,
        }

    def answer(self, call: Call) -> Reply:
        if (call.method, call.path) == ("POST", "/2/oauth2/token"):
            return self.access.token(call)
        refusal = self.access.judge(call, f"{self.url}{call.path}")
        if refusal:
            return refusal
        headers, is_over = self.access.count(call)
        if is_over:
            return limited(headers)
        if call.path.startswith(("/2/webhooks", "/2/activity/", "/2/account_activity/")):
            reply = self._settings(call)
        else:
            reply = x_calls.route(self, call)
        return Reply(status=reply.status, data=reply.data, headers={**headers, **reply.headers})

    def _settings(self, call: Call) -> Reply:
        """Webhooks and what they are told of."""
        last = call.path.rpartition("/")[2]
        if call.path == "/2/webhooks" and call.method == "GET":
            hooks = [{"id": id_, "url": url, "valid": True} for id_, url in self.webhooks.items()]
            return Reply(data={"data": hooks, "meta": {"result_count": len(hooks)}})
        if call.path == "/2/webhooks":
            return self._make_webhook(call.json().get("url", ""))
        if call.path.startswith("/2/webhooks/"):
            if call.method == "DELETE":
                self.webhooks.pop(last, None)
            return Reply(data={"data": {"valid": True, "deleted": call.method == "DELETE"}})
        if call.path == "/2/activity/subscriptions" and call.method == "GET":
            return Reply(data={"data": self.subscriptions})
        if call.path == "/2/activity/subscriptions":
            asked = call.json()
            if asked.get("webhook_id") not in self.webhooks:
                return x_calls.invalid("WebhookIdInvalid")
            self.subscriptions.append({**asked, "subscription_id": self.new_id()})
            return Reply(data={"data": self.subscriptions[-1]})
        if call.method == "DELETE":
            kept = [one for one in self.subscriptions if one["subscription_id"] != last]
            self.subscriptions = kept
            return Reply(data={"data": {"deleted": True}})
        return Reply(data={"data": {"subscribed": call.method == "POST"}})

    def _make_webhook(self, url: str) -> Reply:
        if not url.startswith("https://"):
            return x_calls.invalid("UrlValidationFailed")
        if url in self.webhooks.values():
            return x_calls.invalid("DuplicateUrlFailed")
        if self.needs_crc and not self._answers(url):
            return x_calls.invalid("CrcValidationFailed")
        made = self.new_id()
        self.webhooks[made] = url
        return Reply(data={"data": {"id": made, "url": url, "valid": True}})

    def _answers(self, url: str) -> bool:
        """Whether an address answers X's question."""
        wanted = signature(KEYS.consumer_secret, b"who are you")
        try:
            asked = urllib.request.urlopen(f"{url}?crc_token=who%20are%20you", timeout=3)  # noqa: S310
            with asked as answer:
                return bool(json.loads(answer.read()).get("response_token") == wanted)
        except (OSError, ValueError):
            return False

    # Underneath.

    def means_us(self, post: Post) -> bool:
        """Whether a post summons the account: it mentions it, or quotes a post of its."""
        quoted = self.post_with(post.quotes)
        is_quote = quoted is not None and quoted.by == self.us
        return post.by != self.us and (self.us.handle in post.names() or is_quote)

    def may_answer(self, post: Post) -> bool:
        """Whether X lets the account answer it."""
        if post.by == self.us:
            return self.answers_itself
        return self.means_us(post)

    def post_with(self, native_id: str) -> Post | None:
        """The post with an id, of whatever version; None for one that is gone."""
        return next(
            (one for one in self.posts if native_id in one.history and not one.is_gone), None
        )

    def tell(self, kind: str, post: Post) -> None:
        users = [x_entities.user(post.by)]
        payload = x_entities.post(post, self.by_handle())
        self._push(x_entities.event(kind, self.us.id, int(post.id), payload, {"users": users}))

    def tell_direct(self, kind: str, said: Direct) -> None:
        payload = x_entities.old_direct(said)
        self._push(x_entities.event(kind, self.us.id, int(said.id), payload, None))

    def _push(self, event: dict[str, Any]) -> None:
        if not self.hook_url:
            return
        body = json.dumps(event).encode()
        signed = {SIGNATURE: signature(KEYS.consumer_secret, body)}
        headers = {"content-type": "application/json", **signed}
        self.push(Push(url=self.hook_url, body=body, headers=headers))

    def charge(self, cents: float) -> None:
        self.charged_cents += cents

    def new_id(self) -> str:
        self._last += 4_096
        return str(self._last)

    def time(self) -> datetime:
        """Each thing is said after the one before it."""
        self._at = max(self._at + timedelta(milliseconds=1), now())
        return self._at
