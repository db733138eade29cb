"""Choosing another case: those of the person that are open, or found by reference or words."""

import msgspec

from fairline.cases import store
from fairline.cases.rows import Case
from fairline.cases.search import search
from fairline.db.unit import Unit
from fairline.desk.find import by_reference
from fairline.people.tables import Agent

MOST_OWN = 20
MOST_FOUND = 10


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """`own` are the person's other cases, those that are open first; `found` hold the words."""

    query: str
    own: list[Case]
    found: list[Case]


def choices_for(unit: Unit, agent: Agent, case: Case, query: str) -> Choices:
    """Cost: one walk by contact; a search where something was typed."""
    mine = store.cases_of_contact(unit, case.contact_id, limit=MOST_OWN + 1)
    own = sorted((one for one in mine if one.id != case.id), key=lambda one: one.is_ended)
    found: dict[str, Case] = {}
    if query:
        if exact := by_reference(unit, agent, query):
            found[exact.id] = exact
        hits, _ = search(unit, query, brand_ids=agent.brand_ids, limit=MOST_FOUND)
        found |= {hit.case.id: hit.case for hit in hits if hit.case.id not in found}
    return Choices(
        query=query,
        own=own,
        found=[one for one in found.values() if one.id != case.id],
    )
