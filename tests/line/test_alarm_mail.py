"""Alarms by mail: to those who ask, never a flood, and nothing a customer wrote."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import sqlalchemy as sa

from fairline.cases import changes
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.channels import staff_mail, store_inboxes
from fairline.channels.inboxes import set_state
from fairline.core.errors import DeliveryError, Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs import store as jobs
from fairline.line import alarm_mail, alarms, store_alarm_lists, store_alarms
from fairline.line.alarm_mail import EVERY, Letter, last_morning
from fairline.line.tables_alarms import alarm_letters
from fairline.line.tables_alarms import alarms as table
from fairline.people.staff import disable_agent
from fairline.people.tables import Agent
from fairline.wiring import Office
from tests.conftest import Cast, said
from tests.fakes.smtp import FakeSmtp

URL = "http://board.test"


class Post:
    """Keeps the letters."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def __call__(self, _unit: Unit, letter: Letter) -> None:
        self.letters.append(letter)


def ring(
    database: Database, cast: Cast, number: int, *, ago: timedelta = timedelta(minutes=1)
) -> str:
    """An alarm that was raised a while ago; the reference of its case."""
    with database.write() as unit:
        mail = said("My card is 4111 1111", by=f"c{number}@mail.test", subject="Private matter")
        case = changes.get_case(unit, receive(unit, cast.mailbox_ref, mail).case_id)
    with database.write() as unit:
        alarms.raise_alarm(unit, case, "promise_broken", unit.now - ago)
        unit.execute(
            sa.update(table).where(table.c.case_id == case.id).values(raised_at=unit.now - ago)
        )
    return case.reference


def wants(database: Database, agent: Agent, mode: str, *, since: timedelta = timedelta(0)) -> None:
    """The agent chose so a while ago."""
    with database.write() as unit:
        alarm_mail.choose(unit, agent, mode)
        then = unit.now - since
        row = alarm_letters.c.agent_id == agent.id
        unit.execute(sa.update(alarm_letters).where(row).values(told_until=then))


def test_nobody_gets_mail_who_did_not_ask(database: Database, cast: Cast) -> None:
    ring(database, cast, 1)
    post = Post()
    assert alarm_mail.turn(database, URL, post) == 0
    assert post.letters == []


def test_at_once_and_all_in_one(database: Database, cast: Cast) -> None:
    wants(database, cast.ada, "at_once", since=timedelta(hours=1))
    references = [ring(database, cast, number) for number in range(3)]
    post = Post()
    assert alarm_mail.turn(database, URL, post) == 1
    letter = post.letters[0]
    assert letter.agent_id == cast.ada.id
    assert letter.subject == "3 alarms: promise broken"
    assert all(f"{URL}/desk/cases/{reference}" in letter.text for reference in references)
    assert "4111" not in letter.text
    assert "Private" not in letter.text


def test_never_a_flood(database: Database, cast: Cast) -> None:
    wants(database, cast.ada, "at_once", since=timedelta(hours=1))
    post = Post()
    ring(database, cast, 1)
    alarm_mail.turn(database, URL, post)
    for number in range(2, 5):
        ring(database, cast, number, ago=timedelta(seconds=6))
        alarm_mail.turn(database, URL, post)
    assert len(post.letters) == 1

    with database.write() as unit:
        unit.execute(sa.update(alarm_letters).values(mailed_at=unit.now - EVERY))
    alarm_mail.turn(database, URL, post)
    alarm_mail.turn(database, URL, post)
    assert [letter.subject[:8] for letter in post.letters] == ["1 alarm:", "4 alarms"]


def test_what_somebody_has_is_not_told(database: Database, cast: Cast) -> None:
    wants(database, cast.ada, "at_once", since=timedelta(hours=1))
    ring(database, cast, 1)
    with database.write() as unit:
        case_id = unit.execute(sa.select(table.c.case_id)).scalar_one()
        alarms.acknowledge(unit, store_alarms.of_case(unit, case_id)["promise_broken"], cast.ben)
    assert alarm_mail.turn(database, URL, Post()) == 0


def test_each_morning_once(database: Database, cast: Cast) -> None:
    wants(database, cast.ada, "morning", since=timedelta(days=2))
    ring(database, cast, 1)
    post = Post()
    assert alarm_mail.turn(database, URL, post) == 1
    assert alarm_mail.turn(database, URL, post) == 0

    wants(database, cast.ada, "morning")
    assert alarm_mail.turn(database, URL, post) == 0, "chosen after this morning"


def test_a_quiet_morning_needs_no_mail(database: Database, cast: Cast) -> None:
    wants(database, cast.ada, "morning", since=timedelta(days=2))
    assert alarm_mail.turn(database, URL, Post()) == 0


def test_of_two_nodes_one_writes(database: Database, cast: Cast) -> None:
    wants(database, cast.ada, "at_once", since=timedelta(hours=1))
    ring(database, cast, 1)
    post = Post()

    def meanwhile(unit: Unit, letter: Letter) -> None:
        post(unit, letter)

    with database.read() as unit:
        before = store_alarm_lists.letters(unit)[cast.ada.id][0]
    with database.write() as unit:
        claim = store_alarm_lists.claim_letter
        assert claim(unit, cast.ada.id, before, unit.now, unit.now)
        assert not claim(unit, cast.ada.id, before, unit.now, unit.now)
    assert alarm_mail.turn(database, URL, meanwhile) == 0


@pytest.mark.parametrize(
    ("now", "zone", "morning"),
    [
        (datetime(2026, 3, 4, 8, 0, tzinfo=UTC), "UTC", datetime(2026, 3, 4, 8, tzinfo=UTC)),
        (datetime(2026, 3, 4, 7, 59, tzinfo=UTC), "UTC", datetime(2026, 3, 3, 8, tzinfo=UTC)),
        (datetime(2026, 3, 4, 2, 31, tzinfo=UTC), "Asia/Kolkata", datetime(2026, 3, 4, 2, 30, tzinfo=UTC)),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), "Europe/Berlin", datetime(2026, 3, 29, 6, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_eight_o_clock_is_the_companys(now: datetime, zone: str, morning: datetime) -> None:
    assert last_morning(now, zone) == morning


def test_only_the_three_can_be_chosen(database: Database, cast: Cast) -> None:
    with pytest.raises(Invalid), database.write() as unit:
        alarm_mail.choose(unit, cast.ben, "hourly")
    wants(database, cast.ben, "at_once")
    with database.write() as unit:
        alarm_mail.choose(unit, cast.ben, "none")
        assert not unit.execute(sa.select(alarm_letters)).all()


def post_one(office: Office, cast: Cast) -> jobs.Job:
    """The job of a letter to Ben."""
    letter = Letter(agent_id=cast.ben.id, brand_id=cast.brand.id, subject="1 alarm", text="Look")
    with office.database.write() as unit:
        assert staff_mail.post(unit, **msgspec.structs.asdict(letter))
    with office.database.read() as unit:
        return next(job for job in jobs.page(unit, state="waiting") if job.kind == staff_mail.JOB)


def test_the_letter_leaves_through_the_brands_mailbox(office: Office, cast: Cast) -> None:
    job = post_one(office, cast)
    with FakeSmtp() as smtp:
        with office.database.write() as unit:
            options = {**cast.mailbox.options, "smtp_port": str(smtp.port), "smtp_security": "none"}
            store_inboxes.update(unit, cast.mailbox.id, {"options": options})
        staff_mail.Postman(office.channels).send(office.database, job.payload)
    (mail,) = smtp.taken
    assert mail.recipients == ("ben@acme.test",)
    assert b"Auto-Submitted: auto-generated" in mail.payload
    assert b"Subject: 1 alarm" in mail.payload


def test_a_server_that_is_away_is_tried_again_while_it_is_news(office: Office, cast: Cast) -> None:
    job = post_one(office, cast)
    postman = staff_mail.Postman(office.channels)
    with pytest.raises(DeliveryError):
        postman.send(office.database, job.payload)
    old = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    postman.send(office.database, {**job.payload, "at": old})


def test_who_has_left_is_not_written_to(office: Office, cast: Cast) -> None:
    job = post_one(office, cast)
    with office.database.write() as unit:
        disable_agent(unit, cast.ben.id)
    staff_mail.Postman(office.channels).send(office.database, job.payload)


def test_without_a_mailbox_nothing_is_promised(office: Office, cast: Cast) -> None:
    with office.database.write() as unit:
        set_state(unit, cast.mailbox.id, "paused", by=SYSTEM)
        assert not staff_mail.post(
            unit, agent_id=cast.ben.id, brand_id=cast.brand.id, subject="1 alarm", text="Look"
        )
