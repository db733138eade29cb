"""Waiting cases of different people that ask the same: for answering them together, each by itself.

Nobody's words go to another: a group is only a list for agents.
"""

import msgspec

from fairline.cases import store
from fairline.cases.alike import groups_of
from fairline.cases.rows import Case
from fairline.db.unit import Unit
from fairline.line import store_lists
from fairline.line.lists import Filter

MOST_LOOKED_AT = 400


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """One group, in the order of the line."""

    cases: list[Case]

    @property
    def people(self) -> int:
        return len({case.contact_id for case in self.cases})


def alike_for(unit: Unit, agent: Agent) -> list[Alike]:
    """Groups among the first 400 of the line, of at least two people and of one brand each.

    Cost: one walk of the line and the cases by primary key.
    """
    unit.settle()
    ids = store_lists.waiting_ids(unit, Filter(waiting=True), brand_ids, None, MOST_LOOKED_AT)
    found = store.cases_by_id(unit, ids)
    by_brand: dict[str, dict[str, str]] = {}
    for case_id in ids:
        if case := found.get(case_id):
            said = (
                case.preview if case.subject in case.preview else f"{case.subject}\n{case.preview}"
            )
            by_brand.setdefault(case.brand_id, {})[case_id] = said
    groups = [
        Alike(cases=[found[one] for one in group])
        for texts in by_brand.values()
        for group in groups_of(texts)
    ]
    return [group for group in groups if group.people > 1]
