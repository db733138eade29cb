"""Stored mail is fed through the real door: told item by item, and only once."""

import json
import mailbox
import os
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fairline.channels.email.stored import items_in, split_mbox
from fairline.cli import main
from tests.commands.running import PASSWORD

CORPORA = Path(__file__).parents[2] / "../shared/data/mail"


@pytest.fixture
def command() -> Iterator["Command"]:
    before = dict(os.environ)
    yield Command()
    os.environ.clear()
    os.environ.update(before)


class Command:
    """Calls `fairline` in this process."""

    def __call__(self, *arguments: object, given: str = "") -> Result:
        return CliRunner().invoke(main, [str(one) for one in arguments], input=given)


@pytest.fixture
def home(tmp_path: Path, command: Command) -> Path:
    flags = ("--brand=Acme", "--name=Ada", "--email=ada@acme.test", "--password=-")
    done = command(
        *("setup", "--yes", "--data-dir", tmp_path / "home", "--mailbox=help@acme.test"),
        *flags,
        given=PASSWORD + "\n",
    )
    assert done.exit_code == 0, done.output
    return tmp_path / "home"


def letter(number: int, text: str = "Where is my parcel?", **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = "Cleo <cleo@mail.test>"
    mail["To"] = "help@acme.test"
    mail["Subject"] = f"Parcel {number}"
    mail["Message-ID"] = f"<{number}@mail.test>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def fed(command: Command, home: Path, *paths: Path) -> list[dict[str, object]]:
    done = command("inbox", "feed", "--data-dir", home, "--json", "help@acme.test", *paths)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_mail_is_told_as_an_agent_sees_it(command: Command, home: Path, tmp_path: Path) -> None:
    text = (
        "Where is it?\n\nOn Mon, 2 Nov 2026 at 10:00, Acme <help@acme.test> wrote:\n> On its way.\n"
    )
    (tmp_path / "one.eml").write_bytes(letter(1, text))

    (line,) = fed(command, home, tmp_path / "one.eml")

    assert line["outcome"] == "new_case"
    assert str(line["case"]).startswith("FL-")
    assert line["from"] == "Cleo <cleo@mail.test>"
    assert line["to"] == ["help@acme.test"]
    assert line["subject"] == "Parcel 1"
    assert line["text"] == "Where is it?"
    assert set(line) >= {"path", "native_id", "cc", "html_kept", "attachments", "auth"}


def test_feeding_twice_does_nothing_the_second_time(
    command: Command, home: Path, tmp_path: Path
) -> None:
    for number in range(5):
        (tmp_path / f"{number}.eml").write_bytes(letter(number))
    files = sorted(tmp_path.glob("*.eml"))

    first, second = fed(command, home, *files), fed(command, home, *files)

    assert {line["outcome"] for line in first} == {"new_case"}
    assert {line["outcome"] for line in second} == {"duplicate"}
    assert [line["case"] for line in first] == [line["case"] for line in second]


def test_a_reply_joins_and_an_out_of_office_opens_nothing(
    command: Command, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "1.eml").write_bytes(letter(1))
    (tmp_path / "2.eml").write_bytes(letter(2, "It came!", In_Reply_To="<1@mail.test>"))
    (tmp_path / "3.eml").write_bytes(letter(3, "I am away.", Auto_Submitted="auto-replied"))

    lines = fed(command, home, *sorted(tmp_path.glob("*.eml")))

    assert [line["outcome"] for line in lines] == ["new_case", "joined", "auto_reply"]


def test_what_cannot_be_understood_is_set_aside_and_said(
    command: Command, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.eml").write_bytes(b"Subject: nobody\r\n\r\nwrote this\r\n")
    (tmp_path / "good.eml").write_bytes(letter(1))

    done = command("inbox", "feed", "--data-dir", home, "help@acme.test", tmp_path / "bad.eml")
    after = command("inbox", "feed", "--data-dir", home, "help@acme.test", tmp_path / "good.eml")
    again = command("replay", "--data-dir", home, "--all-set-aside")

    assert done.exit_code == 1
    assert "bad.eml" in done.stderr
    assert after.exit_code == 0
    assert again.exit_code == 1
    assert "1 set aside" in again.stdout


def test_an_mbox_and_a_maildir_hold_the_same_mails(
    command: Command, home: Path, tmp_path: Path
) -> None:
    box = mailbox.mbox(tmp_path / "box.mbox")
    folder = mailbox.Maildir(tmp_path / "folder")
    for number in range(3):
        text = "First line\nFrom here it goes on\n"
        box.add(mailbox.mboxMessage(letter(number, text)))
        folder.add(mailbox.MaildirMessage(letter(number, text)))
    box.close()
    folder.close()

    first = fed(command, home, tmp_path / "box.mbox")
    second = fed(command, home, tmp_path / "folder")

    assert [line["outcome"] for line in first] == ["new_case"] * 3
    assert {line["outcome"] for line in second} == {"duplicate"}
    assert "\nFrom here" in str(first[0]["text"])
    assert str(first[2]["path"]).endswith("box.mbox:3")


def test_a_from_line_within_a_mail_does_not_cut_it() -> None:
    whole = b"From a@b Mon\n" + letter(1) + b"\nFrom c@d Tue\n" + letter(2, "a\nFrom b\nc")

    assert len(split_mbox(whole)) == 2


def test_notes_in_a_folder_of_mails_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/a.eml").write_bytes(letter(1))
    (tmp_path / "without-ending").write_bytes(letter(2))
    (tmp_path / "NOTES.md").write_text("From: nobody\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")

    assert len(list(items_in(tmp_path))) == 2


def test_no_such_inbox_is_said_with_what_there_is(
    command: Command, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "one.eml").write_bytes(letter(1))

    done = command("inbox", "feed", "--data-dir", home, "hepl@acme.test", tmp_path / "one.eml")

    assert done.exit_code == 1
    assert "help@acme.test" in done.stderr


@pytest.mark.skipif(not CORPORA.exists(), reason="the mail corpora are not here")
def test_the_corpora_are_taken_without_a_crash(command: Command, home: Path) -> None:
    lines = fed(command, home, CORPORA)

    counts = Counter(str(line["outcome"]) for line in lines)
    assert len(lines) > 300
    assert set(counts) <= {
        *("new_case", "joined", "reopened", "duplicate", "bounce", "auto_reply", "set_aside")
    }
    reasons = {str(line["reason"]) for line in lines if line["outcome"] == "set_aside"}
    assert reasons <= {"The mail does not say who sent it."}
    assert all(line["case"] for line in lines if line["outcome"] in {"new_case", "joined"})
