"""Reads scans in a process of its own: `python -m fairline.handoff.letters.scan read|page …`.

Whatever a file holds, only this process suffers: it gives itself limits of memory and time before
it looks. PDFs are read by PDFium, pictures by Pillow, letters in pictures by the system's
Tesseract. Called by `reader.py`; talks JSON (or PNG) on stdout, and imports nothing of the house.
"""

import io
import json
import os
import resource
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST_PAGES = 30
# A page of A3 at 300 dots an inch has 17 million; what claims more is a mistake or an attack.
MOST_PIXELS = 40_000_000
DOTS_PER_INCH = 300
MEMORY_BYTES = 1_500_000_000
CPU_S = 240
PAGE_S = 90
# So few letters on a page of a PDF are a stamp, not its text: then the picture is read.
FEW_LETTERS = 25
TESSERACT = "tesseract"
DAMAGED = "The picture is damaged, or no JPEG, PNG or TIFF."


class Unreadable(Exception):
    """Said to people: what is wrong with the file."""


def limit() -> None:
    """Before anything is opened: no more memory, time or files than a letter needs."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 10))
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000_000, 200_000_000))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)


def read(path: Path, media_type: str, languages: str) -> dict[str, Any]:
    """The text of every page. `by`: text (it was in the file), machine (recognised) or both."""
    texts: list[str] = []
    ways: set[str] = set()
    pages = 0
    for own, picture in _pages(path, media_type):
        pages += 1
        if len("".join(own.split())) >= FEW_LETTERS:
            texts.append(own)
            ways.add("text")
        else:
            texts.append(_recognise(picture(), languages))
            ways.add("machine")
    text = "\n\n".join(one for each in texts if (one := each.strip()))
    return {"pages": pages, "text": text, "by": "both" if len(ways) > 1 else "".join(ways)}


def page(path: Path, media_type: str, number: int) -> bytes:
    """One page (from 1) as a PNG that browsers show."""
    for at, (_, picture) in enumerate(_pages(path, media_type), start=1):
        if at == number:
            shown = picture().convert("RGB")
            shown.thumbnail((1400, 2000))
            out = io.BytesIO()
            shown.save(out, "PNG", optimize=False)
            return out.getvalue()
    raise Unreadable("The letter has no such page.")


def _pages(path: Path, media_type: str) -> Iterator[tuple[str, Any]]:
    """The text in the file, and a function that gives the picture, of each page."""
    if media_type == "application/pdf":
        yield from _pdf_pages(path)
    else:
        yield from _picture_pages(path)


def _pdf_pages(path: Path) -> Iterator[tuple[str, Any]]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise Unreadable(
            "The PDF is locked with a password." if locked else "The PDF is damaged."
        ) from error
    if len(document) > MOST_PAGES:
        raise Unreadable(f"The letter has more than {MOST_PAGES} pages.")
    for number in range(len(document)):
        sheet = document[number]
        width, height = sheet.get_size()
        dots = width * height * (DOTS_PER_INCH / 72) ** 2
        scale = DOTS_PER_INCH / 72 * min(1.0, (MOST_PIXELS / max(dots, 1.0)) ** 0.5)

        def picture(sheet: Any = sheet, scale: float = scale) -> Any:
            return sheet.render(scale=scale, grayscale=True).to_pil()

        yield sheet.get_textpage().get_text_bounded(), picture


def _picture_pages(path: Path) -> Iterator[tuple[str, Any]]:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        image = Image.open(path, formats=("JPEG", "PNG", "TIFF"))
        many = getattr(image, "n_frames", 1)
        if many > MOST_PAGES:
            raise Unreadable(f"The letter has more than {MOST_PAGES} pages.")
        for number in range(many):
            image.seek(number)
            if image.width * image.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            yield "", lambda: _upright(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unreadable("The picture is too large. Scan it with 300 dots an inch.") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Unreadable(DAMAGED) from error


def _upright(image: Any) -> Any:
    """The pixels, decoded only now, turned as the camera was held."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image).convert("L")
    except (OSError, SyntaxError, ValueError) as error:
        raise Unreadable(DAMAGED) from error


def _recognise(picture: Any, languages: str) -> str:
    if not shutil.which(TESSERACT):
        raise Unreadable(
            "No text recognition is installed. Install tesseract-ocr (on Debian or Ubuntu: "
            "sudo apt-get install tesseract-ocr tesseract-ocr-eng tesseract-ocr-deu), or type the "
            "letter."
        )
    data = io.BytesIO()
    picture.save(data, "PNG", compress_level=1, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    command = [TESSERACT, "stdin", "stdout", "--psm", "3"]
    if languages:
        command += ["-l", languages]
    try:
        done = subprocess.run(  # noqa: S603  our own words, no shell
            command,
            input=data.getvalue(),
            capture_output=True,
            timeout=PAGE_S,
            check=False,
            env={"PATH": os.environ.get("PATH", ""), "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8",
                 **{k: v for k, v in os.environ.items() if k == "TESSDATA_PREFIX"}},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Unreadable("A page took too long to read.") from error
    if done.returncode:
        raise Unreadable("Text recognition failed on a page.")
    return done.stdout.decode("utf-8", "replace").replace("\x0c", "")


def main(arguments: list[str]) -> int:
    """`read PATH TYPE LANGUAGES` or `page PATH TYPE NUMBER`."""
    limit()
    what, path, media_type, last = arguments
    try:
        if what == "page":
            sys.stdout.buffer.write(page(Path(path), media_type, int(last)))
        else:
            sys.stdout.write(json.dumps(read(Path(path), media_type, last)))
    except Unreadable as error:
        sys.stdout.write(json.dumps({"error": str(error)}))
        return 3
    except MemoryError:
        sys.stdout.write(json.dumps({"error": "The letter takes too much memory to read."}))
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
