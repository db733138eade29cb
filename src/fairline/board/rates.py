"""How often one address may do what on the board. Generous: an office shares one address.

The limits hold for the network a request comes from, and for the mailbox a mail would go to.
"""

import ipaddress
from typing import Any

from litestar import Request

from fairline.core.errors import TooMany
from fairline.core.ids import hash_token
from fairline.core.settings import Settings
from fairline.db.unit import Unit
from fairline.web.guard import client_address
from fairline.web.limits import take

# Name: (how many, in how many seconds).
RATES: dict[str, tuple[float, float]] = {
    "ask": (20, 600),
    "reply": (60, 600),
    "change": (120, 600),
    "form": (30, 600),
    "call": (12, 600),
    "lost": (10, 600),
    "go-on": (60, 600),
    "continue": (20, 600),
    "search": (120, 60),
    # Asked of our hub by one network, and about callbacks of one host.
    "hub": (120, 600),
    "hub-host": (300, 3600),
}
MAILS_PER_MAILBOX = 5
MAILBOX_S = 3600


def limit(unit: Unit, what: str, who: str) -> None:
    """Count one of `what` for the network `who`. Raises TooMany. *Effects*: one upsert."""
    most, per_s = RATES[what]
    take(unit, f"{what}:{who}", most=most, per_s=per_s)


def may_mail(unit: Unit, address: str) -> bool:
    """Whether one more mail may go to a mailbox that somebody typed in. Counts it when it may."""
    key = f"mail:{hash_token(address)[:32]}"
    try:
        take(unit, key, most=MAILS_PER_MAILBOX, per_s=MAILBOX_S)
    except TooMany:
        return False
    return True


def network_of(request: Request[Any, Any, Any], settings: Settings) -> str:
    """Whom a limit counts: an IPv4 address, or the /64 that one IPv6 customer is given."""
    address = client_address(request, settings.trusted_proxies)
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
