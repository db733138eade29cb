"""A company with an inbox on Plaza, its office, and the steps that stories there share."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from litestar.testing import TestClient

from fairline.cases import store, store_events, store_messages
from fairline.cases.rows import SYSTEM, Case, Message
from fairline.channels import store_deliveries, store_inboxes
from fairline.channels.doors import fetch_once
from fairline.channels.inboxes import create_inbox
from fairline.channels.ingest import Ingest
from fairline.channels.ledger import Ledger
from fairline.channels.registry import Channels
from fairline.channels.rows import Delivery, Inbox
from fairline.channels.web import WebChannel
from fairline.handoff.continuation import courier
from fairline.handoff.continuation import store as continuations
from fairline.handoff.continuation.offering import Offered, offer
from fairline.handoff.continuation.tables import Continuation
from fairline.jobs import store as jobs
from fairline.people import store_contacts
from fairline.wiring import Office
from tests.board.visitor import Page
from tests.conftest import Cast
from tests.fakes.channel import Loft, PigeonMail
from tests.fakes.plaza import Plaza, PlazaChannel

Browser = TestClient[Any]
OpenBrowser = Callable[[], Browser]
LINK = re.compile(r"http://board\.test/c/([0-9a-f]{32})")


@dataclass
class Square:
    """Acme on Plaza: what is posted there becomes cases, what Acme answers is posted there."""

    office: Office
    cast: Cast
    plaza: Plaza
    loft: Loft
    channel: PlazaChannel
    inbox: Inbox
    ledger: Ledger

    @property
    def channels(self) -> Channels:
        return self.office.channels

    def fetch(self) -> None:
        """Take in what was said on Plaza."""
        with self.office.database.read() as unit:
            inbox = store_inboxes.inbox_by_id(unit, self.inbox.id)
            assert inbox
            info = self.channels.info(unit, inbox)
        fetch_once(self.office.database, inbox, self.channel.open(info))
        Ingest(self.office.database, self.channels).step("w")

    def asked(self, text: str = "My parcel is lost, help!", by: str = "cleo") -> Case:
        """Somebody posts; the case it becomes."""
        self.plaza.post(by, text)
        self.fetch()
        with self.office.database.read() as unit:
            found = store.cases_of_contact(unit, self.contact_of(by), limit=1)
        return found[0]

    def contact_of(self, by: str) -> str:
        with self.office.database.read() as unit:
            one = store_contacts.identity_at(unit, self.cast.brand.id, "plaza", by)
        assert one
        return one.contact_id

    def offers(self, case: Case, text: str = "We look into it.", form: str = "") -> Offered:
        """Ben answers in public and goes on in private; it is posted."""
        with self.office.database.write() as unit:
            offered = offer(unit, self.channels, case.id, self.cast.ben, text, form=form)
        self.send()
        return offered

    def send(self) -> None:
        """Let the ledger send all that is due."""
        while self.ledger.step("w"):
            pass

    def case(self, case: Case) -> Case:
        with self.office.database.read() as unit:
            found = store.case_by_id(unit, case.id)
        assert found
        return found

    def thread(self, case: Case) -> list[Message]:
        with self.office.database.read() as unit:
            return store_messages.thread(unit, case.id)

    def way(self, case: Case) -> Continuation:
        """The newest way in."""
        with self.office.database.read() as unit:
            return continuations.of_case(unit, case.id)[0]

    def kinds(self, case: Case) -> list[str]:
        """The kinds of what happened on the case."""
        with self.office.database.read() as unit:
            return [event.kind for event in store_events.of_case(unit, case.id)]

    def deliveries(self, message: Message) -> list[Delivery]:
        with self.office.database.read() as unit:
            return store_deliveries.of_messages(unit, [message.id]).get(message.id, [])

    def digits_for(self, who: str) -> str:
        """The digits in the last private message that somebody got."""
        found = re.search(r"\b\d{6}\b", self.plaza.read_by(who)[-1])
        assert found, self.plaza.read_by(who)
        return found[0]

    def age_ways(self, case: Case, by: timedelta) -> None:
        """Let the newest way in be older."""
        way = self.way(case)
        with self.office.database.write() as unit:
            continuations.update(unit, way.id, {"expires_at": way.expires_at - by})


@contextmanager
def square_of(office: Office, cast: Cast, *, takes_links: bool, private: bool) -> Iterator[Square]:
    """The company joins Plaza, with mail carried by pigeon."""
    loft = Loft()
    channel = PlazaChannel(takes_links=takes_links, private=private)
    office.channels = Channels(
        [WebChannel(), PigeonMail(loft), channel],
        office.keyring,
        public_url="http://board.test",
        install_id="test",
    )
    with Plaza() as plaza:
        with office.database.write() as unit:
            inbox = create_inbox(
                unit,
                office.channels,
                brand_id=cast.brand.id,
                kind="plaza",
                name="@acme",
                address="acme",
                options={"port": str(plaza.port)},
                by=SYSTEM,
            )
        ledger = Ledger(office.database, office.channels)
        yield Square(office, cast, plaza, loft, channel, inbox, ledger)
        ledger.close()


def run_jobs(square: Square) -> int:
    """Run the jobs that send digits; returns how many there were."""
    done = 0
    while True:
        with square.office.database.write() as unit:
            job = jobs.claim(unit, "test")
            if job is None:
                return done
            jobs.finish(unit, job.id, "test")
        if job.kind == courier.JOB:
            courier.Courier(square.channels).send(square.office.database, job.payload)
            done += 1


def send(browser: Browser, path: str, **fields: str) -> Any:
    return browser.post(path, data=fields, follow_redirects=False)


def see(browser: Browser, path: str, *, status: int = 200) -> Page:
    answer = browser.get(path, follow_redirects=False)
    assert answer.status_code == status, answer.text[:1500]
    return Page(answer.text)


def path_of(square: Square) -> str:
    """Where the link of the last post leads."""
    return f"/c/{LINK.findall(square.plaza.posts[-1].text)[-1]}"
