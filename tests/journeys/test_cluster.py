"""Two servers and two workers on one PostgreSQL: live across processes, and one of them dies."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fairline.jobs import store as queue
from tests.cluster import Cluster
from tests.journeys.browser import Browser
from tests.journeys.company import PASSWORD, Company, found_company
from tests.journeys.conftest import StallingSmtp
from tests.journeys.server import SOON_S, Install
from tests.mailserver import free_ports

GONE = "a worker that is gone"


@pytest.fixture
def acme(tmp_path: Path, postgres: Cluster) -> Iterator[Company]:
    """On a database of its own."""
    url = postgres.create("journey_cluster")
    with Install(tmp_path / "acme", database_url=url, poll_interval_s=5) as install:
        yield found_company(install)


def test_live_across_servers_and_a_worker_that_dies(acme: Company, smtp: StallingSmtp) -> None:
    acme.serve_mailbox(smtp=smtp)
    (second,) = free_ports(1)
    acme.install.serve("--no-work")
    acme.install.serve("--no-work", port=second)
    there = f"http://127.0.0.1:{second}"
    with Browser(acme.install.url) as ben, Browser(there) as bea, Browser(there) as cleo:
        # Given Cleo and Bea at one server, Ben at the other, all on one case,
        question = "My lamp does not light up."
        thread = cleo.send(cleo.open("/"), "/ask", text=question, mail="cleo@example.test")
        case_page = ben.send(ben.sign_in("ben@acme.test", PASSWORD), "/desk/next")
        reference = case_page.path.rpartition("/")[2]
        bea.sign_in("bea@acme.test", PASSWORD)
        with (
            cleo.listen(f"{thread.path}/stream") as on_thread,
            bea.listen(f"/desk/stream?case={reference}") as with_bea,
            ben.listen(f"/desk/stream?case={reference}") as with_ben,
        ):
            # when Ben types, then both at the other server see it, and he sees Cleo typing;
            form = case_page.form("/say").fields | {"state": ["typing"]}
            ben.post(f"{case_page.path}/presence", form)
            with_bea.wait_for("presence", name="Ben", state="typing", mode="private")
            on_thread.wait_for("", name="Ben")
            cleo.post(f"{thread.path}/typing", {})
            with_ben.wait_for("presence", who="customer", state="typing")
            # when he answers, it is there at once, though nobody there wrote a row.
            smtp.stall_at("RCPT")
            ben.send(case_page, "/say", text="A new bulb is on its way.")
            on_thread.wait_for("message")
            with_bea.wait_for("message_sent")
            assert "A new bulb is on its way." in cleo.open(thread.path).text

    # Given a job that a worker claimed before it died, and one that dies while it sends:
    with Browser(there) as cleo:
        cleo.send(cleo.open("/lost"), "/lost", mail="cleo@example.test")
    with acme.install.office.database.write() as unit:
        claimed = queue.claim(unit, GONE)
        while claimed and claimed.kind != "lost_link":  # what else was to do it had done
            queue.finish(unit, claimed.id, GONE)
            claimed = queue.claim(unit, GONE)
    assert claimed
    dying = acme.install.work()
    assert smtp.stalled.wait(SOON_S), acme.install.logs()
    dying.kill()
    smtp.released.set()
    assert acme.delivery_states()["sending"] == 1
    # when another worker comes, it does what is free, and leaves what may still be at work;
    acme.install.work()
    acme.install.until(lambda: acme.delivery_states()["sent"] == 1, "the other mail")
    assert acme.delivery_states() == {"sending": 1, "sent": 1}
    assert jobs_left(acme) == 1
    # once the leases have run out it takes over, and each mail has gone out once.
    acme.let_leases_run_out()
    acme.install.until(lambda: acme.delivery_states() == {"sent": 3}, "all mails")
    acme.install.until(lambda: not jobs_left(acme), "the job to be done")
    assert len(smtp.taken) == 3
    assert sum(b"A new bulb" in mail.payload for mail in smtp.taken) == 1


def jobs_left(acme: Company) -> int:
    with acme.install.office.database.read() as unit:
        return sum(queue.counts(unit).values())
