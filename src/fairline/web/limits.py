"""Rate limits: a leaky bucket per key, in the database, so that restarts and nodes share it."""

from fairline.core.errors import TooMany
from fairline.db.unit import Unit
from fairline.web import store


def take(unit: Unit, key: str, *, most: float, per_s: float, cost: float = 1.0) -> None:
    """Use `cost` of the bucket `key`, which holds `most` and drains in `per_s` seconds.

    Raises TooMany with the time until it would fit. *Effects*: one upsert.
    """
    used, updated_at = store.bucket(unit, key)
    drain = most / per_s
    if updated_at is not None:
        used = max(0.0, used - (unit.now - updated_at).total_seconds() * drain)
    if used + cost > most:
        wait_s = int((used + cost - most) / drain) + 1
        raise TooMany(f"That was too often. Try again in {_words(wait_s)}.", retry_after_s=wait_s)
    store.set_bucket(unit, key, used + cost)


def forget(unit: Unit, key: str) -> None:
    """Empty the bucket (after a success)."""
    store.set_bucket(unit, key, 0.0)


def _words(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 120 else f"{round(seconds / 60)} minutes"
