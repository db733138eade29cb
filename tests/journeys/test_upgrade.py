"""Databases older and newer than the program, and a backup taken in the middle of the day."""

import smtplib
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from fairline.db.engine import open_database
from fairline.db.migrate import SCRIPTS, known_revisions, schema_of
from tests.journeys.company import found_company
from tests.journeys.mails import numbered
from tests.journeys.server import Install
from tests.mailserver import free_ports


def test_a_database_of_the_first_revision_is_brought_up_to_date(tmp_path: Path) -> None:
    if len(known_revisions()) == 1:
        pytest.skip("there is only one revision yet: nothing to come from")
    # Given the database of an early install,
    with Install(tmp_path / "old") as old:
        make_at(old.settings.url, known_revisions()[0])
        # when the program of today is started on it,
        started = old.start("serve", "--port", str(old.port))
        old.wait_until_it_answers(started)
        # then it serves, at today's revision, and the way back is kept.
        assert schema_of(old.office.database).present == known_revisions()[-1]
        assert list(old.folder.glob(f"fairline.db.before-upgrade-from-{known_revisions()[0]}"))


def make_at(url: str, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    database = open_database(url)
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with database.write() as unit:
        config.attributes["connection"] = unit.connection
        command.upgrade(config, revision)
    database.close()


def test_a_newer_database_is_not_touched(tmp_path: Path) -> None:
    # Given a database that a later Fairline has upgraded,
    with Install(tmp_path / "a") as install:
        with install.office.database.write() as unit:
            unit.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        # when this one is started on it, to serve or to migrate,
        for command in ("serve", "migrate"):
            arguments = [command, "--port", str(install.port)] if command == "serve" else [command]
            refused = install.run(*arguments)
            # then it says what is wrong in one line and ends with 1.
            assert refused.returncode == 1, (command, refused)
            assert "9999" in refused.stderr
            assert "newer" in refused.stderr
            assert "Traceback" not in refused.stderr
        assert schema_of(install.office.database).present == "9999"


def test_a_backup_taken_while_mail_comes_in(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with Install(tmp_path / "a", smtp_receiver_port=port) as here, Install(tmp_path / "b") as there:
        acme = found_company(here)
        acme.serve_mailbox(receive_by="receiver")
        here.serve()
        # Given mail that comes in all the time,
        postman = Postman(port)
        postman.start()
        here.until(lambda: len(postman.promised) > 20, "the first mails")
        # when a backup is taken in the middle of it,
        before = list(postman.promised)
        file = tmp_path / "today.tar.gz"
        done = here.run("backup", str(file))
        assert done.returncode == 0, done.stderr
        here.until(lambda: len(postman.promised) > len(before), "mail during the backup")
        postman.enough.set()
        postman.join(20)
        # then nothing is restored under a running server,
        refused = here.run("restore", str(file), "--replace")
        assert (refused.returncode, "Stop it first" in refused.stderr) == (1, True)
        # and on another machine all is there that was promised before, each mail once.
        done = there.run("restore", str(file))
        assert done.returncode == 0, done.stderr
        restored = acme.at(there)
        there.work()
        there.until(lambda: not restored.outcomes()[""], "what was left to be understood")
        subjects = restored.subjects()
        assert subjects[: len(before)] == before
        assert subjects == [subject for subject, _ in numbered(len(subjects))]
        assert restored.stored() == len(subjects)
        # Whoever could sign in can sign in; the secrets open with the key that came along.
        assert (there.folder / "secret.key").read_bytes() == (
            here.folder / "secret.key"
        ).read_bytes()


PACE_S = 0.05  # a brisk morning; faster would only be more of the same


class Postman(threading.Thread):
    """Hands over mail after mail until told `enough`; `promised` are those that were taken."""

    def __init__(self, port: int) -> None:
        super().__init__(name="postman", daemon=True)
        self.port = port
        self.promised: list[str] = []
        self.enough = threading.Event()

    def run(self) -> None:
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as client:
            for subject, mail in numbered(5000):
                client.sendmail("cleo@example.test", ["support@acme.test"], mail)
                self.promised.append(subject)
                if self.enough.wait(PACE_S):
                    return
