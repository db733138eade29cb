"""What is sealed opens with its own key and purpose only, also while the key changes."""

import os
from pathlib import Path

import pytest

from fairline.core.errors import NotFound, Unavailable
from fairline.core.key_files import FOLDER, KeyFiles, key_id_of
from fairline.core.secrets import DataKey, Keyring


def files_at(folder: Path) -> KeyFiles:
    files = KeyFiles(folder)
    files.make()
    return files


def test_a_sealed_value_opens_with_its_purpose_only(tmp_path: Path) -> None:
    ring = Keyring(source=files_at(tmp_path))
    sealed = ring.seal(b"hunter2", purpose="inbox")

    assert ring.open(sealed, purpose="inbox") == b"hunter2"
    assert b"hunter2" not in sealed.encode()
    with pytest.raises(Unavailable):
        ring.open(sealed, purpose="another column")
    with pytest.raises(Unavailable):
        ring.open(sealed[:-4] + "AAA=", purpose="inbox")


def test_a_ring_that_is_in_use_takes_up_a_new_key_and_opens_both(tmp_path: Path) -> None:
    files = files_at(tmp_path)
    here, elsewhere = Keyring(source=files), Keyring(source=KeyFiles(tmp_path))
    before = here.seal(b"old", purpose="p")
    signed = here.sign("session", purpose="csrf")

    new = files.replace()

    after = here.seal(b"new", purpose="p")
    assert after.startswith(f"{new}.")
    assert elsewhere.ids != [new]  # it has not looked yet
    assert elsewhere.open(after, purpose="p") == b"new"
    assert elsewhere.open(before, purpose="p") == b"old"
    assert elsewhere.verify("session", signed, purpose="csrf")
    assert not elsewhere.verify("session", "é" + signed[1:], purpose="csrf")


def test_a_retired_key_opens_nothing_any_more(tmp_path: Path) -> None:
    files = files_at(tmp_path)
    ring = Keyring(source=files)
    old, sealed = ring.key_id, ring.seal(b"old", purpose="p")
    files.replace()
    files.retire(old)

    with pytest.raises(Unavailable) as refused:
        Keyring(source=files).open(sealed, purpose="p")

    assert refused.value.code == "wrong_key"
    assert old in refused.value.detail


def test_what_is_signed_outlives_a_change_of_the_key_until_it_is_renewed(tmp_path: Path) -> None:
    """Open pages, links and codes on their way go on; but nothing that was sealed with it opens."""
    files = files_at(tmp_path)
    ring = Keyring(source=files)
    old, signed = ring.key_id, ring.sign("session", purpose="csrf")
    key = files.file.read_bytes()

    for _ in range(2):
        files.replace()
        files.retire(old)
        old = Keyring(source=files).key_id
        assert ring.sign("session", purpose="csrf") == signed
        assert ring.verify("session", signed, purpose="csrf")
    assert not ring.verify("another", signed, purpose="csrf")
    assert key not in b"".join(path.read_bytes() for path in files.folder.iterdir())

    files.renew_signing()
    assert not ring.verify("session", signed, purpose="csrf")
    assert ring.sign("session", purpose="csrf") == Keyring(source=files).sign(
        "session", purpose="csrf"
    )


def test_a_crash_between_the_two_files_loses_no_key(tmp_path: Path) -> None:
    """The old key has its own file before the new one takes its name."""
    files = files_at(tmp_path)
    sealed = Keyring(source=files).seal(b"old", purpose="p")
    key = files.file.read_bytes()
    files.folder.mkdir()
    (files.folder / f"{key_id_of(key)}.key").write_bytes(key)  # and then it was killed

    ring = Keyring(source=files)

    assert ring.ids == [key_id_of(key)]
    assert ring.open(sealed, purpose="p") == b"old"


def test_keys_that_cannot_be_read_for_a_while_change_nothing(tmp_path: Path) -> None:
    files = files_at(tmp_path)
    ring = Keyring(source=files)
    files.file.unlink()

    assert ring.open(ring.seal(b"x", purpose="p"), purpose="p") == b"x"
    with pytest.raises(NotFound):
        Keyring(source=files)


def test_the_settings_key_seals_and_files_and_the_previous_one_still_open(tmp_path: Path) -> None:
    by_file = Keyring(source=files_at(tmp_path)).seal(b"file", purpose="p")
    before = Keyring(b"the setting before").seal(b"setting", purpose="p")

    ring = Keyring(source=KeyFiles(tmp_path, setting="now", previous="the setting before"))

    assert ring.key_id == key_id_of(b"now")
    assert ring.open(by_file, purpose="p") == b"file"
    assert ring.open(before, purpose="p") == b"setting"


def test_key_files_are_for_their_owner_only(tmp_path: Path) -> None:
    files = files_at(tmp_path)
    files.replace()

    kept = [files.file, *(tmp_path / FOLDER).glob("*.key")]
    assert len(kept) == 2
    assert all(path.stat().st_mode & 0o077 == 0 for path in [*kept, tmp_path / FOLDER])
    assert not list(tmp_path.glob(".*.new"))


def test_a_data_key_binds_a_value_to_where_it_belongs() -> None:
    key = DataKey()
    sealed = key.seal(b"DE89", purpose="case 1 form 1 iban")

    assert DataKey(key.raw).open(sealed, purpose="case 1 form 1 iban") == b"DE89"
    altered = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for other, value, purpose in (
        (key, sealed, "case 1 form 1 name"),
        (key, altered, "case 1 form 1 iban"),
        (DataKey(os.urandom(32)), sealed, "case 1 form 1 iban"),
        (key, b"", "case 1 form 1 iban"),
    ):
        with pytest.raises(Unavailable):
            other.open(value, purpose=purpose)
