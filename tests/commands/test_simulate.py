"""`fairline simulate` as one calls it: without an install, on a file or on made-up days."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fairline.cli import main
from tests.commands.running import run


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["simulate", *map(str, arguments)])


def arrivals(folder: Path, *lines: str) -> Path:
    path = folder / "arrivals.csv"
    path.write_text("\n".join(["arrived_at,public,audience,severity,service_minutes", *lines]))
    return path


def test_it_runs_as_a_program_and_answers_in_json(tmp_path: Path) -> None:
    path = arrivals(tmp_path, "2026-03-02T09:00,no,,money,5", "2026-03-02T09:01,yes,90,idea,5")

    done = run("simulate", "--arrivals", path, "--json", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["cases"] == 2
    assert [one["name"] for one in answer["policies"]] == [
        "loudest",
        "channels",
        "priority",
        "fifo",
        "fair",
    ]
    assert list(tmp_path.iterdir()) == [path]


def test_the_terminal_gets_tables_and_words() -> None:
    done = call("--synthetic", 3, "--per-day", 60, "--replications", 2, "--ranges", 2)

    assert done.exit_code == 0, done.output
    for words in ("How long people wait", "Promises kept", "Drawn by lot: Need:", "The fair line"):
        assert words in done.output
    assert "cases a second" in done.output


def test_a_page_and_a_table_in_markdown(tmp_path: Path) -> None:
    page = tmp_path / "who-waits.html"

    done = call(
        *("--synthetic", 2, "--per-day", 60, "--replications", 2, "--ranges", 0),
        *("--markdown", "--html", page, "--policies", "fifo,fair"),
    )

    assert done.exit_code == 0, done.output
    assert "| The fair line |" in done.stdout
    assert "| Loudest first |" not in done.stdout
    assert page.read_text().startswith("<!doctype html>")


def test_skills_are_taken_from_the_file_and_said(tmp_path: Path) -> None:
    path = tmp_path / "skills.csv"
    path.write_text("arrived_at,skill,language\n2026-03-02T09:00,billing,de\n2026-03-02T09:01,,\n")

    done = call("--arrivals", path, "--skill-share", 0.25, "--ranges", 0, "--json")

    answer = json.loads(done.stdout)
    assert answer["staffing"].endswith("; 25% of them have each skill")
    assert answer["policies"][0]["busy"] > 0


def test_hours_and_promises_of_ones_own(tmp_path: Path) -> None:
    hours = tmp_path / "hours.json"
    hours.write_text('{"zone": "Europe/Berlin", "monday": ["08:00-10:00"]}')
    promises = tmp_path / "promises.json"
    target = {"first_minutes": 7, "next_minutes": 7, "resolution_minutes": 70}
    promises.write_text(json.dumps({"safety": target}))
    path = arrivals(tmp_path, "2026-03-02T05:00,no,,safety,5")

    done = call("--arrivals", path, "--calendar", hours, "--targets", promises, "--json")

    answer = json.loads(done.stdout)
    fair = answer["policies"][-1]
    assert answer["hours"] == "hours.json, Europe/Berlin"
    assert fair["wall_longest"] == 185  # five on the wall there, served at eight
    assert fair["needs"][0]["target_minutes"] == 7


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 2, "either --arrivals FILE or --synthetic DAYS"),
        (("--synthetic", 3, "--replications", 0), 2, "replications"),
        (("--synthetic", 3, "--agents", "many"), 1, "'many' is not a number of agents"),
        (("--synthetic", 3, "--zone", "Mars/Base"), 1, "'Mars/Base' is not a time zone"),
        (("--synthetic", 3, "--policies", "kindest"), 1, "'kindest' is not an order"),
        (("--synthetic", 3, "--calendar", "nights"), 1, "nights: No such file"),
        (("--synthetic", 3, "--calendar", "17:00-09:00"), 1, "Monday: 17:00-09:00 does not end"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    arguments: tuple[object, ...], code: int, says: str
) -> None:
    done = call(*arguments)

    assert done.exit_code == code
    assert says in done.output
    assert "Traceback" not in done.output


def test_a_bad_file_is_told_by_line_and_column(tmp_path: Path) -> None:
    path = arrivals(tmp_path, "2026-03-02T09:00,no,,money,5", "2026-03-02T09:01,no,,dire,5")

    done = call("--arrivals", path)

    assert done.exit_code == 1
    assert done.output.startswith("Error: Cannot read line 3, column severity: 'dire'")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("--calendar", '{"monday": ["17:00-09:00"]}'),
        ("--calendar", '{"zone": "Mars/Base"}'),
        ("--calendar", "{}["),
        ("--targets", '{"safety": {"first_minutes": 0}}'),
        ("--targets", "[]"),
    ],
)
def test_bad_hours_and_promises_are_refused(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)

    done = call("--synthetic", 1, name, path)

    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert len(done.output.splitlines()) == 1
