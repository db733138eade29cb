"""No hot statement reads a whole table: every plan of a day's work goes through an index.

Each statement that the verbs below run on SQLite is explained; a SCAN of a table that grows with
traffic, without an index, fails with the statement that did it.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from fairline.board.hub import news as hub_news
from fairline.board.hub import store as hub
from fairline.cases import (
    cautions,
    effort_kept,
    grants,
    guard,
    links,
    look_through,
    store,
    store_cautions,
    store_events,
    store_guard,
    store_messages,
    store_public,
    store_reach,
    timeline,
    upkeep,
)
from fairline.cases.actions import actor_of, note, reply
from fairline.cases.addresses import leave_address
from fairline.cases.changes import add_tag, get_case, set_status, set_team, snooze
from fairline.cases.inbound import Author
from fairline.cases.intake import receive
from fairline.cases.merging import merging, moving
from fairline.cases.merging.contacts import merge_contacts, perhaps_same, undo_contacts
from fairline.cases.merging.history import events_before
from fairline.cases.merging.undoing import undo
from fairline.cases.rows import SYSTEM
from fairline.cases.search import search
from fairline.cases.ways import choose_way
from fairline.channels import (
    echoes,
    mentions,
    repair,
    store_deliveries,
    store_inboxes,
    store_mentions,
    store_raw,
)
from fairline.channels.comments import showing
from fairline.channels.comments import store as comments
from fairline.channels.contract import Echo, RawItem
from fairline.channels.raw import keep
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.case_view import PARTS
from fairline.desk.frame import AROUND
from fairline.desk.house import house_walks
from fairline.desk.no_way import stranded
from fairline.handoff.continuation import fallback, offering, opening, proving, status
from fairline.handoff.continuation import store as continuations
from fairline.handoff.forms import asking, reading, sending, sets, wiping
from fairline.handoff.forms import store as sealed_forms
from fairline.handoff.forms.fields import Field
from fairline.health import arrivals
from fairline.health import watch as health_watch
from fairline.health.figures import figures_of
from fairline.jobs import store as jobs
from fairline.jobs.queue import enqueue
from fairline.line import (
    absence,
    alarm_mail,
    alarm_watch,
    alarms,
    bulk,
    handing,
    joining,
    kept,
    repeats,
    routing,
    routing_rules,
    store_alarm_lists,
    store_alarms,
    store_bulk,
    store_opened,
    store_routing,
    wall,
)
from fairline.line.claim import next_case
from fairline.line.fairness import making
from fairline.line.fairness import store as store_fairness
from fairline.line.lists import Filter, counts, page_of
from fairline.line.place import facts, place_of
from fairline.line.rules import Conditions, Results
from fairline.people import authority, store_contacts
from fairline.people.contacts import contact_of
from fairline.wiring import Office
from tests.channels.test_mentions import Ear
from tests.conftest import Cast, said
from tests.line.crew import leave, make_team, sit_down, teach

GROWING = (
    "cases|messages|events|deliveries|raw_items|line_places|line_counts|search_docs|attachments|contacts"
    "|identities|sent_ids|jobs|participants|secret_links|nudges|blobs|case_tags|related_cases"
    "|secure_forms|case_keys|sealed_answers|continuations|continuation_proofs|fallbacks|alarms|alarm_timers|served_turns|fairness_reports|routings|grants|kept_promises|merges|merge_rows|bulk_answers|bulk_answer_cases|told_waits|mentions|late_items"
    "|feed_requests|feed_subscriptions|page_comments"
)
# Indexes that a list walks in its own order and leaves after a page, and partial ones that hold
# only what is open.
WALKED = (
    "ix_line_places_due_at_entered_at_case_id"
    "|sqlite_autoindex_line_places_1"  # a count that stops at its bound
    "|sqlite_autoindex_cases_1"  # the same
    "|ix_cases_updated_at_id"
    "|ix_cases_snoozed"
    "|ix_cases_to_close"
    "|ix_cases_public"
    "|ix_cases_kept_for"  # holds only what is kept for somebody away
    "|ix_cases_repeats"  # holds repeats only
    "|ix_cautions_in_force"
    "|ix_events_tx_position"
    "|ix_deliveries_due"
    "|ix_deliveries_stuck"
    "|ix_deliveries_waiting"
    "|ix_raw_items_open"
    "|ix_jobs_due"
    "|ix_alarms_raised_at_id"
    "|ix_alarms_kind_raised_at_id"
    "|ix_alarms_unheard"  # the rail's count: only what stands has a row
    "|ix_line_counts_empty"
    "|ix_mentions_(listed|listed_kind|handled|to_forget)"
    "|ix_late_items_look_at"
    "|ix_feed_requests_due_at"  # holds what was asked in the last minutes
    "|ix_feed_subscriptions_due"
    "|ix_feed_subscriptions_expires_at"
)
WHOLE = re.compile(rf"SCAN ({GROWING})\b(?! USING (COVERING )?INDEX ({WALKED})\b)")

Explained = list[tuple[str, str]]


@pytest.fixture
def scans(office: Office) -> Iterator[Explained]:
    """Collects (plan, statement) of every statement that reads a growing table whole."""
    if not office.database.is_sqlite:
        pytest.skip("plans are pinned on SQLite; PostgreSQL chooses by its statistics")
    found: Explained = []
    explaining = False

    def explain(
        connection: sa.Connection, cursor: object, statement: str, parameters: Any, *_: object
    ) -> None:
        nonlocal explaining
        if explaining or not statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
            return
        explaining = True
        raw = connection.connection.cursor()
        first = parameters[0] if isinstance(parameters, list) else parameters
        raw.execute(f"EXPLAIN QUERY PLAN {statement}", first)
        for row in raw.fetchall():
            if WHOLE.search(row[3]):
                found.append((row[3], statement))
        raw.close()
        explaining = False

    sa.event.listen(office.database.engine, "before_cursor_execute", explain)
    yield found
    sa.event.remove(office.database.engine, "before_cursor_execute", explain)


def ask(unit: Unit, cast: Cast, number: int) -> str:
    mail = said(f"Question {number}", by=f"c{number}@mail.test", native_id=f"q{number}@mail.test")
    return receive(unit, cast.mailbox_ref, mail).case_id


def a_day(office: Office, cast: Cast) -> None:
    """Asking, claiming, answering, changing, looking."""
    database = office.database
    with database.write() as unit:
        first, second, third = (ask(unit, cast, number) for number in range(3))
    with database.write() as unit:
        assert next_case(unit, cast.ben)
        reply(unit, first, cast.ben, "Here you are")
        note(unit, second, cast.ben, "@[Bea] look")
        add_tag(unit, get_case(unit, second), "late", by=actor_of(cast.ben))
        soon = unit.now + timedelta(microseconds=1)
        snooze(unit, get_case(unit, third), soon, by=actor_of(cast.ben))
        leave_address(unit, get_case(unit, second), "email", "other@mail.test", by=SYSTEM)
        links.issue(
            unit, get_case(unit, second), store.participants_of(unit, second)[0].identity_id
        )
        again = said("Thanks", by="c0@mail.test", in_reply_to=("q0@mail.test", "x@y"))
        receive(unit, cast.mailbox_ref, again)
        set_status(unit, get_case(unit, second), "solved", by=actor_of(cast.ben))
    with database.write() as unit:
        keep(unit, cast.mailbox.id, RawItem(native_id="r", payload=b"x"))
        enqueue(unit, "greet", key="k")
        jobs.claim(unit, "w")
        store_deliveries.claim(unit, "w", timedelta(minutes=1))
        store_raw.oldest_stored(unit, limit=10)
        store_raw.set_aside(unit)
        repair.stuck_list(unit)
        store_deliveries.counts_by_state(unit)
        store_deliveries.mark_read(unit, first, cast.ben.id)
        store_deliveries.sent_until(unit, first, cast.ben.id, unit.now)
    alarm_work(database, cast)
    repeat_work(database, cast)
    routing_work(database, cast)
    merge_work(database, cast)
    upkeep.wake_due(database)
    upkeep.close_solved(database)
    upkeep.sweep(database)


def routing_work(database: Database, cast: Cast) -> None:
    """Routed, needing a skill, handed out, gone away and back; granted; looked at."""
    with database.write() as unit:
        team = make_team(unit, cast.ben, cast.bea, assigns="push")
        (german,) = teach(unit, cast.ben, "German")
        rule = routing_rules.draft(
            "All", Conditions(words=("question",)), Results(team=team.id, skills=(german,))
        )
        routing_rules.save_rule(unit, rule, inbox_ids=())
        authority.set_limit(
            unit, holder="agent", kind="refund", currency="EUR", per_case=100, per_day=200
        )
        sit_down(unit, cast.ben)
        routed = ask(unit, cast, 40)
        grants.grant(
            unit, routed, cast.ben, kind="refund", amount=50, currency="EUR", reason="late"
        )
    assert handing.run(database) > 0
    with database.write() as unit:
        leave(unit, cast.ben)
        set_team(unit, get_case(unit, ask(unit, cast, 41)), None, by=actor_of(cast.ada))
    assert absence.sweep(database) > 0
    with database.write() as unit:
        absence.say_presence(unit, cast.ben, "online")
        routing.wrongly_routed(unit)
        routing.preview(unit, store_routing.rules(unit))


def repeat_work(database: Database, cast: Cast) -> None:
    """Asking the same twice, answering both, setting apart, limiting who asked."""
    author = Author(channel="email", address="twice@mail.test", verified=True)
    with database.write() as unit:
        for number in range(3):
            twice = said("My parcel 4711 has not come", author=author, native_id=f"twice{number}")
            case_id = receive(unit, cast.mailbox_ref, twice).case_id
    with database.write() as unit:
        case = get_case(unit, case_id)
        assert case.repeat_of_id
        joining.group_of(unit, case, store.related_to(unit, case.id))
        joining.split(unit, case, by=actor_of(cast.ben))
        caution = cautions.limit(unit, case, cast.ben, reason="spam", days=1, cases_a_day=5)
        cautions.check_asking(unit, case.contact_id)
        store_cautions.in_force(unit, brand_ids=(cast.brand.id,), limit=10)
        store_cautions.move(unit, case_id, case.contact_id)
        cautions.lift(unit, caution, cast.ada)
        reply(unit, case.repeat_of_id, cast.ben, "It comes today")
    repeats.heal(database)


def merge_work(database: Database, cast: Cast) -> None:
    """Merging, splitting, moving, people made one, and all of it taken back."""
    by = actor_of(cast.ben)
    with database.write() as unit:
        mails = [said(f"Matter {n}", native_id=f"m{n}@mail.test") for n in range(3)]
        first, second, third = (receive(unit, cast.mailbox_ref, m).case_id for m in mails)
        more = said("More", in_reply_to=("m2@mail.test",))
        moved = receive(unit, cast.mailbox_ref, more).message_id
        other = ask(unit, cast, 77)
    with database.write() as unit:
        taken = merging.merge(unit, get_case(unit, first), get_case(unit, second), by=by)
        people = [contact_of(unit, get_case(unit, i).contact_id) for i in (other, second)]
        made_one = merge_contacts(unit, *people, by=by)
        perhaps_same(unit, contact_of(unit, get_case(unit, second).contact_id), ["email", "web"])
        apart = moving.split(unit, get_case(unit, third), [moved], by=by)
        part = get_case(unit, apart.into_id)
        back = moving.move(unit, part, [moved], get_case(unit, second), by=by)
        reply(unit, second, cast.ben, "Yes")
        events_before(unit, get_case(unit, second))
    with database.write() as unit:
        for one in (back, apart, taken):
            undo(unit, one.id, by=by)
        undo_contacts(unit, made_one.id, by=by)
    with database.write() as unit:
        case = get_case(unit, second)
        seen = bulk.Ticked(
            case=case, words="Yes", visibility="private", seen_count=case.message_count
        )
        bulk_id = bulk.start(unit, cast.ben, "Yes", [seen], status="waiting")
    bulk.run_job(database, {"bulk_id": bulk_id})
    with database.read() as unit:
        bulk.result_of(unit, cast.ben, bulk_id)
        store_bulk.latest_of(unit, cast.ben.id)


def alarm_work(database: Database, cast: Cast) -> None:
    """Looking at what is due, walking the open cases, taking an alarm, setting what rings."""
    with database.write() as unit:
        case_id = ask(unit, cast, 9)
    with database.write() as unit:
        store_alarms.set_timer(unit, case_id, unit.now)
        alarms.raise_alarm(unit, get_case(unit, case_id), "second_bounce", unit.now)
        alarms.look_at_deliveries(unit, case_id=case_id, came_back=True)
        alarms.raise_alarm(unit, get_case(unit, case_id), "no_place", unit.now)
        alarms.acknowledge(unit, store_alarms.of_case(unit, case_id)["no_place"], cast.ben)
        store_alarms.has_said_since(unit, case_id, unit.now)
        alarm_mail.choose(unit, cast.ben, "at_once")
    alarm_watch.turn(database)
    alarm_watch.PlaceCheck(database).turn()
    alarm_watch.look_again(database, {"brand_id": cast.brand.id})
    alarm_mail.turn(database, "http://board.test", lambda *_: None)


def look(office: Office, cast: Cast) -> None:
    """Every list, count and page a screen asks for."""
    with office.database.read() as unit:
        filters = [
            Filter(waiting=True),
            Filter(waiting=True, owner="me"),
            Filter(waiting=True, owner="nobody"),
            Filter(waiting=True, team=cast.brand.id),
            Filter(waiting=True, inbox=cast.mailbox.id),
            Filter(waiting=True, brand=cast.brand.id),
            Filter(waiting=True, tag="late"),
            Filter(),
            Filter(status="open"),
            Filter(status="open", owner="me"),
            Filter(team=cast.brand.id),
            Filter(inbox=cast.mailbox.id),
            Filter(brand=cast.brand.id),
            Filter(snoozed=True),
            Filter(tag="late"),
        ]
        for wanted in filters:
            page = page_of(unit, wanted, cast.ben)
            if page.cases and page.after:
                page_of(unit, wanted, cast.ben, after=page.after)
        # Everything there ever was is listed, and not counted.
        named = {str(n): wanted for n, wanted in enumerate(filters) if wanted != Filter()}
        counts(unit, named, cast.ben, also=house_walks(cast.ben, most=1000))
        counts(unit, named, cast.ada, also=house_walks(cast.ada, most=1000))
        facts(unit, cast.brand.id)
        kept.kept_in(unit, 7)
        kept.kept_in(unit, 28, (cast.brand.id,))
        store.owed_after(unit, cast.brand.id, "", limit=100)
        store.owed_after(unit, cast.brand.id, cast.brand.id, limit=100)
        AROUND.read(unit, {"now": unit.now, "agent_id": cast.ben.id})
        for case in page_of(unit, Filter(), cast.ben).cases:
            assert store_opened.opened(unit, case.reference, cast.ben.id)
            wanted_ids = {"case_id": case.id, "contact_id": case.contact_id}
            whose = {"inbox_id": case.inbox_id, "agent_id": cast.ben.id}
            PARTS.read(unit, {**wanted_ids, **whose})
            place_of(unit, case)
            store_messages.thread(unit, case.id)
            store_messages.attachments_of(unit, case.id)
            store_messages.drafts_of(unit, case.id)
            store_events.of_case(unit, case.id)
            store.participants_of(unit, case.id)
            store.related_to(unit, case.id)
            store.tags_of(unit, [case.id])
            store.cases_of_contact(unit, case.contact_id)
            store_contacts.identities_of(unit, case.contact_id)
        for agent in (cast.ben, cast.ada):
            store_alarm_lists.standing_for(unit, agent, limit=100)
            store_alarm_lists.standing_for(unit, agent, kind="no_place", limit=100)
            store_alarm_lists.count_by_kind(unit, agent)
        wall.gather(unit, ())
        search(unit, "question")
        search(unit, "question", public_only=True, brand_ids=(cast.brand.id,))
        timeline.follow(unit, "0-0")
        timeline.newest_cursor(unit)
        store_messages.unread_nudges(unit, cast.bea.id)
        store_contacts.contacts_page(unit, brand_ids=(cast.brand.id,), before=None, limit=10)


def report(office: Office, cast: Cast) -> None:
    """What a fairness report reads, and what is swept for it."""
    making.make(office.database, cast.brand.id, 7)
    making.weekly(office.database)
    with office.database.read() as unit:
        assert making.latest(unit, cast.brand.id, 7)
        making.is_asked_for(unit, cast.brand.id, 7)
        store_fairness.past_reports(unit, cast.brand.id, 7)


def guarded(office: Office, cast: Cast) -> None:
    """Something public is hidden, shown masked, and all that is public looked through."""
    card = "My card 4111 1111 1111 1111 is lost"
    with office.database.write() as unit:
        author = Author(channel="web", address="browser-g", name="Cleo")
        taken = receive(unit, cast.board_ref, said(card, author=author, is_public=True))
    look_through.run_job(office.database, {"after": ""})
    with office.database.write() as unit:
        case = get_case(unit, taken.case_id)
        (hidden,) = store_guard.guarded_of(unit, case.id)
        guard.mask_message(unit, case, hidden, by=SYSTEM)
        store_public.page(unit, cast.brand.id, before=None, limit=5)
        store_public.ends_of(unit, [case.id])


def counted(office: Office, cast: Cast) -> None:
    """What cases cost their customers is counted again, a merged one across both."""
    with office.database.write() as unit:
        more = receive(unit, cast.mailbox_ref, said("More", by="c95@mail.test"))
        one, two = (get_case(unit, i, lock=True) for i in (ask(unit, cast, 95), more.case_id))
        merging.merge(unit, two, one, by=SYSTEM)
        effort_kept.recount(unit, one.id)
    for after in ("", one.id):
        effort_kept.run_job(office.database, {"after": after})


def in_private(office: Office, cast: Cast) -> None:
    """From public into private, the proof, the way of answers, and what did not arrive."""
    with office.database.write() as unit:
        author = Author(channel="web", address="browser-p", name="Cleo")
        asked = receive(unit, cast.board_ref, said("Asked", author=author, is_public=True))
        offering.offer(unit, office.channels, asked.case_id, cast.ben, form="link")
        status.post_status(unit, asked.case_id, cast.ben, "Solved in private.")
    with office.database.write() as unit:
        case = get_case(unit, asked.case_id)
        (way,) = continuations.of_case(unit, case.id)
        continuations.live_by_hash(unit, "x" * 64, lock=True)
        opening.open_here(unit, way, "browser")
        proving.send_digits(unit, office.channels, way, "x" * 64, "mail")
        proving.check_digits(unit, office.keyring, way, "x" * 64, "000000")
        mailed = ask(unit, cast, 77)
        (one,) = store.participants_of(unit, mailed)
        choose_way(unit, get_case(unit, mailed), one.identity_id, by=actor_of(cast.ben))
        message = reply(unit, mailed, cast.ben, "An answer")
        (sent,) = store_deliveries.of_messages(unit, [message.id])[message.id]
        lost_at = unit.now - timedelta(days=2)
        store_deliveries.update(unit, sent.id, {"state": "dead", "failed_at": lost_at})
    fallback.turn(office.database, office.channels)


def under_seal(office: Office, cast: Cast) -> None:
    """A form asked for, sent, read, wiped by time and with its case."""
    fields = [Field(key="iban", label="Account", kind="iban")]
    with office.database.write() as unit:
        wanted = sets.make_set(
            unit, name="Bank", intro="", fields=fields, kept_days=30, wiped_on_close=True
        )
        case_id = ask(unit, cast, 91)
        form = asking.ask(unit, case_id, cast.ben, set_id=wanted.id, why="To refund you.")
        case = get_case(unit, case_id)
        answers = sending.check_all(wanted, {"iban": "DE89370400440532013000"}, {}, 1)
        by = actor_of(cast.ben)
        author = Author(channel="email", address="a91@mail.test")
        sending.send(
            unit,
            office.keyring,
            case,
            form.id,
            answers,
            by=by,
            author=author,
            inbox=cast.mailbox_ref,
        )
    reading.read_answers(office.database, office.keyring, case_id, form.id, cast.ada)
    with office.database.read() as unit:
        sealed_forms.forms_of(unit, case_id)
    wiping.wipe_due(office.database)
    with office.database.write() as unit:
        set_status(unit, get_case(unit, case_id), "solved", by=by)
        set_status(unit, get_case(unit, case_id), "closed", by=by)


def of_inboxes(office: Office, cast: Cast) -> None:
    """How inboxes are, what waits for one that does not work, and who cannot be answered."""
    database, channels = office.database, office.channels
    with database.write() as unit:
        case_id = ask(unit, cast, 41)
        keep(unit, cast.mailbox.id, RawItem(native_id="heard", payload=b"x"))
        store_inboxes.note_error(unit, cast.mailbox.id, "It does not answer.")
        store_reach.begin_window(unit, case_id, unit.now, "email")
        reply(unit, case_id, cast.ben, "Yes")
        (one, *_) = store.participants_of(unit, case_id)
        store_contacts.note_heard(unit, one.identity_id, unit.now, in_private=True)
        store_contacts.heard_of(unit, [one.identity_id])
    arrivals.turn(database, channels)
    with database.write() as unit:
        store_inboxes.update(unit, cast.mailbox.id, {"error_since": unit.now - timedelta(hours=1)})
        repair.waiting_list(unit, unit.now)
        stranded(unit, cast.ada)
        for inbox in store_inboxes.all_inboxes(unit):
            figures_of(unit, channels, inbox)
    health_watch.turn(database, channels)
    fallback.turn(database, channels)
    with database.write() as unit:
        (delivery,) = store_deliveries.waiting_long(unit, unit.now, (cast.brand.id,))
        store_deliveries.give_up_waiting(unit, delivery.id)
        store_inboxes.clear_error(unit, cast.mailbox.id)


def in_public(office: Office, cast: Cast) -> None:
    """Threads that come in any order, what we said elsewhere, and what is only heard."""
    ear = Ear(office, cast)
    late = new_id()
    question = ear.hear("@acme where is my parcel?", under=late)
    ear.hear("@acme what was in it?", by="dov", under=late)
    ear.hear("@acme is it mine?", by="eve", under=question)
    echo = new_id()
    ear.take(echo, Echo(native_id=echo, text="Soon", is_public=True, in_reply_to=(new_id(),)))
    answer = Echo(native_id=late, text="Soon", is_public=True, recipient="cleo")
    ear.take(late, answer)
    for by in ("fay", "gil"):
        ear.hear("@acme lol", by=by)
        ear.hear("Free crypto airdrop, win cash https://x.example @acme", by=by)
    echoes.wake_due(office.database)
    with office.database.write() as unit:
        brands = [cast.brand.id, new_id()]
        one, other, *_ = store_mentions.page(unit, brands, limit=50)
        store_mentions.page(unit, brands, kind="spam", words=["crypto"], before=one.id, limit=5)
        store_mentions.page(unit, brands, handled=True, limit=50)
        mentions.suggestions(unit, one)
        mentions.make_case(unit, ear.channels, one.id, cast.ben)
        case = get_case(unit, threads_case(unit, ear, question))
        mentions.attach(unit, ear.channels, other.id, case, cast.ben)
        store_mentions.take_back(unit, ear.inbox.id, [new_id()], "fay")
    mentions.sweep(office.database, days=90)


def by_feed(office: Office, cast: Cast) -> None:
    """Somebody subscribes to a feed of ours, is told of news, and leaves."""
    database, topic = office.database, "http://board.test/feed.atom"
    row = {"topic": topic, "callback": "http://reader.test/", "brand_id": cast.brand.id}
    with database.write() as unit:
        hub.put_request(unit, {**row, "mode": "subscribe", "secret": "", "lease_s": 3600})
        assert hub.any_asked(unit)
        asked = hub.claim_request(unit, timedelta(minutes=1))
        assert asked
        hub.request_later(unit, asked.id, unit.now)
        hub.drop_request(unit, asked.id)
        for _ in range(2):
            lease = {"secret": "", "expires_at": unit.now + timedelta(hours=1)}
            hub.put_subscription(unit, {**row, **lease})
    with database.write() as unit:
        author = Author(channel="web", address="browser-f", name="Cleo")
        receive(unit, cast.board_ref, said("Asked", author=author, is_public=True))
    hub_news.Renderer(office.settings).work(database, {"topic": topic})
    with database.write() as unit:
        assert hub.any_due(unit)
        assert hub.claim_subscription(unit, timedelta(minutes=1))
        assert hub.issue_of(unit, topic)
        hub.subscription_to(unit, topic, "http://reader.test/")
        hub.sweep(unit)
        hub.drop_subscription(unit, topic, "http://reader.test/")


def on_pages(office: Office, cast: Cast) -> None:
    """A page of somebody's site is read, with an answer on it."""
    with office.database.write() as unit:
        said_there = said("Where is it?", native_id="c1", channel="email", is_public=True)
        case_id = receive(unit, cast.mailbox_ref, said_there).case_id
        for number in range(3):
            comments.put(unit, cast.mailbox.id, "17", f"c{number}")
    with office.database.write() as unit:
        reply(unit, case_id, cast.ben, "Tomorrow", visibility="public")
    with office.database.read() as unit:
        info = office.channels.info_by_id(unit, cast.mailbox.id)
        page = showing.page_of(unit, office.keyring, info, "17")
        assert [one.id for one in page.comments] == ["c1"]
        showing.page_of(unit, office.keyring, info, "17", before=new_id())


def threads_case(unit: Unit, ear: Ear, native_id: str) -> str:
    message = store_messages.message_by_native_id(unit, ear.inbox.id, native_id)
    assert message
    return message.case_id


@pytest.mark.parametrize(
    "work",
    [
        by_feed,
        on_pages,
        of_inboxes,
        in_public,
        under_seal,
        a_day,
        look,
        report,
        guarded,
        counted,
        in_private,
    ],
    ids=[
        "by feed",
        "on pages",
        "how inboxes are",
        "in public",
        "under seal",
        "a day's work",
        "every list and page",
        "a fairness report",
        "personal data",
        "effort",
        "going on in private",
    ],
)
def test_nothing_reads_a_growing_table_whole(
    office: Office, cast: Cast, scans: Explained, work: Callable[[Office, Cast], None]
) -> None:
    if work in {look, report}:
        a_day(office, cast)
        scans.clear()
    work(office, cast)
    assert scans == []


def test_the_check_would_notice(office: Office, cast: Cast, scans: Explained) -> None:
    with office.database.read() as unit:
        unit.connection.exec_driver_sql("SELECT id FROM cases WHERE preview = 'x'")
    assert len(scans) == 1
