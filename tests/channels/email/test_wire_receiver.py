"""The built-in receiver takes mail for us alone, and says yes only when it is stored."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairline.channels.email.receiver import Receiver
from fairline.channels.email.receiver_answers import Limits
from fairline.core.errors import Invalid, Unavailable
from tests.certificates import Authority

SUPPORT, BILLING = "support@acme.test", "billing@acme.test"
MAIL = (
    b"From: cleo@example.test\r\nSubject: Lamp\r\nMessage-ID: <1@example.test>\r\n\r\nIt hums.\r\n"
)


class Store:
    """Stands for what is behind the receiver; can be told to fail."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, tuple[str, ...], bytes]] = []
        self.fails_with: dict[str, Exception] = {}
        self.entered = threading.Event()
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def deliver(self, sender: str, recipients: tuple[str, ...], payload: bytes) -> None:
        self.entered.set()
        assert self.may_go_on.wait(20)
        for recipient in recipients:
            if failure := self.fails_with.get(recipient):
                raise failure
        self.mails.append((sender, recipients, payload))

    def is_known(self, address: str) -> bool:
        return address.lower() in {SUPPORT, BILLING} or address.startswith("support+")


@pytest.fixture
def store() -> Store:
    return Store()


@contextmanager
def receiving(
    store: Store,
    *,
    lmtp: bool = False,
    tls: ssl.SSLContext | None = None,
    require_tls: bool = False,
    limits: Limits | None = None,
) -> Iterator[Receiver]:
    receiver = Receiver(
        "127.0.0.1",
        0,
        deliver=store.deliver,
        is_known=store.is_known,
        lmtp=lmtp,
        name="fairline.test",
        tls=tls,
        require_tls=require_tls,
        limits=limits,
    )
    receiver.start()
    try:
        yield receiver
    finally:
        receiver.stop()


class LmtpClient:
    """By hand: the standard library's reads one answer to a mail for however many recipients."""

    def __init__(self, raw: socket.socket) -> None:
        self._file = raw.makefile("rwb", buffering=0)
        self.answer()
        self.say("LHLO relay.test")

    def answer(self) -> str:
        while (line := self._file.readline())[3:4] == b"-":
            pass
        return line[:3].decode()

    def say(self, line: str) -> str:
        self._file.write(line.encode() + b"\r\n")
        return self.answer()

    def to(self, *recipients: str) -> list[str]:
        self.say("MAIL FROM:<cleo@example.test>")
        return [self.say(f"RCPT TO:<{recipient}>") for recipient in recipients]

    def mail(self, payload: bytes, *, answers: int) -> list[str]:
        assert self.say("DATA") == "354"
        self._file.write(payload + b".\r\n")
        return [self.answer() for _ in range(answers)]


@contextmanager
def lmtp_client(receiver: Receiver) -> Iterator[LmtpClient]:
    with socket.create_connection(("127.0.0.1", receiver.port), timeout=20) as raw:
        yield LmtpClient(raw)


def client(receiver: Receiver) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", receiver.port, "relay.test", timeout=20)


def test_mail_for_us_is_stored_with_its_envelope(store: Store) -> None:
    with receiving(store) as receiver, client(receiver) as relay:
        relay.sendmail("cleo@example.test", ["support+c-abc@acme.test"], MAIL)
    ((sender, recipients, payload),) = store.mails
    assert (sender, recipients) == ("cleo@example.test", ("support+c-abc@acme.test",))
    head, _, rest = payload.partition(b"From: ")
    assert head.startswith(
        b"Return-Path: <cleo@example.test>\r\nX-Envelope-To: support+c-abc@acme.test\r\n"
    )
    assert b"Received: from relay.test ([127.0.0.1])\r\n\tby fairline.test with ESMTP id " in head
    assert b"From: " + rest == MAIL


def test_a_bounce_has_no_sender(store: Store) -> None:
    with receiving(store) as receiver, client(receiver) as relay:
        relay.sendmail("", [SUPPORT], MAIL)
    assert store.mails[0][0] == ""
    assert store.mails[0][2].startswith(b"Return-Path: <>\r\n")


def test_what_a_mail_claims_of_its_envelope_is_left_out(store: Store) -> None:
    forged = (
        b"X-Envelope-To: support+c-stolen@acme.test,\r\n\tmore\r\nReturn-Path: <dov@example.test>\r\n"
        + MAIL
    )
    with receiving(store) as receiver, client(receiver) as relay:
        relay.sendmail("cleo@example.test", [SUPPORT], forged)
    payload = store.mails[0][2]
    assert b"stolen" not in payload
    assert b"more" not in payload
    assert payload.count(b"Return-Path") == 1
    assert payload.endswith(MAIL)


def test_it_is_no_relay(store: Store) -> None:
    with receiving(store) as receiver, client(receiver) as relay:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            relay.sendmail("dov@example.test", ["victim@elsewhere.test"], MAIL)
        code, said = refused.value.recipients["victim@elsewhere.test"]
        assert (code, said[:5]) == (550, b"5.1.1")
        some_refused = relay.sendmail("dov@example.test", [SUPPORT, "victim@elsewhere.test"], MAIL)
    assert list(some_refused) == ["victim@elsewhere.test"]
    assert [recipients for _, recipients, _ in store.mails] == [(SUPPORT,)]


def test_not_stored_is_told_so_that_the_sender_comes_again(store: Store) -> None:
    store.fails_with[SUPPORT] = Unavailable("The database is away.", detail="password=hunter2")
    with receiving(store) as receiver, client(receiver) as relay:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            relay.sendmail("cleo@example.test", [SUPPORT], MAIL)
        assert refused.value.smtp_code == 451
        assert "hunter2" not in str(refused.value.smtp_error)
        store.fails_with.clear()
        relay.sendmail("cleo@example.test", [SUPPORT], MAIL)
    assert len(store.mails) == 1


def test_what_must_not_come_again_is_refused_for_good(store: Store) -> None:
    store.fails_with[SUPPORT] = Invalid("This mail\r\ncannot be read.")
    with (
        receiving(store) as receiver,
        client(receiver) as relay,
        pytest.raises(smtplib.SMTPDataError) as refused,
    ):
        relay.sendmail("cleo@example.test", [SUPPORT], MAIL)
    assert (refused.value.smtp_code, refused.value.smtp_error) == (
        554,
        b"5.6.0 This mail cannot be read.",
    )


def test_a_failing_address_book_means_later_not_never(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> bool:
        raise RuntimeError("database is locked")

    monkeypatch.setattr(store, "is_known", fail)
    with (
        receiving(store) as receiver,
        client(receiver) as relay,
        pytest.raises(smtplib.SMTPRecipientsRefused) as refused,
    ):
        relay.sendmail("cleo@example.test", [SUPPORT], MAIL)
    assert refused.value.recipients[SUPPORT][0] == 451


def test_lmtp_answers_for_each_recipient(store: Store) -> None:
    store.fails_with[BILLING] = Unavailable("The database is away.")
    with receiving(store, lmtp=True) as receiver, lmtp_client(receiver) as talk:
        assert talk.to(SUPPORT, BILLING, "dov@acme.test") == ["250", "250", "550"]
        assert talk.mail(MAIL, answers=2) == ["250", "451"]
        assert talk.say("NOOP") == "250"
    ((_, recipients, payload),) = store.mails
    assert recipients == (SUPPORT,)
    assert f"X-Envelope-To: {SUPPORT},\r\n\t{BILLING}\r\n".encode() in payload
    assert b" with LMTP id " in payload


def test_lmtp_refuses_a_large_mail_for_each_recipient(store: Store) -> None:
    limits = Limits(max_bytes=2000)
    with receiving(store, lmtp=True, limits=limits) as receiver, lmtp_client(receiver) as talk:
        assert talk.to(SUPPORT, BILLING) == ["250", "250"]
        assert talk.mail((b"x" * 70 + b"\r\n") * 100, answers=2) == ["552", "552"]
        assert talk.say("NOOP") == "250"
    assert store.mails == []


def test_smtp_is_not_lmtp(store: Store) -> None:
    with receiving(store, lmtp=True) as receiver, client(receiver) as relay:
        assert relay.docmd("EHLO", "x")[0] == 500
    with receiving(store) as receiver, client(receiver) as relay:
        assert relay.docmd("LHLO", "x")[0] == 500


def test_the_size_limit_holds_announced_or_not(store: Store) -> None:
    large = MAIL + b"y" * 5000 + b"\r\n"
    with receiving(store, limits=Limits(max_bytes=2000)) as receiver, client(receiver) as relay:
        with pytest.raises(smtplib.SMTPSenderRefused) as announced:
            relay.sendmail("cleo@example.test", [SUPPORT], large)
        assert announced.value.smtp_code == 552
        relay.esmtp_features.pop("size")
        with pytest.raises(smtplib.SMTPDataError) as unannounced:
            relay.sendmail("cleo@example.test", [SUPPORT], large)
        assert unannounced.value.smtp_code == 552
        relay.sendmail("cleo@example.test", [SUPPORT], MAIL)
    assert len(store.mails) == 1


def test_long_lines_and_eight_bits_and_dots_survive(store: Store) -> None:
    body = b"\r\n".join([b"z" * 200_000, "Grüße".encode(), b"bare\nline feed", b".", b"..dots"])
    with receiving(store) as receiver, client(receiver) as relay:
        relay.ehlo()
        relay.mail("cleo@example.test", ["BODY=8BITMIME"])
        relay.rcpt(SUPPORT)
        relay.docmd("DATA")
        relay.send(body.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n")
        assert relay.getreply()[0] == 250
    assert store.mails[0][2].endswith(body + b"\r\n")


def test_a_hidden_second_mail_stays_part_of_the_first(store: Store) -> None:
    smuggled = b"hello\n.\nMAIL FROM:<boss@acme.test>\nRCPT TO:<support@acme.test>\nDATA\nevil\n.\r\nstill the first\r\n"
    with receiving(store) as receiver, client(receiver) as relay:
        relay.ehlo()
        relay.mail("dov@example.test")
        relay.rcpt(SUPPORT)
        relay.docmd("DATA")
        relay.send(smuggled + b".\r\n")
        assert relay.getreply()[0] == 250
    assert [sender for sender, _, _ in store.mails] == ["dov@example.test"]


def test_starttls_is_offered_and_may_be_required(store: Store, tmp_path: Path) -> None:
    authority = Authority()
    certificate, key = authority.issue("localhost")
    (tmp_path / "both.pem").write_text(certificate + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    with receiving(store, tls=context, require_tls=True) as receiver:
        with client(receiver) as relay:
            assert relay.ehlo()[0] == 250
            assert relay.mail("cleo@example.test")[0] == 530
        with smtplib.SMTP("localhost", receiver.port, "relay.test", timeout=20) as relay:
            relay.starttls(context=ssl.create_default_context(cadata=authority.pem))
            relay.sendmail("cleo@example.test", [SUPPORT], MAIL)
            assert not relay.has_extn("auth")
    assert b" with ESMTPS id " in store.mails[0][2]


def test_nobody_signs_in(store: Store) -> None:
    with receiving(store) as receiver, client(receiver) as relay:
        relay.ehlo()
        assert not relay.has_extn("auth")
        assert relay.docmd("AUTH", "PLAIN AGEAYg==")[0] >= 500


@pytest.mark.parametrize(
    "said",
    [
        [b"BOGUS"] * 50,
        [b""] * 50,
        [b"\xff\xfe\x00" * 20] * 50,
        [b"RCPT TO:<guess@acme.test>"] * 50,
        [b"MAIL FROM:<" + b"a" * 5000 + b">"] * 50,
        [b"NOOP"] * 3000,
    ],
    ids=["bogus", "empty", "binary", "guessing", "long", "flood"],
)
def test_bad_manners_end_the_connection(store: Store, said: list[bytes]) -> None:
    with receiving(store) as receiver:
        with socket.create_connection(("127.0.0.1", receiver.port), timeout=20) as raw:
            answered = _say_all(raw, [b"EHLO x", b"MAIL FROM:<a@b.test>", *said])
        assert any(line.startswith((b"421", b"502")) for line in answered[-2:]), answered[-2:]
        with client(receiver) as relay:
            relay.sendmail("cleo@example.test", [SUPPORT], MAIL)
    assert len(store.mails) == 1


def test_endless_lines_and_endless_mails_are_cut(store: Store) -> None:
    with receiving(store, limits=Limits(max_bytes=10_000)) as receiver:
        for opening in (
            [],
            [b"HELO x", b"MAIL FROM:<a@b.test>", b"RCPT TO:<support@acme.test>", b"DATA"],
        ):
            with socket.create_connection(("127.0.0.1", receiver.port), timeout=20) as raw:
                for line in opening:
                    raw.sendall(line + b"\r\n")
                with pytest.raises(OSError):
                    raw.sendall(b"x" * 10_000_000)
    assert store.mails == []


def test_silence_ends_the_connection_also_within_a_mail(store: Store) -> None:
    with receiving(store, limits=Limits(idle_s=0.2)) as receiver:
        for opening in (
            [],
            [
                b"HELO x",
                b"MAIL FROM:<a@b.test>",
                b"RCPT TO:<support@acme.test>",
                b"DATA",
                b"half a",
            ],
        ):
            with socket.create_connection(("127.0.0.1", receiver.port), timeout=20) as raw:
                raw.sendall(b"".join(line + b"\r\n" for line in opening))
                assert b"421 4.4.2" in _read_all(raw)
    assert store.mails == []


def test_a_talk_that_never_ends_is_ended(store: Store) -> None:
    with (
        receiving(store, limits=Limits(session_s=0.3)) as receiver,
        socket.create_connection(("127.0.0.1", receiver.port), timeout=20) as raw,
    ):
        assert b"421 4.4.2 Too long" in _read_all(raw)


def test_waiting_for_the_store_is_not_silence(store: Store) -> None:
    store.may_go_on.clear()
    with receiving(store, limits=Limits(idle_s=0.1)) as receiver, client(receiver) as relay:
        relay.ehlo()
        relay.mail("cleo@example.test")
        relay.rcpt(SUPPORT)
        relay.docmd("DATA")
        relay.send(MAIL + b".\r\n")
        assert store.entered.wait(20)
        threading.Timer(0.5, store.may_go_on.set).start()
        assert relay.getreply()[0] == 250
    assert len(store.mails) == 1


def test_too_many_at_once_are_asked_to_come_later(store: Store) -> None:
    with receiving(store, limits=Limits(connections_per_host=2)) as receiver:
        first, second = client(receiver), client(receiver)
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            client(receiver)
        assert refused.value.smtp_code == 421
        first.quit()
        _until(lambda: _connects(receiver))
        second.quit()


def test_stopping_finishes_the_mail_that_is_being_stored(store: Store) -> None:
    store.may_go_on.clear()
    with receiving(store) as receiver:
        idle, busy = client(receiver), client(receiver)
        busy.ehlo()
        busy.mail("cleo@example.test")
        busy.rcpt(SUPPORT)
        busy.docmd("DATA")
        busy.send(MAIL + b".\r\n")
        assert store.entered.wait(20)
        stopping = threading.Thread(target=receiver.stop)
        stopping.start()
        # The idle one is sent home at once, so the stop has begun.
        assert idle.getreply()[0] == 421
        store.may_go_on.set()
        assert busy.getreply()[0] == 250
        stopping.join(20)
        idle.close()
        busy.close()
    assert len(store.mails) == 1
    with pytest.raises(ConnectionRefusedError):
        client(receiver)


def test_a_client_that_leaves_in_the_middle_leaves_nothing(store: Store) -> None:
    with receiving(store) as receiver:
        relay = client(receiver)
        relay.ehlo()
        relay.mail("cleo@example.test")
        relay.rcpt(SUPPORT)
        relay.docmd("DATA")
        relay.send(b"Subject: half\r\n\r\nhal")
        relay.close()
        with client(receiver) as again:
            again.sendmail("cleo@example.test", [SUPPORT], MAIL)
    assert len(store.mails) == 1


def test_a_taken_port_is_said_plainly(store: Store) -> None:
    with receiving(store) as receiver:
        second = Receiver(
            "127.0.0.1", receiver.port, deliver=store.deliver, is_known=store.is_known
        )
        with pytest.raises(Unavailable, match=f"cannot listen on 127.0.0.1:{receiver.port}"):
            second.start()
        second.stop()


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Receiver, Store]]:
    store = Store()
    with receiving(store, limits=Limits(connections_per_host=100)) as receiver:
        yield receiver, store


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lines=st.lists(
        st.one_of(
            st.binary(max_size=80),
            st.sampled_from(
                [
                    b"EHLO x",
                    b"HELO",
                    b"MAIL FROM:<>",
                    b"MAIL FROM:<a@b.test> SIZE=9",
                    b"RCPT TO:<support@acme.test>",
                    b"DATA",
                    b".",
                    b"RSET",
                    b"QUIT",
                    b"VRFY x",
                    b"HELP",
                    b"STARTTLS",
                    b"AUTH PLAIN",
                    b"RCPT TO:<@a,@b:support@acme.test>",
                    b'MAIL FROM:<"a b"@c.test>',
                    "RCPT TO:<ü@acme.test>".encode(),
                ]
            ),
        ),
        max_size=25,
    )
)
def test_rubbish_never_hurts(running: tuple[Receiver, Store], lines: list[bytes]) -> None:
    receiver, _ = running
    with socket.create_connection(("127.0.0.1", receiver.port), timeout=20) as raw:
        try:
            raw.sendall(b"".join(line + b"\r\n" for line in lines))
            raw.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        for answer in _read_all(raw).splitlines():
            assert answer[:3].isdigit(), answer
            assert b"Error: (" not in answer, answer
    with client(receiver) as relay:
        assert relay.noop()[0] == 250


def _say_all(raw: socket.socket, lines: list[bytes]) -> list[bytes]:
    answers = raw.makefile("rb")
    found = [answers.readline()]
    try:
        for line in lines:
            raw.sendall(line + b"\r\n")
            while (answer := answers.readline())[3:4] == b"-":
                pass
            if not answer:
                break
            found.append(answer)
    except OSError:
        pass
    return found


def _read_all(raw: socket.socket) -> bytes:
    found = b""
    try:
        while chunk := raw.recv(65536):
            found += chunk
    except ConnectionResetError:
        pass
    return found


def _connects(receiver: Receiver) -> bool:
    try:
        client(receiver).quit()
    except smtplib.SMTPConnectError:
        return False
    return True


def _until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(500):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("it did not come about in ten seconds")
