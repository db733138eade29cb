"""The addresses we make up ourselves: one per case to reply to, one per delivery to bounce to.

Both carry a key behind the inbox's own name (`support+c-KEY@acme.example`) or on a domain kept for
it (`c-KEY@reply.acme.example`). Relays may put a local part into lower case, so a key is made of
lower-case letters, digits, `-` and `_` only (base 32 for cases, a UUID for deliveries).
"""

import re
from collections.abc import Iterable

from fairline.channels.contract import InboxInfo, Outbound

_KEY = re.compile(r"(?:^|\+)(?P<kind>[cb])-(?P<key>[a-z0-9_-]{8,64})$")
_USABLE_KEY = re.compile(r"[a-z0-9_-]{8,64}")
_MAX_LOCAL_CHARS = 64  # RFC 5321, 4.5.3.1.1


def reply_address(outbound: Outbound, inbox: InboxInfo) -> str:
    """Where an answer to `outbound` should go: the case's own address, else the inbox's."""
    style = inbox.options.get("reply_address") or "plus"
    return _keyed(inbox, style, "c", outbound.reply_token)


def bounce_address(outbound: Outbound, inbox: InboxInfo) -> str:
    """The envelope sender: a bounce that comes back there names the delivery."""
    style = inbox.options.get("bounce_address") or inbox.options.get("reply_address") or "plus"
    return _keyed(inbox, style, "b", outbound.key)


def _keyed(inbox: InboxInfo, style: str, kind: str, key: str) -> str:
    local, _, domain = inbox.address.rpartition("@")
    key = key.lower()
    if style == "none" or not _USABLE_KEY.fullmatch(key):
        return inbox.address
    if style == "verp":
        reply_domain = inbox.options.get("reply_domain", "").strip().lower().lstrip("@")
        return f"{kind}-{key}@{reply_domain or domain}"
    keyed = f"{local}+{kind}-{key}"
    return f"{keyed}@{domain}" if len(keyed) <= _MAX_LOCAL_CHARS else inbox.address


def key_in(address: str) -> tuple[str, str]:
    """(`c` or `b`, the key) of an address of ours, or ('', '')."""
    match = _KEY.search(address.lower().rpartition("@")[0])
    return (match["kind"], match["key"]) if match else ("", "")


def find_key(addresses: Iterable[str], kind: str, inbox: InboxInfo) -> str:
    """The first key of `kind` among `addresses`; those on our own domains come first."""
    own_domains = {
        inbox.address.rpartition("@")[2].lower(),
        inbox.options.get("reply_domain", "").strip().lower().lstrip("@"),
    }
    ranked = sorted(addresses, key=lambda a: a.rpartition("@")[2].lower() not in own_domains)
    return next((key for a in ranked if (found := key_in(a))[0] == kind and (key := found[1])), "")


def without_key(address: str) -> str:
    """The address without its key: a case's address is a secret and names no person."""
    local, _, domain = address.rpartition("@")
    base = _KEY.sub("", local)
    return f"{base}@{domain}" if base else ""
