"""The skills it takes to answer a case: set by a rule or by hand. They never move it in line."""

from collections.abc import Iterable

from fairline.cases import store
from fairline.cases.changes import get_case
from fairline.cases.rows import Actor, Case
from fairline.cases.timeline import record
from fairline.core.errors import Invalid
from fairline.db.unit import Unit
from fairline.people import skills, store_skills


def needed_by(unit: Unit, case: Case) -> list[str]:
    """Ids of the skills a case needs. One statement, none for a case that needs none."""
    return store_skills.skills_of_set(unit, case.needs_id) if case.needs_id else []


def set_needs(unit: Unit, case: Case, skill_ids: Iterable[str], *, by: Actor) -> Case:
    """Say which skills it takes; none of them means that anybody can answer. Raises Invalid."""
    wanted = skills.known(unit, skill_ids)
    if len(wanted) > skills.MOST_NEEDED:
        raise Invalid(f"A case needs at most {skills.MOST_NEEDED} skills.", field="skills")
    present = needed_by(unit, case)
    names = {one.id: one.name for one in store_skills.all_skills(unit, include_archived=True)}
    if set(wanted) == set(present):
        return case
    set_id = store_skills.set_of(unit, wanted) if wanted else None
    store.update_case(unit, case.id, {"needs_id": set_id})
    data = {
        "from": sorted(names[one] for one in present if one in names),
        "to": sorted(names[one] for one in wanted),
    }
    record(unit, "skills_changed", by=by, case_id=case.id, brand_id=case.brand_id, data=data)
    return get_case(unit, case.id)
