"""A backup taken while people write is whole, and brings everything back."""

import io
import sqlite3
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest

from fairline.cases.intake import receive
from fairline.channels.ingest import inbox_ref
from fairline.channels.store_inboxes import all_inboxes
from fairline.core.settings import Settings
from fairline.wiring import Office
from tests.commands.running import run, serving, set_up
from tests.conftest import said


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as opened:
        return int(opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def write_cases(folder: Path, stop: threading.Event, at_least: threading.Event) -> None:
    office = Office(Settings(data_dir=str(folder)))
    number = 0
    while not stop.is_set():
        with office.database.write() as unit:
            ref = inbox_ref(unit, all_inboxes(unit, kind="web")[0])
            receive(unit, ref, said(channel="web", by=f"b{number}", name=""))
        number += 1
        if number == 20:
            at_least.set()
    office.close()


def test_a_backup_taken_while_people_write_brings_it_all_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    set_up(home, "--mailbox=help@acme.test", "--mail-password=-")
    stop, at_least = threading.Event(), threading.Event()
    writer = threading.Thread(target=write_cases, args=(home, stop, at_least))
    writer.start()
    try:
        assert at_least.wait(60)
        done = run("backup", tmp_path / "all.tar.gz", "--data-dir", home)
    finally:
        stop.set()
        writer.join()
    assert done.returncode == 0, done.stderr

    restored = run("restore", tmp_path / "all.tar.gz", "--data-dir", tmp_path / "there")

    assert restored.returncode == 0, restored.stderr
    there = tmp_path / "there/fairline.db"
    cases = count(there, "cases")
    assert 20 <= cases <= count(home / "fairline.db", "cases")
    # Each case came in with one message in one transaction: none is cut in two.
    assert count(there, "messages") == cases
    assert (tmp_path / "there/secret.key").read_bytes() == (home / "secret.key").read_bytes()
    assert (tmp_path / "there/secret.key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "all.tar.gz").stat().st_mode & 0o077 == 0


def test_nothing_is_restored_under_a_running_server(tmp_path: Path) -> None:
    set_up(tmp_path / "data")
    run("backup", tmp_path / "all.tar.gz", "--data-dir", tmp_path / "data")

    with serving(tmp_path / "data"):
        done = run("restore", tmp_path / "all.tar.gz", "--data-dir", tmp_path / "data", "--replace")

    assert done.returncode == 1
    assert "running" in done.stderr


def test_what_is_there_gives_way_only_when_asked(tmp_path: Path) -> None:
    set_up(tmp_path / "data")
    run("backup", tmp_path / "all.tar.gz", "--data-dir", tmp_path / "data")

    refused = run("restore", tmp_path / "all.tar.gz", "--data-dir", tmp_path / "data")
    replaced = run("restore", tmp_path / "all.tar.gz", "--data-dir", tmp_path / "data", "--replace")

    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    assert replaced.returncode == 0, replaced.stderr
    assert (tmp_path / "data/fairline.db.before-restore-1").exists()


def repacked(whole: Path, target: Path, *, without: str = "", cut: str = "") -> None:
    with tarfile.open(whole) as source, tarfile.open(target, "w:gz") as tar:
        for member in source.getmembers():
            if member.name == without:
                continue
            opened = source.extractfile(member)
            assert opened
            data = opened.read()
            if member.name == cut:
                data = data[: len(data) // 2]
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


@pytest.mark.parametrize(
    "damage",
    [
        {"without": "manifest.json"},
        {"without": "fairline.db"},
        {"cut": "fairline.db"},
        {"cut": "all"},
    ],
    ids=str,
)
def test_a_damaged_backup_changes_nothing(tmp_path: Path, damage: dict[str, str]) -> None:
    set_up(tmp_path / "data")
    whole, bad = tmp_path / "all.tar.gz", tmp_path / "bad.tar.gz"
    run("backup", whole, "--data-dir", tmp_path / "data")
    if damage.get("cut") == "all":
        bad.write_bytes(whole.read_bytes()[:2000])
    else:
        repacked(whole, bad, **damage)

    done = run("restore", bad, "--data-dir", tmp_path / "there")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "there/fairline.db").exists()
    assert not (tmp_path / "there/secret.key").exists()


def test_a_backup_is_not_written_over_another(tmp_path: Path) -> None:
    set_up(tmp_path / "data")
    (tmp_path / "all.tar.gz").write_text("precious")

    done = run("backup", tmp_path / "all.tar.gz", "--data-dir", tmp_path / "data")

    assert done.returncode == 1
    assert (tmp_path / "all.tar.gz").read_text() == "precious"
