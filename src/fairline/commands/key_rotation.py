"""Moves an install to a new master key while it serves, and can be cut off at any moment.

First the new key takes its place and the old one is kept beside it, so that every process opens
both; then all that is sealed is sealed anew, until a whole round finds nothing left; and only when
nothing can be under way that began with the old key is that removed. Begun again after a crash it
goes on with the key it had made. The rows are in `db/sealed.py`, the files in `core/key_files.py`.
"""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from fairline.core.clock import now
from fairline.core.errors import Conflict
from fairline.core.key_files import KeyFiles
from fairline.core.secrets import Keyring
from fairline.db.engine import Database
from fairline.db.sealed import SEALED, key_use, seal_anew

LOCK = ".rotating"


class Rotated(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it. `lost` are keys that are not here, with what is sealed by them; `kept` are
    older keys that something still needs.
    """

    key_id: str
    is_new: bool
    moved: int
    retired: list[str]
    kept: list[str]
    lost: dict[str, dict[str, int]]


def _let_pass(seconds: float) -> None:
    threading.Event().wait(seconds)


def rotate(
    database: Database,
    keyring: Keyring,
    files: KeyFiles,
    *,
    rest_s: float,
    say: Callable[[str], None],
    tick: Callable[[int], None] = lambda _done: None,
    wait: Callable[[float], object] = _let_pass,
) -> Rotated:
    """Go over to a new key, or go on with what was begun. Raises Conflict while another does.

    `rest_s` is how long a transaction may take: the old key stays at least so long.
    """
    with _alone(files):
        keyring.look()
        is_new = not files.setting and len(keyring.ids) == 1
        if is_new:
            files.replace()
            keyring.look()
            say(f"The key {keyring.key_id} seals from now on. The one before still opens.")
        moved = _seal_all(database, keyring, tick)
        retired = []
        older = keyring.ids[1:]
        if older:
            if (rest := _rest_of(files, rest_s)) > 0:
                say(f"Waiting {rest:.0f} s for what began before.")
                wait(rest)
                moved += _seal_all(database, keyring, tick)
            with database.read() as unit:
                use = key_use(unit)
            retired = [key_id for key_id in older if key_id not in use]
            for key_id in retired:
                files.retire(key_id)
            keyring.look()
        with database.read() as unit:
            use = key_use(unit)
    return Rotated(
        key_id=keyring.key_id,
        is_new=is_new,
        moved=moved,
        retired=retired,
        kept=[key_id for key_id in older if key_id in use],
        lost={key_id: what for key_id, what in use.items() if key_id not in keyring.ids},
    )


def _seal_all(database: Database, keyring: Keyring, tick: Callable[[int], None]) -> int:
    """Until a whole round moves nothing: others may seal with the old key until they look."""
    moved = 0
    while True:
        keyring.look()
        round_ = sum(seal_anew(database, keyring, sealed, tick=tick).moved for sealed in SEALED)
        if not round_:
            return moved
        moved += round_


def _rest_of(files: KeyFiles, rest_s: float) -> float:
    """How long the present key has yet to stand. A key of the settings stands since the start."""
    if files.setting:
        return 0.0
    return rest_s - (now().timestamp() - files.file.stat().st_mtime)


@contextmanager
def _alone(files: KeyFiles) -> Iterator[None]:
    """One at a time; the hold goes with the process, however that ends."""
    files.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(files.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("Keys are being rotated already.", code="rotating") from None
        yield
    finally:
        os.close(handle)
