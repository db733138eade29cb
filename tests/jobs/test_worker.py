"""Jobs: done once, retried, buried, and taken over from a worker that died."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from fairline.db.engine import Database
from fairline.jobs import store
from fairline.jobs.queue import enqueue
from fairline.jobs.tables import jobs
from fairline.jobs.worker import MAX_ATTEMPTS, Worker, backoff


def make_due(database: Database) -> None:
    with database.write() as unit:
        unit.execute(sa.update(jobs).values(run_at=unit.now - timedelta(seconds=1)))


def test_a_job_exists_only_if_its_change_commits(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as unit:  # noqa: PT012
        enqueue(unit, "greet")
        raise ZeroDivisionError
    with database.read() as unit:
        assert store.page(unit, state=None) == []


def test_a_job_is_done_and_gone(database: Database) -> None:
    done: list[dict[str, Any]] = []
    worker = Worker(database, {"greet": lambda _, payload: done.append(payload)})
    with database.write() as unit:
        enqueue(unit, "greet", {"name": "Cleo"})
    assert worker.run_one("w") is True
    assert worker.run_one("w") is False
    assert done == [{"name": "Cleo"}]


def test_one_waiting_job_per_key(database: Database) -> None:
    with database.write() as unit:
        enqueue(unit, "greet", key="cleo")
        enqueue(unit, "greet", key="cleo")
        assert len(store.page(unit, state="waiting")) == 1
        store.claim(unit, "w")
        enqueue(unit, "greet", key="cleo")
        assert len(store.page(unit, state="waiting")) == 1, "news since the first began"


def test_it_is_tried_again_and_buried_in_the_end(database: Database) -> None:
    def fail(_: Database, __: dict[str, Any]) -> None:
        raise ValueError("no luck")

    worker = Worker(database, {"greet": fail})
    with database.write() as unit:
        enqueue(unit, "greet")
    for _ in range(MAX_ATTEMPTS):
        make_due(database)
        assert worker.run_one("w")
    make_due(database)
    assert worker.run_one("w") is False
    with database.write() as unit:
        (buried,) = store.page(unit, state="buried")
        assert "no luck" in buried.error
        assert store.revive(unit, buried.id) == 1
        assert store.counts(unit) == {"waiting": 1}


def test_the_job_of_a_dead_worker_is_taken_over(database: Database) -> None:
    with database.write() as unit:
        enqueue(unit, "greet")
    with database.write() as unit:
        assert store.claim(unit, "dead") is not None
    done: list[int] = []
    worker = Worker(database, {"greet": lambda *_: done.append(1)})
    assert worker.run_one("alive") is False, "the lease holds"
    make_due(database)
    assert worker.run_one("alive") is True
    assert done == [1]
    with database.write() as unit:
        assert store.finish(unit, "00000000-0000-7000-8000-000000000000", "dead") is False


def test_many_workers_do_each_job_once(database: Database) -> None:
    done: list[int] = []
    worker = Worker(database, {"count": lambda _, payload: done.append(payload["n"])})
    with database.write() as unit:
        for number in range(40):
            enqueue(unit, "count", {"n": number})

    def work(name: str) -> None:
        while worker.run_one(name):
            pass

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(40))


def test_a_running_worker_is_roused_by_a_commit_and_stops(database: Database) -> None:
    done = threading.Event()
    worker = Worker(database, {"greet": lambda *_: done.set()})
    worker.start()
    with database.write() as unit:
        enqueue(unit, "greet")
    assert done.wait(10)
    worker.stop()
    assert not any(thread.is_alive() for thread in worker._threads)


def test_waiting_grows_to_a_bound() -> None:
    waits = [backoff(n).total_seconds() for n in range(1, 30)]
    assert 2.5 <= waits[0] <= 5
    assert max(waits) <= 3600
