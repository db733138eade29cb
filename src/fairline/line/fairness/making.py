"""Makes reports by a job and keeps them, so that a page opens at once; sets what is a gap."""

from datetime import timedelta
from typing import Any

import msgspec

from fairline.cases.rows import SYSTEM
from fairline.cases.timeline import record
from fairline.core.errors import Invalid
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs.queue import enqueue
from fairline.line.fairness import store, store_turns
from fairline.line.fairness.compare import Rules
from fairline.line.fairness.gathering import gather
from fairline.line.fairness.report import Report, make_report
from fairline.people import store as people
from fairline.people.setup import get_brand

JOB = "fairness_report"
PERIODS = (7, 28, 90)
EVERY = timedelta(days=7)
TURNS_KEPT = timedelta(days=400)
LIMITS = {
    "wait_percent": (1, 1000),
    "rate_points": (1, 100),
    "turn_tenths": (1, 1000),
    "least_cases": (10, 100_000),
}


def ask_for(unit: Unit, brand_id: str, days: int) -> None:
    """Let a worker make a report. Raises Invalid for a period that no report is made of."""
    check_days(days)
    payload = {"brand_id": brand_id, "days": days}
    enqueue(unit, JOB, payload, key=_key(brand_id, days))


def is_asked_for(unit: Unit, brand_id: str, days: int) -> bool:
    """Whether a report waits for a worker."""
    return store.is_queued(unit, _key(brand_id, days))


def _key(brand_id: str, days: int) -> str:
    return f"{JOB}:{brand_id}:{days}"


def run_job(database: Database, payload: dict[str, Any]) -> None:
    """The job."""
    make(database, payload["brand_id"], payload["days"])


def make(database: Database, brand_id: str, days: int) -> Report:
    """Read, compare, keep. *Effects*: a report, `fairness_reported`. Reads in one snapshot, and
    compares outside any transaction.
    """
    check_days(days)
    with database.read(one_moment=True) as unit:
        until = unit.now
        brand = get_brand(unit, brand_id)
        rules = rules_of(unit, brand_id)
        found = gather(unit, brand_id, until - timedelta(days=days), until)
    report = make_report(
        found.facts,
        found.overrides,
        found.jumps,
        rules,
        brand=brand.name,
        days=days,
        since=found.since,
        until=until,
        is_sample=found.is_sample,
    )
    has_gap = bool(report.gaps)
    with database.write() as unit:
        report_id = new_id()
        store.keep_report(
            unit,
            {
                "id": report_id,
                "brand_id": brand_id,
                "days": days,
                "made_at": until,
                "has_gap": has_gap,
                "body": msgspec.to_builtins(report),
            },
        )
        data = {"report_id": report_id, "days": days, "has_gap": has_gap}
        record(unit, "fairness_reported", by=SYSTEM, brand_id=brand_id, data=data)
    return report


def weekly(database: Database) -> int:
    """Ask for every report that is older than a week, and forget old turns. Safe on many nodes: a
    job has a key. Returns how many were asked for.
    """
    asked = 0
    with database.write() as unit:
        for brand in people.all_brands(unit):
            store_turns.forget_turns(unit, brand.id, unit.now - TURNS_KEPT)
            for days in PERIODS:
                last = latest(unit, brand.id, days)
                if last is None or last.until <= unit.now - EVERY:
                    ask_for(unit, brand.id, days)
                    asked += 1
    return asked


def latest(unit: Unit, brand_id: str, days: int) -> Report | None:
    """The newest report of a period; None when none was made yet, or only by a release whose
    reports had other parts. Raises Invalid for the period.
    """
    check_days(days)
    found = store.latest_report(unit, brand_id, days)
    try:
        return msgspec.convert(found.body, Report) if found else None
    except msgspec.ValidationError:
        return None


def check_days(days: int) -> None:
    """Raises Invalid for a period that no report is made of."""
    if days not in PERIODS:
        periods = ", ".join(map(str, PERIODS))
        raise Invalid(f"There are reports of {periods} days.", code="bad_period", field="days")


def rules_of(unit: Unit, brand_id: str) -> Rules:
    """The bounds of a brand; the defaults where nobody set any."""
    return store.rules_of(unit, brand_id) or Rules()


def set_rules(unit: Unit, brand_id: str, rules: Rules) -> None:
    """Raises Invalid, naming the field; the old bounds stay."""
    for name, (least, most) in LIMITS.items():
        if not least <= getattr(rules, name) <= most:
            raise Invalid(
                f"Give a whole number from {least:,} to {most:,}.", code="bad_bound", field=name
            )
    store.put_rules(unit, {"brand_id": brand_id, **msgspec.structs.asdict(rules)})
