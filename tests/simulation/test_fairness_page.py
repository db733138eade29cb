"""The page on fairness: its tables are those of the commands it names, and its claims stand in them."""

from pathlib import Path

import pytest

from fairline.simulation.compare import Plan, simulate
from scripts import make_fairness_page as maker
from tests.simulation.desks import Given, came

PAGE = maker.PAGE.read_text(encoding="utf-8")


def part(mark: str) -> str:
    return PAGE.partition(f"<!-- simulated: {mark} -->")[2].partition("<!-- end -->")[0]


@pytest.mark.parametrize("run", maker.RUNS, ids=lambda run: run.mark)
def test_each_comparison_stands_under_its_command(run: maker.Run) -> None:
    text = part(run.mark)

    assert f"    fairline simulate --arrivals {run.file} {run.options}\n" in text
    assert "| The fair line |" in text


@pytest.mark.parametrize("run", maker.RUNS, ids=lambda run: run.mark)
def test_what_the_page_says_of_the_fair_line_is_in_its_tables(run: maker.Run) -> None:
    rows = part(run.mark).splitlines()
    fair = [row for row in rows if row.startswith("| The fair line |")]

    assert "The fair line: No difference between public and private was found." in rows[-2]
    assert "Loudest first: Public cases were answered" in rows[-2]
    (paid,) = [row for row in fair if row.count("|") == 7 and "\N{MULTIPLICATION SIGN}" in row]
    assert paid.split("|")[5].strip() == "0.0 %"


def test_a_part_is_replaced_and_the_rest_stays() -> None:
    page = "a\n<!-- simulated: bank -->\nold\n<!-- end -->\nb\n<!-- simulated: city -->\n<!-- end -->\n"
    report = simulate(Given([came(), came(1, is_public=True)]), Plan(agents="1", ranges=0))

    text = maker.filled(page, "bank", maker.section(maker.RUNS[0], report))

    assert "old" not in text
    assert text.startswith("a\n<!-- simulated: bank -->\n\n    fairline simulate --arrivals bank")
    assert text.endswith("<!-- end -->\nb\n<!-- simulated: city -->\n<!-- end -->\n")
    assert maker.filled(text, "bank", "x") == maker.filled(page, "bank", "x")


def test_without_the_records_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["make_fairness_page", str(tmp_path)])
    monkeypatch.setattr(maker, "PAGE", tmp_path / "page.md")

    maker.main()

    assert "Nothing written" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
