"""Who may see and do what. Pure: an agent in, yes or an error out."""

from fairline.core.errors import NotAllowed, NotFound
from fairline.people.tables import ROLES, Agent


def needs(agent: Agent, role: str) -> None:
    """Raises NotAllowed when the agent's role is below `role`."""
    if ROLES.index(agent.role) < ROLES.index(role):
        raise NotAllowed(f"Only a {role} may do that.", code="role_needed")


def may_see_brand(agent: Agent, brand_id: str | None) -> bool:
    """An agent without a list of brands works for all of them."""
    return not agent.brand_ids or brand_id in agent.brand_ids


def check_brand(agent: Agent, brand_id: str | None) -> None:
    """Raises NotFound, as if it were not there, for another brand's."""
    if not may_see_brand(agent, brand_id):
        raise NotFound("There is no such case.", code="no_case")
