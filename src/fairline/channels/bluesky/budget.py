"""What our account may write and how often it may log in, counted before the server does.

Source: docs.bsky.app, Rate limits: 5,000 points an hour and 35,000 a day, 3 for a new record;
createSession 30 in 5 minutes and 300 a day (the entry server is stricter: 100 a day, bsky-docs
issue 183). What is counted is kept in the inbox's memory, for all nodes together.
"""

from datetime import datetime, timedelta

import msgspec

from fairline.channels.contract import DeliveryError, Memory

FOR_A_RECORD = 3
AN_HOUR, A_DAY = 5_000, 35_000
POINTS, LOGINS = "points", "logins"
MOST_LOGINS_SOON, MOST_LOGINS_A_DAY = 15, 80
SOON = timedelta(minutes=5)


class Points(msgspec.Struct, frozen=True, kw_only=True):
    """What was used up in the present hour and day (UTC, as they are named here)."""

    hour: str = ""
    in_hour: int = 0
    day: str = ""
    in_day: int = 0


def points(memory: Memory, at: datetime) -> Points:
    """What was used up until now."""
    hour, day = f"{at:%Y-%m-%dT%H}", f"{at:%Y-%m-%d}"
    try:
        kept = msgspec.json.decode(memory.get(POINTS) or "{}", type=Points)
    except msgspec.MsgspecError:
        kept = Points()
    return Points(
        hour=hour,
        in_hour=kept.in_hour if kept.hour == hour else 0,
        day=day,
        in_day=kept.in_day if kept.day == day else 0,
    )


def spend(memory: Memory, at: datetime, n: int = FOR_A_RECORD) -> None:
    """Count `n` points. Raises DeliveryError when they are used up: it waits for more."""
    until = used_up_until(memory, at, n)
    if until:
        raise DeliveryError(
            "The account has written as much as Bluesky allows for now.",
            permanent=False,
            retry_after_s=max(1.0, (until - at).total_seconds()),
            provider_code="budget",
        )
    used = points(memory, at)
    told = msgspec.structs.replace(used, in_hour=used.in_hour + n, in_day=used.in_day + n)
    memory.put(POINTS, msgspec.json.encode(told).decode(), expires_at=at + timedelta(days=2))


def used_up_until(memory: Memory, at: datetime, n: int = FOR_A_RECORD) -> datetime | None:
    """When there are points again; None while there are some."""
    used = points(memory, at)
    if used.in_day + n > A_DAY:
        return at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if used.in_hour + n > AN_HOUR:
        return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return None


def count_login(memory: Memory, at: datetime) -> None:
    """Count one login. Raises DeliveryError where more would lock the account out for a day."""
    try:
        kept = msgspec.json.decode(memory.get(LOGINS) or "[]", type=list[datetime])
    except msgspec.MsgspecError:
        kept = []
    recent = [one for one in kept if at - one < timedelta(days=1)]
    soon = [one for one in recent if at - one < SOON]
    until = None
    if len(soon) >= MOST_LOGINS_SOON:
        until = soon[0] + SOON
    if len(recent) >= MOST_LOGINS_A_DAY:
        until = recent[0] + timedelta(days=1)
    if until:
        raise DeliveryError(
            "We have logged in too often; the next time is later, so that Bluesky does not lock "
            "the account.",
            permanent=False,
            retry_after_s=max(1.0, (until - at).total_seconds()),
            provider_code="logins",
        )
    told = msgspec.json.encode([*recent, at]).decode()
    memory.put(LOGINS, told, expires_at=at + timedelta(days=1))
