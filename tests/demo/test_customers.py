"""A person can play a customer on every channel of the demo, and watch the one record."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from fairline.channels.hearing import hear
from fairline.channels.hooks import HookRequest
from fairline.channels.rows import Inbox
from fairline.core.clock import now
from fairline.demo.networks.lineup import KINDS, LineUp
from fairline.wiring import Office
from tests.apps import app_of
from tests.conftest import Cast


@pytest.fixture
def line_up(office: Office) -> Iterator[LineUp]:
    made = LineUp(delivers=False)
    made.start()
    # The demo tells the process by the environment; here it is the same process.
    office.settings = msgspec.structs.replace(office.settings, demo_networks=made.address)
    yield made
    made.stop()


@pytest.fixture
def inboxes(office: Office, cast: Cast, line_up: LineUp) -> dict[str, Inbox]:
    return line_up.connect(office, cast.brand.id)


@pytest.fixture
def client(office: Office, line_up: LineUp) -> Iterator[TestClient[Litestar]]:
    assert line_up.networks
    with TestClient(app_of(office)) as client:
        yield client


def test_every_network_has_an_inbox_and_a_start_makes_new_ones(
    office: Office, cast: Cast, line_up: LineUp, inboxes: dict[str, Inbox]
) -> None:
    assert sorted(one.kind for one in inboxes.values()) == sorted(KINDS.values())

    again = line_up.connect(office, cast.brand.id)

    assert sorted(again) == sorted(inboxes)
    assert not {one.id for one in again.values()} & {one.id for one in inboxes.values()}


def test_what_is_said_there_stands_beside_it_as_a_case(
    client: TestClient[Litestar], office: Office, line_up: LineUp, inboxes: dict[str, Inbox]
) -> None:
    village = next(one for one in line_up.networks if one.name == "village")
    asked = {"network": "village", "person": "cleo", "text": "Is anybody <b>there</b>?"}

    answer = client.post("/demo/customers", data={**asked, "visibility": "private", "under": ""})

    assert "Is anybody &lt;b&gt;there&lt;/b&gt;?" in answer.text
    assert "appears here as a case" in answer.text
    for push in village.take_pushes():
        headers = {name.lower(): value for name, value in push.headers.items()}
        request = HookRequest(method="POST", url="", at=now(), headers=headers, body=push.body)
        hear(office.database, office.channels, inboxes["village"].id, request)
    office.make_ingest().step("test")
    answer = client.get(f"/demo/customers?{urlencode({'network': 'village', 'person': 'cleo'})}")
    assert re.search(r"/desk/cases/FL-\w+", answer.text)
    assert "nobody has it yet" in answer.text
    for network in line_up.networks:
        assert network.label in answer.text


def test_what_goes_wrong_is_said(client: TestClient[Litestar], line_up: LineUp) -> None:
    empty = {"network": "x", "person": "cleo", "text": " ", "visibility": "public", "under": ""}
    assert "Write something first" in client.post("/demo/customers", data=empty).text

    line_up.stop()
    answer = client.get("/demo/customers")
    assert answer.status_code == 422
    assert "do not answer" in answer.text


def test_only_the_demo_has_the_page(tmp_path: Path, office: Office) -> None:
    assert tmp_path.exists()
    with TestClient(app_of(office)) as client:
        assert client.get("/demo/customers").status_code == 404


def test_what_was_said_can_be_changed_and_taken_back_where_the_network_lets_people(
    client: TestClient[Litestar], line_up: LineUp, inboxes: dict[str, Inbox]
) -> None:
    assert inboxes
    facebook = next(one for one in line_up.networks if one.name == "facebook")
    said = facebook.say("cleo", "Where is my chair?")
    asked = {"network": "facebook", "person": "cleo", "under": said}

    changed = client.post("/demo/customers", data={**asked, "do": "edit", "text": "It came."})
    assert [line.text for line in facebook.shown("cleo")] == ["It came."]
    assert "It came." in changed.text
    assert "Take it back" in changed.text

    client.post("/demo/customers", data={**asked, "do": "remove"})
    assert facebook.shown("cleo") == []

    again = client.post("/demo/customers", data={**asked, "do": "remove"})
    assert again.status_code == 422
    assert "Facebook page does not take that" in again.text
    sms = client.get(f"/demo/customers?{urlencode({'network': 'sms', 'person': 'cleo'})}")
    assert "Take it back" not in sms.text
