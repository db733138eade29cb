"""The form of an exported case on disk: `case.json` and `files/SHA256`, in a folder or a zip.

Reading never unpacks: only these names are ever opened, each with a limit, so neither a path that
leads elsewhere nor a bomb does harm.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from fairline.cases.document import Document, decode, encode
from fairline.core.errors import Conflict, Invalid

CASE = "case.json"
FILES = "files"
MAX_JSON_BYTES = 128 * 1_048_576
MAX_FILE_BYTES = 512 * 1_048_576
MAX_ENTRIES = 50_000
# A fixed date, so that the same case makes the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_NAME = re.compile(r"[0-9a-f]{64}")


def write_zip(document: Document, blobs: Iterable[tuple[str, bytes]]) -> bytes:
    """The archive as bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in [(CASE, encode(document)), *((f"{FILES}/{n}", d) for n, d in blobs)]:
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, data)
    return target.getvalue()


def write_folder(folder: Path, document: Document, blobs: Iterable[tuple[str, bytes]]) -> None:
    """Raises Conflict when there is something in the folder already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(f"{folder} is there already.", code="exists")
    (folder / FILES).mkdir(parents=True)
    for name, data in blobs:
        (folder / FILES / name).write_bytes(data)
    (folder / CASE).write_bytes(encode(document))


class Archive:
    """An opened archive: the document, and its blobs read when they are asked for."""

    def __init__(self, source: "Source") -> None:
        self.document = decode(source.read(CASE, MAX_JSON_BYTES))
        self.blobs: Mapping[str, bytes] = _Blobs(source, self.document)


class _Blobs(Mapping[str, bytes]):
    def __init__(self, source: "Source", document: Document) -> None:
        self._source = source
        self._names = [part.sha256 for part in document.blobs if _NAME.fullmatch(part.sha256)]

    def __getitem__(self, name: str) -> bytes:
        if not _NAME.fullmatch(name):
            raise KeyError(name)
        return self._source.read(f"{FILES}/{name}", MAX_FILE_BYTES)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def open_archive(path: Path) -> Archive:
    """A folder, a zip or a bare `case.json` without files. Raises Invalid."""
    if path.is_dir():
        return Archive(_Folder(path))
    if path.suffix.lower() == ".json":
        return Archive(_Folder(path.parent, path.name))
    return Archive(_Zip(path))


class Source(Protocol):
    """Where members are read from. Raises Invalid for one that is missing or too large."""

    def read(self, name: str, most: int) -> bytes: ...


class _Folder:
    def __init__(self, folder: Path, case: str = CASE) -> None:
        self._folder = folder
        self._case = case

    def read(self, name: str, most: int) -> bytes:
        path = self._folder / (self._case if name == CASE else name)
        if not path.is_file():
            raise _missing(name)
        with path.open("rb") as opened:
            return _checked(opened.read(most + 1), name, most)


class _Zip:
    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise Invalid(f"{path} is no readable zip: {error}.", code="bad_export") from error
        names = self._zip.namelist()
        if len(names) > MAX_ENTRIES or len(set(names)) != len(names):
            raise Invalid(f"{path} is no exported case.", code="bad_export")

    def read(self, name: str, most: int) -> bytes:
        try:
            with self._zip.open(name) as opened:
                return _checked(opened.read(most + 1), name, most)
        except KeyError as error:
            raise _missing(name) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise Invalid(
                f"{name} in the export is damaged: {error}.", code="bad_export"
            ) from error


def _missing(name: str) -> Invalid:
    return Invalid(f"{name} is missing in the export.", code="bad_export")


def _checked(data: bytes, name: str, most: int) -> bytes:
    if len(data) > most:
        raise Invalid(
            f"{name} in the export is larger than {most // 1_048_576} MB.", code="bad_export"
        )
    return data
