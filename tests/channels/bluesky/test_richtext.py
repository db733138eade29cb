"""What we annotate in a text that goes out: links, names and tags, by bytes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.bluesky.richtext import LINK, MENTION, TAG, facets_of

KNOWN = {"cleo.example.com": "did:plc:cleo", "dov.bsky.social": "did:plc:dov"}


def marked(text: str) -> list[tuple[str, str, str]]:
    """Each annotation: its kind, the text it covers, and what it stands for."""
    data, found = text.encode(), []
    for facet in facets_of(text, lambda handle: KNOWN.get(handle, "")):
        place = facet["index"]
        (feature,) = facet["features"]
        value: dict[str, Any] = {k: v for k, v in feature.items() if k != "$type"}
        covered = data[place["byteStart"] : place["byteEnd"]].decode()
        found.append((feature["$type"], covered, *value.values()))
    return found


@pytest.mark.parametrize("before", ["", "é ", "日本語 ", "👩‍👩‍👧 ", "🇩🇪 "])
def test_places_are_counted_in_bytes(before: str) -> None:
    text = f"{before}see https://acme.example/ä?b=1, @cleo.example.com or #Päckchen!"
    assert marked(text) == [
        (LINK, "https://acme.example/ä?b=1", "https://acme.example/ä?b=1"),
        (MENTION, "@cleo.example.com", "did:plc:cleo"),
        (TAG, "#Päckchen", "Päckchen"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail a@cleo.example.com", []),
        ("@nobody.example.com", []),
        ("(@cleo.example.com)", [(MENTION, "@cleo.example.com", "did:plc:cleo")]),
        ("@cleo.example.com.", [(MENTION, "@cleo.example.com", "did:plc:cleo")]),
        ("#1", []),
        ("number #1a, ok", [(TAG, "#1a", "1a")]),
        ("a#b", []),
        (f"#{'x' * 65}", []),
        ("acme.com/help now", [(LINK, "acme.com/help", "https://acme.com/help")]),
        ("https://acme.com/#part", [(LINK, "https://acme.com/#part", "https://acme.com/#part")]),
    ],
)
def test_only_what_people_mean_is_annotated(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert marked(text) == expected


@given(st.text(alphabet="a@#./: é👍\n_-(https)com", max_size=80))
def test_no_text_makes_an_annotation_outside_of_it(text: str) -> None:
    last = 0
    for facet in facets_of(text, lambda handle: KNOWN.get(handle, "did:plc:x")):
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert last <= start < end <= len(text.encode())
        text.encode()[start:end].decode()
        last = end
