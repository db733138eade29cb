"""Who cannot be answered at the moment: open cases of inboxes that do not work, with no other way.

Read from the lists of those inboxes, so it costs nothing while all of them work.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from litestar import Response

from fairline.cases import store_reach
from fairline.cases.rows import Case, Participant
from fairline.cases.ways import takers_of
from fairline.channels import store_inboxes
from fairline.channels.rows import Inbox
from fairline.channels.standing import since_when, trouble_of
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.frame import desk_page, frame
from fairline.desk.reach import reaches
from fairline.desk.session import Session
from fairline.line import lists
from fairline.line.lists import Filter
from fairline.people import store_contacts
from fairline.people.tables import Agent, Identity
from fairline.web.handle import reads

PATH = "/desk/no-way"
MOST = 100
# Somebody waits for us on these.
STATUSES = ("new", "open")


class Stranded(msgspec.Struct, frozen=True, kw_only=True):
    """A case nobody can answer, by whose fault, and since when."""

    case: Case
    inbox: Inbox
    why: str
    since: datetime | None


@reads(PATH)
def no_way(session: Session, database: Database) -> Response[str]:
    """The longest untouched first."""
    with database.read() as unit:
        around = frame(unit, session)
        found = stranded(unit, session.agent)
        return desk_page(
            unit,
            session,
            "desk/no_way.html",
            here="inboxes",
            around=around,
            lines=found[:MOST],
            has_more=len(found) > MOST,
        )


def stranded(unit: Unit, agent: Agent) -> list[Stranded]:
    """Two lists for each inbox that does not work, and three statements more."""
    every = store_inboxes.all_inboxes(unit)
    works = {
        (inbox.brand_id, inbox.kind)
        for inbox in every
        if not trouble_of(inbox, unit.now, after=timedelta(0))
    }
    down = [
        inbox
        for inbox in store_inboxes.troubled(unit)
        if inbox.kind != "web"
        and reaches(agent, inbox.brand_id)
        and trouble_of(inbox, unit.now, after=timedelta(0))
    ]
    cases: list[tuple[Case, Inbox]] = []
    for inbox in down:
        for status in STATUSES:
            wanted = Filter(inbox=inbox.id, status=status)
            page = lists.page_of(unit, wanted, agent, limit=MOST + 1)
            cases += [(case, inbox) for case in page.cases if case.entered_at]
    people = store_reach.participants_of_many(unit, [case.id for case, _ in cases])
    known = store_contacts.identities_of_many(unit, list({case.contact_id for case, _ in cases}))
    found = [
        Stranded(
            case=case,
            inbox=inbox,
            why=trouble_of(inbox, unit.now, after=timedelta(0)),
            since=since_when(inbox),
        )
        for case, inbox in cases
        if not is_reached(case, people.get(case.id, []), known.get(case.contact_id, []), works)
    ]
    return sorted(found, key=lambda one: (one.case.updated_at, one.case.id))


def is_reached(
    case: Case,
    people: Sequence[Participant],
    known: Sequence[Identity],
    works: set[tuple[str, str]],
) -> bool:
    """Whether an answer gets to the customer by any way. Pure."""

    def is_open(channel: str, undeliverable_at: datetime | None) -> bool:
        open_one = channel == "web" or (case.brand_id, channel) in works
        return open_one and undeliverable_at is None

    return any(is_open(p.channel, p.undeliverable_at) for p in takers_of(case, people)) or any(
        one.confirmed_at and one.channel != "web" and is_open(one.channel, one.undeliverable_at)
        for one in known
    )


ROUTES: list[Any] = [no_way]
