"""One install of Fairline as its operator has it: a data folder, and processes on free ports.

    with Install(tmp_path / "acme") as acme:
        acme.serve()                    # returns when it answers
        acme.kill()                     # -9, with everything it started
        acme.until(lambda: acme.inbox("support@acme.test").error == "", "the error to clear")

`office` is the test's own view of the same database: it prepares the stage and looks; whatever a
story is about is done by the processes.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx2

from fairline.core.settings import Settings, load_settings
from fairline.wiring import Office
from tests.mailserver import free_ports

FAIRLINE = [sys.executable, "-m", "fairline"]
START_WITHIN_S = 60.0
SOON_S = 60.0  # much longer than it takes: other things may run on this machine
LOG_LINES = 25

Found = TypeVar("Found")


def until(
    condition: Callable[[], Found], what: str, *, within_s: float = SOON_S, log: str = ""
) -> Found:
    """Look until it is so; what was found. Fails, naming what was waited for."""
    deadline = time.monotonic() + within_s
    pause = threading.Event()
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {within_s:.0f} s in vain for {what}\n{log}")
        pause.wait(0.03)
    return found


class Running:
    """One process of Fairline, and all that it starts: they have a process group of their own."""

    def __init__(self, arguments: list[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.log = arguments[0], log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [*FAIRLINE, *arguments],
                env=environment,
                cwd=log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """-9: nothing is finished, nothing is said."""
        self._end(signal.SIGKILL)

    def kill_inner(self) -> None:
        """Kill -9 only the process that serves and works, not the one that looks after it."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        workers = [int(pid) for pid in children.split() if _is_worker(pid)]
        assert workers, f"{self.name} has no process to kill: {children}"
        for pid in workers:
            os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """In good order, as systemd stops it."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.is_alive and how is signal.SIGTERM:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                how = signal.SIGKILL
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)


class Install:
    """`settings` are put into the environment of its processes, as an operator does."""

    def __init__(self, folder: Path, *, database_url: str = "", **settings: object) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (self.port,) = free_ports(1)
        values: dict[str, object] = {"data_dir": folder, "port": self.port, "sender_checks": False}
        values |= settings
        if database_url:
            values["database_url"] = database_url
        own = {f"FAIRLINE_{name.upper()}": str(value) for name, value in values.items()}
        around = {k: v for k, v in os.environ.items() if not k.startswith("FAIRLINE_")}
        self.environment = {**around, **own, "PYTHONUNBUFFERED": "1"}
        self.settings: Settings = load_settings(file=None, environment=own)
        self.running: list[Running] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        if "office" in self.__dict__:
            self.office.close()

    @cached_property
    def office(self) -> Office:
        return Office(self.settings)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, *flags: str, port: int | None = None) -> Running:
        """`fairline serve`, answering."""
        assert self.office  # opened, it has made the schema: two starts need not race for it
        port = port or self.port
        started = self.start("serve", "--port", str(port), *flags)
        self.wait_until_it_answers(started, port=port)
        return started

    def work(self) -> Running:
        """`fairline worker`, at work. Several may run."""
        assert self.office
        started = self.start("worker")
        self._wait_for(started, lambda: "working" in started.log.read_text())
        return started

    def run(self, *arguments: str, within_s: float = 60.0) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        return subprocess.run(
            [*FAIRLINE, *arguments],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )

    def kill(self) -> None:
        """Kill -9 all that runs."""
        for one in self.running:
            one.kill()
        self.running.clear()

    def until(
        self, condition: Callable[[], Found], what: str, *, within_s: float = SOON_S
    ) -> Found:
        """As `until`, and on failure the ends of the logs too."""
        try:
            return until(condition, what, within_s=within_s)
        except AssertionError as error:
            raise AssertionError(f"{error}{self.logs()}") from None

    def logs(self) -> str:
        """The end of each process's log."""
        ends = []
        for path in sorted(self.folder.glob("*.log")):
            lines = path.read_text(errors="replace").splitlines()[-LOG_LINES:]
            ends.append("\n".join([f"--- {path.name}", *lines]))
        return "\n".join(ends)

    def start(self, *arguments: str) -> Running:
        """A command that goes on; just started."""
        number = len(list(self.folder.glob("*.log"))) + 1
        started = Running(list(arguments), self.environment, self.folder / f"{number:02}.log")
        self.running.append(started)
        return started

    def wait_until_it_answers(self, started: Running, *, port: int | None = None) -> None:
        url = f"http://127.0.0.1:{port or self.port}/robots.txt"
        self._wait_for(started, lambda: _answers(url))

    def _wait_for(self, started: Running, is_ready: Callable[[], bool]) -> None:
        command = f"fairline {started.name}"

        def look() -> bool:
            assert started.is_alive, f"{command} ended:\n{self.logs()}"
            return is_ready()

        self.until(look, f"{command} to be ready", within_s=START_WITHIN_S)


def _is_worker(pid: str) -> bool:
    """Rather than a helper of Python's own, which only cleans up."""
    return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=2).status_code < 500
    except httpx2.TransportError:
        return False
