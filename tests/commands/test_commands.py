"""What an operator relies on: clear one-line errors, exit codes, JSON that a program can read."""

import json
from pathlib import Path

import pytest

from tests.commands.running import PASSWORD, run
from tests.commands.test_feed import Command, command, home, letter

__all__ = ["command", "home"]


def test_the_doctor_finds_a_fresh_set_up_well(command: Command, home: Path) -> None:
    done = command("check", "--data-dir", home, "--json")

    answer = json.loads(done.stdout)
    bad = [check for check in answer["checks"] if check["level"] == "fail"]
    assert bad == []
    assert done.exit_code == 0


def test_the_doctor_says_what_to_do(command: Command, tmp_path: Path) -> None:
    done = command("check", "--data-dir", tmp_path / "nowhere")

    assert done.exit_code == 1
    assert "fairline serve" in done.output


def test_the_doctor_notices_another_key(command: Command, home: Path) -> None:
    added = command(
        *("inbox", "add", "--data-dir", home, "two@acme.test", "--password=secret"),
        *("--option=imap_host=imap.acme.test",),
    )
    assert added.exit_code == 0, added.output
    (home / "secret.key").write_bytes(b"x" * 32)

    done = command("check", "--data-dir", home)

    assert done.exit_code == 1
    assert "key" in done.output


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("case", "show", "FL-000000"), 1, "FL-000000"),
        (("inbox", "pause", "nobody@acme.test"), 1, "help@acme.test"),
        (("inbox", "renew-key", "help@acme.test"), 1, "no key of its own"),
        (("jobs", "retry"), 2, "--all"),
        (("jobs", "retry", "no-such"), 1, "no-such"),
        (("deliveries", "retry", "no-such"), 1, "no such delivery"),
        (("replay",), 2, "--all-set-aside"),
        (("agent", "disable", "ada@acme.test"), 1, "administrator"),
        (("agent", "password", "eve@acme.test", "--password=long enough to pass"), 1, "eve@"),
        (("token", "create", "eve@acme.test", "--name=x"), 1, "eve@"),
        (("inbox", "add", "x@acme.test", "--option=colour=red"), 1, "colour"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_an_error_is_one_clear_line(
    command: Command, home: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = command(*arguments, "--data-dir", home)

    assert done.exit_code == code, done.output
    assert says in done.output


def test_a_case_goes_round(command: Command, home: Path, tmp_path: Path) -> None:
    """Fed, shown, exported, imported on another install, shown there: the same."""
    (tmp_path / "one.eml").write_bytes(letter(1))
    line = command(
        "inbox", "feed", "--data-dir", home, "--json", "help@acme.test", tmp_path / "one.eml"
    )
    reference = json.loads(line.stdout)["case"]

    shown = command("case", "show", "--data-dir", home, "--json", reference)
    out = command("case", "export", "--data-dir", home, reference, tmp_path / "case.zip")
    back = command("case", "import", "--data-dir", tmp_path / "there", tmp_path / "case.zip")
    again = command("case", "import", "--data-dir", tmp_path / "there", tmp_path / "case.zip")
    there = command("case", "show", "--data-dir", tmp_path / "there", "--json", reference)

    assert (out.exit_code, back.exit_code, again.exit_code) == (0, 0, 0)
    assert "already" in again.output
    assert json.loads(there.stdout) == json.loads(shown.stdout)


def test_people_and_tokens(command: Command, home: Path) -> None:
    added = command(
        *("agent", "add", "ben@acme.test", "--data-dir", home, "--name=Ben", "--password=-"),
        given=PASSWORD + "\n",
    )
    token = command("token", "create", "ben@acme.test", "--data-dir", home, "--name=CRM")
    gone = command("agent", "disable", "ben@acme.test", "--data-dir", home)
    listed = command("agent", "list", "--data-dir", home, "--json")

    assert [d.exit_code for d in (added, token, gone)] == [0, 0, 0]
    people = {one["email"]: one for one in map(json.loads, listed.stdout.splitlines())}
    assert people["ben@acme.test"]["disabled_at"]
    assert "password" not in listed.stdout


def test_a_second_set_up_is_refused(command: Command, home: Path) -> None:
    done = command(
        *("setup", "--yes", "--data-dir", home, "--brand=Evil", "--name=Eve"),
        *("--email=eve@evil.test", "--password=long enough to pass"),
    )

    assert done.exit_code == 1


def test_a_wrong_setting_is_a_wrong_call(tmp_path: Path) -> None:
    (tmp_path / "fairline.toml").write_text("prot = 8080\n")

    done = run("migrate", cwd=tmp_path)

    assert done.returncode == 2
    assert "prot" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    import subprocess
    import sys

    probe = "import fairline.cli, sys; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"sqlalchemy", "litestar", "granian", "jinja2", "cryptography", "rich"}
