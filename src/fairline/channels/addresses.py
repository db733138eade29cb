"""Which network addresses may be asked when a stranger named them. Pure but for one look-up.

`is_global` of the standard library says most of it; addresses that carry another one inside
(mapped, 6to4, Teredo, NAT64) are judged by what they carry. Source: IANA special-purpose address
registries; RFC 6052, 2.1; RFC 4291, 2.5.5.2.
"""

import ipaddress
from collections.abc import Callable
from typing import Any

from fairline.core.errors import DeliveryError, Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
MOST_TRIED = 4


class Allowed:
    """The operator's exceptions. Raises Invalid for one that is neither a network nor a host with a
    port, so that a slip is found at the start.
    """

    def __init__(self, entries: tuple[str, ...]) -> None:
        networks: list[Network] = []
        hosts: set[tuple[str, int]] = set()
        for entry in (entry.strip() for entry in entries):
            if not entry:
                continue
            host, _, port = entry.rpartition(":")
            if "/" not in entry and host and port.isascii() and port.isdigit():
                hosts.add((host.strip("[]").lower(), int(port)))
                continue
            try:
                networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError as error:
                raise Invalid(
                    f"outside_allow: {entry!r} is neither host:port nor a network like 10.0.0.0/8.",
                    code="bad_settings",
                ) from error
        self._networks = tuple(networks)
        self._hosts = frozenset(hosts)

    def host(self, host: str, port: int) -> bool:
        return (host.strip("[]").lower(), port) in self._hosts

    def address(self, address: Address) -> bool:
        return any(
            address.version == network.version and address in network for network in self._networks
        )


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open Internet, and so does what it carries inside."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and any(address in network for network in NAT64):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def resolve(look_up: Callable[..., Any], host: str, port: int, allowed: Allowed) -> tuple[str, ...]:
    """The addresses of a host, at most four. Raises DeliveryError when it has none, and for good
    when only one of them is not public: whoever names two may mean the other.
    """
    try:
        rows = look_up(host.strip("[]"), port)
    except (OSError, UnicodeError) as error:
        raise DeliveryError(
            f"{host} is not known.", permanent=False, provider_code="unknown_host"
        ) from error
    found = list(dict.fromkeys(str(row[4][0]) for row in rows))
    if not found:
        raise DeliveryError(f"{host} is not known.", permanent=False, provider_code="unknown_host")
    if not allowed.host(host, port):
        for text in found:
            address = ipaddress.ip_address(text.partition("%")[0])
            if not (allowed.address(address) or ("%" not in text and is_public(address))):
                raise DeliveryError(
                    f"{host} is not on the open Internet, so it is not asked. Where that is meant, "
                    "put it into the setting outside_allow.",
                    permanent=True,
                    provider_code="address_refused",
                    detail=text,
                )
    return tuple(found[:MOST_TRIED])
