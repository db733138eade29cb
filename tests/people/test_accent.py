"""A brand's colour is readable in both themes, whatever colour was chosen."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.core.errors import Invalid
from fairline.people.accent import (
    AA,
    DARK_SURFACES,
    LIGHT_SURFACES,
    contrast,
    read_colour,
    shades,
    what_changed,
)

TOKENS = Path(__file__).parents[2] / "src/fairline/web/static/css/tokens.css"
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@given(COLOURS)
def test_every_colour_reads_on_every_surface(colour: str) -> None:
    made = shades(colour)

    for shade, surfaces in ((made.light, LIGHT_SURFACES), (made.dark, DARK_SURFACES)):
        assert all(contrast(shade.accent, surface) >= AA for surface in surfaces)
        assert contrast(shade.accent, shade.soft) >= AA
        assert contrast(shade.accent, shade.on_accent) >= AA


def test_a_readable_colour_stays_as_chosen_and_the_other_theme_is_told() -> None:
    assert shades("#0d6457").light.accent == "#0d6457"
    assert what_changed("#0d6457").startswith("So that everybody can read it, on dark pages")


def test_yellow_is_darkened_and_said_so() -> None:
    assert "on light pages it is darkened to" in what_changed("#ffe600")
    assert shades("#ffe600").dark.accent == "#ffe600"


@pytest.mark.parametrize(("typed", "read"), [("#ABC", "#aabbcc"), (" 0D6457 ", "#0d6457")])
def test_colours_are_read_as_people_write_them(typed: str, read: str) -> None:
    assert read_colour(typed) == read


@pytest.mark.parametrize("typed", ["", "teal", "#12345", "#gggggg", "#0d6457;}body{"])
def test_what_is_no_colour_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        read_colour(typed)


def test_the_surfaces_are_those_of_the_look() -> None:
    light, dark = TOKENS.read_text().split("@media (prefers-color-scheme: dark)")
    for surfaces, text in ((LIGHT_SURFACES, light), (DARK_SURFACES, dark)):
        found = dict(re.findall(r"--(paper|sheet|sunk): (#[0-9a-f]{6})", text))
        assert surfaces == (found["paper"], found["sheet"], found["sunk"])
