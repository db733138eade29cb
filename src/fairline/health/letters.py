"""What stands on inboxes, for the mails about alarms: names and kinds, never what a customer wrote.

`line/alarm_mail.py` writes the mails and asks here through `wiring.py`.
"""

from datetime import datetime

from fairline.channels import store_inboxes
from fairline.db.unit import Unit
from fairline.health.watch import LABELS, concerning
from fairline.line.alarm_mail import Besides
from fairline.people.tables import Agent
from fairline.web.render import minutes


def besides(unit: Unit, agent: Agent, public_url: str) -> list[Besides]:
    """What nobody has yet, the longest standing first."""
    return [
        Besides(
            raised_at=alarm.raised_at,
            words=_words(unit, alarm.inbox_id, alarm.kind, alarm.since, public_url),
        )
        for alarm in concerning(unit, agent)
        if alarm.acknowledged_at is None
    ]


def _words(unit: Unit, inbox_id: str, kind: str, since: datetime, public_url: str) -> str:
    inbox = store_inboxes.inbox_by_id(unit, inbox_id)
    span = minutes(abs((unit.now - since).total_seconds()) / 60)
    when = f"for {span}" if since <= unit.now else f"in {span}"
    name = inbox.name if inbox else "an inbox"
    return f"{LABELS[kind]}, {when}: {name}\n{public_url}/desk/inboxes/{inbox_id}"
