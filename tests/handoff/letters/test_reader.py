"""The process that reads scans: what it reads, and what it survives."""

import io
import struct
import zlib

import pytest
from PIL import Image

from fairline.core.errors import Invalid
from fairline.handoff.letters import reader, scan
from fairline.handoff.letters.reader import draw_page, kind_of, languages_for, read_scan
from tests.handoff.letters.conftest import WORDS, drawn, needs_tesseract, text_pdf


def test_the_text_of_a_pdf_needs_no_machine() -> None:
    found = read_scan(text_pdf(), "application/pdf", "en")
    assert (found.by, found.pages, found.error) == ("text", 1, "")
    assert "My meter shows 4711 units." in found.text


@needs_tesseract
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "PDF"])
def test_a_scan_is_read_by_machine(kind: str) -> None:
    data = drawn(kind=kind)
    found = read_scan(data, kind_of(data), "en")
    assert found.error == ""
    assert found.by == "machine"
    for word in ("4711", "corrected", "sincerely"):
        assert word in found.text


@needs_tesseract
def test_a_scan_of_several_pages_is_read_in_order() -> None:
    data = drawn(kind="TIFF", pages=3)
    found = read_scan(data, "image/tiff", "en")
    assert found.pages == 3
    assert found.text.index("Page 1") < found.text.index("Page 2") < found.text.index("Page 3")


@needs_tesseract
def test_german_is_read_as_german() -> None:
    data = drawn("Mein Zähler ist größer.\nBitte prüfen Sie die Gebühr.")
    assert languages_for("de") == "deu+eng"
    found = read_scan(data, "image/png", "de")
    assert "Zähler" in found.text
    assert "Gebühr" in found.text


def test_a_missing_tesseract_is_said_with_the_way_to_mend_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = read_scan(drawn(), "image/png", "en")
    assert "Install tesseract-ocr" in found.error
    assert read_scan(text_pdf(), "application/pdf", "en").by == "text"


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be very large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        whole = name + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "kind", "says"),
    [
        (bomb(60_000, 60_000), "image/png", "too large"),
        (bomb(8_000, 8_000), "image/png", "too large"),
        (b"\x89PNG\r\n\x1a\n" + b"junk" * 50, "image/png", "damaged"),
        (b"%PDF-1.7\n" + b"\xff" * 400, "application/pdf", "damaged"),
        (b"II*\x00" + b"\xff" * 400, "image/tiff", "damaged"),
        (drawn()[:2000], "image/png", "damaged"),
    ],
)
def test_what_harms_is_refused_with_a_reason(data: bytes, kind: str, says: str) -> None:
    found = read_scan(data, kind, "en")
    assert says in found.error
    assert found.text == ""
    with pytest.raises(Invalid):
        draw_page(data, kind, 1)


def test_too_many_pages_are_refused() -> None:
    sheets = [Image.new("1", (20, 20)) for _ in range(31)]
    out = io.BytesIO()
    sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:])
    assert "more than 30 pages" in read_scan(out.getvalue(), "image/tiff", "en").error


def test_a_page_of_a_huge_format_is_drawn_small() -> None:
    """A PDF page may claim to be kilometres wide; its picture has a limit all the same."""
    huge = text_pdf().replace(b"[0 0 595 842]", b"[0 0 14400 14400]")
    data = draw_page(huge, "application/pdf", 1)
    shown = Image.open(io.BytesIO(data))
    assert max(shown.size) <= 2000


def test_a_reading_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "READ_S", 0.01)
    assert "could not be read" in read_scan(drawn(), "image/png", "en").error


def test_a_page_of_any_scan_is_drawn_for_browsers() -> None:
    for kind in ("PDF", "TIFF", "JPEG"):
        data = drawn(kind=kind)
        assert draw_page(data, kind_of(data), 1).startswith(b"\x89PNG")
    with pytest.raises(Invalid, match="no such page"):
        draw_page(text_pdf(), "application/pdf", 9)


def test_a_file_is_what_it_begins_with() -> None:
    assert kind_of(drawn(kind="TIFF")) == "image/tiff"
    assert kind_of(text_pdf()) == "application/pdf"
    assert kind_of(b"<html>") == ""
    assert kind_of(b"") == ""


def test_the_reading_process_knows_nothing_of_the_house() -> None:
    text = (reader.SCRIPT).read_text()
    assert "fairline." not in text.split('"""', 2)[2]
    assert scan.MOST_PAGES == 30
    assert WORDS
