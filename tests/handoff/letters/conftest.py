"""Letters as they lie on the desk: drawn here, so that what they say is known."""

import io
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.desk.conftest import ben, browsers, sit

__all__ = ["ben", "browsers", "sit"]

WORDS = "My meter shows 4711 units.\nPlease send a corrected bill.\nYours sincerely, Cleo"
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")

# Where everything is there, a missing one is a failure and no reason to look away.
needs_tesseract = pytest.mark.skipif(
    not shutil.which("tesseract") and not os.environ.get("FAIRLINE_TEST_REQUIRE_ALL"),
    reason="tesseract-ocr is not installed",
)


def drawn(words: str = WORDS, kind: str = "PNG", pages: int = 1) -> bytes:
    """A page with words, as a scanner makes one."""
    font = ImageFont.truetype(str(FONT), 40) if FONT.exists() else ImageFont.load_default(40)
    sheets = []
    for number in range(pages):
        sheet = Image.new("L", (1240, 900), 255)
        more = f"\nPage {number + 1}" if pages > 1 else ""
        ImageDraw.Draw(sheet).multiline_text((80, 80), words + more, fill=0, font=font, spacing=24)
        sheets.append(sheet)
    out = io.BytesIO()
    more_pages = {"save_all": True, "append_images": sheets[1:]} if kind in {"TIFF", "PDF"} else {}
    sheets[0].save(out, kind, dpi=(150, 150), **more_pages)
    return out.getvalue()


def text_pdf(words: str = WORDS) -> bytes:
    """A PDF that holds its text, as an office program writes one. Built by hand: 40 lines of PDF."""
    shown = " ".join(f"({line}) Tj T*" for line in words.split("\n"))
    stream = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET".encode("latin-1")
    fonts = b"/Resources << /Font << /F1 5 0 R >> >>"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R %s >>" % fonts,
        b"<< /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, part in enumerate(parts, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + part + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n".encode()
    for offset in offsets:
        out += f"{offset:010} 00000 n \n".encode()
    out += f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)
