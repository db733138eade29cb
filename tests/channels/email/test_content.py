"""What a mail says and holds, however its parts are put together."""

import base64
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairline.channels.email.content import MAX_FILES, MAX_TEXT_CHARS
from fairline.channels.email.file_names import MAX_NAME_CHARS, made_up_name, safe_name
from fairline.channels.email.flowed import unflow
from fairline.channels.email.mime import MAX_DEPTH, MAX_PARTS, parse_tree
from fairline.channels.email.parse import Mail, parse_message
from fairline.channels.email.tnef import open_tnef
from fairline.channels.email.transfer import decode_transfer, take_uuencoded
from tests.channels.email.letters import AT, letter


def read(body: str | bytes, content_type: str = "", **fields: str) -> Mail:
    return parse_message(letter(body, content_type=content_type, **fields), received_at=AT)


def part(body: str, kind: str = "text/plain", *more: str) -> str:
    return "\n".join([f"Content-Type: {kind}", *more, "", body])


def multipart(*parts: str, boundary: str = "b1") -> str:
    joined = "".join(f"--{boundary}\n{one}\n" for one in parts)
    return f"{joined}--{boundary}--\n"


def named(mail: Mail) -> list[tuple[str, str]]:
    return [(file.name, file.media_type) for file in mail.files]


PNG = part("aGk=", 'image/png; name="a.png"', "Content-Transfer-Encoding: base64",
           "Content-ID: <i1>", "Content-Disposition: inline")  # fmt: skip


def test_text_and_html_say_the_same_and_both_are_kept() -> None:
    mail = read(
        multipart(part("plain"), part("<b>html</b>", "text/html")),
        "multipart/alternative; boundary=b1",
    )
    assert (mail.text, mail.html) == ("plain", "<b>html</b>")


def test_an_image_that_the_html_shows_is_inline_and_another_is_not() -> None:
    inner = multipart(part('<img src="cid:i1">', "text/html"), PNG, PNG.replace("i1", "i2"))
    mail = read(inner, "multipart/related; boundary=b1")
    assert [file.is_inline for file in mail.files] == [True, False]


def test_texts_around_an_image_are_joined() -> None:
    mail = read(multipart(part("above"), PNG, part("below")), "multipart/mixed; boundary=b1")
    assert mail.text == "above\n\nbelow"
    assert named(mail) == [("a.png", "image/png")]


def test_a_list_s_footer_under_html_is_joined_to_both() -> None:
    mail = read(
        multipart(part("<p>said</p>", "text/html"), part("footer")), "multipart/mixed; boundary=b1"
    )
    assert mail.text == "said\n\nfooter"
    assert "<p>footer</p>" in mail.html


def test_a_forwarded_mail_is_a_file_named_after_its_subject() -> None:
    inner = "Subject: Old lamp\nFrom: dov@x.example\n\nhello"
    mail = read(
        multipart(part("see"), part(inner, "message/rfc822")), "multipart/mixed; boundary=b1"
    )
    assert named(mail) == [("Old lamp.eml", "message/rfc822")]
    assert mail.text == "see"


def test_a_signature_and_a_sealed_mail_are_files() -> None:
    signed = read(
        multipart(part("said"), part("x", "application/pgp-signature; name=signature.asc")),
        "multipart/signed; boundary=b1",
    )
    assert (signed.text, named(signed)) == (
        "said",
        [("signature.asc", "application/pgp-signature")],
    )
    sealed = read("MIAG", 'application/pkcs7-mime; name="smime.p7m"')
    assert named(sealed) == [("smime.p7m", "application/pkcs7-mime")]


def test_an_invitation_is_a_file() -> None:
    mail = read(multipart(part("come"), part("BEGIN:VCALENDAR", "text/calendar")),
                "multipart/alternative; boundary=b1")  # fmt: skip
    assert named(mail) == [("file-1.ics", "text/calendar")]


def test_a_text_file_is_a_file_and_a_named_letter_is_a_letter() -> None:
    attached = part("data", "text/plain; name=log.txt", "Content-Disposition: attachment")
    assert named(read(multipart(part("x"), attached), "multipart/mixed; boundary=b1")) == [
        ("log.txt", "text/plain")
    ]
    assert read("hello", "text/plain; name=letter.txt").text == "hello"


@pytest.mark.parametrize(
    ("content_type", "text"),
    [
        ("text/plain", "hi"),
        ("", "hi"),
        ("text", "hi"),
        ("nonsense", "hi"),
        ("multipart/mixed; boundary=never", "hi"),
        ("multipart/mixed", "hi"),
        ("TEXT/PLAIN; charset=x-none", "hi"),
    ],
)
def test_a_strange_type_hides_no_text(content_type: str, text: str) -> None:
    assert read("hi", content_type).text.strip() == text


def test_a_boundary_named_wrongly_is_found_in_the_body() -> None:
    body = multipart(part("said"), part("<p>said</p>", "text/html"), boundary="right")
    mail = read(body, 'multipart/alternative; boundary="wrong"')
    assert (mail.text, mail.html) == ("said", "<p>said</p>")


def test_a_last_part_that_never_ends_is_read() -> None:
    assert read("--b1\n" + part("said"), "multipart/mixed; boundary=b1").text == "said"


def test_a_boundary_that_begins_like_another_is_another() -> None:
    inner = multipart(part("inner"), boundary="b1-x")
    outer = multipart(f"Content-Type: multipart/mixed; boundary=b1-x\n\n{inner}", part("outer"))
    assert read(outer, "multipart/mixed; boundary=b1").text == "inner\n\nouter"


def test_parts_are_bounded_in_depth_and_number() -> None:
    deep = part("bottom")
    for level in range(MAX_DEPTH + 20):
        deep = f"Content-Type: multipart/mixed; boundary=d{level}\n\n" + multipart(
            deep, boundary=f"d{level}"
        )
    head, _, body = deep.partition("\n\n")
    assert read(body, head.removeprefix("Content-Type: ")).is_cut
    wide = read(multipart(*[part("x")] * (MAX_PARTS + 50)), "multipart/mixed; boundary=b1")
    assert wide.is_cut


def test_too_long_a_text_is_cut_and_says_so() -> None:
    mail = read("x" * (MAX_TEXT_CHARS + 1))
    assert mail.is_cut
    assert len(mail.text) == MAX_TEXT_CHARS


def test_too_many_files_are_cut_and_say_so() -> None:
    mail = read(multipart(*[PNG] * (MAX_FILES + 1)), "multipart/mixed; boundary=b1")
    assert mail.is_cut
    assert len(mail.files) == MAX_FILES


def test_a_picture_written_into_the_html_becomes_a_file() -> None:
    data = base64.b64encode(b"\x89PNG").decode()
    mail = read(f'<p><img src="data:image/png;base64,{data}"></p>', "text/html")
    assert mail.files[0].data == b"\x89PNG"
    assert mail.files[0].is_inline
    assert f'src="cid:{mail.files[0].content_id}"' in mail.html


@pytest.mark.parametrize(
    ("encoding", "raw", "data"),
    [
        ("base64", b"aGVsbG8=", b"hello"),
        ("BASE64 ;", b"aGVs\r\nbG8", b"hello"),
        ("base64", b"aGVsbG8=aGVsbG8=", b"hellohello"),
        ("quoted-printable", b"a=3Db=\nc", b"a=bc"),
        ("quoted-printable ", b"50% =ZZ off", b"50% =ZZ off"),
        ("7-bit", b"hello", b"hello"),
        ("", b"hello", b"hello"),
        ("text/html", b"hello", b"hello"),
        ("x-uuencode", b"begin 644 a\n%:&5L;&\\\n`\nend\n", b"hello"),
        ("base64", b"no base 64: (at all), is it? {no}", b"no base 64: (at all), is it? {no}"),
    ],
)
def test_transfer_encodings(encoding: str, raw: bytes, data: bytes) -> None:
    assert decode_transfer(raw, encoding) == data


def test_a_file_in_the_text_of_an_old_program_is_taken_out() -> None:
    text, files = take_uuencoded("see\nbegin 644 hello.txt\n%:&5L;&\\\n`\nend\nbye")
    assert files == [("hello.txt", b"hello")]
    assert text.split() == ["see", "bye"]


def test_a_sentence_that_begins_is_no_file() -> None:
    text = "begin 644 steps\nnot a file\nend"
    assert take_uuencoded(text) == (text, [])


def test_flowed_lines_become_paragraphs_again() -> None:
    flowed = "One long \nline here.\n> quoted \n> text\n\n-- \nCleo"
    assert unflow(flowed) == "One long line here.\n> quoted text\n\n-- \nCleo"
    assert unflow("ab \ncd", delsp=True) == "abcd"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("a\0b\r\n.pdf", "ab.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("  . a.pdf. ", "a.pdf"),
        ('a<b>"c".txt', "a_b_c_.txt"),
        ("", ""),
        ("..", ""),
    ],
)
def test_file_names_are_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_extension() -> None:
    assert safe_name("é" * 500 + ".pdf").endswith("é.pdf")
    assert len(safe_name("é" * 500 + ".pdf")) <= MAX_NAME_CHARS


def test_a_file_without_a_name_gets_one() -> None:
    assert made_up_name("image/jpeg", 2) == "file-2.jpg"
    assert made_up_name("application/x-nothing", 1) == "file-1.bin"


def attribute(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 6, len(data)) + data + b"\0\0"


def tnef(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def long_name(name: str) -> bytes:
    raw = name.encode("utf-16-le")
    value = struct.pack("<II", 1, len(raw)) + raw + b"\0" * (-len(raw) % 4)
    return attribute(2, 0x9005, struct.pack("<IHH", 1, 0x1F, 0x3707) + value)


ENVELOPE = tnef(
    attribute(1, 0x800C, b"The letter\0"),
    attribute(2, 0x9002, b"\0" * 14),
    attribute(2, 0x8010, b"SHORT~1.PDF\0"),
    attribute(2, 0x800F, b"%PDF"),
    long_name("längerer Name.pdf"),
)


def test_files_come_out_of_winmail_dat() -> None:
    wrapped = part(base64.b64encode(ENVELOPE).decode(), "application/ms-tnef; name=winmail.dat",
                   "Content-Transfer-Encoding: base64")  # fmt: skip
    mail = read(multipart(part(""), wrapped), "multipart/mixed; boundary=b1")
    assert [(file.name, file.data) for file in mail.files] == [("längerer Name.pdf", b"%PDF")]
    assert mail.text == "The letter"


@given(st.integers(0, len(ENVELOPE)), st.integers(0, len(ENVELOPE) - 1), st.integers(0, 255))
def test_no_damage_to_winmail_dat_makes_it_raise(end: int, at: int, byte: int) -> None:
    damaged = bytearray(ENVELOPE)
    damaged[at] = byte
    open_tnef(bytes(damaged[:end]))
    open_tnef(bytes(damaged))


def test_a_wrong_count_in_winmail_dat_costs_nothing() -> None:
    lying = attribute(1, 0x9003, struct.pack("<I", 0xFFFFFFFF))
    assert open_tnef(tnef(lying)) is not None


PIECES = st.lists(
    st.sampled_from(
        [b"--b\n", b"--b--\n", b"--b \r\n", b"\n", b"\r\n", b"Content-Type: text/html\n",
         b"Content-Type: multipart/alternative; boundary=b\n", b"Content-Type: message/rfc822\n",
         b"Content-Transfer-Encoding: base64\n", b"Content-Disposition: attachment\n", b"From: a@b.c\n",
         b"=\xc3\xa9\xff", b"aGk=", b"<b>x</b>", b"begin 644 a\n", b"end\n", b"\0", b"x" * 80]
    ),
    max_size=30,
)  # fmt: skip


@settings(max_examples=200)
@given(PIECES)
def test_no_mixture_of_parts_makes_it_raise(pieces: list[bytes]) -> None:
    payload = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"".join(pieces)
    parse_message(payload, received_at=AT)


@given(st.binary(max_size=500))
def test_no_bytes_make_it_raise(payload: bytes) -> None:
    parse_tree(payload)
    parse_message(payload, received_at=AT)
