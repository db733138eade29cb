"""The form of a backup: a compressed tar of exactly these members, nothing else is ever unpacked.

manifest.json   what wrote it, when, which engine and revision, and which key it belongs to
fairline.db     the SQLite database, or
fairline.dump   PostgreSQL's own dump
secret.key      the key file, unless the key comes from the settings
keys/ID.key     older keys, where a rotation of keys is under way
keys/signing    what signs, where that is not the present key
"""

import io
import os
import re
import tarfile
import tempfile
import zlib
from datetime import datetime
from pathlib import Path

import msgspec

from fairline import __version__
from fairline.core.clock import now
from fairline.core.errors import Conflict, Invalid
from fairline.core.key_files import FILE as KEY
from fairline.core.key_files import FOLDER, SIGNING, key_id_of, write_key
from fairline.core.settings import Settings
from fairline.db.copies import check_copy, copy_out, put_back
from fairline.db.engine import open_database
from fairline.db.migrate import known_revisions, schema_of
from fairline.wiring import Office

FORMAT = "fairline-backup"
NAMES = {"sqlite": "fairline.db", "postgresql": "fairline.dump"}
OLDER = re.compile(r"keys/([0-9a-f]{8}\.key|signing)")


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`key_id` is the public fingerprint of the key that opens the stored passwords."""

    format: str
    version: int
    program: str
    written_at: datetime
    engine: str
    revision: str
    key_id: str


def write_backup(office: Office, file: Path) -> int:
    """Write it beside `file` first, then in its place. Returns its size in bytes."""
    engine = "sqlite" if office.database.is_sqlite else "postgresql"
    keys = _keys_of(office.settings)
    folder = file.absolute().parent
    manifest = Manifest(
        format=FORMAT,
        version=1,
        program=__version__,
        written_at=now(),
        engine=engine,
        revision=schema_of(office.database).present,
        key_id=key_id_of(keys[KEY]) if KEY in keys else office.keyring.key_id,
    )
    with tempfile.TemporaryDirectory(dir=folder, prefix=".fairline-backup-") as work:
        copy = Path(work) / NAMES[engine]
        copy_out(office.database, copy)
        packed = Path(work) / "packed"
        with tarfile.open(packed, "w:gz", compresslevel=6) as tar:
            _add(tar, "manifest.json", msgspec.json.encode(manifest))
            # Those of before and of after the copy: keys may have been rotated meanwhile.
            for name, key in {**_keys_of(office.settings, but=keys.get(KEY)), **keys}.items():
                _add(tar, name, key)
            tar.add(copy, NAMES[engine], filter=_ours)
        packed.chmod(0o600)
        with packed.open("rb+") as written:
            os.fsync(written.fileno())
        packed.replace(file)
    return file.stat().st_size


def _keys_of(settings: Settings, *, but: bytes | None = None) -> dict[str, bytes]:
    """Member name -> key; the present one only opens when another (`but`) has its place.

    A key from the settings is not ours to copy.
    """
    present = settings.folder / KEY
    key = present.read_bytes() if present.exists() else b""
    keys = [path.read_bytes() for path in (settings.folder / FOLDER).glob("*.key")]
    keys += [key] if settings.secret_key or but not in {None, key} else []
    found = {f"{FOLDER}/{key_id_of(one)}.key": one for one in keys if one}
    if (signing := settings.folder / FOLDER / SIGNING).exists():
        found[f"{FOLDER}/{SIGNING}"] = signing.read_bytes()
    return found if settings.secret_key or not key else {**found, KEY: key}


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = len(data), 0o600, int(now().timestamp())
    tar.addfile(member, io.BytesIO(data))


def _ours(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def read_backup(settings: Settings, file: Path, *, replace: bool) -> list[Path]:
    """Put a backup in place. Returns where what was there before is now.

    Everything is checked before anything is changed. Raises Invalid, Conflict.
    """
    settings.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.folder, prefix=".restore-") as work:
        manifest, keys = _unpack(file, Path(work))
        key = keys.pop(KEY, b"")
        copy = Path(work) / NAMES[manifest.engine]
        database = open_database(settings.url)
        try:
            if database.is_sqlite != (manifest.engine == "sqlite"):
                raise Invalid(
                    f"This is a backup of {manifest.engine}; the settings name another engine.",
                    code="wrong_engine",
                )
            if manifest.engine == "sqlite":
                check_copy(copy)
            present = settings.folder / KEY
            is_other = key and present.exists() and present.read_bytes() != key
            if is_other and not replace:
                raise Conflict(
                    f"{present} is another key than the backup's. With --replace it gives way.",
                    code="data_in_the_way",
                )
            old_database = put_back(database, copy, replace=replace)
        finally:
            database.close()
        kept = [old_database] if old_database else []
        if is_other:
            kept.append(_aside(present))
        for name, older in keys.items():
            (settings.folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
            write_key(settings.folder / name, older)
        if key:
            write_key(present, key)
    return kept


def _unpack(file: Path, work: Path) -> tuple[Manifest, dict[str, bytes]]:
    """Take out the members we know: the manifest, and keys by name. Raises Invalid for anything
    but a whole backup.
    """
    try:
        with tarfile.open(file, "r:*") as tar:
            members = {m.name: m for m in tar.getmembers() if m.isfile()}
            manifest = msgspec.json.decode(_read(tar, members["manifest.json"]), type=Manifest)
            if manifest.format != FORMAT or manifest.version != 1:
                raise Invalid(f"{file} is not a backup that this program knows.", code="bad_backup")
            if manifest.revision not in known_revisions():
                raise Invalid(
                    f"The backup was written by Fairline {manifest.program}, which is newer than "
                    f"this one ({__version__}).",
                    code="backup_newer",
                )
            keys = {
                name: _read(tar, member)
                for name, member in members.items()
                if name == KEY or OLDER.fullmatch(name)
            }
            name = NAMES[manifest.engine]
            with (work / name).open("wb") as target:
                source = tar.extractfile(members[name])
                assert source is not None
                while block := source.read(1_048_576):
                    target.write(block)
    except (tarfile.TarError, zlib.error, EOFError, OSError, KeyError, ValueError) as error:
        raise Invalid(f"{file} is not a whole backup: {error}.", code="bad_backup") from error
    if KEY in keys and key_id_of(keys[KEY]) != manifest.key_id:
        raise Invalid("The key in the backup is not the one it was made with.", code="bad_backup")
    return manifest, keys


def _read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    source = tar.extractfile(member)
    assert source is not None
    return source.read(1_048_576)


def _aside(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"{path.name}.before-restore-{number}")).exists():
        number += 1
    path.rename(kept)
    return kept
