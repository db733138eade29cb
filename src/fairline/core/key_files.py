"""Where the master keys are: `secret.key` in the data folder, or the setting `secret_key`.

Older keys, which still open what has not been sealed anew, stand in the folder `keys` under their
ids, or in the setting `secret_key_previous`. What signs is derived from the first key and stays
when keys change (`keys/signing`), so that open pages and links on their way outlive that; it opens
nothing. `secrets.py` reads all of them, `fairline keys` changes them. Each file appears at once.
"""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from fairline.core.errors import NotFound, Unavailable

FILE = "secret.key"
FOLDER = "keys"
SIGNING = "signing"
LENGTH = 32
Stamp = tuple[tuple[int, int, int] | None, ...]


class Keys(NamedTuple):
    """The key that seals, those that only open, and what signs where no key of them does."""

    present: bytes
    older: tuple[bytes, ...] = ()
    signing: bytes = b""


def key_id_of(key: bytes) -> str:
    """The public fingerprint of a key: 32 bits of its hash, to tell keys apart."""
    return hashlib.sha256(key).hexdigest()[:8]


def mac_of(key: bytes) -> bytes:
    """What a key signs with. Nobody finds the key from it."""
    return hashlib.sha256(b"fairline sign" + key).digest()


class KeyFiles:
    """The keys of one install. With `setting` that is the present key, and files only open."""

    def __init__(self, folder: Path, *, setting: str = "", previous: str = "") -> None:
        self.file = folder / FILE
        self.folder = folder / FOLDER
        self.signing = self.folder / SIGNING
        self.setting = setting
        self.previous = previous

    def make(self) -> None:
        """See to it that there is a present key. Safe when two processes start at once."""
        if not self.setting:
            load_key(self.file)

    def read(self) -> Keys:
        """All of them. Raises NotFound without a present key, Unavailable for a damaged one."""
        older = [self.previous.encode()] if self.previous else []
        older += [key for path in self._older_files() if len(key := path.read_bytes()) >= LENGTH]
        signing = self.signing.read_bytes() if self.signing.exists() else b""
        if not self.setting:
            return Keys(_read(self.file), tuple(older), signing)
        if self.file.exists():
            older.append(_read(self.file))
        return Keys(self.setting.encode(), tuple(older), signing)

    def stamp(self) -> Stamp:
        """Changes when any key came, went or gave way to another. Two looks at the disk."""
        return tuple(_stamp(path) for path in (self.file, self.folder))

    def replace(self) -> str:
        """Let a new random key seal from now on; the one before still opens. Returns its id.

        The old key is safe in its own file before the new one takes its name, so that a crash at
        any moment loses neither.
        """
        old = _read(self.file)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        write_key(self.folder / f"{key_id_of(old)}.key", old)
        if not self.signing.exists():
            write_key(self.signing, mac_of(old))
        new = os.urandom(LENGTH)
        write_key(self.file, new)
        return key_id_of(new)

    def renew_signing(self) -> None:
        """Sign anew from now on: what was signed before counts no more."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        write_key(self.signing, os.urandom(LENGTH))

    def retire(self, key_id: str) -> None:
        """Remove an older key for good. Whoever calls has made sure that nothing needs it."""
        for path in self._older_files():
            if key_id_of(path.read_bytes()) == key_id:
                path.unlink()

    def _older_files(self) -> list[Path]:
        return sorted(self.folder.glob("*.key")) if self.folder.is_dir() else []


def load_key(path: Path) -> bytes:
    """Read the key file, made (mode 0600) when absent. Safe when two processes start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    key = os.urandom(LENGTH)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def write_key(path: Path, key: bytes) -> None:
    """Put a key in place, whole or not at all, readable by its owner only."""
    beside = path.with_name(f".{path.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as target:
        target.write(key)
        target.flush()
        os.fsync(target.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"There is no key file {path}.", code="no_key_file") from None
    if len(key) < LENGTH:
        raise Unavailable(
            f"The key file {path} is too short. Restore it from the backup.", code="bad_key_file"
        )
    return key


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
