"""At the desk: an answer to something from a feed is put there by hand, and somebody says so."""

import pytest

from fairline.cases import store
from fairline.cases.actions import reply
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Case
from fairline.channels import store_deliveries
from fairline.channels.contract import RawItem
from fairline.channels.doors import accept
from fairline.channels.feed.reading import item_of, read_feed
from fairline.channels.inboxes import create_inbox
from fairline.channels.rows import Delivery
from fairline.wiring import Office
from tests.conftest import Cast, said
from tests.desk.conftest import Browser

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Forum</title><item>
<guid>g1</guid><link>https://forum.example/1</link><title>Where is my parcel?</title>
<description>It was due on Monday</description></item></channel></rss>"""


@pytest.fixture
def case(office: Office, cast: Cast) -> Case:
    with office.database.write() as unit:
        inbox = create_inbox(
            unit,
            office.channels,
            brand_id=cast.brand.id,
            kind="feed",
            name="Forum",
            address="https://forum.example/feed",
            options={"url": "https://forum.example/feed", "takes": "cases"},
            by=SYSTEM,
        )
    item: RawItem = item_of(read_feed(FEED).entries[0])
    raw_id = accept(office.database, inbox.id, item)
    assert raw_id
    taken = office.make_ingest().take(raw_id)
    with office.database.read() as unit:
        found = store.case_by_id(unit, taken.case_id or "")
    assert found
    return found


def test_it_waits_until_somebody_says_that_it_stands_there(
    ben: Browser, office: Office, case: Case
) -> None:
    ben.press(f"/desk/cases/{case.reference}/say", mode="public", text="It comes today.")
    ledger = office.make_worker()[2]
    while ledger.step("test"):
        pass
    ledger.close()
    delivery = the_delivery(office)
    assert delivery.state == "queued"
    page = ben.see(f"/desk/cases/{case.reference}")
    assert "to be put by hand where it was asked" in page
    assert "It stands there now" in page
    assert "https://forum.example/1" in page

    done = f"/desk/cases/{case.reference}/do/put-there"
    page = ben.press(done, delivery=delivery.id)
    assert "put there by hand" in page
    assert "It stands there now" not in page
    assert the_delivery(office).state == "sent"
    ben.press(done, expect=409, delivery=delivery.id)


def test_what_goes_by_itself_is_not_put_anywhere(ben: Browser, office: Office, cast: Cast) -> None:
    with office.database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said())
        reply(unit, taken.case_id, cast.ben, "It comes today.")
        mailed = store.case_by_id(unit, taken.case_id)
    assert mailed

    delivery = the_delivery(office)
    ben.press(f"/desk/cases/{mailed.reference}/do/put-there", expect=409, delivery=delivery.id)
    assert the_delivery(office).state == "queued"


def the_delivery(office: Office) -> Delivery:
    """The only one."""
    with office.database.read() as unit:
        (row,) = unit.connection.exec_driver_sql("SELECT id FROM deliveries").all()
        found = store_deliveries.by_id(unit, row[0])
    assert found
    return found
