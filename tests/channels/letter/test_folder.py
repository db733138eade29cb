"""A scanner writes into a folder, and each scan becomes a letter with a place in the line."""

import hashlib
import os
from pathlib import Path

import pytest

from fairline.cases import store_messages
from fairline.cases.rows import SYSTEM
from fairline.channels import doors, inboxes, store_inboxes
from fairline.channels.letter import folder
from fairline.channels.letter.folder import FolderWire
from fairline.channels.rows import Inbox
from fairline.core.errors import DeliveryError
from fairline.handoff.letters import incoming
from fairline.jobs import store as jobs
from fairline.wiring import Office
from tests.conftest import Cast

PDF = b"%PDF-1.4 a letter"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a scanner to finish."""
    monkeypatch.setattr(folder, "LEFT_ALONE_S", -1.0)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    made = tmp_path / "scans"
    made.mkdir()
    return made


@pytest.fixture
def letters(office: Office, cast: Cast, scans: Path) -> Inbox:
    with office.database.write() as unit:
        return inboxes.create_inbox(
            unit,
            office.channels,
            brand_id=cast.brand.id,
            kind="letter",
            name="Letters",
            address="",
            options={"folder": str(scans), "sender": ""},
            by=SYSTEM,
        )


def fetch(office: Office, inbox: Inbox) -> int:
    with office.database.read() as unit:
        present = store_inboxes.inbox_by_id(unit, inbox.id)
        info = office.channels.info_by_id(unit, inbox.id)
    assert present
    count = doors.fetch_once(office.database, present, FolderWire(info))
    office.make_ingest().step("test")
    return count


def test_each_scan_is_a_letter_once(office: Office, letters: Inbox, scans: Path) -> None:
    (scans / "one.pdf").write_bytes(PDF)
    assert fetch(office, letters) == 1
    assert fetch(office, letters) == 0
    (scans / "the same again.PDF").write_bytes(PDF)
    (scans / "two.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (scans / "notes.txt").write_text("not a scan")
    (scans / "sly.pdf").symlink_to("/etc/hostname")
    fetch(office, letters)

    with office.database.read() as unit:
        found = [
            store_messages.message_by_native_id(unit, letters.id, row)
            for row in native_ids(office, scans)
        ]
        held = [one for one in found if one]
        assert len(held) == 2
        assert all(store_messages.attachments_of_message(unit, one.id) for one in held)
        waiting = [job for job in jobs.page(unit, state=None) if job.kind == incoming.JOB]
        assert len(waiting) == 2


def native_ids(office: Office, scans: Path) -> list[str]:
    assert office
    files = [scans / "one.pdf", scans / "two.png"]
    return [f"scan-{hashlib.sha256(one.read_bytes()).hexdigest()}" for one in files]


def test_a_file_that_was_moved_in_is_seen_whatever_its_date(
    office: Office, letters: Inbox, scans: Path
) -> None:
    (scans / "one.pdf").write_bytes(PDF)
    fetch(office, letters)
    elsewhere = scans.parent / "old.pdf"
    elsewhere.write_bytes(PDF + b" of last year")
    os.utime(elsewhere, (1_600_000_000, 1_600_000_000))
    elsewhere.rename(scans / "old.pdf")

    assert fetch(office, letters) == 1


def test_a_folder_that_is_not_there_is_said(office: Office, letters: Inbox, scans: Path) -> None:
    assert [
        check.ok for check in inboxes.test_inbox(office.database, office.channels, letters.id)
    ] == [
        True,
        True,
    ]
    scans.rmdir()

    (_, check) = inboxes.test_inbox(office.database, office.channels, letters.id)
    assert not check.ok
    assert str(scans) in check.text
    with pytest.raises(DeliveryError, match="cannot be read"):
        fetch(office, letters)


def test_what_is_still_being_written_waits(
    office: Office, letters: Inbox, scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "LEFT_ALONE_S", 60.0)
    (scans / "half.pdf").write_bytes(PDF)

    assert fetch(office, letters) == 0
