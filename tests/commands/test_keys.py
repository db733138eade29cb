"""`fairline keys` as an operator uses it, and a rotation that is cut off at the worst moment."""

import tarfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from fairline.channels.tables import inboxes
from fairline.cli import main
from fairline.commands.backup_files import write_backup
from fairline.commands.key_rotation import rotate
from fairline.core.errors import Conflict
from fairline.core.key_files import KeyFiles
from fairline.core.secrets import Keyring
from fairline.core.settings import Settings
from fairline.db.sealed import SEALED, counts
from fairline.wiring import Office, key_files_of
from tests.conftest import Cast

PURPOSE = "inbox.secrets"


class PoweredOff(Exception):
    """The machine went away here."""


def seal_all(office: Office, ring: Keyring) -> None:
    with office.database.write() as unit:
        for inbox_id in unit.execute(sa.select(inboxes.c.id)).scalars().all():
            sealed = ring.seal(b'{"smtp_password": "secret"}', purpose=PURPOSE)
            unit.execute(sa.update(inboxes).where(inboxes.c.id == inbox_id).values(secrets=sealed))


def used(office: Office) -> set[str]:
    with office.database.read() as unit:
        return {key_id for sealed in SEALED for key_id in counts(unit, sealed)}


def ask(settings: Settings, *arguments: str, **more: str) -> Result:
    given = {"FAIRLINE_DATA_DIR": settings.data_dir, "FAIRLINE_DATABASE_URL": settings.url, **more}
    return CliRunner().invoke(main, ["keys", *arguments], env=given)


def test_a_rotation_that_is_cut_off_goes_on_with_its_key(office: Office, cast: Cast) -> None:
    seal_all(office, office.keyring)
    files, old = key_files_of(office.settings), office.keyring.key_id
    said: list[str] = []

    def cut(_: int) -> None:
        raise PoweredOff

    with pytest.raises(PoweredOff):
        rotate(office.database, office.keyring, files, rest_s=0, say=said.append, tick=cut)
    between = office.keyring.key_id
    assert between != old
    assert len(said) == 1

    done = rotate(office.database, office.keyring, files, rest_s=0, say=said.append)

    assert (done.key_id, done.is_new, done.retired, done.lost) == (between, False, [old], {})
    assert used(office) == {between}
    assert office.keyring.ids == [between]


def test_what_another_process_seals_with_the_old_key_meanwhile_is_taken_along(
    office: Office, cast: Cast
) -> None:
    """It had not looked yet: the key is kept until a whole round finds nothing."""
    stale = Keyring(office.settings.folder.joinpath("secret.key").read_bytes())
    seal_all(office, office.keyring)
    late = [lambda: seal_all(office, stale)]

    def tick(_: int) -> None:
        if late:
            late.pop()()

    files = key_files_of(office.settings)
    done = rotate(office.database, office.keyring, files, rest_s=0, say=lambda _: None, tick=tick)

    assert used(office) == {done.key_id}
    assert stale.key_id in done.retired


def test_the_old_key_rests_as_long_as_a_transaction_may_take(office: Office, cast: Cast) -> None:
    seal_all(office, office.keyring)
    files, old = key_files_of(office.settings), office.keyring.key_id
    waited: list[float] = []

    def wait(seconds: float) -> None:
        """Somebody who began before the change commits only now."""
        assert old in office.keyring.ids
        seal_all(office, Keyring((files.folder / f"{old}.key").read_bytes()))
        waited.append(seconds)

    done = rotate(office.database, office.keyring, files, rest_s=600, say=lambda _: None, wait=wait)

    assert 500 < waited[0] <= 600
    assert used(office) == {done.key_id}
    assert done.retired == [old]


def test_two_at_once_are_refused(office: Office, cast: Cast) -> None:
    files = key_files_of(office.settings)

    def again(_: int) -> None:
        other = key_files_of(office.settings)
        rotate(office.database, office.keyring, other, rest_s=0, say=lambda _: None)

    seal_all(office, office.keyring)
    with pytest.raises(Conflict) as refused:
        rotate(office.database, office.keyring, files, rest_s=0, say=lambda _: None, tick=again)
    assert refused.value.code == "rotating"


def test_list_rotate_and_check(office: Office, cast: Cast, settings: Settings) -> None:
    seal_all(office, office.keyring)
    old = office.keyring.key_id
    listed = ask(settings, "list")
    assert f"{old}  seals  2 inboxes" in listed.output

    done = ask(settings, "rotate", "--rest", "0")

    assert done.exit_code == 0, done.output
    assert "2 values are sealed anew." in done.output
    assert f"Nothing needs the key {old} any more" in done.output
    assert "2 inboxes open." in ask(settings, "check").output


def test_going_over_to_another_key_of_the_settings(
    office: Office, cast: Cast, settings: Settings
) -> None:
    seal_all(office, Keyring(b"the first key, out of the settings"))
    with_both = {
        "FAIRLINE_SECRET_KEY": "the second key, out of the settings",
        "FAIRLINE_SECRET_KEY_PREVIOUS": "the first key, out of the settings",
    }

    done = ask(settings, "rotate", **with_both)

    assert done.exit_code == 0, done.output
    assert "2 values are sealed anew." in done.output
    assert "Take it out of the settings." in done.output
    assert used(office) == {Keyring(b"the second key, out of the settings").key_id}
    only_new = {"FAIRLINE_SECRET_KEY": "the second key, out of the settings"}
    assert ask(settings, "check", **only_new).exit_code == 0
    lost = ask(settings, "check")
    assert lost.exit_code == 1
    assert "does not open" in lost.output


def test_what_cannot_be_opened_stays_as_it_is_and_is_named(
    office: Office, cast: Cast, settings: Settings
) -> None:
    other = Keyring(b"a key that nobody has any more, lost")
    seal_all(office, other)

    done = ask(settings, "rotate", "--rest", "0")

    assert done.exit_code == 1
    assert f"2 inboxes: sealed with the key {other.key_id}, which is not here." in done.output
    assert used(office) == {other.key_id}


def test_a_backup_under_way_carries_all_keys_it_needs(
    office: Office, cast: Cast, tmp_path: Path
) -> None:
    if not office.database.is_sqlite:
        pytest.skip("a backup of PostgreSQL needs pg_dump; its keys are the same")
    key_files_of(office.settings).replace()
    file = tmp_path / "all.tar.gz"

    write_backup(office, file)

    with tarfile.open(file) as tar:
        names = tar.getnames()
    older = KeyFiles(office.settings.folder).folder.glob("*.key")
    assert {"secret.key", "keys/signing", *(f"keys/{path.name}" for path in older)} <= set(names)
