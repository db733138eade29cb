"""Seals and opens the answers of a case with its own data key.

The data key is sealed with a master key. Where that is lost, what was sealed before cannot be
opened any more, and says so; what is sent from then on gets a new data key.
"""

import msgspec

from fairline.core.errors import Unavailable
from fairline.core.ids import new_id
from fairline.core.secrets import DataKey, Keyring
from fairline.db.unit import Unit
from fairline.handoff.forms import store
from fairline.handoff.forms.rows import Answer, CaseKey, SecureForm
from fairline.handoff.forms.tables import key_purpose

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Answer)


def seal_answers(
    unit: Unit, keyring: Keyring, form: SecureForm, answers: dict[str, Answer]
) -> None:
    """Keep them sealed, in place of what the form held before. *Effects*: rows; perhaps a key."""
    row, key = _key_of(unit, keyring, form.case_id)
    sealed = {
        field: key.seal(_ENCODER.encode(answer), purpose=_purpose(row, form, field))
        for field, answer in answers.items()
    }
    store.put_answers(unit, form.id, row.id, sealed)


def open_answers(
    unit: Unit, keyring: Keyring, form: SecureForm, fields: set[str]
) -> dict[str, Answer]:
    """The answers of these fields. Raises Unavailable with what to do when the key is lost."""
    found = store.answers_of(unit, form.id)
    opened: dict[str, Answer] = {}
    for field in fields & set(found):
        key_id, sealed = found[field]
        row = store.key_by_id(unit, key_id)
        assert row is not None  # by its foreign key
        plain = _open_key(keyring, row).open(sealed, purpose=_purpose(row, form, field))
        opened[field] = _DECODER.decode(plain)
    return opened


def _key_of(unit: Unit, keyring: Keyring, case_id: str) -> tuple[CaseKey, DataKey]:
    """The case's data key; a new one where there is none that opens."""
    row = store.newest_key(unit, case_id)
    if row is not None:
        try:
            return row, _open_key(keyring, row)
        except Unavailable:
            pass  # its master key is lost; what it sealed stays as it is
    key, key_id = DataKey(), new_id()
    sealed = keyring.seal(key.raw, purpose=key_purpose(key_id))
    row = CaseKey(id=key_id, case_id=case_id, bound_to=case_id, sealed=sealed)
    store.insert_key(unit, row)
    return row, key


def _open_key(keyring: Keyring, row: CaseKey) -> DataKey:
    try:
        return DataKey(keyring.open(row.sealed, purpose=key_purpose(row.id)))
    except Unavailable as error:
        raise Unavailable(
            "These answers are sealed with a key that is not here any more. An administrator can "
            "put the old key file back (`fairline check` names it); else ask the customer again. "
            "All else on the case works.",
            code="key_lost",
            detail=error.detail,
        ) from error


def _purpose(row: CaseKey, form: SecureForm, field: str) -> str:
    return f"answer:{row.bound_to}:{form.id}:{field}"
