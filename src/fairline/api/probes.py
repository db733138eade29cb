"""For those who run it: is it alive, and figures for Prometheus.

Figures are read when they are asked for, from bounded or small tables; none counts a case table.
"""

import hmac
from typing import Any

from litestar import Request, Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from fairline.channels import store_deliveries, store_inboxes
from fairline.channels.registry import Channels
from fairline.core.errors import NotFound
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.health import store as store_health
from fairline.health.figures import figures_of
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
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    channels: Channels,
) -> Response[bytes]:
    """Figures in the Prometheus text format, to whoever knows `metrics_token`; off without one."""
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not settings.metrics_token or not hmac.compare_digest(
        given.encode(), settings.metrics_token.encode()
    ):
        raise NotFound("There is nothing here.")
    with database.read() as unit:
        figures = _gather(unit, channels)
    return Response(figures, media_type="text/plain; version=0.0.4; charset=utf-8")


def _gather(unit: Unit, channels: Channels) -> bytes:
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
    _inboxes(unit, channels, registry)
    return generate_latest(registry)


def _inboxes(unit: Unit, channels: Channels, registry: CollectorRegistry) -> None:
    """What the page of each inbox shows. Counts stop at a thousand."""

    def gauge(name: str, words: str, *labels: str) -> Gauge:
        return Gauge(f"fairline_inbox_{name}", words, ["inbox", *labels], registry=registry)

    rings = gauge("alarm", "1 while an alarm of this kind stands", "kind")
    unread = gauge("unread", "What came in and is not understood yet")
    waiting = gauge("waiting", "Deliveries that wait for it")
    oldest = gauge("waiting_seconds", "How long the oldest of them waits")
    stuck = gauge("stuck", "Deliveries that did not arrive")
    lag = gauge("lag_seconds", "From being sent to being here, the median of the latest")
    came = gauge("arrival_seconds", "When something came last")
    ends = gauge("access_ends_seconds", "When its credentials end")
    spent = gauge("spent_cents", "What it cost this month, in hundredths")
    names = {}
    for inbox in store_inboxes.all_inboxes(unit):
        name = names[inbox.id] = inbox.address or inbox.name
        figures = figures_of(unit, channels, inbox)
        unread.labels(name).set(figures.unread)
        waiting.labels(name).set(figures.waiting)
        stuck.labels(name).set(figures.stuck)
        spent.labels(name).set(figures.spent_cents)
        if figures.waiting_since:
            oldest.labels(name).set((figures.at - figures.waiting_since).total_seconds())
        if figures.lag_s is not None:
            lag.labels(name).set(figures.lag_s)
        if figures.last_arrival:
            came.labels(name).set(figures.last_arrival.timestamp())
        if inbox.token_expires_at:
            ends.labels(name).set(inbox.token_expires_at.timestamp())
    for alarm in store_health.alarms(unit):
        rings.labels(names.get(alarm.inbox_id, alarm.inbox_id), alarm.kind).set(1)


HANDLERS: list[Any] = [healthz, metrics]
