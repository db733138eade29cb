"""The worker loop: claims jobs, runs them outside the claiming transaction, retries, buries.

Besides jobs it drives *steps*: functions that do one bit of queued work and say whether there was
any (the ledger is one), and *periods*: functions run every so often. All stop within a second of
`stop()`; a job cut off by a crash is claimed again when its lease has run out.
"""

import random
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from fairline.core.clock import now
from fairline.core.ids import new_id
from fairline.core.log import log
from fairline.db.engine import Database
from fairline.jobs import store

MAX_ATTEMPTS = 8
IDLE_S = 1.0

Handler = Callable[[Database, dict[str, Any]], None]
Step = Callable[[str], bool]


class Period(msgspec.Struct, frozen=True):
    """A function to run about every `every_s` seconds (jittered, so that nodes do not march)."""

    name: str
    every_s: float
    run: Callable[[], object]


class Worker:
    """Threads that work the queue of one database."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        *,
        steps: Mapping[str, Step] | None = None,
        periods: Sequence[Period] = (),
        threads: int = 2,
    ) -> None:
        self.database = database
        self.handlers = handlers
        self.name = new_id()
        self._steps = dict(steps or {})
        self._periods = periods
        self._threads_wanted = threads
        self._threads: list[threading.Thread] = []
        self._stop = threading.Event()
        self._news = threading.Condition()

    def start(self) -> None:
        """Start all threads."""
        self.database.wake.append(self._rouse)
        for number in range(self._threads_wanted):
            self._spawn(f"jobs-{number}", self._drive, self.run_one)
        for name, step in self._steps.items():
            self._spawn(name, self._drive, step)
        for period in self._periods:
            self._spawn(period.name, self._repeat, period)

    def stop(self, *, timeout_s: float = 10.0) -> None:
        """Ask every thread to end and wait for the present piece of work."""
        self._stop.set()
        self._rouse()
        for thread in self._threads:
            thread.join(timeout_s)
        if self._rouse in self.database.wake:
            self.database.wake.remove(self._rouse)

    def run_one(self, worker: str) -> bool:
        """Claim and run one job. Returns whether there was one."""
        with self.database.write() as unit:
            job = store.claim(unit, worker)
        if job is None:
            return False
        try:
            handler = self.handlers.get(job.kind)
            if handler is None:
                raise LookupError(f"no handler for jobs of kind {job.kind!r}")
            handler(self.database, job.payload)
        except Exception as error:  # noqa: BLE001  the worker loop: whatever went wrong, the next job must run
            self._failed(job, worker, error)
        else:
            with self.database.write() as unit:
                store.finish(unit, job.id, worker)
        return True

    def _failed(self, job: store.Job, worker: str, error: Exception) -> None:
        is_over = job.attempts >= MAX_ATTEMPTS
        log.warning(
            "job failed", kind=job.kind, job=job.id, attempt=job.attempts, error=repr(error)
        )
        text = "".join(traceback.format_exception(error))[-4000:]
        with self.database.write() as unit:
            store.put_back(
                unit,
                job.id,
                worker,
                state="buried" if is_over else "waiting",
                run_at=now() + backoff(job.attempts),
                error=text,
            )

    def _spawn(self, name: str, target: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=target, args=arguments, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _drive(self, step: Step) -> None:
        worker = f"{self.name}/{threading.current_thread().name}"
        while not self._stop.is_set():
            try:
                worked = step(worker)
            except Exception as error:  # noqa: BLE001  the loop outlives a database that is away for a while
                log.error(
                    "worker step failed", step=threading.current_thread().name, error=repr(error)
                )
                worked = False
                self._stop.wait(IDLE_S)
            if not worked:
                with self._news:
                    if not self._stop.is_set():
                        self._news.wait(IDLE_S)

    def _repeat(self, period: Period) -> None:
        while not self._stop.wait(period.every_s * random.uniform(0.9, 1.1)):  # noqa: S311
            try:
                period.run()
            except Exception as error:  # noqa: BLE001  the next turn may work
                log.error("periodic work failed", name=period.name, error=repr(error))

    def _rouse(self) -> None:
        with self._news:
            self._news.notify_all()


def backoff(attempt: int, *, first_s: float = 5.0, most_s: float = 3600.0) -> timedelta:
    """How long to wait after the `attempt`-th failure: doubling, with full jitter above a half."""
    ceiling = min(most_s, first_s * 2 ** (attempt - 1))
    return timedelta(seconds=ceiling * random.uniform(0.5, 1.0))  # noqa: S311
