"""An account on X is connected on the settings page: tried first, then saved, its keys never shown."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from fairline.channels import store_inboxes
from fairline.demo.networks.kit import Host
from fairline.demo.networks.x import XNetwork
from fairline.wiring import Office
from tests.conftest import Cast
from tests.desk.conftest import Browser, Sit

PATH = "/desk/settings/inboxes"


@pytest.fixture
def net() -> Iterator[XNetwork]:
    net = XNetwork()
    with Host(net):
        yield net


@pytest.fixture
def root(sit: Sit, cast: Cast) -> Browser:
    return sit(cast.admin)


def typed(net: XNetwork, **other: str) -> dict[str, Any]:
    options = {**net.options(), **other}
    fields = {f"option_{name}": value for name, value in options.items()}
    return {"name": "X", "address": "@Acme", **fields}


def test_an_account_is_tried_and_saved(
    office: Office, root: Browser, cast: Cast, net: XNetwork
) -> None:
    form = typed(net)
    page = root.press(f"{PATH}/new/x", brand_id=cast.brand.id, do="test", **form)
    assert "Signed in as @acme, number 1001." in page
    page = root.press(f"{PATH}/new/x", brand_id=cast.brand.id, do="save", **form)
    assert form["option_access_secret"] not in page
    with office.database.read() as unit:
        (made,) = store_inboxes.all_inboxes(unit, kind="x")
        opened = office.channels.info(unit, made).options
    assert made.address == "@acme"
    assert opened["access_secret"] == form["option_access_secret"]
    assert form["option_consumer_secret"] not in str(made.options)


def test_keys_of_another_account_are_noticed(root: Browser, cast: Cast, net: XNetwork) -> None:
    form = {**typed(net), "address": "@somebody"}
    page = root.press(f"{PATH}/new/x", brand_id=cast.brand.id, do="test", **form)
    assert "The sign-in is for @acme, and the inbox is @somebody." in page


def test_what_is_missing_is_said(root: Browser, cast: Cast, net: XNetwork) -> None:
    form = typed(net, access_secret="", monthly_budget="a lot")
    page = root.press(f"{PATH}/new/x", brand_id=cast.brand.id, do="test", **form)
    assert "Access token secret is needed." in page
    form = typed(net, monthly_budget="a lot")
    page = root.press(f"{PATH}/new/x", brand_id=cast.brand.id, do="test", **form)
    assert "That is no amount" in page


def test_the_page_names_every_field_in_words(root: Browser) -> None:
    page = root.see(f"{PATH}/new/x")
    for label in (
        "Budget for a month, in dollars",
        "Hear of posts by",
        "Price of a post with a link",
    ):
        assert label in page
    assert not re.search(r"option_(access_secret|consumer_secret)[^>]*value=\"[^\"]", page)
