"""A real Dovecot is read by cursor: nothing changed in it, nothing lost, nothing twice."""

import threading
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from fairline.channels.contract import RawItem
from fairline.channels.email.identify import native_id_of
from fairline.channels.email.imap_connection import MAX_MESSAGE_BYTES
from fairline.channels.email.incomplete import NOTE_FIELD
from fairline.channels.email.mailbox import Mailbox
from fairline.channels.email.options import Security, Server, Start
from fairline.core.errors import DeliveryError
from tests.fakes.cable import Cable
from tests.mailserver import MailServer

pytestmark = pytest.mark.mailserver

SUPPORT, PASSWORD = "support@acme.test", 'pass "word\\ with ü'


@pytest.fixture
def server(mail_server: MailServer) -> MailServer:
    mail_server.add_user(SUPPORT, PASSWORD)
    return mail_server


def mail(number: int, body: str = "It hums.") -> bytes:
    return (
        f"From: Cleo <cleo@example.test>\r\nTo: {SUPPORT}\r\nSubject: Lamp {number}\r\n"
        f"Message-ID: <{number}@example.test>\r\n\r\n{body}\r\n"
    ).encode()


_open: list[Mailbox] = []


@pytest.fixture(autouse=True)
def hang_up() -> Iterator[None]:
    yield
    while _open:
        _open.pop().close()


def opened(
    server: MailServer,
    *,
    security: Security = Security.NONE,
    port: int = 0,
    folder: str = "INBOX",
    start: Start = Start.ALL,
    timeout_s: float = 20,
) -> Mailbox:
    found = port or (server.imaps_port if security is Security.TLS else server.imap_port)
    to = Server(
        host=server.host,
        port=found,
        security=security,
        user=SUPPORT,
        password=PASSWORD,
        authority=server.authority,
    )
    _open.append(Mailbox(to, folder, start_from=start, timeout_s=timeout_s))
    return _open[-1]


def ids(items: list[RawItem]) -> list[str]:
    return [item.native_id for item in items]


def expected(first: int, last: int) -> list[str]:
    return [f"{number}@example.test" for number in range(first, last + 1)]


class Reader:
    """Fetches as the poll loop does: keeps each item and its cursor, goes on after a fault."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.cursor = ""
        self.items: list[RawItem] = []
        self.faults: list[DeliveryError] = []

    def fetch(self, limit: int = 100) -> list[RawItem]:
        before = len(self.items)
        self.keep(self.mailbox.fetch(self.cursor, limit=limit))
        return self.items[before:]

    def keep(self, items: Iterable[RawItem]) -> None:
        for item in items:
            self.cursor = item.cursor
            if item.payload:
                self.items.append(item)

    def fetch_all(self, tries: int = 20) -> None:
        for _ in range(tries):
            try:
                if not self.fetch():
                    return
            except DeliveryError as fault:
                self.faults.append(fault)


@pytest.mark.parametrize("security", list(Security))
def test_mail_is_read_in_order_whatever_the_encryption(
    server: MailServer, security: Security
) -> None:
    for number in range(1, 4):
        server.deliver(SUPPORT, mail(number))
    mailbox = opened(server, security=security)
    items = list(mailbox.fetch("", limit=10))
    mailbox.close()
    assert ids(items) == expected(1, 3)
    assert items[0].payload.endswith(mail(1))
    assert all(item.native_id == native_id_of(item.payload) for item in items)


def test_nothing_in_the_mailbox_changes(server: MailServer) -> None:
    for number in range(1, 4):
        server.drop(SUPPORT, mail(number))
    with server.open(SUPPORT) as person:
        person.store("2", "+FLAGS", "(\\Seen \\Flagged)")
    reader = Reader(opened(server))
    reader.fetch()
    assert len(reader.items) == 3
    before = ["1 (FLAGS ())", "2 (FLAGS (\\Flagged \\Seen))", "3 (FLAGS ())"]
    assert server.flags(SUPPORT) == before
    reader.mailbox.close()
    assert server.flags(SUPPORT) == before


def test_a_mail_read_by_somebody_else_still_counts(server: MailServer) -> None:
    server.drop(SUPPORT, mail(1))
    with server.open(SUPPORT) as person:
        person.store("1", "+FLAGS", "(\\Seen)")
    assert ids(list(opened(server).fetch("", limit=10))) == expected(1, 1)


def test_the_cursor_goes_on_where_we_were(server: MailServer) -> None:
    reader = Reader(opened(server))
    for number in range(1, 8):
        server.drop(SUPPORT, mail(number))
    assert ids(reader.fetch(limit=3)) == expected(1, 3)
    assert reader.mailbox.wait(0) is True, "more is known to be there"
    assert ids(reader.fetch(limit=3)) == expected(4, 6)
    reader.mailbox.close()
    reader.mailbox = opened(server)
    assert ids(reader.fetch(limit=3)) == expected(7, 7)
    assert reader.fetch() == []
    assert reader.cursor.split(":")[1] == "7"


def test_what_was_not_kept_is_given_again(server: MailServer) -> None:
    """The consumer died after the second of five: the next fetch begins with the third."""
    for number in range(1, 9):
        server.drop(SUPPORT, mail(number))
    mailbox = opened(server)
    items = mailbox.fetch("", limit=5)
    next(items)
    kept = next(items).cursor
    next(items)
    items.close()  # type: ignore[attr-defined]
    assert ids(list(mailbox.fetch(kept, limit=20))) == expected(3, 8)


def test_old_mail_is_left_alone_when_told_so(server: MailServer) -> None:
    server.drop(SUPPORT, mail(1))
    server.drop(SUPPORT, mail(2))
    reader = Reader(opened(server, start=Start.NOW))
    assert reader.fetch() == []
    assert reader.cursor, "the beginning is to be stored before any mail comes"
    server.drop(SUPPORT, mail(3))
    # A restart in between loses nothing: the stored cursor says where we began.
    reader.mailbox = opened(server, start=Start.NOW)
    assert ids(reader.fetch()) == expected(3, 3)


def test_an_empty_mailbox_begins_too(server: MailServer) -> None:
    reader = Reader(opened(server, start=Start.NOW))
    assert reader.fetch() == []
    server.drop(SUPPORT, mail(1))
    assert ids(reader.fetch()) == expected(1, 1)


def test_deleted_mail_leaves_gaps_and_no_more(server: MailServer) -> None:
    for number in range(1, 8):
        server.drop(SUPPORT, mail(number))
    reader = Reader(opened(server))
    reader.fetch(limit=2)
    with server.open(SUPPORT) as person:
        person.store("1,3,5,7", "+FLAGS", "(\\Deleted)")
        person.expunge()
    assert ids(reader.fetch()) == ["4@example.test", "6@example.test"]
    server.drop(SUPPORT, mail(8))
    assert ids(reader.fetch()) == expected(8, 8)


def test_mail_deleted_between_search_and_fetch_is_passed_over(server: MailServer) -> None:
    for number in range(1, 60):
        server.drop(SUPPORT, mail(number))
    mailbox = opened(server)
    items = mailbox.fetch("", limit=100)
    found = [next(items)]
    with server.open(SUPPORT) as person:
        person.store("40:50", "+FLAGS", "(\\Deleted)")
        person.expunge()
    found += items
    assert ids(found) == expected(1, 39) + expected(51, 59)


def test_five_hundred_piled_up_while_we_were_cut_off(server: MailServer) -> None:
    with Cable(server.imap_port) as cable:
        reader = Reader(opened(server, port=cable.port))
        server.deliver(SUPPORT, mail(1))
        reader.fetch()
        cable.cut()
        for number in range(2, 502):
            server.drop(SUPPORT, mail(number))
        with pytest.raises(DeliveryError) as fault:
            reader.fetch()
        assert fault.value.permanent is False
        cable.mend()
        reader.fetch_all()
    assert ids(reader.items) == expected(1, 501)


def test_cut_again_and_again_in_the_middle(server: MailServer) -> None:
    """Every connection breaks after some bytes; each mail still comes, once, in order."""
    for number in range(1, 41):
        server.drop(SUPPORT, mail(number, body="x" * 3000))
    with Cable(server.imap_port) as cable:
        reader = Reader(opened(server, port=cable.port))
        for _ in range(30):
            cable.mend()
            cable.cut_after(40_000)
            try:
                if not reader.fetch(limit=7):
                    break
            except DeliveryError as fault:
                reader.faults.append(fault)
    assert ids(reader.items) == expected(1, 40)
    assert not any(NOTE_FIELD.encode() in item.payload for item in reader.items)


def test_the_server_is_killed_in_the_middle_and_comes_back(server: MailServer) -> None:
    for number in range(1, 101):
        server.drop(SUPPORT, mail(number, body="y" * 50_000))
    reader = Reader(opened(server))
    items = reader.mailbox.fetch("", limit=100)
    reader.keep(islice(items, 30))
    server.kill()
    with pytest.raises(DeliveryError) as fault:
        reader.keep(items)
    assert fault.value.permanent is False
    assert 30 <= len(reader.items) < 100
    server.start()
    reader.fetch_all()
    assert ids(reader.items) == expected(1, 100)


def test_numbered_anew_starts_over_and_forgets_nothing(server: MailServer) -> None:
    for number in range(1, 4):
        server.drop(SUPPORT, mail(number))
    reader = Reader(opened(server))
    reader.fetch()
    before = reader.cursor
    server.kill()
    server.renumber(SUPPORT)
    server.start()
    server.drop(SUPPORT, mail(4))
    reader.fetch_all()
    assert ids(reader.items) == expected(1, 3) + expected(1, 4), "the core drops what it has"
    assert reader.cursor.split(":")[0] != before.split(":")[0]


def test_numbered_anew_does_not_bring_back_what_was_left_alone(server: MailServer) -> None:
    """Years of old mail must not become cases because the company moved its mail server."""
    year_ago = time.time() - 365 * 86_400
    for number in (1, 2):
        server.drop(SUPPORT, mail(number), arrived_at=year_ago)
    reader = Reader(opened(server, start=Start.NOW))
    reader.fetch()
    server.drop(SUPPORT, mail(3))
    reader.fetch()
    server.kill()
    server.renumber(SUPPORT)
    server.start()
    reader.mailbox = opened(server, start=Start.NOW)
    server.drop(SUPPORT, mail(4))
    reader.fetch(limit=1)
    reader.fetch_all()
    assert ids(reader.items) == [*expected(3, 3), *expected(3, 4)]
    # An old mail that somebody moves into the folder now is meant for us.
    server.drop(SUPPORT, mail(5), arrived_at=year_ago)
    assert ids(reader.fetch()) == expected(5, 5)


def test_idle_wakes_at_once(server: MailServer) -> None:
    reader = Reader(opened(server))
    reader.fetch()
    assert reader.mailbox.wait(0.05) is False
    arrival = threading.Timer(0.2, server.deliver, (SUPPORT, mail(1)))
    arrival.start()
    started = time.monotonic()
    assert reader.mailbox.wait(30) is True
    assert time.monotonic() - started < 3
    arrival.join()
    assert ids(reader.fetch()) == expected(1, 1)
    assert reader.mailbox.wait(0.05) is False


def test_mail_that_came_between_fetch_and_wait_is_not_slept_over(server: MailServer) -> None:
    reader = Reader(opened(server))
    reader.fetch()
    server.deliver(SUPPORT, mail(1))
    started = time.monotonic()
    assert reader.mailbox.wait(30) is True
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("security", [Security.TLS, Security.NONE])
def test_closing_ends_a_wait_at_once(server: MailServer, security: Security) -> None:
    mailbox = opened(server, security=security)
    list(mailbox.fetch("", limit=1))
    closing = threading.Timer(0.2, mailbox.close)
    closing.start()
    started = time.monotonic()
    assert mailbox.wait(30) is False
    assert time.monotonic() - started < 3
    closing.join()
    with pytest.raises(DeliveryError):
        list(mailbox.fetch("", limit=1))


def test_a_cut_ends_a_wait_so_that_the_next_fetch_sees(server: MailServer) -> None:
    with Cable(server.imap_port) as cable:
        reader = Reader(opened(server, port=cable.port))
        reader.fetch()
        cutting = threading.Timer(0.2, cable.cut)
        cutting.start()
        started = time.monotonic()
        assert reader.mailbox.wait(30) is True
        assert time.monotonic() - started < 3
        cutting.join()
        with pytest.raises(DeliveryError):
            reader.fetch()
        started = time.monotonic()
        assert reader.mailbox.wait(0.3) is False
        assert time.monotonic() - started >= 0.3, "a mailbox out of reach is not asked in a circle"


def test_a_silent_network_is_noticed(server: MailServer) -> None:
    with Cable(server.imap_port) as cable:
        reader = Reader(opened(server, port=cable.port, timeout_s=0.5))
        reader.fetch()
        cable.swallow()
        with pytest.raises(DeliveryError) as fault:
            reader.fetch()
        assert fault.value.provider_code == "timeout"
        cable.mend()
        server.drop(SUPPORT, mail(1))
        assert ids(reader.fetch()) == expected(1, 1)


def test_a_server_that_sends_us_home_is_met_again(server: MailServer) -> None:
    """An orderly restart says BYE to a kept connection: that alone is no fault."""
    reader = Reader(opened(server))
    reader.fetch()
    server.stop()
    server.start()
    server.drop(SUPPORT, mail(1))
    assert ids(reader.fetch()) == expected(1, 1)


def test_torture_comes_through_byte_for_byte(server: MailServer) -> None:
    payloads = [
        b"no header at all",
        b"\r\n\r\nbegins with nothing\r\n",
        b"Subject: \xff\xfe bytes \xe4\r\n\r\n\x80\x81\x82\r\n",
        b'Content-Type: multipart/mixed; boundary="never\r\n\r\n--nev',
        b"Message-ID: <twice@example.test>\r\n\r\none\r\n",
        b"Message-ID: <twice@example.test>\r\n\r\ntwo\r\n",
        b"From: a\r\n\r\n{100}\r\n)\r\nidle1 OK\r\n* 5 EXISTS\r\n",
        b"X: " + b"long " * 50_000 + b"\r\n\r\nbody\r\n",
    ]
    for payload in payloads:
        server.drop(SUPPORT, payload)
    items = list(opened(server).fetch("", limit=100))
    assert [item.payload.rstrip() for item in items] == [p.rstrip() for p in payloads]


def test_a_large_mail_comes_and_a_huge_one_is_stood_in_for(server: MailServer) -> None:
    large = mail(1, body="\r\n".join(["z" * 70] * 100_000))
    huge = mail(2) + b"h" * 70 + (b"\r\n" + b"h" * 998) * (MAX_MESSAGE_BYTES // 1000 + 10)
    server.drop(SUPPORT, large)
    server.drop(SUPPORT, huge)
    server.drop(SUPPORT, mail(3))
    items = list(opened(server).fetch("", limit=100))
    assert ids(items) == expected(1, 3)
    assert items[0].payload.endswith(large)
    assert len(items[1].payload) < 5000
    text = items[1].payload.decode()
    assert "Subject: Lamp 2" in text
    assert "too large to be taken in: 51 MB, at most 50 MB" in text
    assert f"number 2 (of {items[1].cursor.split(':')[0]}) in the folder INBOX of {SUPPORT}" in text


def test_another_folder_with_an_unusual_name(server: MailServer) -> None:
    with server.open(SUPPORT) as person:
        person.create('"Kundenpost &- &APw-bung"')
        person.append('"Kundenpost &- &APw-bung"', "", "", mail(1))
    mailbox = opened(server, folder="Kundenpost & übung")
    assert ids(list(mailbox.fetch("", limit=5))) == expected(1, 1)


def test_a_damaged_cursor_is_said_and_nothing_is_guessed(server: MailServer) -> None:
    with pytest.raises(DeliveryError) as fault:
        list(opened(server).fetch("seventeen", limit=1))
    assert fault.value.provider_code == "options"


@pytest.fixture
def broken_size(server: MailServer) -> Path:
    """Dovecot's own trouble: a mail whose file name claims more bytes than the file has."""
    server.drop(SUPPORT, mail(1))
    path = server.maildir(SUPPORT) / "new" / "1600000000.M1P1.test,S=99999"
    path.write_bytes(mail(2))
    path.chmod(0o644)
    server.drop(SUPPORT, mail(3))
    return path


def test_a_mail_the_server_itself_chokes_on_does_not_stop_the_rest(
    server: MailServer, broken_size: Path
) -> None:
    reader = Reader(opened(server))
    reader.fetch_all()
    assert sorted(ids(reader.items)) == expected(1, 3)
    (stand_in,) = (item.payload for item in reader.items if item.native_id == "2@example.test")
    assert b"From: Cleo <cleo@example.test>" in stand_in
    assert b"breaks off whenever this e-mail is fetched" in stand_in
    assert "Cached message size larger than expected" in server.log(), "Dovecot did choke"
