"""A PostgreSQL cluster for a test run: started as a user that PostgreSQL accepts, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

REQUIRED = os.environ.get("FAIRLINE_TEST_REQUIRE_ALL") == "1"
# Nothing here outlives the tests: no care is taken that it would survive a power cut, and nobody
# tidies up hundreds of databases that are used once.
FLEETING = (
    *("fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0"),
    *("max_wal_size=8GB", "checkpoint_timeout=1h", "autovacuum=off", "max_connections=200"),
)


class Cluster:
    """A running server on which test databases are made."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url).set(drivername="postgresql")

    def create(self, name: str, *, template: str = "template0") -> str:
        """Make a database and return its URL."""
        with psycopg.connect(
            self.url.render_as_string(hide_password=False), autocommit=True
        ) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url.set(database=name).render_as_string(hide_password=False)

    @classmethod
    @contextmanager
    def start(cls, *, url: str = "postgres") -> "Iterator[Cluster]":
        """Start a cluster in a folder of its own, or use the server at `url` when it is one."""
        if "://" in url:
            yield cls(url)
            return
        programs = find_programs()
        if programs is None:
            reason = "PostgreSQL is not installed: apt-get install postgresql"
            if REQUIRED:
                pytest.fail(reason)
            pytest.skip(reason)
        runner = _runner()
        home = Path(tempfile.mkdtemp(prefix="fl-pg-"))  # a socket's path must be short
        home.chmod(0o755)
        if runner:
            shutil.chown(home, user=runner[-1])
        port = _free_port()
        data = home / "data"
        try:
            _run(
                [
                    *_as(runner),
                    programs / "initdb",
                    "-D",
                    data,
                    "-U",
                    "fairline",
                    "-A",
                    "trust",
                    "-E",
                    "UTF8",
                    "--no-locale",
                    "--no-sync",
                ]
            )
            options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 "
            options += " ".join(f"-c {one}" for one in FLEETING)
            _run(
                [
                    *_as(runner),
                    programs / "pg_ctl",
                    "-D",
                    data,
                    "-w",
                    "-o",
                    options,
                    "-l",
                    home / "log",
                    "start",
                ]
            )
            yield cls(f"postgresql://fairline@127.0.0.1:{port}/postgres")
        finally:
            subprocess.run(
                [
                    *_as(runner),
                    str(programs / "pg_ctl"),
                    "-D",
                    str(data),
                    "-m",
                    "immediate",
                    "stop",
                ],
                check=False,
                capture_output=True,
            )
            shutil.rmtree(home, ignore_errors=True)


def find_programs() -> Path | None:
    """The folder of initdb and pg_ctl: on the path, or in Debian's layout."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[4])
    )
    return versions[-1].parent if versions else None


def _runner() -> tuple[str, ...]:
    """PostgreSQL refuses to run as root; then somebody else runs it."""
    if os.getuid() != 0:
        return ()
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return ("runuser", "-u", name)
    return ()


def _as(runner: tuple[str, ...]) -> list[str]:
    return [*runner, "--"] if runner else []


def _run(command: list[object]) -> None:
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
