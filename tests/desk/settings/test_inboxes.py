"""Inboxes: made, tested as typed, changed without losing a password, paused, archived."""

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from fairline.cases import store_events
from fairline.channels import inboxes, store_inboxes
from fairline.channels.contract import Check, Field, HookAnswer, HookRequest, InboxInfo
from fairline.channels.email import EmailChannel
from fairline.channels.origins import read_origins
from fairline.channels.registry import Channels
from fairline.channels.web import WebChannel
from fairline.core.errors import Invalid
from fairline.people import teams
from fairline.wiring import Office
from tests.conftest import Cast
from tests.desk.conftest import Browser, Sit
from tests.fakes.plaza import PlazaChannel

PATH = "/desk/settings/inboxes"
MAIL: dict[str, Any] = {
    "name": "Sales",
    "address": "sales@acme.test",
    "option_receive_by": "none",
    "option_smtp_host": "127.0.0.1",
    "option_smtp_port": "1",
    "option_smtp_security": "none",
    "option_smtp_user": "sales",
    "option_smtp_password": "s3cret-word",
}


@pytest.fixture
def root(sit: Sit, cast: Cast) -> Browser:
    return sit(cast.admin)


def test_a_mailbox_is_made_and_its_password_is_never_shown(
    office: Office, root: Browser, cast: Cast
) -> None:
    page = root.press(f"{PATH}/new/email", brand_id=cast.brand.id, do="save", **MAIL)

    assert "Created." in page
    assert "s3cret-word" not in page
    with office.database.read() as unit:
        made = next(i for i in store_inboxes.all_inboxes(unit) if i.address == "sales@acme.test")
        assert office.channels.info(unit, made).options["smtp_password"] == "s3cret-word"
        assert "s3cret-word" not in str(made.options)


def test_an_empty_password_stays_as_it_was(office: Office, root: Browser, cast: Cast) -> None:
    root.press(f"{PATH}/new/email", brand_id=cast.brand.id, do="save", **MAIL)
    with office.database.read() as unit:
        made = next(i for i in store_inboxes.all_inboxes(unit) if i.address == "sales@acme.test")

    root.press(f"{PATH}/{made.id}", **{**MAIL, "name": "Shop", "option_smtp_password": ""})

    with office.database.read() as unit:
        now = store_inboxes.inbox_by_id(unit, made.id)
        assert now
        assert now.name == "Shop"
        assert office.channels.info(unit, now).options["smtp_password"] == "s3cret-word"


def test_a_test_says_what_failed_and_saves_nothing(
    office: Office, root: Browser, cast: Cast
) -> None:
    page = root.press(f"{PATH}/new/email", brand_id=cast.brand.id, do="test", **MAIL)

    assert "The connection does not work yet" in page
    assert "Outgoing server" in page
    assert 'value="sales@acme.test"' in page, "what was typed is kept"
    assert "s3cret-word" not in page
    with office.database.read() as unit:
        assert len(store_inboxes.all_inboxes(unit)) == 2


def test_a_saved_inbox_is_tested_with_what_is_typed_now(root: Browser, cast: Cast) -> None:
    page = root.press(
        f"{PATH}/{cast.mailbox.id}", do="test", option_receive_by="none", option_smtp_host=""
    )

    assert "No outgoing server is set" in page
    assert "Nothing was saved" in page


def test_tests_are_not_endless(root: Browser, cast: Cast) -> None:
    path = f"{PATH}/{cast.mailbox.id}"
    for _ in range(12):
        root.press(path, do="test", option_receive_by="none", option_smtp_host="")

    page = root.press(path, expect=429, do="test", option_receive_by="none", option_smtp_host="")

    assert "That was too often" in page


def test_what_is_wrong_stands_beside_its_field(root: Browser, cast: Cast) -> None:
    page = root.press(
        f"{PATH}/new/email",
        expect=422,
        brand_id=cast.brand.id,
        **{**MAIL, "option_smtp_port": "many"},
    )

    assert 'id="option_smtp_port-error"' in page
    assert 'value="many"' in page


def test_an_address_is_needed_and_taken_once(root: Browser, cast: Cast) -> None:
    page = root.press(
        f"{PATH}/new/email", expect=422, brand_id=cast.brand.id, **{**MAIL, "address": ""}
    )
    assert 'id="address-error"' in page

    twice = {**MAIL, "address": "support@acme.test"}
    page = root.press(f"{PATH}/new/email", expect=409, brand_id=cast.brand.id, **twice)
    assert "support@acme.test already" in page
    assert 'id="address-error"' in page


def test_pausing_and_resuming_is_one_press_each(office: Office, root: Browser, cast: Cast) -> None:
    path = f"{PATH}/{cast.mailbox.id}"

    assert "Paused. What is to be sent waits" in root.press(f"{path}/state", state="paused")
    assert "Resumed." in root.press(f"{path}/state", state="active")
    root.press(f"{path}/state", expect=422, state="broken")


def test_an_archived_inbox_is_gone_from_the_list(office: Office, root: Browser, cast: Cast) -> None:
    page = root.press(f"{PATH}/{cast.mailbox.id}/archive")

    assert "Archived." in page
    assert cast.mailbox.id not in page
    with office.database.read() as unit:
        newest = store_events.newest(unit, below=None)
    assert newest
    assert newest.data == {"inbox_id": cast.mailbox.id, "what": "archived"}


def test_the_widget_has_its_line_once_a_site_may_show_it(
    office: Office, root: Browser, cast: Cast
) -> None:
    path = f"{PATH}/{cast.board.id}"
    assert "The widget is off" in root.see(path)

    page = root.press(path, name="Board", option_allowed_origins="www.acme.test/shop/\n")

    assert f"data-inbox=&#34;{cast.board.id}&#34;" in page
    assert "script-src http://board.test; connect-src http://board.test</textarea>" in page
    with office.database.read() as unit:
        now = store_inboxes.inbox_by_id(unit, cast.board.id)
    assert now
    assert now.options["allowed_origins"] == "https://www.acme.test"

    page = root.press(path, expect=422, name="Board", option_allowed_origins="https://ok.test\n*")
    assert "is not a site" in page


def test_new_cases_go_to_the_team_of_the_inbox(office: Office, root: Browser, cast: Cast) -> None:
    with office.database.write() as unit:
        team = teams.create_team(unit, name="Sales")
    root.press(f"{PATH}/new/email", brand_id=cast.brand.id, team_id=team.id, **MAIL)

    with office.database.read() as unit:
        assert any(i.team_id == team.id for i in store_inboxes.all_inboxes(unit))
    root.press(f"{PATH}/{cast.mailbox.id}", expect=422, team_id="nonsense")


def test_an_error_is_shown_with_its_time(office: Office, root: Browser, cast: Cast) -> None:
    with office.database.write() as unit:
        changes = {"error": "The password was refused.", "error_since": unit.now}
        store_inboxes.update(unit, cast.mailbox.id, changes)

    page = root.see(PATH)

    assert "The password was refused." in page
    assert "Not working" in page


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("https://www.acme.test", ("https://www.acme.test",)),
        ("acme.test/shop?x=1#y", ("https://acme.test",)),
        (
            "HTTP://LOCALHOST:3000\n\nhttps://acme.test:443",
            ("http://localhost:3000", "https://acme.test"),
        ),
        ("https://bücher.test", ("https://xn--bcher-kva.test",)),
        ("https://[::1]:8443", ("https://[::1]:8443",)),
    ],
)
def test_origins_are_read_as_people_copy_them(typed: str, read: tuple[str, ...]) -> None:
    assert read_origins(typed) == read


@pytest.mark.parametrize(
    "typed",
    ["*", "https://*.acme.test", "javascript://x", "a b", "https://a:b@", "file:///"],
)
def test_what_is_no_origin_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        read_origins(typed)


class Linked:
    """A channel that subscribes at its provider, which takes it or not."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.is_taken = True

    def connect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        self.calls.append(f"connect {inbox.address}")
        text = "It sends here." if self.is_taken else "The token is wrong."
        return (Check(name="Subscription", ok=self.is_taken, text=text),)

    def disconnect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        self.calls.append(f"disconnect {inbox.address}")
        return (Check(name="Subscription", ok=True, text="It sends no more."),)


class LinkedPlaza(PlazaChannel, Linked):
    """Plaza that tells us by itself, with a field that most never touch."""

    fields: tuple[Field, ...] = (
        Field(name="port", label="Port", required=True),
        Field(name="api", label="Address of its interface", advanced=True, kind="number"),
    )

    def __init__(self) -> None:
        PlazaChannel.__init__(self)
        Linked.__init__(self)
        self.capabilities = msgspec.structs.replace(self.capabilities, pushes=True)

    def hook(self, request: HookRequest, inbox: InboxInfo) -> HookAnswer:  # noqa: ARG002
        return HookAnswer()


@pytest.fixture
def plaza(office: Office) -> LinkedPlaza:
    """Installed before anybody signs in."""
    plaza = LinkedPlaza()
    office.channels = Channels(
        [WebChannel(), EmailChannel(None), plaza],
        office.keyring,
        public_url="http://board.test",
        install_id="t",
    )
    return plaza


def test_saving_resuming_and_archiving_tell_the_provider(
    office: Office, plaza: LinkedPlaza, browsers: Callable[[], Browser], cast: Cast
) -> None:
    root = browsers().sign_in(cast.admin.email)
    given: dict[str, Any] = {"name": "@acme", "address": "acme", "option_port": "9"}
    page = root.press(f"{PATH}/new/plaza", brand_id=cast.brand.id, do="save", **given)
    with office.database.read() as unit:
        made = next(i for i in store_inboxes.all_inboxes(unit) if i.kind == "plaza")
    assert f"http://board.test/hooks/{made.id}" in page
    assert "Connected at the provider" in page
    assert "It sends here." in page
    assert re.search(r"<details class=\"card\"><summary>Advanced", page)

    plaza.is_taken = False
    page = root.press(f"{PATH}/{made.id}", do="save", **given, sign_posts="initials")
    assert "The provider did not take the connection" in page
    assert "Subscription: The token is wrong." in page
    with office.database.read() as unit:
        now = inboxes.get_inbox(unit, made.id)
    assert now.options["sign_posts"] == "initials"
    assert now.error_since
    plaza.is_taken = True
    root.press(f"{PATH}/{made.id}/state", state="paused")
    root.press(f"{PATH}/{made.id}/state", state="active")
    root.press(f"{PATH}/{made.id}/archive")
    assert plaza.calls == ["connect acme", "connect acme", "connect acme", "disconnect acme"]

    wrong = root.press(
        f"{PATH}/new/plaza", expect=422, brand_id=cast.brand.id, do="save", **given, option_api="x"
    )
    assert re.search(r"<details class=\"card\" open><summary>Advanced", wrong)
