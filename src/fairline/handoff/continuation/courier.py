"""The job that sends six digits: after the page was answered, so that nothing about the page tells
whether a code exists, or an address.
"""

from typing import Any

from fairline.channels.registry import Channels
from fairline.core.ids import hash_token
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.handoff.continuation import store
from fairline.handoff.continuation.proving import send_digits
from fairline.jobs.queue import enqueue

JOB = "continuation_digits"


def ask(unit: Unit, brand_id: str, secret: str, browser: str, way: str) -> None:
    """Let digits be sent for a link or a code of a brand, if it is one. *Effects*: one job."""
    payload = {
        "brand_id": brand_id,
        "secret_hash": hash_token(secret),
        "browser_hash": hash_token(browser),
        "way": way,
    }
    enqueue(unit, JOB, payload)


class Courier:
    """Runs the job with the channels of this install."""

    def __init__(self, channels: Channels) -> None:
        self.channels = channels

    def send(self, database: Database, payload: dict[str, Any]) -> None:
        with database.write() as unit:
            found = store.live_by_hash(unit, str(payload["secret_hash"]), lock=True)
            if found is None or found.brand_id != payload["brand_id"]:
                return
            browser_hash = str(payload["browser_hash"])
            send_digits(unit, self.channels, found, browser_hash, str(payload["way"]))
