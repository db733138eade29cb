"""Looks an install over and says of each part whether it is well, and what to do if not.

Changes nothing. A check that cannot be made because an earlier one failed is left out.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from fairline.commands.doctor_inboxes import look_at_inboxes, look_at_queues
from fairline.commands.verdicts import Verdict, fail, ok, warn
from fairline.core.clock import now
from fairline.core.errors import FairlineError, NotFound
from fairline.core.key_files import FOLDER
from fairline.core.secrets import Keyring
from fairline.core.settings import Settings
from fairline.db.engine import Database, open_database
from fairline.db.health import (
    clock_gap_s,
    engine_version,
    newest_moment,
    problems_in_file,
    shown_url,
)
from fairline.db.migrate import schema_of
from fairline.db.sealed import key_use, use_words
from fairline.wiring import key_files_of

MB = 1_048_576
LEAST_FREE_BYTES = 200 * MB
GOOD_FREE_BYTES = 1024 * MB
WORST_GAP_S = 5.0
STATIC = Path(__file__).parents[1] / "web/static"


def look_over(settings: Settings) -> Iterator[Verdict]:
    """Every verdict, in the order in which one would mend them."""
    yield ok("Settings", f"data in {settings.folder}")
    if not settings.database_url and not (settings.folder / "fairline.db").exists():
        yield fail(
            "Install",
            f"there is no database in {settings.folder}",
            "Start it with `fairline serve`, or name another folder with --data-dir.",
        )
        return
    yield from look_at_folder(settings.folder)
    yield look_at_key(settings)
    yield look_at_base_url(settings)
    yield look_at_assets()
    database = open_database(settings.url)
    try:
        yield from look_at_database(settings, database)
    finally:
        database.close()


def look_at_folder(folder: Path) -> Iterator[Verdict]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield fail(
            "Data folder",
            f"cannot be written to: {error.strerror}",
            f"Let the user that runs Fairline own {folder}.",
        )
        return
    yield ok("Data folder", "can be written to")
    free = shutil.disk_usage(folder).free
    text = f"{free // MB:,} MB free"
    if free < LEAST_FREE_BYTES:
        yield fail("Disk", text, "Make room now: soon nothing can be stored any more.")
    elif free < GOOD_FREE_BYTES:
        yield warn("Disk", text, "Make room, or move the data folder to a larger disk.")
    else:
        yield ok("Disk", text)


def look_at_key(settings: Settings) -> Verdict:
    if settings.secret_key:
        return ok("Key", "comes from the setting secret_key")
    path = settings.folder / "secret.key"
    if not path.exists():
        return warn(
            "Key",
            f"there is no {path}",
            "One is made at the next start. If there was one, restore it from a backup first: "
            "stored passwords open with it only.",
        )
    if path.stat().st_size < 32:
        return fail("Key", f"{path} is too short", "Restore it from a backup.")
    if os.name == "posix" and path.stat().st_mode & 0o077:
        return warn("Key", f"others can read {path}", f"chmod 600 {path}")
    return ok("Key", "is there, and only its owner can read it")


def look_at_sealed(settings: Settings, database: Database) -> Verdict:
    """Whether the keys for all that is sealed are here."""
    try:
        ids = Keyring(source=key_files_of(settings)).ids
    except FairlineError as error:
        ids = []
        if not isinstance(error, NotFound):
            return fail("Sealed values", error.text, "Restore the key file from a backup.")
    with database.read() as unit:
        use = key_use(unit)
    for key_id in sorted(set(use) - set(ids)):
        return fail(
            "Sealed values",
            f"{use_words(use[key_id])}: sealed with the key {key_id}, which is not here",
            f"Put that key file into {settings.folder / FOLDER}, under any name that ends in .key, "
            "then run `fairline keys rotate`. If it is lost for good: enter the passwords again, "
            "and ask customers for their details again. All else works.",
        )
    if older := ids[1:]:
        return warn(
            "Sealed values",
            f"older keys are still here: {', '.join(older)}",
            "`fairline keys rotate` seals anew what needs them, and removes them.",
        )
    return ok("Sealed values", "the key for all of them is here")


def look_at_base_url(settings: Settings) -> Verdict:
    parts = urlsplit(settings.public_url)
    if not settings.base_url:
        return warn(
            "Address",
            f"base_url is not set, so links in mail say {settings.public_url}",
            "Set base_url to where customers reach you.",
        )
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return fail(
            "Address", f"{settings.base_url} is no web address", "As https://help.acme.com."
        )
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        return warn(
            "Address",
            f"{settings.public_url} is not encrypted",
            "Put a certificate before it and set base_url to the https address: secret links "
            "travel in it.",
        )
    return ok("Address", settings.public_url)


def look_at_assets() -> Verdict:
    missing = [
        name
        for name in ("js/desk.js", "js/board.js", "css/tokens.css")
        if not (STATIC / name).exists() or not (STATIC / name).stat().st_size
    ]
    if missing:
        return fail(
            "Pages",
            f"missing or empty: {', '.join(missing)}",
            "Install Fairline again: the wheel has them.",
        )
    return ok("Pages", "their scripts and styles are there")


def look_at_database(settings: Settings, database: Database) -> Iterator[Verdict]:
    try:
        yield ok("Database", f"{engine_version(database)} answers at {shown_url(database)}")
        schema = schema_of(database)
    except FairlineError as error:
        yield fail("Database", str(error), "Start it, or correct database_url.")
        return
    if schema.is_newer:
        yield fail(
            "Schema",
            f"revision {schema.present} is newer than this program knows ({schema.head})",
            "Run the newer Fairline again, or restore an older backup.",
        )
        return
    if schema.pending:
        yield fail(
            "Schema",
            f"{schema.present or 'empty'}; needs {', '.join(schema.pending)}",
            "Run `fairline migrate`.",
        )
        return
    yield ok("Schema", f"revision {schema.present}")
    if found := problems_in_file(database):
        yield fail("Database file", found[0], "It is damaged. Restore a backup.")
    yield look_at_search(database)
    yield look_at_line(database)
    yield look_at_clock(database)
    yield look_at_sealed(settings, database)
    yield from look_at_inboxes(settings, database)
    yield from look_at_queues(database)


def look_at_search(database: Database) -> Verdict:
    from fairline.cases.search import search

    try:
        with database.read() as unit:
            search(unit, "a fair line", limit=1)
    except FairlineError as error:
        return fail("Search", str(error), "Restore a backup, or ask for help.")
    return ok("Search", "answers")


def look_at_line(database: Database) -> Verdict:
    """Whether the places told are the places held: the counters against the line itself."""
    from fairline.line import counted

    with database.read() as unit:
        wrong = counted.differences(unit)
    if wrong:
        many = "100 or more" if wrong >= 100 else str(wrong)
        return fail(
            "Line",
            f"{many} of the counters that places are told from are wrong",
            "Run `fairline line recount`. The order of the line itself is right.",
        )
    return ok("Line", "the counters that places are told from agree with it")


def look_at_clock(database: Database) -> Verdict:
    gap = clock_gap_s(database)
    if abs(gap) > WORST_GAP_S:
        return warn(
            "Clock",
            f"the database's clock is {gap:+.0f} s from ours",
            "Let both machines take the time from a time server.",
        )
    newest = newest_moment(database)
    if newest and (newest - now()).total_seconds() > WORST_GAP_S:
        return warn(
            "Clock",
            f"the last event is from {newest:%Y-%m-%d %H:%M} UTC, which is to come",
            "The clock was turned back. Let the machine take the time from a time server.",
        )
    return ok("Clock", f"{now():%Y-%m-%d %H:%M} UTC")


def worst(verdicts: list[Verdict]) -> str:
    """The level of all together."""
    levels = {verdict.level for verdict in verdicts}
    return "fail" if "fail" in levels else "warn" if "warn" in levels else "ok"


def as_answer(verdicts: list[Verdict]) -> dict[str, object]:
    """The whole look as JSON."""
    return {"verdict": worst(verdicts), "checks": [msgspec.to_builtins(v) for v in verdicts]}
