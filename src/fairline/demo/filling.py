"""Fills an empty install with the demo company and its six weeks."""

from collections.abc import Callable
from datetime import datetime, timedelta

from fairline.cases import actions, changes, override, store_messages
from fairline.cases.rows import SYSTEM
from fairline.channels import doors
from fairline.channels.contract import RawItem
from fairline.channels.ingest import Ingest, inbox_ref
from fairline.core.clock import now
from fairline.db.engine import Database
from fairline.demo.abilities import make_abilities
from fairline.demo.company import Company, found_company
from fairline.demo.history import CASES, WEEKS, history
from fairline.demo.merging import merge_two
from fairline.demo.playing import Stage
from fairline.demo.repeating import ask_again
from fairline.demo.ringing import ring
from fairline.demo.sealing import ask_for_details
from fairline.demo.stories import load
from fairline.line.fairness import making
from fairline.line.lists import Filter, page_of
from fairline.wiring import Office

BATCH = 40
# Mail that names nobody: it cannot be understood, and waits on the list of what was set aside.
BROKEN = (
    b"Subject: Order AQ-40771\r\nX-Mailer: FormPost 0.3\r\n\r\nname=&mail=&text=chairs\r\n",
    b"Received: from scanner.alderquay.example\r\nSubject: Scan 0017\r\n\r\n(no pages)\r\n",
)


def fill(office: Office, *, tick: Callable[[int], None], cases: int = CASES) -> int:
    """Fill it. `tick` is told how many moments were played. Returns how many cases there are."""
    content = load()
    began = now()
    moments = history(content, began, cases=cases)
    with office.database.write() as unit:
        unit.now = began - timedelta(weeks=WEEKS + 1)
        company = found_company(unit, office.channels, content)
    ingest = office.make_ingest()
    stage = Stage(company, content, ingest)
    for start in range(0, len(moments), BATCH):
        batch = moments[start : start + BATCH]
        with office.database.write() as unit:
            for moment in batch:
                stage.play(unit, moment)
        tick(len(batch))
    with office.database.write() as unit:
        make_abilities(unit, company, content)
    _finish(office.database, company, began)
    with office.database.write() as unit:
        board = inbox_ref(unit, company.inboxes["aq-board"])
        ask_for_details(unit, office.keyring, company, board, began)
    with office.database.write() as unit:
        ring(unit, office.channels, company, began)
    _set_aside(office, company, ingest)
    return len(stage.cases)


def _finish(database: Database, company: Company, began: datetime) -> None:
    """What people leave lying about: things put aside, drafts, nudges that were read long ago."""
    with database.write() as unit:
        ruth = company.agents["ruth"]
        held = page_of(unit, Filter(status="open"), ruth)
        asleep = [case for case in held.cases if case.owner_id][:3]
        for days, case in enumerate(asleep, 1):
            by = actions.actor_of(next(a for a in company.agents.values() if a.id == case.owner_id))
            changes.snooze(unit, case, began + timedelta(days=days, hours=2), by=by)
        waiting = page_of(unit, Filter(status="new"), ruth, limit=5).cases
        for case, key in zip(waiting, ("bea", "ben"), strict=False):
            agent = company.agents[key]
            text = "I have looked at it and will write to you before four today,"
            actions.save_draft(unit, case.id, agent, "private", text)
            actions.note(
                unit,
                case.id,
                company.agents["ada"],
                f"@[{agent.name}] would you take this one? You know the matter.",
            )
            changes.add_tag(unit, case, "repeat-contact", by=SYSTEM)
        shop = next(iter(company.brands.values()))
        line = page_of(unit, Filter(waiting=True, owner="nobody", brand=shop.id), ruth).cases
        for case in line[-1:]:
            reason = "Promised on the phone this morning: she is at home until noon only."
            override.bring_forward(unit, case, company.agents["ada"], reason)
        own = [company.inboxes[key] for key in ("aq-board", "aq-help")]
        refs = {inbox.kind: inbox_ref(unit, inbox) for inbox in own}
        ask_again(unit, line[:-1], refs, began)
        merge_two(unit, line[:-1], refs["email"], company.agents["bea"], began)
        store_messages.read_old_nudges(unit, began - timedelta(days=3))
    for brand in company.brands.values():
        for days in making.PERIODS:
            making.make(database, brand.id, days)


def _set_aside(office: Office, company: Company, ingest: Ingest) -> None:
    for number, payload in enumerate(BROKEN):
        inbox = company.inboxes["aq-help"]
        item = RawItem(native_id=f"broken-{number}@demo.example", payload=payload)
        raw_id = doors.accept(office.database, inbox.id, item)
        if raw_id:
            ingest.take(raw_id)
