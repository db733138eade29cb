"""How the install is doing, for administrators: what `fairline check` looks at from outside, here
seen from the running server. It changes nothing.
"""

import shutil
from typing import Any

import msgspec
from litestar import Response

from fairline.channels import store_deliveries, store_inboxes, store_raw
from fairline.channels.registry import Channels
from fairline.core.secrets import Keyring
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.migrate import schema_of
from fairline.db.sealed import key_use, use_words
from fairline.db.unit import Unit
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import show
from fairline.desk.settings.inboxes import PATH as INBOXES
from fairline.desk.settings.inboxes import health_of
from fairline.jobs import store as jobs
from fairline.web.handle import reads
from fairline.web.render import ago, size

PATH = "/desk/settings/health"
LOW_DISK = 1_000_000_000
LOW_SHARE = 0.05
MANY_WAITING = 1000


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One line: `tone` is ok, risk or late."""

    name: str
    tone: str
    text: str
    advice: str = ""
    path: str = ""


@reads(PATH, guards=[needs("administrator")])
def health(
    database: Database,
    session: Session,
    settings: Settings,
    keyring: Keyring,
    channels: Channels,
) -> Response[Any]:
    """Everything at a glance."""
    schema = schema_of(database)
    with database.read() as unit:
        verdicts = [
            Verdict(
                name="Database", tone="ok", text=f"{_engine(database)}, schema {schema.present}"
            ),
            _disk(settings),
            _keys(unit, keyring),
            *_queues(unit),
            *_inboxes(unit, channels),
            _address(settings),
        ]
        return show(unit, session, "health.html", "health", verdicts=verdicts)


def _engine(database: Database) -> str:
    return "PostgreSQL" if database.engine.dialect.name == "postgresql" else "SQLite"


def _disk(settings: Settings) -> Verdict:
    try:
        usage = shutil.disk_usage(settings.folder)
    except OSError as error:
        text = f"The data folder cannot be read: {error.strerror}."
        return Verdict(name="Disk", tone="late", text=text, advice="Mount it, or mend its rights.")
    text = f"{size(usage.free)} free of {size(usage.total)} where the data folder is."
    if usage.free < LOW_DISK or usage.free < usage.total * LOW_SHARE:
        advice = "Make room: a full disk stops everything, mail included."
        return Verdict(name="Disk", tone="late", text=text, advice=advice)
    return Verdict(name="Disk", tone="ok", text=text)


def _keys(unit: Unit, keyring: Keyring) -> Verdict:
    """Whether the keys for all that is sealed are here."""
    keyring.look()
    missing = {key: use for key, use in key_use(unit).items() if key not in keyring.ids}
    if not missing:
        return Verdict(name="Keys", tone="ok", text="All that is sealed opens.")
    words = "; ".join(f"{use_words(use)}, by the key {key}" for key, use in missing.items())
    return Verdict(
        name="Keys",
        tone="late",
        text=f"Sealed with a key that is not here: {words}.",
        advice="Put the key file back: `fairline check` says where. All else works.",
    )


def _queues(unit: Unit) -> list[Verdict]:
    states = store_deliveries.counts_by_state(unit)
    waiting = states.get("queued", 0) + states.get("sending", 0)
    stuck = sum(states.get(state, 0) for state in ("dead", "failed", "unknown"))
    aside = len(store_raw.set_aside(unit, limit=1000))
    unread = len(store_raw.oldest_stored(unit, limit=1000))
    queue = jobs.counts(unit)
    buried = queue.get("buried", 0)
    slow = "Is a worker running? `fairline serve` has one unless started with --no-work."
    return [
        Verdict(
            name="To be sent",
            tone="risk" if waiting >= MANY_WAITING else "ok",
            text=f"{waiting} waiting or on their way.",
            advice=slow if waiting >= MANY_WAITING else "",
        ),
        Verdict(
            name="Undelivered",
            tone="risk" if stuck else "ok",
            text=f"{stuck} did not arrive." if stuck else "Nothing is stuck.",
            path="/desk/undelivered" if stuck else "",
            advice="Try again, or send another way." if stuck else "",
        ),
        Verdict(
            name="To be read in",
            tone="risk" if unread >= MANY_WAITING else "ok",
            text=f"{unread} stored and not yet understood.",
            advice=slow if unread >= MANY_WAITING else "",
        ),
        Verdict(
            name="Set aside",
            tone="risk" if aside else "ok",
            text=f"{aside} could not be understood." if aside else "Everything was understood.",
            path="/desk/set-aside" if aside else "",
            advice="Look at them; they are kept exactly as they came." if aside else "",
        ),
        Verdict(
            name="Jobs",
            tone="risk" if buried else "ok",
            text=f"{sum(queue.values()) - buried} waiting or running, {buried} failed for good.",
            advice="`fairline jobs list --state buried` says why." if buried else "",
        ),
    ]


def _inboxes(unit: Unit, channels: Channels) -> list[Verdict]:
    found = store_inboxes.all_inboxes(unit)
    if not found:
        return [
            Verdict(
                name="Inboxes",
                tone="risk",
                text="There is none yet: nobody can reach you.",
                path=INBOXES,
                advice="Connect a mailbox or open the board.",
            )
        ]
    verdicts = []
    for inbox in found:
        tone, words = health_of(unit, channels, inbox)
        since = f" For {ago(inbox.error_since)}." if inbox.error and inbox.error_since else ""
        last = f" Last received: {ago(inbox.received_at)}." if inbox.received_at else ""
        verdicts.append(
            Verdict(
                name=inbox.address if "@" in inbox.address else inbox.name,
                tone=tone,
                text=f"{inbox.error}{since}" if inbox.error else f"{words}.{last}",
                path=f"{INBOXES}/{inbox.id}" if tone != "ok" else "",
                advice="Test the connection." if tone == "late" else "",
            )
        )
    return verdicts


def _address(settings: Settings) -> Verdict:
    text = f"Links in mail begin with {settings.public_url}."
    if settings.base_url:
        return Verdict(name="Own address", tone="ok", text=text)
    return Verdict(
        name="Own address",
        tone="risk",
        text=text,
        advice="Set base_url to the address customers reach you at.",
    )


ROUTES: list[Any] = [health]
