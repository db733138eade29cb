"""Runs the real program, as an operator does, with nothing of this process in it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "correct horse battery staple"
PATIENCE_S = 60.0


def environment() -> dict[str, str]:
    """Ours, without settings of Fairline that stand in it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FAIRLINE_")}
    return kept | {"PYTHONWARNINGS": "default", "NO_COLOR": "1"}


def run(
    *arguments: object, given: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `fairline` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "fairline", *map(str, arguments)],
        capture_output=True,
        text=True,
        input=given,
        env=environment(),
        cwd=cwd,
        check=False,
        timeout=120,
    )


def set_up(folder: Path, *more: str) -> None:
    """An install with a brand, an administrator and, by --mailbox, an inbox."""
    done = run(
        "setup",
        "--data-dir",
        folder,
        "--yes",
        "--brand=Acme",
        "--name=Ada",
        "--email=ada@acme.test",
        "--password=-",
        *more,
        given=f"{PASSWORD}\nthe mail password\n",
    )
    assert done.returncode == 0, done.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A running `fairline serve` (or another command that serves)."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def answers(self, path: str = "/static/css/tokens.css") -> bool:
        try:
            with urllib.request.urlopen(self.url(path), timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def wait_until_it_answers(self) -> None:
        until(lambda: self.answers() or self.process.poll() is not None)
        assert self.process.poll() is None, self.log.read_text()

    def workers(self) -> list[int]:
        """The processes that serve, not the one that watches over them."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
                words = (path / "cmdline").read_text()
            except (OSError, ValueError):
                continue
            if parent == self.process.pid and "spawn_main" in words:
                found.append(int(path.name))
        return found


@contextmanager
def serving(folder: Path, *more: object, command: str = "serve") -> Iterator[Server]:
    """Serve while the block runs; killed at its end if it is still there."""
    port = free_port()
    log = folder.parent / f"{command}-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "fairline", command),
                *("--data-dir", str(folder), "--port", str(port)),
                *map(str, more),
            ],
            stdout=output,
            stderr=output,
            env=environment(),
        )
    server = Server(process, port, log)
    try:
        server.wait_until_it_answers()
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def until(holds: "object", *, within_s: float = PATIENCE_S) -> None:
    """Wait for a condition."""
    assert callable(holds)
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.05)
