"""Waiting cases of different people that ask the same: for answering them together, each by itself.

Nobody's words go to another: a group is only a list for agents.
"""

import msgspec

from fairline.cases.alike import groups_of
from fairline.cases.rows import Case
from fairline.db.unit import Unit
from fairline.line.lists import MOST, Filter, page_of
from fairline.people.tables import Agent

MOST_LOOKED_AT = 400


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """One group, in the order of the line."""

    cases: list[Case]

    @property
    def people(self) -> int:
        return len({case.contact_id for case in self.cases})


def alike_for(unit: Unit, agent: Agent) -> list[Alike]:
    """Groups among the first 400 of the line, of at least two people and of one brand each.

    Cost: two pages of the line.
    """
    found: dict[str, Case] = {}
    after = ""
    while len(found) < MOST_LOOKED_AT:
        page = page_of(unit, Filter(waiting=True), agent, after=after, limit=MOST)
        found |= {case.id: case for case in page.cases}
        if not (after := page.after):
            break
    by_brand: dict[str, dict[str, str]] = {}
    for case in found.values():
        is_more = case.subject and case.subject not in case.preview
        said = f"{case.subject}\n{case.preview}" if is_more else case.preview
        by_brand.setdefault(case.brand_id, {})[case.id] = said
    groups = [
        Alike(cases=[found[one] for one in group])
        for texts in by_brand.values()
        for group in groups_of(texts)
    ]
    return [group for group in groups if group.people > 1]
