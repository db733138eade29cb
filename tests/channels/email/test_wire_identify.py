"""The native id of a mail is the same on every way in, and never empty."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.email.identify import (
    MAX_ID_CHARACTERS,
    clean_message_id,
    header_block,
    native_id_of,
)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"From: a\r\nMessage-ID: <a@b.test>\r\n\r\nhi", "a@b.test"),
        (b"Message-Id:\r\n <folded@b.test>\r\nSubject: x\r\n\r\n", "folded@b.test"),
        (b"MESSAGE-ID : <spaced@b.test> (sent by hand)\n\n", "spaced@b.test"),
        (b"Message-ID: bare@b.test\n\nbody", "bare@b.test"),
        (b"Message-ID: <bro ken@b.test>\n\n", "broken@b.test"),
        (b"Message-ID: <>\nMessage-ID: <second@b.test>\n\n", "second@b.test"),
        (b"Subject: x\rMessage-ID: <old-mac@b.test>\r\rbody", "old-mac@b.test"),
        (
            b"Subject: x\n\tMessage-ID: <folded-into@subject>\nMessage-ID: <real@b.test>\n\n",
            "real@b.test",
        ),
    ],
)
def test_message_id_is_found_however_it_is_written(payload: bytes, expected: str) -> None:
    assert native_id_of(payload) == expected


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\n",
        b"Subject: none\n\nMessage-ID: <in@body>\n",
        b"\nMessage-ID: <after@blank>\n",
        b"Message-ID: < >\n\nbody",
        b"X-Message-ID: <other@field>\n\nbody",
    ],
)
def test_without_one_the_bytes_are_hashed(payload: bytes) -> None:
    assert native_id_of(payload).startswith("sha256:")


def test_line_ends_do_not_change_the_hash_but_content_does() -> None:
    as_file = b"From: cleo@example.test\nReceived: one\n\nHello\n"
    as_fetched = as_file.replace(b"\n", b"\r\n")
    assert native_id_of(as_file) == native_id_of(as_fetched)
    assert native_id_of(as_file) != native_id_of(as_file.replace(b"one", b"two"))


@given(st.binary(max_size=300))
def test_never_empty_never_long_never_raises(junk: bytes) -> None:
    for payload in (junk, b"Message-ID: " + junk + b"\n\n", b"Message-ID: <" + junk + b">\n\n"):
        found = native_id_of(payload)
        assert 0 < len(found) <= MAX_ID_CHARACTERS
        assert not any(c.isspace() or c == "\0" for c in found)


def test_an_absurdly_long_id_is_hashed_the_same_in_a_reply() -> None:
    long_id = "x" * 5000 + "@b.test"
    assert native_id_of(b"Message-ID: <" + long_id.encode() + b">\n\n") == clean_message_id(
        f"<{long_id}>"
    )
    assert len(clean_message_id(long_id)) <= MAX_ID_CHARACTERS


@pytest.mark.parametrize("filler", [b"<", b" ", b"\n ", b"\r\n\t", b"<\n "])
def test_cost_is_linear_on_hostile_headers(filler: bytes) -> None:
    started = time.perf_counter()
    native_id_of(b"Message-ID: <" + filler * 500_000)
    assert time.perf_counter() - started < 5


def test_header_block_stops_at_the_first_empty_line() -> None:
    assert header_block(b"A: 1\r\nB: 2\r\n\r\nbody\r\n\r\nmore") == b"A: 1\r\nB: 2"
    assert header_block(b"A: 1\n\nbody") == b"A: 1"
    assert header_block(b"no end") == b"no end"
