"""All SQL of secure forms. Indexes: (case_id, id), the partial one of what is to be wiped, the
primary keys; the tables of sets and readers are small.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.db.dialect import insert_or_ignore, locked, update_row
from fairline.db.unit import Unit
from fairline.handoff.forms.fields import Field
from fairline.handoff.forms.rows import CaseKey, FieldSet, SecureForm
from fairline.handoff.forms.tables import (
    answer_readers,
    case_keys,
    field_set_versions,
    field_sets,
    sealed_answers,
    secure_forms,
)

_SET = [
    field_sets.c.id,
    field_set_versions.c.version,
    field_set_versions.c.name,
    field_set_versions.c.intro,
    field_set_versions.c.fields,
    field_set_versions.c.kept_days,
    field_set_versions.c.wiped_on_close,
    field_sets.c.archived_at,
]
_SETS = sa.select(*_SET).join_from(
    field_sets, field_set_versions, field_sets.c.id == field_set_versions.c.set_id
)
_FORM = [secure_forms.c[field.name] for field in msgspec.structs.fields(SecureForm)]
_KEY = [case_keys.c[field.name] for field in msgspec.structs.fields(CaseKey)]
_OF_CASE = (
    sa.select(*_FORM)
    .where(secure_forms.c.case_id == sa.bindparam("wanted"))
    .order_by(secure_forms.c.id)
)
_BY_ID = sa.select(*_FORM).where(secure_forms.c.id == sa.bindparam("wanted"))
_DUE = (
    sa.select(*_FORM)
    .where(
        sa.text("wipes_at IS NOT NULL AND wiped_at IS NULL"),
        secure_forms.c.wipes_at <= sa.bindparam("now", type_=secure_forms.c.wipes_at.type),
    )
    .order_by(secure_forms.c.wipes_at, secure_forms.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_ANSWERS = sa.select(
    sealed_answers.c.field, sealed_answers.c.key_id, sealed_answers.c.sealed
).where(sealed_answers.c.form_id == sa.bindparam("wanted"))
_FIELDS_SENT = sa.select(sealed_answers.c.field).where(
    sealed_answers.c.form_id == sa.bindparam("wanted")
)
_NEWEST_KEY = (
    sa.select(*_KEY)
    .where(case_keys.c.case_id == sa.bindparam("wanted"))
    .order_by(case_keys.c.id.desc())
    .limit(1)
)


def all_sets(unit: Unit) -> list[FieldSet]:
    """The present version of each, archived ones too, by name."""
    query = _SETS.where(field_sets.c.version == field_set_versions.c.version)
    return [_set(row) for row in unit.execute(query.order_by(field_set_versions.c.name))]


def set_at(unit: Unit, set_id: str, version: int | None = None) -> FieldSet | None:
    """One version, or the present one. Primary keys."""
    wanted = field_sets.c.version if version is None else sa.literal(version)
    query = _SETS.where(field_sets.c.id == set_id, field_set_versions.c.version == wanted)
    row = unit.execute(query).one_or_none()
    return _set(row) if row else None


def _set(row: Any) -> FieldSet:
    values = dict(row._mapping)
    values["fields"] = msgspec.convert(values["fields"], tuple[Field, ...])
    return FieldSet(**values)


def insert_set(unit: Unit, made: FieldSet) -> bool:
    """False when the name is taken."""
    values = {"id": made.id, "name": made.name, "version": 1, "created_at": unit.now}
    if not insert_or_ignore(unit, field_sets, values):
        return False
    _insert_version(unit, made)
    return True


def insert_version(unit: Unit, changed: FieldSet) -> None:
    """The next version of a set; the caller holds the set. Names are unique."""
    update_row(unit, field_sets, changed.id, {"name": changed.name, "version": changed.version})
    _insert_version(unit, changed)


def _insert_version(unit: Unit, made: FieldSet) -> None:
    unit.execute(
        sa.insert(field_set_versions),
        {
            "set_id": made.id,
            "version": made.version,
            "name": made.name,
            "intro": made.intro,
            "fields": msgspec.to_builtins(made.fields),
            "kept_days": made.kept_days,
            "wiped_on_close": made.wiped_on_close,
            "created_at": unit.now,
        },
    )


def hold_set(unit: Unit, set_id: str) -> None:
    """One at a time for what changes a set."""
    query = sa.select(field_sets.c.id).where(field_sets.c.id == set_id)
    unit.execute(locked(unit, query))


def archive_set(unit: Unit, set_id: str, at: datetime | None) -> None:
    update_row(unit, field_sets, set_id, {"archived_at": at})


def readers(unit: Unit) -> list[str]:
    """Roles, teams and people that may read answers."""
    return list(unit.execute(sa.select(answer_readers.c.holder)).scalars())


def set_readers(unit: Unit, holders: Iterable[str]) -> None:
    unit.execute(sa.delete(answer_readers))
    unit.execute(
        sa.insert(answer_readers),
        [{"holder": holder, "created_at": unit.now} for holder in holders],
    )


def insert_form(unit: Unit, form: SecureForm) -> None:
    unit.execute(sa.insert(secure_forms), msgspec.structs.asdict(form))


def update_form(unit: Unit, form_id: str, values: dict[str, Any]) -> None:
    update_row(unit, secure_forms, form_id, values)


def form_by_id(unit: Unit, form_id: str, *, lock: bool = False) -> SecureForm | None:
    query = locked(unit, _BY_ID) if lock else _BY_ID
    row = unit.execute(query, {"wanted": form_id}).one_or_none()
    return SecureForm(**row._mapping) if row else None


def forms_of(unit: Unit, case_id: str) -> list[SecureForm]:
    """Of one case, oldest first."""
    return [SecureForm(**row._mapping) for row in unit.execute(_OF_CASE, {"wanted": case_id})]


def due_to_wipe(unit: Unit, *, limit: int) -> list[SecureForm]:
    """What was to be wiped until now. Index: ix_secure_forms_to_wipe."""
    rows = unit.execute(_DUE, {"now": unit.now, "most": limit})
    return [SecureForm(**row._mapping) for row in rows]


def put_answers(unit: Unit, form_id: str, key_id: str, sealed: dict[str, bytes]) -> None:
    """In place of all that the form held. *Effects*: keys that seal nothing any more go."""
    before = _keys_used(unit, form_id)
    unit.execute(sa.delete(sealed_answers).where(sealed_answers.c.form_id == form_id))
    unit.execute(
        sa.insert(sealed_answers),
        [
            {"form_id": form_id, "field": field, "key_id": key_id, "sealed": value}
            for field, value in sealed.items()
        ],
    )
    _delete_unused(unit, before)


def fields_sent(unit: Unit, form_id: str) -> set[str]:
    """Which fields have an answer. Reads none of them."""
    return set(unit.execute(_FIELDS_SENT, {"wanted": form_id}).scalars())


def answers_of(unit: Unit, form_id: str) -> dict[str, tuple[str, bytes]]:
    """Field -> the key it is sealed with, and the sealed answer."""
    rows = unit.execute(_ANSWERS, {"wanted": form_id})
    return {row.field: (row.key_id, row.sealed) for row in rows}


def delete_answers(unit: Unit, form_id: str) -> None:
    """All that the form held. *Effects*: keys that seal nothing any more go."""
    before = _keys_used(unit, form_id)
    unit.execute(sa.delete(sealed_answers).where(sealed_answers.c.form_id == form_id))
    _delete_unused(unit, before)


def _keys_used(unit: Unit, form_id: str) -> list[str]:
    query = sa.select(sealed_answers.c.key_id).where(sealed_answers.c.form_id == form_id)
    return list(unit.execute(query.distinct()).scalars())


def _delete_unused(unit: Unit, key_ids: list[str]) -> None:
    """By the key and not by the case: a form may have moved to another case with its answers."""
    used = sa.exists().where(sealed_answers.c.key_id == case_keys.c.id)
    unit.execute(sa.delete(case_keys).where(case_keys.c.id.in_(key_ids), ~used))


def newest_key(unit: Unit, case_id: str) -> CaseKey | None:
    """The case's data key. Index: (case_id, id)."""
    row = unit.execute(_NEWEST_KEY, {"wanted": case_id}).one_or_none()
    return CaseKey(**row._mapping) if row else None


def key_by_id(unit: Unit, key_id: str) -> CaseKey | None:
    row = unit.execute(sa.select(*_KEY).where(case_keys.c.id == key_id)).one_or_none()
    return CaseKey(**row._mapping) if row else None


def insert_key(unit: Unit, key: CaseKey) -> None:
    values = msgspec.structs.asdict(key)
    values |= {"master_id": key.sealed.partition(".")[0], "created_at": unit.now}
    unit.execute(sa.insert(case_keys), values)
