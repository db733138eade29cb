"""What Dovecot would never do: the reader copes with servers of worse manners."""

import threading
import time
from collections.abc import Iterator

import pytest

from fairline.channels.contract import RawItem
from fairline.channels.email import picking
from fairline.channels.email.folders import from_imap, listed_name, to_imap
from fairline.channels.email.imap_answers import responses
from fairline.channels.email.incomplete import NOTE_FIELD, stand_in
from fairline.channels.email.mailbox import Mailbox
from fairline.channels.email.options import Security, Server, Start
from fairline.core.errors import DeliveryError
from tests.fakes.imap import FakeImap
from tests.fakes.lines import LineServer, Peer


def mail(number: int) -> bytes:
    return f"Message-ID: <{number}@example.test>\r\nSubject: Lamp\r\n\r\nIt hums.\r\n".encode()


@pytest.fixture
def fake() -> Iterator[FakeImap]:
    with FakeImap({number: mail(number) for number in (3, 5, 8)}) as server:
        yield server
    picking._breaks.clear()


_open: list[Mailbox] = []


@pytest.fixture(autouse=True)
def hang_up() -> Iterator[None]:
    yield
    while _open:
        _open.pop().close()


def opened(fake: LineServer, *, start: Start = Start.ALL, timeout_s: float = 5) -> Mailbox:
    server = Server(host=fake.host, port=fake.port, security=Security.NONE, user="support")
    mailbox = Mailbox(server, "INBOX", start_from=start, timeout_s=timeout_s, poll_every_s=0.05)
    _open.append(mailbox)
    return mailbox


def fetch(fake: FakeImap, cursor: str = "") -> list[RawItem]:
    return list(opened(fake).fetch(cursor, limit=100))


def ids(items: list[RawItem]) -> list[str]:
    return [item.native_id.partition("@")[0] for item in items]


def test_the_star_gives_the_last_mail_again_and_it_is_not_taken_twice(fake: FakeImap) -> None:
    assert ids(fetch(fake, "7:8")) == []
    assert "UID SEARCH UID 9:*" in fake.heard


def test_an_answer_in_any_order_is_put_in_order(fake: FakeImap) -> None:
    fake.searches_backwards = True
    items = fetch(fake)
    assert ids(items) == ["3", "5", "8"]
    assert [item.cursor for item in items] == ["7:3", "7:5", "7:8"]


def test_the_number_may_come_last_and_news_in_between(fake: FakeImap) -> None:
    fake.uid_comes_last = fake.chats_between = True
    items = fetch(fake)
    assert [item.payload for item in items] == [mail(3), mail(5), mail(8)]


def test_nothing_but_reading_is_ever_asked(fake: FakeImap) -> None:
    fetch(fake)
    said = " ".join(fake.heard)
    assert "EXAMINE" in said
    assert "BODY.PEEK[]" in said
    assert not any(word in said for word in ("SELECT", "STORE", "BODY[]", "RFC822 ", "EXPUNGE"))


def test_a_refused_mail_is_stood_in_for_at_once(fake: FakeImap) -> None:
    fake.refuses.add(5)
    items = fetch(fake)
    assert ids(items) == ["3", "5", "8"]
    text = items[1].payload.decode()
    assert "Subject: Lamp" in text
    assert "does not give out this e-mail. It said: [SERVERBUG] cannot convert this one" in text
    assert items[2].payload == mail(8)


def test_a_mail_that_is_there_but_empty_handed_is_stood_in_for(fake: FakeImap) -> None:
    fake.gives_nil_for.add(5)
    items = fetch(fake)
    assert ids(items) == ["3", "5", "8"]
    assert NOTE_FIELD.encode() in items[1].payload


def rounds(fake: FakeImap, count: int) -> tuple[list[RawItem], list[str]]:
    """Like the poll loop: a new wire after each fault, from the cursor that was stored."""
    items: list[RawItem] = []
    faults: list[str] = []
    for _ in range(count):
        mailbox = opened(fake)
        try:
            # What came before the fault is in the list then.
            items.extend(mailbox.fetch(items[-1].cursor if items else "", limit=100))
        except DeliveryError as fault:
            faults.append(fault.provider_code)
        mailbox.close()
    return items, faults


def test_a_mail_that_breaks_the_connection_is_stood_in_for_after_some_tries(fake: FakeImap) -> None:
    fake.breaks_on.add(5)
    items, faults = rounds(fake, 6)
    assert ids(items) == ["3", "5", "8"]
    assert faults == ["dropped"] * picking.MAX_BREAKS
    assert b"breaks off whenever" in items[1].payload
    assert b"Subject: Lamp" in items[1].payload


def test_even_when_its_headers_break_the_connection_too(fake: FakeImap) -> None:
    fake.breaks_on.add(5)
    fake.breaks_on_head_of.add(5)
    items, faults = rounds(fake, 12)
    assert [item.cursor for item in items] == ["7:3", "7:5", "7:8"]
    assert faults == ["dropped"] * 2 * picking.MAX_BREAKS
    # No sender, no Message-ID: intake sets it aside, where an operator reads why.
    assert items[1].native_id.startswith("sha256:")
    assert b"The original is number 5 (of 7) in the folder INBOX" in items[1].payload


def test_a_mail_that_heals_is_taken_whole(fake: FakeImap) -> None:
    fake.breaks_on.add(5)
    items, _ = rounds(fake, 2)
    assert ids(items) == ["3"]
    fake.breaks_on.clear()
    assert [item.payload for item in fetch(fake, "7:3")] == [mail(5), mail(8)]
    assert not picking._breaks


def test_sizes_that_are_lies_do_not_fill_our_memory(fake: FakeImap) -> None:
    fake.claims_size = {3: 400_000_000, 5: 1}
    items = fetch(fake)
    assert ids(items) == ["3", "5", "8"]
    assert b"too large to be taken in: 382 MB" in items[0].payload
    assert items[1].payload == mail(5)


class Boasting(LineServer):
    """Announces a literal that would not fit anywhere."""

    def talk(self, peer: Peer) -> None:
        peer.say("* OK hello", "* CAPABILITY IMAP4rev1 {999999999999}", "x")
        peer.read_line()


def test_an_announced_giant_is_not_waited_for() -> None:
    with Boasting() as server, pytest.raises(DeliveryError) as fault:
        list(opened(server).fetch("", limit=1))
    assert fault.value.provider_code in {"dropped", "protocol"}
    assert "999999999999" in fault.value.detail


def test_a_server_that_does_not_say_what_comes_next(fake: FakeImap) -> None:
    fake.says_uid_next = False
    (begin,) = opened(fake, start=Start.NOW).fetch("", limit=10)
    assert begin.payload == b""
    assert begin.cursor.startswith("7:8:")
    fake.mails[9] = mail(9)
    assert ids(fetch(fake, begin.cursor)) == ["9"]


def test_without_idle_new_mail_is_looked_for_now_and_then(fake: FakeImap) -> None:
    mailbox = opened(fake)
    list(mailbox.fetch("7:8", limit=10))
    started = time.monotonic()
    assert mailbox.wait(30) is True
    assert time.monotonic() - started < 5
    closing = threading.Timer(0.02, mailbox.close)
    closing.start()
    assert [mailbox.wait(30) for _ in range(20)][-1] is False
    closing.join()


def test_idle_that_is_offered_but_refused_is_not_asked_for_again(fake: FakeImap) -> None:
    fake.capabilities += " IDLE"
    mailbox = opened(fake)
    list(mailbox.fetch("7:8", limit=10))
    assert mailbox.wait(1) is True
    assert mailbox.wait(1) is True
    assert fake.heard.count("IDLE") == 1


@pytest.mark.parametrize(
    ("greeting", "code"),
    [
        ("* BYE too many connections", "unavailable"),
        ("220 smtp.test ESMTP", "dropped"),
        ("HTTP/1.1 400 Bad Request", "dropped"),
        ("* OK \x00\xff\xfe", "dropped"),
    ],
)
def test_a_strange_greeting_is_a_fault_that_says_so(
    fake: FakeImap, greeting: str, code: str
) -> None:
    fake.greeting = greeting
    fake.capabilities = "" if "\x00" in greeting else fake.capabilities
    with pytest.raises(DeliveryError) as fault:
        fetch(fake)
    assert fault.value.provider_code in {code, "unavailable", "protocol"}
    assert fault.value.permanent is False
    assert str(fake.port) in fault.value.text


class Silent(LineServer):
    def talk(self, peer: Peer) -> None:
        peer.read_line()


def test_silence_ends_in_time() -> None:
    with Silent() as server, pytest.raises(DeliveryError) as fault:
        list(opened(server, timeout_s=0.2).fetch("", limit=1))
    assert fault.value.provider_code == "timeout"
    assert "expects TLS from the first byte" in fault.value.text


class Injecting(LineServer):
    """A third party slips an answer in before the encryption begins (CVE-2011-0411 and kin)."""

    def talk(self, peer: Peer) -> None:
        peer.say("* OK hello")
        while line := peer.read_line():
            tag = line.split()[0].decode()
            if b"STARTTLS" in line:
                peer.say_raw(
                    f"{tag} OK go\r\n* CAPABILITY IMAP4rev1 EVIL\r\n{tag} OK forged\r\n".encode()
                )
                return
            peer.say("* CAPABILITY IMAP4rev1 STARTTLS", f"{tag} OK done")


def test_what_was_said_before_encryption_is_not_believed() -> None:
    with Injecting() as fake:
        server = Server(host=fake.host, port=fake.port, security=Security.STARTTLS, user="x")
        mailbox = Mailbox(server, "INBOX", start_from=Start.ALL, timeout_s=2)
        with pytest.raises(DeliveryError) as fault:
            list(mailbox.fetch("", limit=1))
        mailbox.close()
    assert fault.value.provider_code in {"tls", "dropped"}


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("INBOX", '"INBOX"'),
        ("Sent Mail", '"Sent Mail"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("Entwürfe", '"Entw&APw-rfe"'),
        ("R&D", '"R&-D"'),
        ("台北/日本語", '"&U,BTFw-/&ZeVnLIqe-"'),
    ],
)
def test_folder_names_go_there_and_back(name: str, quoted: str) -> None:
    """RFC 3501, 5.1.3, with its own example."""
    assert to_imap(name) == quoted
    listed = f'(\\HasNoChildren) "/" {quoted}'.encode()
    assert listed_name(listed) == name


def test_folders_that_hold_no_mail_are_not_named() -> None:
    assert listed_name(b'(\\Noselect \\HasChildren) "/" "[Gmail]"') == ""
    assert listed_name(b'(\\HasNoChildren) "." INBOX') == "INBOX"
    assert listed_name(b"nonsense") == ""
    assert from_imap("&broken") == "&broken"
    assert from_imap("&A-") == "&A-"


def test_answers_are_grouped_whatever_is_in_them() -> None:
    said = [
        b"1 (FLAGS (\\Seen))",
        (b"2 (UID 5 BODY[] {3}", b"abc"),
        b")",
        (b"3 (BODY[HEADER]<0> {1}", b"x"),
        b" UID 6)",
        b'4 (UID 7 BODY[] "qu\\"oted")',
        b"5 (UID 8 BODY[] NIL)",
        b'6 (UID 9 BODY[] "")',
    ]
    assert [body for _, body in responses(said)] == [None, b"abc", b"x", b'qu"oted', None, b""]


def test_a_stand_in_keeps_the_thread_and_drops_what_is_about_the_body() -> None:
    head = (
        b"From: Cleo <cleo@example.test>\nSubject: Lamp\n folded\nReferences: <1@x>\n\t<2@x>\n"
        b"Content-Type: multipart/mixed;\n boundary=x\nMIME-Version: 1.0\n"
        b"X-Fairline-Incomplete: forged\nno field at all\n\nbody"
    )
    made = stand_in(head, reason="Too large.", original="It is\r\nEvil: there ü.")
    fields, _, body = made.partition(b"\r\n\r\n")
    assert b"Subject: Lamp\r\n folded" in fields or b"Subject: Lamp\n folded" in fields
    assert b"<2@x>" in fields
    assert b"boundary" not in fields
    assert b"forged" not in fields
    assert fields.count(b"MIME-Version") == 1
    assert body.decode().startswith("Too large. It is")
