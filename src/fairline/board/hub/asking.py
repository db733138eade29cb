"""Asks a callback whether it meant what somebody asked for in its name: a worker step.

Until it has said so with the challenge, nothing is pushed there, and nothing that stands is changed
(also no secret). An address is asked three times at most. Source: W3C WebSub, 5.3.
"""

import hmac
import urllib.parse
from datetime import timedelta

from fairline.board.hub import store
from fairline.board.hub.store import Asked
from fairline.channels.outside import Outside
from fairline.core.clock import now
from fairline.core.errors import DeliveryError
from fairline.core.ids import new_token
from fairline.core.log import log
from fairline.db.engine import Database

LEASE = timedelta(minutes=2)
AGAIN = timedelta(seconds=60)
MOST_ATTEMPTS = 3
MOST_BYTES = 4_096
TIMEOUT_S = 5.0


class Asker:
    """Confirms requests, one at a time."""

    def __init__(self, database: Database, outside: Outside) -> None:
        self.database = database
        self.outside = outside

    def step(self, _worker: str) -> bool:
        """Take one request. Returns whether there was one."""
        with self.database.read() as unit:
            if not store.any_asked(unit):
                return False
        with self.database.write() as unit:
            asked = store.claim_request(unit, LEASE)
        if asked is None:
            return False
        try:
            is_meant = self._confirmed(asked)
        except DeliveryError as error:
            is_last = error.permanent or asked.attempts + 1 >= MOST_ATTEMPTS
            log.info("hub: a callback does not answer", host=_host(asked), error=error.text)
            with self.database.write() as unit:
                if is_last:
                    store.drop_request(unit, asked.id)
                else:
                    store.request_later(unit, asked.id, unit.now + AGAIN)
            return True
        self._settle(asked, is_meant=is_meant)
        return True

    def _confirmed(self, asked: Asked) -> bool:
        """Raises DeliveryError where nobody could be asked."""
        challenge = new_token()
        query = {
            "hub.mode": asked.mode,
            "hub.topic": asked.topic,
            "hub.challenge": challenge,
            "hub.lease_seconds": str(asked.lease_s),
        }
        answer = self.outside.get(
            with_query(asked.callback, query),
            follows=False,
            most_bytes=MOST_BYTES,
            timeout_s=TIMEOUT_S,
        )
        is_same = hmac.compare_digest(answer.body.strip(), challenge.encode())
        return 200 <= answer.status < 300 and is_same

    def _settle(self, asked: Asked, *, is_meant: bool) -> None:
        with self.database.write() as unit:
            if not store.drop_request(unit, asked.id) or not is_meant:
                return  # a newer request has taken its place, or it was somebody else's idea
            if asked.mode == "unsubscribe":
                store.drop_subscription(unit, asked.topic, asked.callback)
                return
            store.put_subscription(
                unit,
                {
                    "topic": asked.topic,
                    "callback": asked.callback,
                    "brand_id": asked.brand_id,
                    "secret": asked.secret,
                    "expires_at": now() + timedelta(seconds=asked.lease_s),
                },
            )


def with_query(callback: str, query: dict[str, str]) -> str:
    """The callback with more parameters behind its own."""
    mark = "&" if "?" in callback else "?"
    return f"{callback}{mark}{urllib.parse.urlencode(query)}"


def _host(asked: Asked) -> str:
    return urllib.parse.urlsplit(asked.callback).hostname or ""
