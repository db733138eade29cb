"""What an inbox keeps between uses, in a test's own hand instead of the database."""

from dataclasses import dataclass, field
from datetime import datetime

from fairline.channels.contract import Spent
from fairline.core.clock import now


@dataclass
class MemoryInHand:
    """`contract.Memory` on dictionaries, for tests to look into."""

    kept: dict[str, tuple[str, datetime | None]] = field(default_factory=dict)
    used: dict[str, Spent] = field(default_factory=dict)
    limits: dict[str, tuple[int, int, datetime | None]] = field(default_factory=dict)
    ends_at: datetime | None = None

    def get(self, name: str) -> str:
        value, expires_at = self.kept.get(name, ("", None))
        return "" if expires_at and expires_at <= now() else value

    def put(self, name: str, value: str, *, expires_at: datetime | None = None) -> None:
        self.kept[name] = (value, expires_at)

    def spend(self, what: str, n: int = 1, *, cents: float = 0.0) -> Spent:
        known = self.used.get(what, Spent())
        self.used[what] = Spent(count=known.count + n, cents=known.cents + cents)
        return self.used[what]

    def spent(self, what: str = "") -> Spent:
        if what:
            return self.used.get(what, Spent())
        all_of_it = self.used.values()
        return Spent(count=sum(s.count for s in all_of_it), cents=sum(s.cents for s in all_of_it))

    def limit(self, what: str, *, left: int, of: int = 0, resets_at: datetime | None) -> None:
        self.limits[what] = (left, of, resets_at)

    def token_expires(self, at: datetime | None) -> None:
        self.ends_at = at
