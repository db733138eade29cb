"""Tells subscribers of news: a worker step, one subscriber at a time.

A turn is a row's `due_at`, so what is cut off is done again. Who does not take it is tried less and
less often, and forgotten after some days; 410 ends it at once. Source: W3C WebSub, 5.2 (denial of
what has gone), 7 and 7.1 (content distribution, signature).
"""

import hmac
from datetime import datetime, timedelta

from fairline.board.hub import store
from fairline.board.hub.asking import TIMEOUT_S, with_query
from fairline.board.hub.news import GONE
from fairline.board.hub.store import Issue, Subscription
from fairline.board.hub.tables import SECRETS
from fairline.board.topics import HUB_PATH
from fairline.channels.outside import Fetched, Outside
from fairline.channels.provider import retry_after_s
from fairline.core.clock import now
from fairline.core.errors import DeliveryError
from fairline.core.log import log
from fairline.core.secrets import Keyring
from fairline.db.engine import Database
from fairline.db.unit import Unit

LEASE = timedelta(minutes=2)
FIRST_WAIT_S, WORST_WAIT_S = 30.0, 21_600.0
# About a day and a half of trying.
MOST_FAILURES = 12
MOST_BYTES = 65_536


class Sender:
    """Sends what is due."""

    def __init__(
        self, database: Database, outside: Outside, keyring: Keyring, *, public_url: str
    ) -> None:
        self.database = database
        self.outside = outside
        self.keyring = keyring
        self.hub = f"{public_url}{HUB_PATH}"

    def step(self, _worker: str) -> bool:
        """Tell one subscriber. Returns whether there was one."""
        with self.database.read() as unit:
            if not store.any_due(unit):
                return False
        with self.database.write() as unit:
            one = store.claim_subscription(unit, LEASE)
            issue = store.issue_of(unit, one.topic) if one else None
            if one is None:
                return False
            if one.expires_at <= unit.now:
                store.drop_subscription(unit, one.topic, one.callback)
                return True
            if issue is None or issue.mark == one.told:
                store.update_subscription(unit, one.id, {"due_at": None})
                return True
        try:
            answer = self._farewell(one) if issue.mark == GONE else self._tell(one, issue)
        except DeliveryError as error:
            self._failed(one, issue, error.text, error.retry_after_s)
            return True
        if issue.mark == GONE or answer.status == 410:
            self._end(one, "it has gone")
        elif 200 <= answer.status < 300:
            with self.database.write() as unit:
                done = {"told": issue.mark, "failures": 0, "due_at": self._next(unit, one, issue)}
                store.update_subscription(unit, one.id, done)
        else:
            asked_s = retry_after_s(answer.headers, at=now())
            self._failed(one, issue, f"it answers {answer.status}", asked_s)
        return True

    def _tell(self, one: Subscription, issue: Issue) -> Fetched:
        headers = {
            "content-type": issue.media_type,
            "link": f'<{self.hub}>; rel="hub", <{one.topic}>; rel="self"',
        }
        if one.secret:
            secret = self.keyring.open(one.secret, purpose=SECRETS)
            headers["x-hub-signature"] = f"sha256={signature_of(secret, issue.body)}"
        return self.outside.post(
            one.callback, issue.body, headers=headers, most_bytes=MOST_BYTES, timeout_s=TIMEOUT_S
        )

    def _farewell(self, one: Subscription) -> Fetched:
        query = {"hub.mode": "denied", "hub.topic": one.topic, "hub.reason": "It is not public."}
        address = with_query(one.callback, query)
        return self.outside.get(address, follows=False, most_bytes=MOST_BYTES, timeout_s=TIMEOUT_S)

    def _failed(self, one: Subscription, issue: Issue, why: str, asked_s: float | None) -> None:
        failures = one.failures + 1
        if issue.mark == GONE or failures >= MOST_FAILURES:
            self._end(one, why)
            return
        wait_s = min(WORST_WAIT_S, FIRST_WAIT_S * 2.0 ** (failures - 1))
        with self.database.write() as unit:
            due_at = unit.now + timedelta(seconds=max(wait_s, asked_s or 0.0))
            store.update_subscription(unit, one.id, {"failures": failures, "due_at": due_at})

    def _end(self, one: Subscription, why: str) -> None:
        log.info("hub: a subscription has ended", topic=one.topic, why=why)
        with self.database.write() as unit:
            store.drop_subscription(unit, one.topic, one.callback)

    def _next(self, unit: Unit, one: Subscription, issue: Issue) -> datetime | None:
        """Their next turn: at once where the feed has changed while they were told."""
        return unit.now if store.mark_of(unit, one.topic) != issue.mark else None


def signature_of(secret: bytes, body: bytes) -> str:
    """HMAC-SHA256 in hex."""
    return hmac.new(secret, body, "sha256").hexdigest()
