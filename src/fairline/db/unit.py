"""The unit of work: one transaction, one moment, and what is to happen once it has committed.

Actions and stores take a Unit and never commit; the edge (a request, a job, a command) opens one
with `Database.write()` or `Database.read()`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from fairline.core.clock import now
from fairline.db import kept
from fairline.db.turns import Turns

if TYPE_CHECKING:
    from fairline.db.engine import Database

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class Part:
    """A savepoint, gone when it is over.

    SQLAlchemy's own stays after it was rolled back, so the rest of the transaction runs inside it:
    to PostgreSQL that is another transaction, which then shares the rows with the one that locked
    them, and rows that two share are stepped over by every search until a vacuum.
    """

    NAME = "part"

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.is_over = False
        connection.exec_driver_sql(f"SAVEPOINT {self.NAME}")

    def rollback(self) -> None:
        """Undo what was done since it began."""
        if not self.is_over:
            self._connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {self.NAME}")
            self.is_over = True
            self._connection.exec_driver_sql(f"RELEASE SAVEPOINT {self.NAME}")

    def release(self) -> None:
        """Let it stand."""
        if not self.is_over:
            self._connection.exec_driver_sql(f"RELEASE SAVEPOINT {self.NAME}")


class Unit:
    """One open transaction. `now` is fixed for its whole length, so rows written together agree."""

    def __init__(self, database: "Database", connection: sa.Connection, *, writes: bool) -> None:
        self.database = database
        self.connection = connection
        self.writes = writes
        self.now: datetime = now()
        self._after: list[Callable[[], None]] = []
        self._turns: dict[str, Turns] = {}
        self._unsettled: dict[tuple[str, str], Callable[[Unit], None]] = {}
        self._last: dict[tuple[str, str], Callable[[Unit], None]] = {}
        self._end: dict[tuple[str, str], Callable[[Unit], None]] = {}
        self.parting: list[tuple[sa.Executable, Parameters]] = []
        # Areas whose tables this unit has written to (kept.py).
        self.changed_areas: set[str] = set()
        # What is gathered over the length of the unit by those who put things off, under their key.
        self.gathered: dict[tuple[str, str], Any] = {}
        # Rows that nobody else can change before this unit ends, by table and id; None for one that
        # is held but was not read since. Kept by the store that writes them, and by no other.
        self.held: dict[tuple[str, str], Any] = {}

    def execute(
        self,
        statement: sa.Executable,
        parameters: Parameters = None,
        *,
        options: Mapping[str, Any] | None = None,
    ) -> sa.CursorResult[Any]:
        """Run one statement inside the transaction."""
        if statement.is_dml:
            self._note_change(statement)
        return self.connection.execute(statement, parameters, execution_options=options)

    def _note_change(self, statement: Any) -> None:
        """What is held of this table is read anew, unless the store that keeps it knows better.
        What is kept of it in any process is out of date once this commits.
        """
        name = statement.table.name
        if any(table == name for table, _ in self.held):
            self.held = {key: None if key[0] == name else row for key, row in self.held.items()}
        area = statement.table.info.get("kept")
        if area and area not in self.changed_areas:
            self.changed_areas.add(area)
            self.at_the_end(("kept", area), lambda unit: kept.raise_number(unit, area))

    @contextmanager
    def savepoint(self) -> "Iterator[Part]":
        """A part that may fail alone: rolls back only itself, and what it held is held no more."""
        before = dict(self.held)
        part = Part(self.connection)
        stands = False
        try:
            yield part
            stands = True
        finally:
            if not stands:
                part.rollback()
            if part.is_over:
                self.held = {key: row for key, row in before.items() if self.held.get(key) is row}
        part.release()

    def settle_later(
        self, key: tuple[str, str], action: "Callable[[Unit], None]", *, last: bool = False
    ) -> None:
        """Let `action` run once inside this transaction, however often its key is named.

        For what follows from several changes of one row (its clocks, its place): it is brought in
        step before the commit, or as soon as somebody calls `settle`. A `last` one follows from
        what the others bring in step (a place from the clocks), whichever was named first.
        """
        (self._last if last else self._unsettled).setdefault(key, action)

    def settle(self) -> None:
        """Run what was put off, in the order in which it was first named."""
        while waiting := self._unsettled or self._last:
            key = next(iter(waiting))
            waiting.pop(key)(self)

    def at_the_end(self, key: tuple[str, str], action: "Callable[[Unit], None]") -> None:
        """Let `action` run once as the very last act of the transaction; `settle` leaves it alone.

        For rows that many units want: they are locked no longer than the commit takes.
        """
        self._end.setdefault(key, action)

    def with_commit(self, statement: sa.Executable, parameters: Parameters) -> None:
        """Run one statement together with the commit, after all else; its result is not read.

        For rows that every unit wants: on PostgreSQL both go in one trip, so nobody waits for those
        rows while we, or the wire, are slow.
        """
        self.parting.append((statement, parameters))

    def finish(self) -> None:
        """Called by the Database only: settle all, then what was kept for the end, by its key."""
        self.settle()
        while waiting := self._end:
            self._end = {}
            for key in sorted(waiting):
                waiting[key](self)

    def take_turn(self, name: str, *, at_most: int, timeout_s: float = 5.0) -> None:
        """Wait until fewer than `at_most` units of this process do what `name` says; then do it
        until the unit ends. Who has waited too long goes ahead: it is order, not exclusion.

        SQLite: nothing to wait for, a write unit is alone.
        """
        if self.database.is_sqlite or name in self._turns:
            return
        turns = self.database.turns.setdefault(name, Turns(at_most))
        if turns.acquire(timeout=timeout_s):
            self._turns[name] = turns

    def ended(self) -> None:
        """Called by the Database only, whether it was committed or not."""
        for turns in self._turns.values():
            turns.release()
        self._turns.clear()

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call once the transaction has committed; never when it rolls back."""
        self._after.append(callback)

    def ran_after_commit(self) -> None:
        """Called by the Database only."""
        for callback in self._after:
            callback()
