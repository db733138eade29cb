"""Pushes under load: every one answered soon, none lost, also when the server is killed meanwhile.

    nice .venv/bin/python -m benchmarks.webhooks                       # 200/s for 60 s on SQLite
    nice .venv/bin/python -m benchmarks.webhooks --postgres
    nice .venv/bin/python -m benchmarks.webhooks --kill                # kill -9 in the middle

A whole server with its workers is asked at a steady rate, whether it keeps up or not: a request
counts from the moment at which it was due. What is not taken is sent again, as providers do. The
server understands the pushes meanwhile; at the end each is counted on disk and on its case.
"""

import argparse
import base64
import hashlib
import hmac
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import sqlalchemy as sa

from benchmarks.company import PASSWORD
from fairline.cases.rows import SYSTEM
from fairline.channels.inboxes import create_inbox
from fairline.channels.tables import raw_items
from fairline.core.settings import Settings
from fairline.db.engine import Database, open_database
from fairline.people.setup import create_brand
from fairline.people.staff import create_agent
from fairline.wiring import Office
from tests.cluster import Cluster
from tests.commands.running import free_port

KEY = b"a secret of at least 24 bytes"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
CLIENTS = 48
AGAIN_S = 0.5


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--patience", type=float, default=900, help="seconds to be understood in")
    parser.add_argument("--kill", action="store_true", help="kill -9 halfway, and start again")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(Cluster.start()).create("hooks") if options.postgres else ""
        settings = Settings(data_dir=str(folder), database_url=url, sender_checks=False)
        inbox_id = prepared(settings)
        port = free_port()
        environment = {"FAIRLINE_DATABASE_URL": url} if url else {}
        server = Server(folder, port, environment)
        server.start()
        stack.callback(server.stop)
        total = options.rate * options.seconds
        load = Load(port, f"/hooks/{inbox_id}", options.rate, total)
        killing = threading.Timer(options.seconds / 2, server.kill_and_start)
        if options.kill:
            killing.start()
        load.run()
        if options.kill:
            killing.join()
        load.say()
        database = open_database(settings.url)
        stack.callback(database.close)
        say_kept(database, total, patience_s=options.patience)


def prepared(settings: Settings) -> str:
    """A company with one inbox of its own kind. Returns the inbox's id."""
    office = Office(settings)
    with office.database.write() as unit:
        brand = create_brand(unit, name="Acme", slug="acme")
        create_agent(unit, email="ben@acme.test", name="Ben", role="agent", password=PASSWORD)
        inbox = create_inbox(
            unit,
            office.channels,
            brand_id=brand.id,
            kind="custom",
            name="Load",
            address="load",
            options={"secret": SECRET, "reply_url": "http://127.0.0.1:9/"},
            by=SYSTEM,
        )
    office.close()
    return inbox.id


class Server:
    """`fairline serve` with its workers, in a process group of its own."""

    def __init__(self, folder: Path, port: int, environment: dict[str, str]) -> None:
        self._port = port
        self._command = [sys.executable, "-m", "fairline", "serve", "--data-dir", str(folder)]
        self._command += ["--port", str(port)]
        self._environment = os.environ | environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command, env=self._environment, start_new_session=True, stderr=None
        )
        while not self._answers():
            time.sleep(0.05)

    def kill_and_start(self) -> None:
        """As when the machine loses power: nothing is given a moment to finish."""
        assert self._process
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        print("killed", flush=True)
        self.start()

    def stop(self) -> None:
        if self._process:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=2)
        try:
            connection.request("GET", "/static/css/tokens.css")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


class Load:
    """Sends pushes at their times, each until it is taken."""

    def __init__(self, port: int, path: str, rate: int, total: int) -> None:
        self.port, self.path, self.rate, self.total = port, path, rate, total
        self.waits_s: list[float] = []
        self.answered_s: list[float] = []
        self.again = 0
        self.statuses: Counter[str] = Counter()
        self._next = 0
        self._lock = threading.Lock()

    def run(self) -> None:
        self._began = time.monotonic() + 0.5
        threads = [threading.Thread(target=self._client) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _client(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        while True:
            with self._lock:
                number, self._next = self._next, self._next + 1
            if number >= self.total:
                connection.close()
                return
            due = self._began + number / self.rate
            time.sleep(max(0.0, due - time.monotonic()))
            tries = 0
            sent = time.monotonic()
            while not self._taken(connection, number):
                tries += 1
                time.sleep(AGAIN_S)
                sent = time.monotonic()
            with self._lock:
                self.again += tries
                self.answered_s.append(time.monotonic() - sent)
                if not tries:
                    self.waits_s.append(time.monotonic() - due)

    def _taken(self, connection: http.client.HTTPConnection, number: int) -> bool:
        body = json.dumps(
            {
                "id": f"post-{number}",
                "author": {"id": f"person-{number % 4000}", "name": "Somebody"},
                "text": f"Where is parcel number {number}? It was due on Monday.",
                "public": number % 2 == 0,
            }
        ).encode()
        at = str(int(time.time()))
        text = f"post-{number}.{at}.".encode() + body
        signature = base64.b64encode(hmac.new(KEY, text, hashlib.sha256).digest()).decode()
        headers = {
            "content-type": "application/json",
            "webhook-id": f"post-{number}",
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{signature}",
        }
        try:
            connection.request("POST", self.path, body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            status = type(error).__name__
        else:
            status = str(answer.status)
        with self._lock:
            self.statuses[status] += 1
        return status == "200"

    def say(self) -> None:
        took = sorted(self.waits_s)
        at = {q: took[min(len(took) - 1, int(len(took) * q))] * 1000 for q in (0.5, 0.95, 0.99)}
        over = sum(one >= 1.0 for one in took)
        print(
            f"{self.total:,} pushes at {self.rate}/s: answers {dict(self.statuses)}, sent again "
            f"{self.again}; taken at the first try {len(took):,}: median {at[0.5]:.0f} ms, "
            f"95 % {at[0.95]:.0f} ms, 99 % {at[0.99]:.0f} ms, longest {took[-1] * 1000:.0f} ms, "
            f"over a second {over}; longest from sending to the answer "
            f"{max(self.answered_s) * 1000:.0f} ms",
            flush=True,
        )


def say_kept(database: Database, total: int, *, patience_s: float) -> None:
    """Count what is on disk, and wait until all of it is on cases."""
    began, said = time.monotonic(), False
    while True:
        with database.read() as unit:
            states = {
                row[0]: int(row[1])
                for row in unit.execute(
                    sa.select(raw_items.c.state, sa.func.count().label("number")).group_by(
                        raw_items.c.state
                    )
                )
            }
            distinct = unit.execute(
                sa.select(sa.func.count(sa.distinct(raw_items.c.message_id)))
            ).scalar_one()
        if not said:
            said = True
            kept = sum(states.values())
            word = "none lost" if kept == total else "LOST"
            print(f"on disk {kept:,} of {total:,} ({word})", flush=True)
        if not states.get("stored") or time.monotonic() - began > patience_s:
            break
        time.sleep(2.0)
    print(
        f"understood {states.get('taken', 0):,} as {distinct:,} messages, "
        f"{time.monotonic() - began:.0f} s after the last push",
        flush=True,
    )


if __name__ == "__main__":
    main()
