"""The door for pushes over HTTP: genuine ones are on disk before they are answered."""

import json
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from fairline.cases.rows import SYSTEM
from fairline.channels import store_raw
from fairline.channels.hearing import MOST_BYTES
from fairline.channels.inboxes import archive_inbox, create_inbox, set_state
from fairline.channels.rows import Inbox
from fairline.core.clock import now
from fairline.core.ids import new_id
from fairline.demo.networks.village import SECRET, signed
from fairline.wiring import Office
from tests.apps import app_of
from tests.conftest import Cast


@pytest.fixture
def client(office: Office) -> Iterator[TestClient[Litestar]]:
    with TestClient(app_of(office)) as client:
        yield client


@pytest.fixture
def forum(office: Office, cast: Cast) -> Inbox:
    with office.database.write() as unit:
        return create_inbox(
            unit,
            office.channels,
            brand_id=cast.brand.id,
            kind="custom",
            name="Forum",
            address="forum",
            options={"secret": SECRET, "reply_url": "http://127.0.0.1:9/"},
            by=SYSTEM,
        )


def tell(
    client: TestClient[Litestar], inbox_id: str, told: object, *, secret: str = SECRET
) -> tuple[int, str]:
    body = json.dumps(told).encode()
    at = str(int(now().timestamp()))
    headers = {
        "content-type": "application/json",
        "webhook-id": "w1",
        "webhook-timestamp": at,
        "webhook-signature": "v1," + signed(secret, "w1", at, body),
    }
    answer = client.post(f"/hooks/{inbox_id}", content=body, headers=headers)
    return answer.status_code, answer.text


SAID = {"id": "p1", "author": {"id": "cleo"}, "text": "Where is it?"}


def test_a_push_is_stored_before_it_is_answered(
    client: TestClient[Litestar], office: Office, forum: Inbox
) -> None:
    assert tell(client, forum.id, SAID) == (200, '{"status":"taken"}')
    assert tell(client, forum.id, SAID)[0] == 200

    with office.database.read() as unit:
        (kept,) = store_raw.oldest_stored(unit, limit=5)
    assert kept.native_id == "p1"


def test_everything_else_is_refused_alike(
    client: TestClient[Litestar], office: Office, cast: Cast, forum: Inbox
) -> None:
    other = SECRET[:-8] + "AAAAAAA="
    refused = [
        tell(client, forum.id, SAID, secret=other),
        tell(client, new_id(), SAID),
        tell(client, cast.mailbox.id, SAID),
        tell(client, forum.id, {**SAID, "text": "x" * MOST_BYTES}),
    ]
    with office.database.write() as unit:
        archive_inbox(unit, forum.id, by=SYSTEM)
    refused.append(tell(client, forum.id, SAID))

    assert {status for status, _ in refused} == {403}
    assert client.get(f"/hooks/{forum.id}").status_code == 403
    with office.database.read() as unit:
        assert not store_raw.oldest_stored(unit, limit=5)


def test_what_comes_while_it_is_paused_is_kept(
    client: TestClient[Litestar], office: Office, forum: Inbox
) -> None:
    with office.database.write() as unit:
        set_state(unit, forum.id, "paused", by=SYSTEM)

    assert tell(client, forum.id, SAID)[0] == 200
    with office.database.read() as unit:
        assert store_raw.oldest_stored(unit, limit=5)


def test_what_cannot_be_read_is_said_to_the_other_side(
    client: TestClient[Litestar], forum: Inbox
) -> None:
    status, text = tell(client, forum.id, {"id": "", "text": "x"})

    assert status == 422
    assert "1 to 300" in text
