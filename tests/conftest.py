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


@pytest.fixture
def database_url(empty_database: str, cluster: Cluster | None, tmp_path: Path) -> str:
    """A fresh copy of the empty database."""
    if cluster:
        return cluster.create(f"t{new_id().replace('-', '')[-16:]}", template="fairline_template")
    source = sa.make_url(empty_database).database
    assert source
    copy = tmp_path / "fairline.db"
    shutil.copy(source, copy)
    return f"sqlite:///{copy}"


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
def cast(office: Office) -> Cast:
    """The company and its people, ready to serve."""
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
