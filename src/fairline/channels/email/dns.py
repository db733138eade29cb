"""Asks DNS about senders. The one place of this channel that does.

Answers are kept for a while; a name server that does not answer is left alone for a minute, so a
machine without DNS takes mail as fast as ever and its verdicts say `temperror`.
"""

import threading
import time
from functools import lru_cache

import dns.exception
import dns.resolver

WITHIN_S = 2.0
REST_S = 60.0
KEPT = 2000


class DnsResolver:
    """A `trust_dns.Resolver` on the system's name servers, or on `servers`. Thread-safe."""

    def __init__(self, servers: tuple[str, ...] = (), *, port: int = 53) -> None:
        self._servers = servers
        self._port = port
        self._resting_until = 0.0
        self._lock = threading.Lock()

    def __call__(self, name: str, kind: str) -> list[str]:
        """Records as text; [] when there are none. Raises OSError when nobody could be asked."""
        with self._lock:
            if time.monotonic() < self._resting_until:
                raise TimeoutError("the name server did not answer a moment ago")
        try:
            return self._ask(name, kind)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.EmptyLabel):
            return []
        except (dns.exception.Timeout, dns.resolver.NoNameservers, OSError) as error:
            with self._lock:
                self._resting_until = time.monotonic() + REST_S
            raise TimeoutError(f"no answer about {name}") from error
        except dns.exception.DNSException as error:
            raise OSError(f"{name}: {error}") from error

    @lru_cache(maxsize=8)  # noqa: B019  one resolver lives as long as the process
    def _resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=not self._servers)
        if self._servers:
            resolver.nameservers = list(self._servers)
            resolver.port = self._port
        resolver.lifetime = WITHIN_S
        resolver.cache = dns.resolver.LRUCache(KEPT)
        return resolver

    def _ask(self, name: str, kind: str) -> list[str]:
        found = self._resolver().resolve(name, kind, search=False)
        if kind in {"TXT", "SPF"}:
            return [b"".join(record.strings).decode("utf-8", "replace") for record in found]
        return [record.to_text().rstrip(".") for record in found]
