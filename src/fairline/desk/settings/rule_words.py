"""A routing rule in words, and as it stands in its form."""

from fairline.cases.states import SEVERITY_LABELS
from fairline.channels import store_inboxes
from fairline.db.unit import Unit
from fairline.desk.settings.around import Typed
from fairline.desk.wording import KIND_LABELS
from fairline.line.rules import Rule
from fairline.people import store as people
from fairline.people import store_skills


def typed_of(rule: Rule) -> Typed:
    """The form as it was saved."""
    wanted, results = rule.conditions, rule.results
    return Typed(
        values={
            "name": rule.name,
            "languages": ", ".join(wanted.languages),
            "words": "\n".join(wanted.words),
            "tags": ", ".join(wanted.tags),
            "team": results.team,
            "tag": results.tag,
        },
        chosen={
            "brands": list(wanted.brands),
            "inboxes": list(wanted.inboxes),
            "kinds": list(wanted.kinds),
            "needs": list(wanted.needs),
            "skills": list(results.skills),
        },
    )


def rule_words(unit: Unit, rule: Rule) -> tuple[str, str]:
    """(when, then): which cases it catches, and what becomes of them."""
    wanted, results = rule.conditions, rule.results
    brands = {one.id: one.name for one in people.all_brands(unit)}
    inboxes = {one.id: one.name for one in store_inboxes.all_inboxes(unit)}
    skills = {one.id: one.name for one in store_skills.all_skills(unit, include_archived=True)}
    team = people.team_by_id(unit, results.team) if results.team else None
    when = [
        _any("brand", [brands.get(one, "a former one") for one in wanted.brands]),
        _any("inbox", [inboxes.get(one, "a former one") for one in wanted.inboxes]),
        _any("kind", [KIND_LABELS.get(one, one) for one in wanted.kinds]),
        _any("need", [SEVERITY_LABELS.get(one, one) for one in wanted.needs]),
        _any("language", list(wanted.languages)),
        _any("says", [f"“{one}”" for one in wanted.words]),
        _any("tag", list(wanted.tags)),
    ]
    then = [
        f"to {team.name}" if team and not team.archived_at else "",
        "to a team that ended (nothing happens)" if team and team.archived_at else "",
        _any("needs", [skills.get(one, "a former skill") for one in results.skills], ", "),
        f"tag {results.tag}" if results.tag else "",
    ]
    said = "; ".join(part for part in when if part)
    return said or "every case", ", ".join(part for part in then if part)


def _any(what: str, values: list[str], between: str = " or ") -> str:
    shown = values[:6]
    more = f" and {len(values) - 6} more" if len(values) > 6 else ""
    return f"{what} {between.join(shown)}{more}" if shown else ""
