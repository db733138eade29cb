"""The doctor's look at who can sign in, at each inbox, and at what got stuck."""

from collections.abc import Iterator

from fairline.channels import store_deliveries, store_inboxes, store_raw
from fairline.channels.doors import is_silent
from fairline.channels.registry import SECRETS
from fairline.channels.rows import Inbox
from fairline.commands.verdicts import Verdict, fail, ok, warn
from fairline.core.errors import FairlineError
from fairline.core.secrets import Keyring
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.health import store as store_health
from fairline.health.figures import WAITS_LONG
from fairline.health.store import InboxAlarm
from fairline.health.watch import LABELS
from fairline.jobs import store as jobs
from fairline.people import store as people
from fairline.wiring import key_files_of


def look_at_inboxes(settings: Settings, database: Database) -> Iterator[Verdict]:
    """Who serves, and how each way in is."""
    with database.read() as unit:
        administrators = people.count_administrators(unit)
        found = store_inboxes.all_inboxes(unit)
        standing = store_health.alarms(unit)
        waiting = {inbox.id: store_health.waiting(unit, inbox.id) for inbox in found}
        at = unit.now
    if not administrators:
        yield fail("People", "nobody can sign in", "Run `fairline setup`.")
    else:
        yield ok("People", f"{administrators} can administer")
    keyring = _keyring(settings)
    for inbox in found:
        yield look_at_inbox(inbox, keyring)
        yield from _suffers(inbox, [one for one in standing if one.inbox_id == inbox.id])
        many, oldest = waiting[inbox.id]
        if oldest and at - oldest > WAITS_LONG:
            name = f"Inbox {inbox.address or inbox.name}"
            text = f"{many} answers wait, the oldest since {oldest:%Y-%m-%d %H:%M} UTC"
            yield warn(name, text, "Look at the undelivered list on the desk.")
    wanting = [i for i in found if i.options.get("receive_by") == "receiver"]
    has_port = settings.smtp_receiver_port or settings.lmtp_receiver_port
    if wanting and not has_port:
        yield fail(
            "Mail receiver",
            f"{wanting[0].address} waits for mail that is handed over, but nothing listens",
            "Set smtp_receiver_port or lmtp_receiver_port.",
        )
    elif has_port and not wanting:
        yield warn(
            "Mail receiver",
            "listens, but no inbox takes mail from it",
            "Let an inbox receive by `receiver`, or unset its port.",
        )


def _suffers(inbox: Inbox, standing: list[InboxAlarm]) -> Iterator[Verdict]:
    """What rings on the desk, where it was not said above already."""
    for alarm in standing:
        if alarm.kind != "not_working":
            name = f"Inbox {inbox.address or inbox.name}"
            yield warn(name, f"{LABELS[alarm.kind].lower()}. {alarm.text}", "See its page.")


def _keyring(settings: Settings) -> Keyring | None:
    try:
        return Keyring(source=key_files_of(settings))
    except FairlineError:
        return None


def look_at_inbox(inbox: Inbox, keyring: Keyring | None) -> Verdict:
    """One inbox: do its secrets open, is it fetched from, what went wrong last."""
    name = f"Inbox {inbox.address or inbox.name}"
    if inbox.secrets:
        try:
            if keyring is None:
                return fail(name, "its passwords cannot be opened", "Restore the key file.")
            keyring.open(inbox.secrets, purpose=SECRETS)
        except FairlineError as error:
            return fail(name, error.text, "Restore the key file that belongs to this database.")
    if inbox.state == "paused":
        return warn(name, "is paused", f"`fairline inbox resume {inbox.address or inbox.name}`")
    if inbox.error:
        since = f" since {inbox.error_since:%Y-%m-%d %H:%M} UTC" if inbox.error_since else ""
        return fail(
            name, f"{inbox.error}{since}", f"`fairline inbox test {inbox.address or inbox.name}`"
        )
    if inbox.kind == "email" and inbox.options.get("receive_by") == "imap" and is_silent(inbox):
        last = f"{inbox.checked_at:%Y-%m-%d %H:%M} UTC" if inbox.checked_at else "never"
        return warn(
            name,
            f"was last looked into: {last}",
            "Is the server running? Without it nothing is fetched.",
        )
    last = f"; last received {inbox.received_at:%Y-%m-%d %H:%M} UTC" if inbox.received_at else ""
    return ok(name, f"is active{last}")


def look_at_queues(database: Database) -> Iterator[Verdict]:
    """What a person has to look at."""
    with database.read() as unit:
        states = store_deliveries.counts_by_state(unit)
        aside = len(store_raw.set_aside(unit, limit=1000))
        buried = jobs.counts(unit).get("buried", 0)
    stuck = sum(states.get(state, 0) for state in ("dead", "failed", "unknown"))
    yield _count(
        "Deliveries",
        stuck,
        "did not arrive",
        "`fairline deliveries list`, or the list on the desk.",
    )
    yield _count(
        "Set aside",
        aside,
        "could not be understood",
        "Look at them on the desk; then `fairline replay`.",
    )
    yield _count("Jobs", buried, "failed for good", "`fairline jobs list --state buried`")


def _count(name: str, many: int, text: str, advice: str) -> Verdict:
    return warn(name, f"{many} {text}", advice) if many else ok(name, "nothing is stuck")
