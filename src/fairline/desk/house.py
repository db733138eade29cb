"""The rail's counts of what went wrong: alarms nobody has, undelivered answers, items set aside."""

from fairline.channels import store_counts
from fairline.db.unit import Unit
from fairline.line import store_alarm_lists
from fairline.people.tables import Agent


def house_counts(unit: Unit, agent: Agent, *, most: int) -> dict[str, int]:
    """By name, each counted to `most`. Two statements, over partial or covering indexes."""
    undelivered, aside = store_counts.stuck(unit, agent.brand_ids, most=most)
    unheard = store_alarm_lists.count_unheard(unit, agent, most=most)
    return {"alarms": unheard, "undelivered": undelivered, "aside": aside}
