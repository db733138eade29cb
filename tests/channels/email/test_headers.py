"""Header fields, as senders write them."""

# ruff: noqa: RUF001 (other alphabets, not look-alikes)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.email.charset import codec_of, decode
from fairline.channels.email.dates import parse_date
from fairline.channels.email.headers import (
    decode_words,
    lenient_base64,
    parse_value,
    split_headers,
)
from fairline.channels.email.threads import answered_ids
from tests.channels.email.letters import AT


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),  # padding left out
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        ("=?utf-8?B?4oK?= =?utf-8?B?rA==?=", "€"),  # split inside a character
        ("=?utf-8?q?a_b?= c", "a b c"),
        ("x =?iso-8859-1?q?=E9?= y", "x é y"),
        ("=?utf-8*en?q?caf=C3=A9?=", "café"),
        ("=?NONE?B?VEVTVA=?=", "TEST"),
        ("=?windows-1252?Q?=80?=", "€"),
        ("=?iso-2022-jp?B?GyRCJCIbKEI=?=", "あ"),
        ("=?utf-8?q?open", "=?utf-8?q?open"),
        ("1 =? 2", "1 =? 2"),
    ],
)
def test_encoded_words(raw: str, text: str) -> None:
    assert decode_words(raw) == text


@given(st.text(max_size=200), st.binary(max_size=200))
def test_no_words_and_no_base64_make_it_raise(text: str, data: bytes) -> None:
    decode_words(text)
    decode_words(f"=?utf-8?b?{text}?= =?x?q?{text}?=")
    lenient_base64(data)


@given(st.binary(max_size=400))
def test_no_bytes_make_a_header_raise(data: bytes) -> None:
    headers, body = split_headers(data)
    assert len(body) <= len(data)
    parse_value(headers, "content-type")


def test_fields_are_unfolded_and_found_in_any_case() -> None:
    headers, body = split_headers(b"SUBJECT: a\r\n\tb\r\nX: 1\r\nx: 2\r\n\r\nhi")
    assert headers.text("subject") == "a b"
    assert list(headers.texts("x")) == ["1", "2"]
    assert body == b"hi"


def test_a_broken_line_does_not_end_the_header() -> None:
    headers, body = split_headers(b"From: a@b.example\nquite broken\nTo: c@d.example\n\nhi")
    assert headers.text("to") == "c@d.example"
    assert body == b"hi"


def test_a_broken_and_folded_line_does_not_either() -> None:
    headers, _ = split_headers(b"To: Cleo\n__\n   <cleo@x.example>\nSubject: a\n\nhi")
    assert headers.text("subject") == "a"
    assert headers.text("to") == "Cleo <cleo@x.example>"


def test_a_forgotten_blank_line_does_not_swallow_the_text() -> None:
    headers, body = split_headers(b"Content-Type: text/plain\nHello there,\n\nhow are you?")
    assert headers.text("content-type") == "text/plain"
    assert body.startswith(b"Hello there")


def test_a_mailbox_file_separator_is_stepped_over() -> None:
    headers, _ = split_headers(b"From cleo@customer.example Mon May  2\nSubject: a\n\n")
    assert headers.text("subject") == "a"
    assert split_headers(b"From  : cleo@x.example\n\n")[0].text("from") == "cleo@x.example"


def test_raw_letters_take_the_body_s_character_set() -> None:
    raw = "Subject: Привет\nContent-Type: text/plain; charset=koi8-r\n\n".encode("koi8-r")
    assert split_headers(raw)[0].text("subject") == "Привет"


@pytest.mark.parametrize(
    ("field", "name", "value"),
    [
        ('x; filename="a b.pdf"', "filename", "a b.pdf"),
        ("x; filename=a b.pdf", "filename", "a b.pdf"),
        (r'x; filename="a\"b.pdf"', "filename", 'a"b.pdf'),
        ("x; filename*=utf-8''%E2%82%AC.pdf", "filename", "€.pdf"),
        ('x; filename*0="long"; filename*1="er.pdf"', "filename", "longer.pdf"),
        ("x; filename*0*=utf-8'en'%C3; filename*1*=%A9.pdf", "filename", "é.pdf"),
        ("x; filename=\"plain.pdf\"; filename*=utf-8''%C3%A9.pdf", "filename", "é.pdf"),
        ("x; filename==?utf-8?Q?=C3=A9?=.pdf", "filename", "é.pdf"),
        ('x; name = "a" ; filename="b', "filename", "b"),
        ("x;;; filename=a", "filename", "a"),
        ("attachment filename=a.pdf", "filename", "a.pdf"),
    ],
)
def test_parameters(field: str, name: str, value: str) -> None:
    headers, _ = split_headers(f"Content-Disposition: {field}\n\n".encode())
    assert parse_value(headers, "content-disposition").parameters[name] == value


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        ("Grüße".encode(), "iso-8859-1", "Grüße"),  # a wrong label
        ("Grüße".encode("latin-1"), "us-ascii", "Grüße"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        (b"\x93quoted\x94", "iso-8859-1", "“quoted”"),
        ("日本語のメールです。よろしく".encode("shift_jis"), "", "日本語のメールです。よろしく"),
        ("스티해".encode("cp949"), "ks_c_5601-1987", "스티해"),
        ("您好，这是一封邮件".encode("gb18030"), "gb2312", "您好，这是一封邮件"),
        (b"\xef\xbb\xbfhi", "utf-8", "hi"),
        ("hi".encode("utf-16"), "x-nonsense", "hi"),
        (b"hi\0there", "rot13", "hithere"),
        (b"hi", "unicode_escape", "hi"),
    ],
)
def test_character_sets(data: bytes, label: str, text: str) -> None:
    assert decode(data, label) == text


@given(st.binary(max_size=200), st.text(max_size=20))
def test_no_bytes_and_no_label_make_it_raise(data: bytes, label: str) -> None:
    assert "\0" not in decode(data, label)


def test_what_is_no_character_set_is_none() -> None:
    for label in ("zip", "rot13", "punycode", "idna", "undefined", "", "x-unknown"):
        assert codec_of(label) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sat, 21 Nov 2026 10:00:00 +0100", "2026-11-21T09:00:00+00:00"),
        ("21 Nov 2026 09:00 GMT", "2026-11-21T09:00:00+00:00"),
        ("Sat, 21 Nov 26 10:00:00 +9900", "2026-11-21T10:00:00+00:00"),
        ("Mon, 30 Jun 3609 15:33:50 +0600", None),
        ("Thu, 13 Feb 1969 23:32 -0330", None),
        ("Pn, 29 paX 2007", None),
        ("Wed, 31 Feb 2024 00:00:00 +0000", None),
        ("", None),
        ("\ud800", None),
    ],
)
def test_dates(text: str, expected: str | None) -> None:
    found = parse_date(text, received_at=AT)
    assert (found.isoformat() if found else None) == expected


def test_the_nearest_answered_mail_comes_first_and_each_once() -> None:
    headers, _ = split_headers(
        b"In-Reply-To: <c@x>, <d@x>\nReferences: <a@x> <b@x>\n\t<c@x> <>\n\n"
    )
    assert answered_ids(headers) == ("c@x", "d@x", "b@x", "a@x")


def test_ids_without_brackets_are_found_and_words_are_not() -> None:
    headers, _ = split_headers(b"In-Reply-To: Your mail of Monday\nReferences: a@x b@x\n\n")
    assert answered_ids(headers) == ("b@x", "a@x")
