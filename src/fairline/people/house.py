"""Brands, teams, people and skills as every page of the desk shows them: read once, and again only
after somebody changed one (db/kept.py). What an agent may do is never judged by it.
"""

import msgspec

from fairline.db.kept import kept
from fairline.db.unit import Unit
from fairline.people import store, store_skills
from fairline.people.tables import HOUSE, Agent, Brand, Team
from fairline.people.tables_skills import Skill


class House(msgspec.Struct, frozen=True, kw_only=True):
    """Who and what there is. `people` also holds those who have left; nothing here is changed."""

    brands: list[Brand]
    teams: list[Team]
    people: dict[str, Agent]
    skills: list[Skill]


def house_of(unit: Unit) -> House:
    """As it is now. No statement but the one for the numbers, unless something changed."""
    return kept(unit, HOUSE["kept"], "house", _read)


def _read(unit: Unit) -> House:
    return House(
        brands=store.all_brands(unit),
        teams=store.all_teams(unit),
        people={one.id: one for one in store.all_agents(unit, include_disabled=True)},
        skills=store_skills.all_skills(unit),
    )
