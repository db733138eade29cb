"""What goes to many: once to each server, in order, gently to those who are down."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from fairline.cases.rows import SYSTEM
from fairline.channels.activitypub import (
    composing,
    delivering,
    followers,
    store,
    store_outgoing,
    tables,
)
from fairline.channels.activitypub.fetching import Fetcher
from fairline.channels.activitypub.followers import host_of
from fairline.channels.activitypub.rows import Host
from fairline.channels.inboxes import set_state
from fairline.core.ids import new_id
from tests.channels.activitypub.abroad import Abroad
from tests.channels.activitypub.acme import Acme


def follow(acme: Acme, abroad: Abroad, *names: str) -> None:
    for name in names:
        person = abroad.person(name, key="follower")
        Fetcher(acme.office.fediverse, acme.account).actor(person.id)
        with acme.office.database.write() as unit:
            followers.follow(unit, acme.inbox_id, person.id, f"{person.id}#follow", unit.now)


def publish(acme: Acme, text: str) -> None:
    with acme.office.database.write() as unit:
        note = composing.public_note(acme.account, new_id(), text, at=unit.now)
        activity = composing.create(note, acme.account)
        delivering.publish(unit, acme.inbox_id, activity, note)


def host_row(acme: Acme, url: str) -> Host:
    with acme.office.database.read() as unit:
        found = store_outgoing.host_by_name(unit, host_of(url + "/"))
    assert found
    return found


def waiting(acme: Acme) -> int:
    with acme.office.database.read() as unit:
        query = sa.select(sa.func.count()).select_from(tables.fediverse_outgoing)
        return int(unit.execute(query).scalar_one())


def says(abroad: Abroad) -> list[str]:
    return [act["object"]["content"] for act in abroad.got]


def test_a_post_goes_to_each_server_once_however_many_follow_there(
    acme: Acme, abroad: Abroad
) -> None:
    follow(acme, abroad, "cleo", "dov", "eve")
    publish(acme, "One")
    publish(acme, "Two")
    acme.deliver()
    assert says(abroad) == ["<p>One</p>", "<p>Two</p>"]
    assert waiting(acme) == 0
    with acme.office.database.read() as unit:
        assert unit.execute(sa.select(tables.fediverse_activities)).all() == []


def test_a_server_in_trouble_costs_one_attempt_and_gets_all_in_order(
    acme: Acme, abroad: Abroad
) -> None:
    follow(acme, abroad, "cleo")
    for text in ("One", "Two", "Three"):
        publish(acme, text)
    abroad.statuses[:] = [503]
    acme.deliver()
    row = host_row(acme, abroad.url)
    assert (row.failures, says(abroad)) == (1, [])
    assert row.error == "Their server answered 503."
    told = acme.office.channels.of_kind("fediverse").open(acme.account).verify()[-1]
    assert told.ok
    assert "1 do not take anything" in told.text
    acme.deliver()
    assert host_row(acme, abroad.url).failures == 1, "it is not due yet"
    acme.hurry()
    acme.deliver()
    assert says(abroad) == ["<p>One</p>", "<p>Two</p>", "<p>Three</p>"]
    row = host_row(acme, abroad.url)
    assert (row.failures, row.due_at, row.error) == (0, None, "")


def test_whoever_speaks_is_there_again(acme: Acme, abroad: Abroad) -> None:
    follow(acme, abroad, "cleo")
    publish(acme, "Wait for me")
    abroad.statuses[:] = [503]
    acme.deliver()
    cleo = abroad.person("cleo", key="follower")
    like = {"id": f"{cleo.id}#1", "type": "Like", "actor": cleo.id, "object": acme.actor}
    assert acme.told(cleo, like) == 202
    acme.deliver()
    assert says(abroad) == ["<p>Wait for me</p>"]


def test_a_server_that_is_silent_for_days_is_given_up(acme: Acme, abroad: Abroad) -> None:
    follow(acme, abroad, "cleo")
    acme.set(drop_hosts_after_days="3")
    publish(acme, "Anybody?")
    abroad.statuses[:] = [503, 503]
    acme.deliver()
    with acme.office.database.write() as unit:
        since = {"failing_since": unit.now - timedelta(days=3, hours=1)}
        store_outgoing.update_host(unit, host_of(abroad.url + "/"), since)
    acme.hurry()
    acme.deliver()
    assert waiting(acme) == 0
    with acme.office.database.read() as unit:
        assert store.count_followers(unit, acme.inbox_id) == 0
    assert host_row(acme, abroad.url).due_at is None


def test_an_inbox_that_is_gone_takes_its_followers_along(acme: Acme, abroad: Abroad) -> None:
    follow(acme, abroad, "cleo")
    publish(acme, "Hello?")
    abroad.statuses[:] = [410, 410]
    acme.deliver()
    assert waiting(acme) == 0
    with acme.office.database.read() as unit:
        assert store.count_followers(unit, acme.inbox_id) == 0


def test_what_is_never_taken_holds_up_nobody(acme: Acme, abroad: Abroad) -> None:
    follow(acme, abroad, "cleo")
    publish(acme, "Poison")
    publish(acme, "Bread")
    abroad.statuses[:] = [500] * delivering.MOST_ATTEMPTS
    for _ in range(delivering.MOST_ATTEMPTS + 1):
        acme.hurry()
        acme.deliver()
    assert says(abroad) == ["<p>Bread</p>"]


def test_a_server_that_wants_the_other_signature_is_given_it_and_remembered(
    acme: Acme, abroad: Abroad
) -> None:
    follow(acme, abroad, "cleo")
    publish(acme, "Knock")
    abroad.statuses[:] = [401, 202]
    acme.deliver()
    assert says(abroad) == ["<p>Knock</p>"]
    assert host_row(acme, abroad.url).scheme == "rfc9421"
    publish(acme, "Knock again")
    acme.deliver()
    assert says(abroad) == ["<p>Knock</p>", "<p>Knock again</p>"]


def test_one_who_is_known_by_address_only_is_looked_up_when_it_is_sent(
    acme: Acme, abroad: Abroad
) -> None:
    eve = abroad.person("eve", inbox=f"{abroad.url}/inbox")
    with acme.office.database.write() as unit:
        delivering.post(
            unit, acme.inbox_id, {"type": "Accept", "object": {"content": "x"}}, [eve.id]
        )
    acme.deliver()
    assert [act["type"] for act in abroad.got] == ["Accept"]


def test_nothing_goes_to_whom_we_keep_out(acme: Acme, abroad: Abroad) -> None:
    follow(acme, abroad, "cleo")
    acme.set(blocked="127.0.0.1 localhost")
    publish(acme, "Not for you")
    acme.deliver()
    assert (abroad.got, waiting(acme)) == ([], 0)


def test_two_workers_never_talk_to_one_server_at_once(acme: Acme, abroad: Abroad) -> None:
    follow(acme, abroad, "cleo")
    publish(acme, "Once")
    with acme.office.database.write() as unit:
        assert store_outgoing.claim(unit, delivering.LEASE)
    with acme.office.database.write() as unit:
        assert store_outgoing.claim(unit, delivering.LEASE) is None


@pytest.mark.parametrize(
    ("failures", "least", "most"), [(1, 22, 31), (4, 180, 241), (60, 16200, 21601)]
)
def test_waits_grow_up_to_some_hours(failures: int, least: float, most: float) -> None:
    assert least <= delivering.wait_after_s(failures) <= most


def test_what_a_paused_account_has_to_say_waits_until_it_is_resumed(
    acme: Acme, abroad: Abroad
) -> None:
    follow(acme, abroad, "cleo")
    publish(acme, "Later")
    for state, said in (("paused", []), ("active", ["<p>Later</p>"])):
        with acme.office.database.write() as unit:
            set_state(unit, acme.inbox_id, state, by=SYSTEM)
        acme.deliverer.sweep()
        acme.deliver()
        assert says(abroad) == said


def test_a_server_that_is_down_for_days_loses_nothing(acme: Acme, abroad: Abroad) -> None:
    """Only what a server stumbles over is dropped; one that is away is waited for."""
    follow(acme, abroad, "cleo")
    publish(acme, "Still here")
    abroad.statuses[:] = [503] * (delivering.MOST_ATTEMPTS + 3)
    for _ in range(delivering.MOST_ATTEMPTS + 4):
        acme.hurry()
        acme.deliver()
    assert says(abroad) == ["<p>Still here</p>"]
