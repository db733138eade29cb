"""Acme on Courier, a network with rules, and with mail by pigeon: what tests of the desk share."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from fairline.cases import store, store_messages
from fairline.cases.actions import reply
from fairline.cases.rows import SYSTEM, Case, Message
from fairline.channels import store_deliveries
from fairline.channels.contract import RawItem
from fairline.channels.doors import accept
from fairline.channels.inboxes import create_inbox
from fairline.channels.ingest import Ingest
from fairline.channels.ledger import Ledger
from fairline.channels.registry import Channels
from fairline.channels.rows import Delivery, Inbox
from fairline.channels.web import WebChannel
from fairline.people import store_contacts
from fairline.people.contacts import resolve
from fairline.wiring import Office
from tests.conftest import Cast
from tests.fakes.channel import Loft, PigeonMail
from tests.fakes.courier import CourierChannel


@dataclass
class Shop:
    """Acme on Courier, with mail by pigeon."""

    office: Office
    cast: Cast
    loft: Loft
    courier: CourierChannel
    inbox: Inbox
    ledger: Ledger
    number: int = 0

    def hears(
        self, text: str = "My parcel is lost", by: str = "cleo", *, public: bool = False
    ) -> Case:
        """Somebody writes on Courier; the case it becomes."""
        self.number += 1
        said = {"id": f"c{self.number}", "by": by, "text": text, "to": "" if public else "acme"}
        payload = json.dumps({**said, "under": ""}).encode()
        accept(self.office.database, self.inbox.id, RawItem(native_id=said["id"], payload=payload))
        Ingest(self.office.database, self.office.channels).step("w")
        with self.office.database.read() as unit:
            one = store_contacts.identity_at(unit, self.cast.brand.id, "courier", by)
            assert one
            return store.cases_of_contact(unit, one.contact_id, limit=1)[0]

    def later(self, case: Case, by: timedelta) -> None:
        """Let what they last said be so long ago."""
        with self.office.database.write() as unit:
            for one in store.participants_of(unit, case.id):
                moments = {
                    name: moment - by
                    for name in ("heard_at", "heard_in_private_at")
                    if isinstance(moment := getattr(one, name), datetime)
                }
                if moments:
                    store_contacts.update_identity(unit, one.identity_id, moments)
            found = store.case_by_id(unit, case.id)
            if found and found.reply_by:
                store.update_case(unit, case.id, {"reply_by": found.reply_by - by})

    def case(self, case: Case) -> Case:
        with self.office.database.read() as unit:
            found = store.case_by_id(unit, case.id)
        assert found
        return found

    def answers(self, case: Case, text: str = "It is found.", **more: str) -> Message:
        with self.office.database.write() as unit:
            return reply(unit, case.id, self.cast.ben, text, **more)  # type: ignore[arg-type]

    def send(self) -> None:
        while self.ledger.step("w"):
            pass

    def delivery(self, message: Message) -> Delivery:
        with self.office.database.read() as unit:
            (one,) = store_deliveries.of_messages(unit, [message.id])[message.id]
        return one

    def last(self, case: Case) -> Message:
        with self.office.database.read() as unit:
            return store_messages.thread(unit, case.id)[-1]

    def knows_mail(self, case: Case, address: str = "cleo@mail.test") -> str:
        with self.office.database.write() as unit:
            one = resolve(unit, self.cast.brand.id, "email", address)
            values = {"contact_id": case.contact_id, "confirmed_at": unit.now}
            store_contacts.update_identity(unit, one.id, values)
        return one.id


@contextmanager
def shop_of(office: Office, cast: Cast) -> Iterator[Shop]:
    """The company joins Courier."""
    loft = Loft()
    courier = CourierChannel(loft)
    office.channels = Channels(
        [WebChannel(), PigeonMail(loft), courier],
        office.keyring,
        public_url="http://board.test",
        install_id="test",
    )
    with office.database.write() as unit:
        inbox = create_inbox(
            unit,
            office.channels,
            brand_id=cast.brand.id,
            kind="courier",
            name="Courier",
            address="acme",
            options={},
            by=SYSTEM,
        )
    ledger = Ledger(office.database, office.channels)
    yield Shop(office, cast, loft, courier, inbox, ledger)
    ledger.close()
