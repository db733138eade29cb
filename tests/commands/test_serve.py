"""The server as a process: it starts from nothing, outlives a killed worker, and ends when told."""

import os
import signal
import socket
import time
from pathlib import Path

from fairline.cases import links
from fairline.cases.changes import get_case
from fairline.cases.intake import receive
from fairline.cases.store_messages import message_by_id
from fairline.channels.ingest import inbox_ref
from fairline.channels.store_inboxes import all_inboxes
from fairline.core.settings import Settings
from fairline.wiring import Office
from tests.commands.running import run, serving, set_up, until
from tests.conftest import said


def test_a_fresh_install_shows_the_way_in(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        code = (tmp_path / "data/setup-code").read_text().strip()

        assert code in server.log.read_text()
        assert server.answers(f"/desk/set-up?code={code}")


def test_a_killed_worker_is_started_anew(tmp_path: Path) -> None:
    set_up(tmp_path / "data")
    with serving(tmp_path / "data") as server:
        (first,) = server.workers()

        os.kill(first, signal.SIGKILL)

        until(lambda: any(pid != first for pid in server.workers()))
        until(server.answers)
        assert server.process.poll() is None


def test_it_ends_within_seconds_while_somebody_follows_a_thread(tmp_path: Path) -> None:
    set_up(tmp_path / "data")
    token = a_thread(tmp_path / "data")
    with serving(tmp_path / "data") as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as stream:
            request = f"GET /t/{token}/stream HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            stream.sendall(f"{request}Accept: text/event-stream\r\n\r\n".encode())
            heard = b""
            while b"hello" not in heard:
                more = stream.recv(4096)
                assert more, heard
                heard += more
            began = time.monotonic()

            server.process.send_signal(signal.SIGTERM)

            assert server.process.wait(10) == 0
            assert time.monotonic() - began < 5
        assert "Traceback" not in server.log.read_text()


def a_thread(folder: Path) -> str:
    """The token of a thread that Cleo may follow."""
    office = Office(Settings(data_dir=str(folder)))
    with office.database.write() as unit:
        board = all_inboxes(unit, kind="web")[0]
        asked = said(channel="web", by="browser", name="Cleo")
        taken = receive(unit, inbox_ref(unit, board), asked)
        message = message_by_id(unit, taken.message_id)
        assert message
        assert message.identity_id
        token = links.issue(unit, get_case(unit, taken.case_id), message.identity_id)
    office.close()
    return token


def test_a_worker_does_not_outlive_its_server(tmp_path: Path) -> None:
    set_up(tmp_path / "data")
    with serving(tmp_path / "data") as server:
        server.process.kill()
        server.process.wait()

        until(lambda: not server.answers())


def test_a_taken_port_is_said_to_be_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = run("serve", "--data-dir", tmp_path / "data", "--port", port)

    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mail_that_is_handed_over_becomes_a_case(tmp_path: Path) -> None:
    import smtplib

    from tests.commands.running import free_port

    set_up(tmp_path / "data", "--mailbox=help@acme.test", "--mail-option=receive_by=receiver")
    port = free_port()
    settings = tmp_path / "fairline.toml"
    settings.write_text(f"smtp_receiver_port = {port}\n")
    with serving(tmp_path / "data", "--config", settings):
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as mail:
            mail.sendmail(
                "cleo@mail.test",
                ["help@acme.test"],
                "From: Cleo <cleo@mail.test>\r\nTo: help@acme.test\r\n"
                "Message-ID: <one@mail.test>\r\nSubject: Parcel\r\n\r\nWhere is it?\r\n",
            )

        office = Office(Settings(data_dir=str(tmp_path / "data")))

        def is_there() -> bool:
            from fairline.cases.search import search

            with office.database.read() as unit:
                return bool(search(unit, "parcel")[0])

        until(is_there)
        office.close()


def test_a_worker_ends_when_told(tmp_path: Path) -> None:
    import subprocess
    import sys

    from tests.commands.running import environment

    set_up(tmp_path / "data")
    worker = subprocess.Popen(
        [sys.executable, "-m", "fairline", "worker", "--data-dir", str(tmp_path / "data")],
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert worker.stderr
    assert b"working" in worker.stderr.readline()

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(10) == 0
    worker.stderr.close()
