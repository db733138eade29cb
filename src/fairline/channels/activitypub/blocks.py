"""Who is kept out. Pure.

The operator's lists stand in the inbox's settings: a host means all below it, `@name@host` or an
address means one account. They count in both directions, before anything is parsed or fetched.
"""

from functools import lru_cache
from urllib.parse import urlsplit

from fairline.channels.contract import InboxInfo


def is_shut_out(inbox: InboxInfo, uri: str) -> bool:
    """Whether the operator keeps out the whole server of an address."""
    host = (urlsplit(uri).hostname or "").lower().rstrip(".")
    allowed = _hosts(inbox.options.get("allowed_only", ""))
    if allowed and not _is_among(host, allowed):
        return True
    return _is_among(host, _hosts(inbox.options.get("blocked", "")))


def is_blocked(inbox: InboxInfo, actor_id: str, handle: str = "") -> bool:
    """Whether the operator keeps out this account, or its whole server."""
    if is_shut_out(inbox, actor_id):
        return True
    named = _accounts(inbox.options.get("blocked", ""))
    return actor_id.lower() in named or (bool(handle) and handle.lower() in named)


def _is_among(host: str, hosts: frozenset[str]) -> bool:
    parts = host.split(".")
    return any(".".join(parts[n:]) in hosts for n in range(len(parts)))


@lru_cache(maxsize=64)
def _hosts(lines: str) -> frozenset[str]:
    words = [word.lower() for word in lines.split()]
    return frozenset(
        word.removeprefix("*.").rstrip(".").partition(":")[0]
        for word in words
        if "@" not in word and "/" not in word
    )


@lru_cache(maxsize=64)
def _accounts(lines: str) -> frozenset[str]:
    words = [word.lower() for word in lines.split()]
    return frozenset(
        f"@{word.lstrip('@')}" if "/" not in word else word
        for word in words
        if "@" in word or "/" in word
    )
