"""The rail's counts of what went wrong: alarms nobody has, calls that are due, undelivered
answers, items set aside;
for supervisors also the brands whose fairness report found a gap, and inboxes that suffer.
"""

from fairline.channels import store_counts
from fairline.handoff.calls import store as store_calls
from fairline.health import store as store_health
from fairline.line import store_alarm_lists
from fairline.line.fairness import store as store_fairness
from fairline.line.store_lists import Walks
from fairline.people.tables import Agent


def house_walks(agent: Agent, *, most: int) -> Walks:
    """By name, each bounded: counted in the same statement as the lists of the rail."""
    brand_ids = agent.brand_ids
    walks = {
        "alarms": store_alarm_lists.unheard(agent.id, agent.role, brand_ids, most=most),
        "calls": store_calls.due_walk(brand_ids, most=most),
        "undelivered": store_counts.undelivered(brand_ids, most=most),
        "aside": store_counts.set_aside(brand_ids, most=most),
    }
    if agent.role != "agent":
        walks["inboxes"] = store_health.unheard_walk(brand_ids, most=most)
        walks["fairness"] = store_fairness.brands_with_gap(brand_ids, most=most)
    return walks
