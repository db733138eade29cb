"""How many of us can read what a customer of a brand sends: told on the receipt."""

from fairline.db.unit import Unit
from fairline.handoff.forms.readers import readers
from fairline.people import store as people
from fairline.people.rights import may_see_brand
from fairline.people.tables import ROLES


def count_readers(unit: Unit, brand_id: str) -> int:
    """People who may read answers and work for the brand. Three small tables."""
    chosen = set(readers(unit))
    teams = people.members(unit)
    by_team = {one for team_id in chosen & set(teams) for one in teams[team_id]}
    return sum(
        may_see_brand(agent, brand_id)
        and bool(chosen & {agent.id, *ROLES[: ROLES.index(agent.role) + 1]} or agent.id in by_team)
        for agent in people.all_agents(unit)
    )
