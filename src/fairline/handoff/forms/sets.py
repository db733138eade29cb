"""Verbs on field sets: made, changed, put away. A set that cannot be used is refused whole."""

from collections.abc import Sequence

import msgspec

from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.handoff.forms import store
from fairline.handoff.forms.fields import MOST_DAYS, Field, check_fields
from fairline.handoff.forms.kinds import NATIONAL_IDS
from fairline.handoff.forms.rows import FieldSet

MAX_NAME = 60
MAX_INTRO = 500


def get_set(unit: Unit, set_id: str, version: int | None = None) -> FieldSet:
    """One version, or the present one. Raises NotFound."""
    found = store.set_at(unit, set_id, version)
    if found is None:
        raise NotFound("There is no such form.", code="no_field_set")
    return found


def make_set(
    unit: Unit,
    *,
    name: str,
    intro: str,
    fields: Sequence[Field],
    kept_days: int,
    wiped_on_close: bool,
) -> FieldSet:
    """A new set. Raises Invalid naming what is wrong, Conflict for a taken name."""
    made = FieldSet(
        id=new_id(),
        version=1,
        name=name,
        intro=intro,
        fields=tuple(fields),
        kept_days=kept_days,
        wiped_on_close=wiped_on_close,
    )
    made = _checked(made)
    if not store.insert_set(unit, made):
        raise _taken(made.name)
    return made


def change_set(
    unit: Unit,
    set_id: str,
    *,
    name: str,
    intro: str,
    fields: Sequence[Field],
    kept_days: int,
    wiped_on_close: bool,
) -> FieldSet:
    """Its next version; forms that are out keep theirs. Raises Invalid, Conflict; the present
    version stays then.
    """
    store.hold_set(unit, set_id)
    present = get_set(unit, set_id)
    wanted = msgspec.structs.replace(
        present,
        name=name,
        intro=intro,
        fields=tuple(fields),
        kept_days=kept_days,
        wiped_on_close=wiped_on_close,
    )
    wanted = _checked(wanted)
    if wanted == present:
        return present
    if any(one.name == wanted.name and one.id != set_id for one in store.all_sets(unit)):
        raise _taken(wanted.name)
    changed = msgspec.structs.replace(wanted, version=present.version + 1)
    store.insert_version(unit, changed)
    return changed


def archive_set(unit: Unit, set_id: str) -> None:
    """Nobody asks with it any more; what is out stays. Raises NotFound."""
    get_set(unit, set_id)
    store.archive_set(unit, set_id, unit.now)


def bring_back(unit: Unit, set_id: str) -> None:
    """Use it again. Raises NotFound."""
    get_set(unit, set_id)
    store.archive_set(unit, set_id, None)


def usable_sets(unit: Unit) -> list[FieldSet]:
    """Those one can ask with, by name."""
    return [one for one in store.all_sets(unit) if one.archived_at is None]


def _checked(wanted: FieldSet) -> FieldSet:
    name, intro = " ".join(wanted.name.split()), wanted.intro.strip()
    if not name or len(name) > MAX_NAME:
        raise Invalid(f"Give it a name of at most {MAX_NAME} characters.", field="name")
    if len(intro) > MAX_INTRO:
        raise Invalid(f"Say it in at most {MAX_INTRO} characters.", field="intro")
    if not 1 <= wanted.kept_days <= MOST_DAYS:
        raise Invalid(
            f"Answers are kept for 1 to {MOST_DAYS} days. Keep them no longer than you need them.",
            field="kept_days",
        )
    check_fields(wanted.fields, tuple(NATIONAL_IDS))
    return msgspec.structs.replace(wanted, name=name, intro=intro)


def _taken(name: str) -> Conflict:
    return Conflict(f"There is a form {name} already.", code="name_taken")
