"""What the demo company's people know and may grant, and where its cases go: made last, so that the
six weeks before were played without.
"""

from fairline.db.unit import Unit
from fairline.demo.company import Company
from fairline.demo.stories import Content
from fairline.line import routing_rules
from fairline.line.rules import Conditions, Results
from fairline.people import authority, skills

LANGUAGES = {"de": "German", "fr": "French", "es": "Spanish", "pl": "Polish", "tr": "Turkish"}
LIMITS = (
    ("agent", "refund", 3000, 12_000),
    ("agent", "goodwill", 1000, 4000),
    ("supervisor", "refund", 50_000, None),
    ("supervisor", "goodwill", 10_000, None),
)


def make_abilities(unit: Unit, company: Company, content: Content) -> None:
    """Skills, two rules and limits of authority."""
    made = {
        code: skills.create_skill(unit, name=name, kind="language").id
        for code, name in LANGUAGES.items()
    }
    refunds = skills.create_skill(unit, name="Refunds", kind="problem").id
    billing = skills.create_skill(unit, name="Billing", kind="problem", covers=[refunds]).id
    for agent in content.agents:
        knows = [made[code] for code in agent.languages if code in made]
        knows += [billing] if "billing" in agent.teams else []
        skills.give_skills(unit, company.agents[agent.key].id, knows)
    rules = (
        (
            "Bills and refunds",
            Conditions(words=("refund", "invoice", "bill", "charged")),
            Results(team=company.teams["billing"], skills=(refunds,)),
        ),
        (
            "No connection",
            Conditions(words=("router", "no internet", "offline")),
            Results(team=company.teams["network"]),
        ),
        ("In German", Conditions(languages=("de",)), Results(skills=(made["de"],))),
    )
    for name, conditions, results in rules:
        routing_rules.save_rule(unit, routing_rules.draft(name, conditions, results), inbox_ids=())
    for holder, kind, per_case, per_day in LIMITS:
        authority.set_limit(
            unit, holder=holder, kind=kind, currency="GBP", per_case=per_case, per_day=per_day
        )
