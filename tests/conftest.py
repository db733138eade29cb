"""The named cast and a real database for everyone.

SQLite by default; `FAIRLINE_TEST_DATABASE=postgres` runs the same tests on a PostgreSQL cluster
that the run starts for itself, or on the server whose URL the variable holds.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings as drawing

from fairline.cases.inbound import Author, Inbound, InboxRef
from fairline.cases.rows import SYSTEM
from fairline.channels.inboxes import create_inbox
from fairline.channels.ingest import inbox_ref
from fairline.channels.rows import Inbox
from fairline.core.ids import new_id
from fairline.core.secrets import Keyring
from fairline.core.settings import Settings
from fairline.db.engine import Database, open_database
from fairline.db.migrate import migrate
from fairline.db.tables import install
from fairline.people import store as people
from fairline.people.setup import create_brand
from fairline.people.staff import create_agent
from fairline.people.tables import Agent, Brand
from fairline.wiring import Office
from tests.cluster import Cluster

# A busy machine is no failure: what must be fast is measured in benchmarks/.
drawing.register_profile("fairline", deadline=None)
drawing.load_profile("fairline")

# Nobody outside is asked about senders; processes that a test starts inherit it.
os.environ["FAIRLINE_SENDER_CHECKS"] = "false"

PASSWORD = "correct horse battery staple"
ON_POSTGRES = os.environ.get("FAIRLINE_TEST_DATABASE", "")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster | None]:
    """A PostgreSQL cluster of our own, when asked for."""
    if not ON_POSTGRES:
        yield None
        return
    with Cluster.start(url=ON_POSTGRES) as started:
        yield started


@pytest.fixture(scope="session")
def empty_database(cluster: Cluster | None, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated database without rows, to copy from."""
    url = (
        cluster.create("fairline_template")
        if cluster
        else f"sqlite:///{tmp_path_factory.mktemp('db') / 'template.db'}"
    )
    database = open_database(url)
    migrate(database)
    database.close()  # the last connection of SQLite folds its log into the file
    return url


@pytest.fixture(scope="session")
def staffed_database(
    empty_database: str, cluster: Cluster | None, tmp_path_factory: pytest.TempPathFactory
) -> "tuple[str, Cast]":
    """The company and its people in a database to copy from: hashing four passwords for each test
    took longer than most of the tests.
    """
    folder = tmp_path_factory.mktemp("staffed")
    url = copied(empty_database, folder, cluster, name="fairline_staffed")
    office = Office(Settings(data_dir=str(folder), database_url=url, sender_checks=False))
    cast = found(office)
    # Each install has an id of its own, and so has each test.
    with office.database.write() as unit:
        unit.execute(sa.delete(install))
    office.close()
    return url, cast


def copied(source: str, folder: Path, cluster: Cluster | None, *, name: str) -> str:
    """A copy of a database under a new name. Returns its URL."""
    path = str(sa.make_url(source).database)
    if cluster:
        return cluster.create(name, template=path)
    copy = folder / "fairline.db"
    shutil.copy(path, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, cluster: Cluster | None, empty_database: str, tmp_path: Path
) -> str:
    """A database of one's own: empty, or with the cast in it where a test asks for them."""
    source = empty_database
    if "cast" in request.fixturenames:
        source, _ = request.getfixturevalue("staffed_database")
    return copied(source, tmp_path, cluster, name=f"t{new_id().replace('-', '')[-16:]}")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=str(tmp_path),
        database_url=database_url,
        base_url="http://board.test",
        sender_checks=False,
    )


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    """All parts of one process, on the test's own database."""
    office = Office(settings)
    yield office
    office.close()


@pytest.fixture
def database(office: Office) -> Database:
    return office.database


@pytest.fixture
def keyring(office: Office) -> Keyring:
    return office.keyring


@dataclass
class Cast:
    """Ada supervises, Ben and Bea are agents; Acme is their brand with a board and a mailbox."""

    ada: Agent
    ben: Agent
    bea: Agent
    admin: Agent
    brand: Brand
    board: Inbox
    mailbox: Inbox
    board_ref: InboxRef
    mailbox_ref: InboxRef


@pytest.fixture
def cast(office: Office, staffed_database: tuple[str, Cast]) -> Cast:
    """The company and its people, ready to serve."""
    return staffed_database[1]


def found(office: Office) -> Cast:
    """Found the company."""
    with office.database.write() as unit:
        brand = create_brand(unit, name="Acme", slug="acme")
        staff = {
            name: create_agent(
                unit,
                email=f"{name}@acme.test",
                name=name.capitalize(),
                role=role,
                password=PASSWORD,
            )
            for name, role in (
                ("ada", "supervisor"),
                ("ben", "agent"),
                ("bea", "agent"),
                ("root", "administrator"),
            )
        }
        board = create_inbox(
            unit,
            office.channels,
            brand_id=brand.id,
            kind="web",
            name="Board",
            address="board",
            options={},
            by=SYSTEM,
        )
        mailbox = create_inbox(
            unit,
            office.channels,
            brand_id=brand.id,
            kind="email",
            name="Support",
            address="support@acme.test",
            options={"receive_by": "none", "smtp_host": "127.0.0.1", "smtp_port": "1"},
            by=SYSTEM,
        )
        assert people.any_agent(unit)
        return Cast(
            ada=staff["ada"],
            ben=staff["ben"],
            bea=staff["bea"],
            admin=staff["root"],
            brand=brand,
            board=board,
            mailbox=mailbox,
            board_ref=inbox_ref(unit, board),
            mailbox_ref=inbox_ref(unit, mailbox),
        )


def said(
    text: str = "My parcel has not come",
    *,
    by: str = "cleo@mail.test",
    name: str = "Cleo",
    channel: str = "email",
    native_id: str = "",
    **more: object,
) -> Inbound:
    """Something a customer said, with a native id of its own."""
    fields: dict[str, object] = {
        "native_id": native_id or f"{new_id()}@mail.test",
        "author": Author(channel=channel, address=by, name=name),
        "text": text,
        **more,
    }
    return Inbound(**fields)  # type: ignore[arg-type]
