"""The database: reads cannot write, errors roll back, engines agree on words."""

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from fairline.core.errors import Invalid, Unavailable
from fairline.db.blobs import get_blob, put_blob
from fairline.db.engine import Database, open_database
from fairline.db.migrate import known_revisions, prepare, schema_of
from fairline.db.tables import install
from fairline.db.words import MAX_QUERY_WORDS, fold, query_words
from tests.cluster import Cluster


def test_a_read_unit_cannot_write(database: Database) -> None:
    with pytest.raises((RuntimeError, sa.exc.DBAPIError)), database.read() as unit:  # noqa: PT012
        unit.execute(sa.insert(install).values(key="x", value="y"))


def test_an_error_leaves_nothing(database: Database) -> None:
    called: list[int] = []
    with pytest.raises(ZeroDivisionError), database.write() as unit:  # noqa: PT012
        unit.execute(sa.insert(install).values(key="x", value="y"))
        unit.after_commit(lambda: called.append(1))
        raise ZeroDivisionError
    with database.read() as unit:
        assert unit.execute(sa.select(install).where(install.c.key == "x")).first() is None
    assert called == []


def test_one_moment_is_shown_to_every_statement(database: Database) -> None:
    every = sa.select(install).where(install.c.key == "x")
    with database.read(one_moment=True) as unit:
        assert unit.execute(every).first() is None
        with database.write() as other:
            other.execute(sa.insert(install).values(key="x", value="y"))
        assert unit.execute(every).first() is None
    with database.read() as unit:
        assert unit.execute(every).one().value == "y"


def test_a_connection_that_was_cut_is_replaced_unseen(
    database: Database, cluster: Cluster | None
) -> None:
    if cluster is None:
        pytest.skip("SQLite is no server that could hang up")
    with database.read() as unit:
        ours = unit.execute(sa.select(sa.func.pg_backend_pid())).scalar_one()
    url = cluster.url.render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as server:
        gone = server.execute("SELECT pg_terminate_backend(%s, 10000)", (ours,)).fetchone()
    assert gone == (True,)

    for unit_of in (database.read, database.write):
        with unit_of() as unit:
            assert unit.execute(sa.select(sa.func.pg_backend_pid())).scalar_one() != ours


@pytest.mark.parametrize("data", [b"", b"a" * 100_000, bytes(range(256)) * 40])
def test_bytes_come_back_as_they_were(database: Database, data: bytes) -> None:
    with database.write() as unit:
        name = put_blob(unit, data)
        assert put_blob(unit, data) == name
        assert get_blob(unit, name) == data


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "sqlite://", "sqlite:///:memory:"])
def test_a_wrong_url_is_refused_in_words(url: str) -> None:
    with pytest.raises(Invalid):
        open_database(url)


def test_a_newer_schema_is_refused(database: Database) -> None:
    with database.write() as unit:
        unit.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert schema_of(database).is_newer
    with pytest.raises(Unavailable) as refused:
        prepare(database, auto_migrate=True)
    assert refused.value.code == "schema_newer"


def test_preparing_twice_changes_nothing(database: Database) -> None:
    prepare(database, auto_migrate=True)
    assert schema_of(database).pending == ()
    assert schema_of(database).head == known_revisions()[-1]


@given(st.text())
def test_folding_keeps_only_words_and_is_done_once(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert all(word.isalnum() for word in folded.split())


@given(st.text())
def test_no_query_is_a_syntax_error(text: str) -> None:
    words = query_words(text)
    assert len(words) <= MAX_QUERY_WORDS
    assert all(word.isalnum() for word in words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Zürich, ÉTÉ!", "zurich ete"),
        ("FL-7KX2QD", "fl 7kx2qd"),
        ("お金を返して", "お 金 を 返 し て"),
        ("straße", "strasse"),
        ("don't @me #now", "don t me now"),
    ],
)
def test_words(text: str, words: str) -> None:
    assert fold(text) == words
