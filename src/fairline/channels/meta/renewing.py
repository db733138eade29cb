"""Renews the token of an Instagram account that is connected without a page.

It holds for 60 days and can be renewed once it is a day old; that is done with use, once a week. A
token that an operator puts in stands before all that came of an older one. Source: "Refresh Access
Token" of the Instagram Platform.
"""

import hashlib
from datetime import timedelta

import msgspec

from fairline.channels.contract import DeliveryError, Memory
from fairline.channels.meta.account import Account
from fairline.channels.meta.reading import moment, name
from fairline.channels.provider import Provider
from fairline.core.clock import now

EACH = timedelta(days=7)
AGAIN = timedelta(days=1)


def renewed(account: Account, given: str, memory: Memory) -> Account:
    """The account with the token that holds now; `given` is the operator's. Raises nothing: a token
    that is refused now is said by the call that needs it.
    """
    key = f"token:{hashlib.sha256(given.encode()).hexdigest()[:16]}"
    token = memory.get(key) or given
    if not memory.get(f"{key}:seen"):
        token = _ask(account, token, key, memory)
    return msgspec.structs.replace(account, token=token)


def _ask(account: Account, token: str, key: str, memory: Memory) -> str:
    provider = Provider(account.label, account.api_url)
    try:
        params = {"grant_type": "ig_refresh_token", "access_token": token}
        told = provider.ask("GET", "/refresh_access_token", params=params).json()
    except DeliveryError:
        # Younger than a day, or Meta is away: asked again tomorrow.
        memory.put(f"{key}:seen", "1", expires_at=now() + AGAIN)
        return token
    finally:
        provider.close()
    fresh = name(told, "access_token")
    seconds = told.get("expires_in") if isinstance(told, dict) else None
    if not fresh:
        return token
    memory.put(key, fresh)
    memory.put(f"{key}:seen", "1", expires_at=now() + EACH)
    ends = moment(now().timestamp() + seconds) if isinstance(seconds, int) else None
    memory.token_expires(ends)
    return fresh
