"""What an inbox keeps between uses, in the database: `contract.Memory` for wires.

Each call is one short transaction, so a wire may call it in the middle of a talk with its provider
without holding anybody up. Values are sealed: tokens are what is mostly kept.
"""

from collections.abc import Mapping
from datetime import datetime

from fairline.channels import store_inboxes, store_memory
from fairline.channels.contract import InboxInfo, Memory, Remembers, Spent, Wire
from fairline.channels.registry import Channels
from fairline.channels.tables_memory import inbox_facts
from fairline.core.clock import now
from fairline.core.secrets import Keyring
from fairline.db.engine import Database
from fairline.db.sealed import Sealed, declare
from fairline.db.unit import Unit

SECRETS = "inbox.fact"
declare(
    Sealed(
        name="note of an inbox",
        several="notes of inboxes",
        column=inbox_facts.c.value,
        purpose=lambda _id: SECRETS,
    )
)


class InboxMemory:
    """The memory of one inbox."""

    def __init__(self, database: Database, keyring: Keyring, inbox_id: str) -> None:
        self._database = database
        self._keyring = keyring
        self._inbox_id = inbox_id

    def get(self, name: str) -> str:
        with self._database.read() as unit:
            sealed = store_memory.fact(unit, self._inbox_id, name)
        return self._keyring.open(sealed, purpose=SECRETS).decode() if sealed else ""

    def put(self, name: str, value: str, *, expires_at: datetime | None = None) -> None:
        sealed = self._keyring.seal(value.encode(), purpose=SECRETS) if value else ""
        with self._database.write() as unit:
            store_memory.put_fact(unit, self._inbox_id, name, sealed, expires_at)

    def spend(self, what: str, n: int = 1, *, cents: float = 0.0) -> Spent:
        with self._database.write() as unit:
            month = month_of(unit.now)
            store_memory.add_spend(unit, self._inbox_id, month, what, n, cents)
            return store_memory.spend_of(unit, self._inbox_id, month)[what[:100]]

    def spent(self, what: str = "") -> Spent:
        with self._database.read() as unit:
            found = store_memory.spend_of(unit, self._inbox_id, month_of(unit.now))
        if what:
            return found.get(what[:100], Spent())
        return Spent(
            count=sum(one.count for one in found.values()),
            cents=sum(one.cents for one in found.values()),
        )

    def limit(self, what: str, *, left: int, of: int = 0, resets_at: datetime | None) -> None:
        with self._database.write() as unit:
            store_memory.put_limit(unit, self._inbox_id, what, left, of, resets_at)

    def token_expires(self, at: datetime | None) -> None:
        with self._database.write() as unit:
            store_inboxes.update(unit, self._inbox_id, {"token_expires_at": at})


class PassingMemory:
    """A memory that ends with the process: for trying settings that are not saved yet."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, datetime | None]] = {}
        self._spent: dict[str, Spent] = {}

    def get(self, name: str) -> str:
        value, expires_at = self._kept.get(name, ("", None))
        return "" if expires_at and expires_at <= now() else value

    def put(self, name: str, value: str, *, expires_at: datetime | None = None) -> None:
        self._kept[name] = (value, expires_at)

    def spend(self, what: str, n: int = 1, *, cents: float = 0.0) -> Spent:
        before = self._spent.get(what, Spent())
        self._spent[what] = Spent(count=before.count + n, cents=before.cents + cents)
        return self._spent[what]

    def spent(self, what: str = "") -> Spent:
        found = [one for name, one in self._spent.items() if what in {"", name}]
        return Spent(count=sum(o.count for o in found), cents=sum(o.cents for o in found))

    def limit(self, what: str, *, left: int, of: int = 0, resets_at: datetime | None) -> None:
        """Nobody looks at it."""

    def token_expires(self, at: datetime | None) -> None:
        """Nobody looks at it."""


def month_of(at: datetime) -> str:
    """The month that is spent in, as providers count it: 2026-11, in UTC."""
    return f"{at:%Y-%m}"


def month_now() -> str:
    """The present one."""
    return month_of(now())


def open_wire(channels: Channels, info: InboxInfo, database: Database | None) -> Wire:
    """A wire for an inbox, with its memory where the channel wants one. Without a database it is
    an inbox that is not saved yet.
    """
    channel = channels.of_kind(info.kind)
    if not isinstance(channel, Remembers):
        return channel.open(info)
    memory: Memory = (
        InboxMemory(database, channels.keyring, info.id) if database else PassingMemory()
    )
    return channel.open_with(info, memory)


def budget_of(options: Mapping[str, str]) -> float | None:
    """The budget of a month in hundredths, as the field `monthly_budget` of an inbox has it; None
    without one.
    """
    text = str(options.get("monthly_budget", "")).strip().replace(",", ".")
    try:
        return float(text) * 100 if text else None
    except ValueError:
        return None


def spent_cents(unit: Unit, inbox_id: str) -> float:
    """What an inbox has used up this month. By primary key."""
    found = store_memory.spend_of(unit, inbox_id, month_of(unit.now))
    return sum(one.cents for one in found.values())
