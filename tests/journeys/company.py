"""Acme and its people on an install, and what a test wants to know of its record."""

from collections import Counter
from dataclasses import dataclass, replace

import sqlalchemy as sa

from fairline.acknowledgements.store import set_quiet
from fairline.cases.actions import reply
from fairline.cases.rows import SYSTEM, Case, Message
from fairline.cases.store import case_by_id
from fairline.cases.tables import cases, messages
from fairline.channels import store_deliveries, store_inboxes
from fairline.channels.inboxes import create_inbox
from fairline.channels.rows import Delivery, Inbox
from fairline.channels.tables import deliveries, inboxes, raw_items
from fairline.jobs.tables import jobs
from fairline.people.setup import create_brand
from fairline.people.staff import create_agent
from fairline.people.tables import Agent, Brand
from tests.fakes.smtp import FakeSmtp
from tests.journeys.server import Install
from tests.mailrelay import MailRelay
from tests.mailserver import MailServer

PASSWORD = "correct horse battery staple"


@dataclass
class Company:
    """A brand on an install, with its people."""

    install: Install
    brand: Brand
    ada: Agent
    ben: Agent
    bea: Agent

    def at(self, install: Install) -> "Company":
        """The same company, moved to another install."""
        return replace(self, install=install)

    def serve_mailbox(
        self,
        *,
        dovecot: MailServer | None = None,
        smtp: FakeSmtp | MailRelay | None = None,
        address: str = "support@acme.test",
        acknowledges: bool = False,
        **options: str,
    ) -> Inbox:
        """Make an inbox that fetches from Dovecot and sends through `smtp`, where given.

        It does not acknowledge unless asked to: most journeys follow the answers.
        """
        options.setdefault("receive_by", "imap" if dovecot else "none")
        if dovecot:
            options |= {"imap_host": dovecot.host, "imap_port": str(dovecot.imap_port)}
            options |= {"imap_security": "none", "imap_password": "secret", "start_from": "all"}
        if smtp:
            options |= {"smtp_host": smtp.host, "smtp_port": str(smtp.port)}
            options |= {"smtp_security": "none"}
        inbox = self.add_inbox("email", address, options)
        if not acknowledges:
            with self.install.office.database.write() as unit:
                set_quiet(unit, inbox.id, is_quiet=True)
        return inbox

    def add_inbox(self, kind: str, address: str, options: dict[str, str]) -> Inbox:
        office = self.install.office
        with office.database.write() as unit:
            return create_inbox(
                unit,
                office.channels,
                brand_id=self.brand.id,
                kind=kind,
                name=address,
                address=address,
                options=options,
                by=SYSTEM,
            )

    def answer(self, case: Case, text: str) -> Delivery:
        """Ben replies; the delivery by mail that was written with it."""
        with self.install.office.database.write() as unit:
            message = reply(unit, case.id, self.ben, text)
            planned = store_deliveries.of_messages(unit, [message.id])[message.id]
            (delivery,) = (one for one in planned if one.channel == "email")
            return delivery

    def all_cases(self) -> list[Case]:
        """Oldest first."""
        with self.install.office.database.read() as unit:
            ids = unit.execute(sa.select(cases.c.id).order_by(cases.c.id)).scalars()
            return [case for case_id in ids if (case := case_by_id(unit, case_id))]

    def all_messages(self) -> list[Message]:
        """Oldest first."""
        with self.install.office.database.read() as unit:
            rows = unit.execute(sa.select(messages).order_by(messages.c.id))
            return [
                Message(**{name: row._mapping[name] for name in Message.__struct_fields__})
                for row in rows
            ]

    def subjects(self) -> list[str]:
        """Of all cases, in the order in which they were opened."""
        query = sa.select(cases.c.subject).order_by(cases.c.id)
        with self.install.office.database.read() as unit:
            return list(unit.execute(query).scalars())

    def outcomes(self) -> Counter[str]:
        """What became of all that came in; '' is what waits to be understood."""
        with self.install.office.database.read() as unit:
            return Counter(unit.execute(sa.select(raw_items.c.outcome)).scalars())

    def stored(self) -> int:
        """How many things came in."""
        query = sa.select(sa.func.count()).select_from(raw_items)
        with self.install.office.database.read() as unit:
            return int(unit.execute(query).scalar_one())

    def delivery(self, delivery_id: str) -> Delivery:
        with self.install.office.database.read() as unit:
            found = store_deliveries.by_id(unit, delivery_id)
        assert found
        return found

    def delivery_states(self) -> Counter[str]:
        """How many deliveries by mail are in each state."""
        query = sa.select(deliveries.c.state).where(deliveries.c.channel == "email")
        with self.install.office.database.read() as unit:
            return Counter(unit.execute(query).scalars())

    def inbox(self, inbox: Inbox) -> Inbox:
        """As it is now."""
        with self.install.office.database.read() as unit:
            found = store_inboxes.inbox_by_id(unit, inbox.id)
        assert found
        return found

    def let_leases_run_out(self) -> None:
        """As if minutes had passed since the last process died: it comes back for nothing."""
        with self.install.office.database.write() as unit:
            long_ago = unit.now.replace(year=unit.now.year - 1)
            unit.execute(sa.update(inboxes).values(polled_until=long_ago))
            unit.execute(
                sa.update(deliveries)
                .where(deliveries.c.state == "sending")
                .values(leased_until=long_ago, next_try_at=long_ago)
            )
            unit.execute(sa.update(jobs).where(jobs.c.state == "running").values(run_at=long_ago))


def found_company(install: Install, *, name: str = "Acme") -> Company:
    """A brand with its board, and its people."""
    office, slug = install.office, name.lower()
    with office.database.write() as unit:
        brand = create_brand(unit, name=name, slug=slug)
        ada, ben, bea = (
            create_agent(
                unit,
                email=f"{who}@{slug}.test",
                name=who.capitalize(),
                role=role,
                password=PASSWORD,
            )
            for who, role in (("ada", "supervisor"), ("ben", "agent"), ("bea", "agent"))
        )
    made = Company(install=install, brand=brand, ada=ada, ben=ben, bea=bea)
    made.add_inbox("web", "board", {})
    return made
