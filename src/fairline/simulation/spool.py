"""Puts recorded arrivals in order, however many there are: sorted runs on disk, merged on reading.

Memory holds one run. A record that fits into one is never written to disk.
"""

from collections.abc import Iterable, Iterator
from heapq import merge
from tempfile import TemporaryFile
from typing import IO

import msgspec

from fairline.simulation.arrivals import Heard

RUN = 100_000
# A run is encoded in pieces, so that merging reads a piece of each run at a time.
PIECE = 2_000

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Heard]).decode


class Spool:
    """Arrivals that can be read again and again, in the order of their times."""

    def __init__(self, heard: Iterable[Heard], *, run: int = RUN) -> None:
        self._file: IO[bytes] | None = None
        self._runs: list[list[tuple[int, int]]] = []
        self._last: list[Heard] = []
        for one in heard:
            self._last.append(one)
            if len(self._last) >= run:
                self._write()
        self._last.sort(key=_order)

    def __iter__(self) -> Iterator[Heard]:
        before: Heard | None = None
        runs = [self._read(pieces) for pieces in self._runs]
        for one in merge(*runs, self._last, key=_order):
            if before is None or not one.mark or (before.at, before.mark) != (one.at, one.mark):
                yield one
            before = one

    def close(self) -> None:
        if self._file:
            self._file.close()

    def _write(self) -> None:
        if self._file is None:
            self._file = TemporaryFile()  # noqa: SIM115  closed by `close`
        self._last.sort(key=_order)
        self._file.seek(0, 2)
        pieces = []
        for start in range(0, len(self._last), PIECE):
            data = _encode(self._last[start : start + PIECE])
            pieces.append((self._file.tell(), len(data)))
            self._file.write(data)
        self._runs.append(pieces)
        self._last = []

    def _read(self, pieces: list[tuple[int, int]]) -> Iterator[Heard]:
        for offset, size in pieces:
            assert self._file is not None
            self._file.seek(offset)
            yield from _decode(self._file.read(size))


def _order(one: Heard) -> tuple[float, str]:
    return one.at, one.mark
