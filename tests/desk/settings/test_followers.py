"""What an account says to all who follow: at the desk, for supervisors."""

import re

import pytest

from fairline.cases import store_events
from fairline.cases.rows import SYSTEM
from fairline.channels.inboxes import create_inbox
from fairline.channels.rows import Inbox
from fairline.wiring import Office
from tests.conftest import Cast
from tests.desk.conftest import Browser, Sit


@pytest.fixture
def account(office: Office, cast: Cast) -> Inbox:
    with office.database.write() as unit:
        return create_inbox(
            unit,
            office.channels,
            brand_id=cast.brand.id,
            kind="fediverse",
            name="Fediverse",
            address="support@board.test",
            options={},
            by=SYSTEM,
        )


@pytest.fixture
def ada(sit: Sit, cast: Cast) -> Browser:
    return sit(cast.ada)


def path_of(inbox: Inbox) -> str:
    return f"/desk/settings/inboxes/{inbox.id}/followers"


def test_something_is_said_reworded_and_taken_back(
    office: Office, ada: Browser, account: Inbox
) -> None:
    path = path_of(account)
    assert "Nothing yet" in ada.see(path)
    assert "Nobody follows" in ada.see(path)

    page = ada.press(path, do="say", title="Sunday", text="We are <open>.", page="https://x.test/1")
    assert "Said." in page
    assert "We are &lt;open&gt;." in page
    assert "Sunday" in page
    (post,) = set(re.findall(r'name="post" value="([^"]+)"', page))

    page = ada.press(path, do="reword", post=post, text="We are closed.")
    assert "We are closed." in page
    page = ada.press(path, do="take_back", post=post)
    assert "Nothing yet" in page
    with office.database.read() as unit:
        events = store_events.after(unit, 0, 0, below=None, limit=500)
    told = [(e.actor_kind, e.data["what"]) for e in events if e.kind == "announced"]
    assert told == [("agent", "published"), ("agent", "changed"), ("agent", "taken_back")]


def test_what_is_refused_comes_back_with_its_reason(ada: Browser, account: Inbox) -> None:
    page = ada.press(path_of(account), expect=422, do="say", text="Look", page="javascript:x")

    assert "https://" in page
    assert re.search(r">\s*Look</textarea>", page)


def test_it_is_for_supervisors_and_accounts_with_followers(
    sit: Sit, cast: Cast, ada: Browser, account: Inbox
) -> None:
    ada.see(path_of(cast.mailbox), status=404)
    ada.press(path_of(account), expect=404, do="take_back", post="https://board.test/ap/objects/x")
    ben = sit(cast.ben)
    ben.see(path_of(account), status=403)
    ben.press(path_of(account), expect=403, do="say", text="Hello")


def test_the_inbox_page_leads_there_and_shows_no_webhook(
    sit: Sit, cast: Cast, account: Inbox
) -> None:
    page = sit(cast.admin).see(f"/desk/settings/inboxes/{account.id}")

    assert path_of(account) in page
    assert f"/hooks/{account.id}" not in page
