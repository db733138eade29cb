"""Starts the process that reads scans, with a time limit, and understands what it says.

Called by the job and by the page that shows a scan. Never runs a decoder in this process.
"""

import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from shutil import which

import msgspec

from fairline.core.errors import Invalid

READ_S = 300
PAGE_S = 40
SCRIPT = Path(__file__).with_name("scan.py")
KINDS = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/tiff": b"",
}
# ISO 639-1 (of the brand or case) to Tesseract's names.
LANGUAGES = {
    "en": "eng", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "nl": "nld", "pl": "pol",
    "pt": "por", "sv": "swe", "da": "dan", "cs": "ces", "fi": "fin", "nb": "nor", "tr": "tur",
    "ru": "rus", "uk": "ukr", "el": "ell", "hu": "hun", "ro": "ron",
}  # fmt: skip


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What was made of a scan. `error` is for people; then the rest is empty."""

    pages: int = 0
    text: str = ""
    by: str = ""
    error: str = ""


def kind_of(data: bytes) -> str:
    """The media type by what a file begins with, '' for what is no scan."""
    if data[:4] in {b"II*\x00", b"MM\x00*"}:
        return "image/tiff"
    return next((kind for kind, start in KINDS.items() if start and data.startswith(start)), "")


def read_scan(data: bytes, media_type: str, language: str) -> Read:
    """The words of a scan. Never raises for what a file may hold: `error` says what was wrong."""
    code, out = _run("read", data, media_type, languages_for(language), timeout_s=READ_S)
    if code not in {0, 3}:
        return Read(error="The letter could not be read. Type it instead.")
    return msgspec.json.decode(out, type=Read)


def draw_page(data: bytes, media_type: str, number: int) -> bytes:
    """A page of a scan as PNG. Raises Invalid, saying why not."""
    code, out = _run("page", data, media_type, str(number), timeout_s=PAGE_S)
    if code == 0 and out:
        return out
    told = msgspec.json.decode(out, type=Read).error if code == 3 else ""
    raise Invalid(told or "The page could not be drawn.", code="bad_scan")


def languages_for(language: str) -> str:
    """What is installed of the language, and English; '' leaves it to Tesseract."""
    wanted = dict.fromkeys((LANGUAGES.get(language.partition("-")[0], ""), "eng"))
    return "+".join(one for one in wanted if one and one in installed_languages())


@lru_cache(maxsize=1)
def installed_languages() -> frozenset[str]:
    """What Tesseract knows on this machine; nothing without it."""
    if not which("tesseract"):
        return frozenset()
    done = subprocess.run(
        ["tesseract", "--list-langs"],  # noqa: S607  the system's own
        capture_output=True,
        timeout=20,
        check=False,
    )
    return frozenset(done.stdout.decode("utf-8", "replace").split("\n")[1:])


def _run(
    what: str, data: bytes, media_type: str, last: str, *, timeout_s: float
) -> tuple[int, bytes]:
    with tempfile.TemporaryDirectory(prefix="fairline-scan-") as folder:
        path = Path(folder) / "scan"
        path.write_bytes(data)
        # -I: nothing of the surroundings; the script is given by its path and imports no house.
        command = [sys.executable, "-I", str(SCRIPT), what, str(path), media_type, last]
        try:
            done = subprocess.run(  # noqa: S603  our own words, no shell
                command, capture_output=True, timeout=timeout_s, check=False, cwd=folder
            )
        except subprocess.TimeoutExpired:
            return 1, b""
    return done.returncode, done.stdout
