"""For those who run it: is it alive, and figures for Prometheus.

Figures are read when they are asked for, from bounded or small tables; none counts a case table.
"""

import hmac
from typing import Any

from litestar import Request, Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from fairline.channels import store_deliveries, store_inboxes
from fairline.core.errors import NotFound
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs import store as jobs
from fairline.line import counted
from fairline.people import store as people
from fairline.web.handle import reads


@reads("/healthz", include_in_schema=False)
def healthz(database: Database) -> Response[dict[str, str]]:
    """200 while the database answers; 503 (in the one error shape) when it does not."""
    with database.read() as unit:
        people.any_agent(unit)
    return Response({"status": "ok"}, headers={"Cache-Control": "no-store"})


@reads("/metrics", include_in_schema=False)
def metrics(
    request: Request[Any, Any, Any], database: Database, settings: Settings
) -> Response[bytes]:
    """Figures in the Prometheus text format, to whoever knows `metrics_token`; off without one."""
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not settings.metrics_token or not hmac.compare_digest(
        given.encode(), settings.metrics_token.encode()
    ):
        raise NotFound("There is nothing here.")
    with database.read() as unit:
        figures = _gather(unit)
    return Response(figures, media_type="text/plain; version=0.0.4; charset=utf-8")


def _gather(unit: Unit) -> bytes:
    registry = CollectorRegistry()
    waiting = Gauge("fairline_waiting", "Cases in line", ["brand"], registry=registry)
    for brand in people.all_brands(unit):
        waiting.labels(brand.slug).set(counted.waiting_in(unit, brand.id))
    deliveries = Gauge("fairline_deliveries", "Deliveries not done", ["state"], registry=registry)
    for state, count in store_deliveries.counts_by_state(unit).items():
        deliveries.labels(state).set(count)
    queue = Gauge("fairline_jobs", "Jobs not done", ["state"], registry=registry)
    for state, count in jobs.counts(unit).items():
        queue.labels(state).set(count)
    failing = Gauge(
        "fairline_inbox_failing", "1 while an inbox fails", ["inbox"], registry=registry
    )
    seen = Gauge(
        "fairline_inbox_checked_seconds",
        "When an inbox was last looked into",
        ["inbox"],
        registry=registry,
    )
    for inbox in store_inboxes.all_inboxes(unit):
        name = inbox.address or inbox.name
        failing.labels(name).set(1 if inbox.error else 0)
        if inbox.checked_at:
            seen.labels(name).set(inbox.checked_at.timestamp())
    return generate_latest(registry)


HANDLERS: list[Any] = [healthz, metrics]
