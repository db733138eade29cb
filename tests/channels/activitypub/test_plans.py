"""Every statement of the fediverse's tables goes through an index."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from fairline.channels.activitypub import (
    composing,
    delivering,
    followers,
    keys,
    store,
    store_outgoing,
)
from fairline.channels.activitypub.rows import Actor
from fairline.core.ids import new_id
from tests.channels.activitypub.acme import Acme

TABLES = "keys|actors|followers|objects|activities|outgoing|hosts"
# It holds only the servers that something waits for, in the order of their turns.
WALKED = "ix_fediverse_hosts_due"
WHOLE = re.compile(rf"SCAN fediverse_({TABLES})\b(?! USING (COVERING )?INDEX ({WALKED})\b)")


def test_no_table_is_read_whole(acme: Acme) -> None:
    database = acme.office.database
    if not database.is_sqlite:
        pytest.skip("plans are pinned on SQLite; PostgreSQL chooses by its statistics")
    found: list[tuple[str, str]] = []
    asked: list[str] = []

    def explain(
        connection: sa.Connection, _cursor: object, statement: str, parameters: Any, *_: object
    ) -> None:
        if "fediverse_" not in statement:
            return
        asked.append(statement)
        raw = connection.connection.cursor()
        first = parameters[0] if isinstance(parameters, list) else parameters
        raw.execute(f"EXPLAIN QUERY PLAN {statement}", first)
        found.extend((row[3], statement) for row in raw.fetchall() if WHOLE.search(row[3]))
        raw.close()

    account = acme.account
    sa.event.listen(database.engine, "before_cursor_execute", explain)
    try:
        _work(acme)
        keys.renew(database, acme.office.keyring, account)
        acme.deliverer.step("test")
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", explain)
    assert len(asked) > 25
    assert found == []


def _work(acme: Acme) -> None:
    inbox_id, uri = acme.inbox_id, "http://127.0.0.1:9/users/cleo"
    with acme.office.database.write() as unit:
        cleo = Actor(
            id=uri,
            key_id=f"{uri}#main-key",
            public="",
            handle="@cleo@127.0.0.1:9",
            inbox=f"{uri}/inbox",
            shared_inbox="",
            doc={},
            fetched_at=unit.now,
        )
        store.put_actor(unit, cleo)
        assert store.actor_by_key(unit, cleo.key_id) == cleo
        assert store.actors_by_id(unit, (uri, "x")) == [cleo]
        followers.follow(unit, inbox_id, uri, "f", unit.now)
        followers.follow_of(unit, inbox_id, uri)
        note = composing.public_note(acme.account, new_id(), "Hello", at=unit.now)
        delivering.publish(unit, inbox_id, composing.create(note, acme.account), note)
        delivering.note_of(unit, note["id"])
        store.objects_of(unit, [note["id"], "x"])
        store.inboxes_of_posts(unit, (note["id"], "x"))
        store.posts_before(unit, inbox_id, "z", limit=5)
        store.count_posts(unit, inbox_id)
        store.count_followers(unit, inbox_id)
        store.followers_after(unit, inbox_id, "", limit=5)
        store_outgoing.remember_scheme(unit, "127.0.0.1:9", "rfc9421")
        store_outgoing.is_waited_for(unit, "127.0.0.1:9")
        store_outgoing.sweep(unit, unit.now)
        store.forget_old_actors(unit, unit.now)
        store.remove_followers_at(unit, host="127.0.0.1:9", target="x")
        store_outgoing.give_up(unit, "other.example")
