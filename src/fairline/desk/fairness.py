"""The fairness report: the verdict, what it rests on, and what was done by hand. For supervisors.

A page shows the kept report; making one is a job, so no page waits for it.
"""

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response
from litestar.response import Redirect

from fairline.core.errors import FairlineError, Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.fairness_chart import chart_of
from fairline.desk.frame import brands_of, desk_page
from fairline.desk.messages import download
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import note
from fairline.line.fairness import making, store, words
from fairline.line.fairness.compare import Rules
from fairline.line.fairness.report import Report
from fairline.line.fairness.sheets import to_csv
from fairline.line.fairness.store_turns import MOST_COUNTED
from fairline.people.tables import Agent, Brand
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/fairness"
GUARDS = [needs("supervisor")]
DONE = {
    "asked": "A report is being made. It appears here by itself, within a minute or so.",
    "saved": "Saved. A report by the new bounds is being made.",
}
HOW = {
    "next": "Next case, or handed out by the line",
    "picked": "Picked from a list",
    "given": "Given by a colleague",
    "forward": "Brought forward by a supervisor",
}
BOUNDS = {
    "wait_percent": ("Waits", "per cent of the promised time"),
    "rate_points": ("Answers and promises kept", "percentage points"),
    "turn_tenths": ("Turns", "tenths of a percentage point"),
    "least_cases": ("Cases on each side", "at least"),
}
Seen = Request[Any, Any, Any]


@reads(PATH, guards=GUARDS)
def fairness_page(request: Seen, session: Session, database: Database) -> Response[str]:
    """The latest report of a brand and period."""
    with database.read() as unit:
        return _show(unit, session, request.query_params)


@reads(PATH + "/report/{kind:str}", guards=GUARDS)
def fairness_file(request: Seen, agent: Agent, database: Database, kind: str) -> Response[bytes]:
    """The same as CSV or JSON."""
    with database.read() as unit:
        brand, days = _asked(unit, agent, request.query_params)
        report = making.latest(unit, brand.id, days)
    if report is None or kind not in {"csv", "json"}:
        raise NotFound("There is no such report. Make one first.", code="no_report")
    is_csv = kind == "csv"
    data = to_csv(report).encode() if is_csv else msgspec.json.encode(report)
    media_type = "text/csv; charset=utf-8" if is_csv else "application/json"
    name = f"fairness-{brand.slug}-{days}-days-{report.until:%Y-%m-%d}.{kind}"
    return download(data, name, media_type, shown=False)


@writes(PATH + "/make", guards=GUARDS)
def make_anew(agent: Agent, database: Database, form: Form) -> Response[Any]:
    """Let a worker make it now."""
    with database.write() as unit:
        brand, days = _asked(unit, agent, _choice(form))
        making.ask_for(unit, brand.id, days)
    return _back(brand, days, "asked")


@writes(PATH + "/bounds", guards=GUARDS)
def set_bounds(session: Session, agent: Agent, database: Database, form: Form) -> Response[Any]:
    """What counts as a gap. Bad bounds are refused and the old ones stay."""
    typed = {name: form.text(name, most=10) for name in BOUNDS}
    try:
        with database.write() as unit:
            brand, days = _asked(unit, agent, _choice(form))
            making.set_rules(unit, brand.id, _rules(typed))
            note(unit, agent, "fairness_bounds", brand.id, brand_id=brand.id)
            making.ask_for(unit, brand.id, days)
    except Invalid as error:
        with database.read() as unit:
            return _show(unit, session, _choice(form), typed=typed, problem=error)
    return _back(brand, days, "saved")


def _rules(typed: dict[str, str]) -> Rules:
    for name, text in typed.items():
        if not (text.isascii() and text.isdigit()):
            raise Invalid("Give a whole number.", code="bad_bound", field=name)
    return Rules(**{name: int(text) for name, text in typed.items()})


def _choice(form: Form) -> dict[str, str]:
    return {"brand": form.text("brand", most=80), "days": form.text("days", most=4)}


def _back(brand: Brand, days: int, done: str) -> Response[Any]:
    query = urlencode({"brand": brand.slug, "days": days, "done": done})
    return Redirect(f"{PATH}?{query}", status_code=303)


def _asked(unit: Unit, agent: Agent, asked: Any) -> tuple[Brand, int]:
    """The brand (the first when none is named) and the period. Raises NotFound, Invalid."""
    slug, days = asked.get("brand", ""), asked.get("days") or str(store.USUAL_DAYS)
    brand = next((one for one in brands_of(unit, agent) if one.slug == slug or not slug), None)
    if brand is None:
        raise NotFound("There is no such brand.", code="no_brand")
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0
    making.check_days(number)
    return brand, number


def _show(
    unit: Unit,
    session: Session,
    asked: Any,
    *,
    typed: dict[str, str] | None = None,
    problem: FairlineError | None = None,
) -> Response[str]:
    brand, days = _asked(unit, session.agent, asked)
    report = making.latest(unit, brand.id, days)
    rules = making.rules_of(unit, brand.id)
    query = urlencode({"brand": brand.slug, "days": days})
    return desk_page(
        unit,
        session,
        "desk/fairness.html",
        here="fairness",
        status=problem.status if problem else 200,
        shown=brand,
        days=days,
        periods=making.PERIODS,
        query=query,
        report=report,
        charts=_charts(report),
        past=store.past_reports(unit, brand.id, days),
        is_asked_for=making.is_asked_for(unit, brand.id, days),
        is_old=bool(report and unit.now - report.until > making.EVERY * 1.5),
        typed=typed or {name: str(getattr(rules, name)) for name in BOUNDS},
        bounds=BOUNDS,
        how_words=HOW,
        most_counted=MOST_COUNTED,
        problem=problem.text if problem else "",
        problem_field=getattr(problem, "field", ""),
        done=DONE.get(asked.get("done", ""), ""),
        span=words.minutes,
        percent=words.percent,
    )


def _charts(report: Report | None) -> dict[str, Any]:
    return {part.name: chart_of(part.groups) for part in report.parts} if report else {}


ROUTES: list[Any] = [fairness_page, fairness_file, make_anew, set_bounds]
