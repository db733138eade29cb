"""Mail goes out once, and it is known exactly whether it can still be taken back."""

import email
import email.policy
import smtplib
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairline.channels.email.options import Security, Server
from fairline.channels.email.smtp import Outlet
from fairline.channels.email.smtp_content import as_seven_bit, dot_stuffed, with_crlf
from fairline.core.errors import DeliveryError
from tests.certificates import Authority
from tests.fakes.cable import Cable
from tests.fakes.lines import LineServer, Peer
from tests.fakes.smtp import FakeSmtp

CLEO, DOV = "cleo@example.test", "dov@example.test"
MAIL = b"Message-ID: <1@acme.test>\r\nSubject: Lamp\r\n\r\nWe are on it.\r\n.\r\n..\r\n"


@pytest.fixture
def fake() -> Iterator[FakeSmtp]:
    with FakeSmtp() as server:
        yield server


class Sender:
    """Sends as the ledger does, and remembers whether the point of no return was reached."""

    def __init__(
        self,
        fake: LineServer | Cable,
        *,
        security: Security = Security.NONE,
        user: str = "",
        password: str = "",
        authority: str = "",
        timeout_s: float = 5,
        verdict_timeout_s: float = 5,
    ) -> None:
        server = Server(
            host=fake.host,
            port=fake.port,
            security=security,
            user=user,
            password=password,
            authority=authority,
        )
        self.outlet = Outlet(
            server, name="fairline.test", timeout_s=timeout_s, verdict_timeout_s=verdict_timeout_s
        )
        self.handed_over = 0

    def send(
        self, *recipients: str, payload: bytes = MAIL, sender: str = "support+b-k@acme.test"
    ) -> tuple[tuple[str, str], ...]:
        return self.outlet.send(
            payload,
            sender=sender,
            recipients=list(recipients or (CLEO,)),
            handing_over=self.hand_over,
        )

    def hand_over(self) -> None:
        self.handed_over += 1

    def fails(
        self, *recipients: str, payload: bytes = MAIL, sender: str = "support@acme.test"
    ) -> DeliveryError:
        with pytest.raises(DeliveryError) as fault:
            self.send(*recipients, payload=payload, sender=sender)
        return fault.value


@pytest.fixture
def ben(fake: FakeSmtp) -> Iterator[Sender]:
    sender = Sender(fake)
    yield sender
    sender.outlet.close()


def test_a_mail_arrives_as_it_is(fake: FakeSmtp, ben: Sender) -> None:
    assert ben.send() == ()
    (taken,) = fake.taken
    assert taken.payload == MAIL
    assert (taken.sender, taken.recipients) == ("support+b-k@acme.test", (CLEO,))
    assert taken.parameters == f"SIZE={len(MAIL)}"
    assert ben.handed_over == 1
    assert fake.heard[0].upper() == "EHLO FAIRLINE.TEST"


def test_the_connection_is_used_again(fake: FakeSmtp, ben: Sender) -> None:
    for _ in range(3):
        ben.send()
    assert len(fake.taken) == 3
    assert fake.connections == 1


def test_a_connection_that_died_of_age_is_replaced_unseen(fake: FakeSmtp, ben: Sender) -> None:
    ben.send()
    fake.drops = "RSET"
    ben.send()
    fake.drops = "MAIL"
    ben.send()
    assert len(fake.taken) == 3
    assert fake.connections == 3
    assert ben.handed_over == 3


def test_a_server_that_has_had_enough_is_left_alone_for_now(fake: FakeSmtp, ben: Sender) -> None:
    ben.send()
    fake.answers["MAIL"] = "421 4.7.0 Too many mails"
    assert ben.fails().provider_code == "4.7.0"
    assert fake.connections == 2, "a fresh connection was tried once"
    fake.answers.clear()
    ben.send()
    assert len(fake.taken) == 2


def test_some_refused_some_taken(fake: FakeSmtp, ben: Sender) -> None:
    fake.answers[f"RCPT {DOV}"] = "550 5.1.1 Nobody\x07 here"
    assert ben.send(CLEO, DOV, CLEO) == ((DOV, "550 5.1.1 Nobody here"),)
    assert fake.taken[0].recipients == (CLEO,)


@pytest.mark.parametrize(
    ("stage", "answer", "permanent", "code"),
    [
        ("GREETING", "554 5.7.1 Go away", False, "5.7.1"),
        ("GREETING", "421 4.3.2 Too busy", False, "4.3.2"),
        ("MAIL", "553 5.7.1 Not your address", True, "5.7.1"),
        ("MAIL", "451 4.3.0 Later", False, "4.3.0"),
        ("RCPT", "550 5.1.1 Nobody here", True, "5.1.1"),
        ("RCPT", "450 4.2.0 Greylisted", False, "4.2.0"),
        ("RCPT", "550 no such user", True, "550"),
        ("DATA", "451 4.3.1 Disk full", False, "4.3.1"),
        ("DATA", "554 5.6.0 No", True, "5.6.0"),
    ],
)
def test_a_refusal_before_the_mail_is_handed_over(
    fake: FakeSmtp, ben: Sender, stage: str, answer: str, permanent: bool, code: str
) -> None:
    fake.answers[stage] = answer
    fault = ben.fails()
    assert (fault.permanent, fault.provider_code) == (permanent, code)
    assert answer.partition(" ")[2] in fault.text
    assert ben.handed_over == 0
    fake.answers.clear()
    ben.send()
    assert len(fake.taken) == 1


@pytest.mark.parametrize(
    ("answer", "permanent"), [("552 5.3.4 Too big", True), ("452 4.3.1 Full", False)]
)
def test_a_refusal_after_the_dot_is_a_clear_no(
    fake: FakeSmtp, ben: Sender, answer: str, permanent: bool
) -> None:
    fake.answers["DOT"] = answer
    fault = ben.fails()
    assert fault.permanent is permanent
    assert fault.provider_code == answer[4:9]
    assert ben.handed_over == 1
    assert fake.taken == []


def test_one_that_may_be_taken_later_keeps_the_mail_alive(fake: FakeSmtp, ben: Sender) -> None:
    fake.answers |= {f"RCPT {CLEO}": "550 5.1.1 Nobody", f"RCPT {DOV}": "450 4.2.0 Later"}
    fault = ben.fails(CLEO, DOV)
    assert (fault.permanent, fault.provider_code) == (False, "4.2.0")


@pytest.mark.parametrize("stage", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "BODY"])
def test_broken_before_the_dot_it_has_not_gone_out(fake: FakeSmtp, ben: Sender, stage: str) -> None:
    fake.drops = stage
    # More than the network's buffers hold, so that a break within the mail is noticed within it.
    fault = ben.fails(payload=MAIL + b"x" * 70 + b"\r\n" + b"y\r\n" * 2_000_000)
    assert (fault.permanent, fault.provider_code) == (False, "dropped")
    assert ben.handed_over == 0
    assert fake.taken == []


def test_broken_after_the_dot_the_outcome_is_unknown(fake: FakeSmtp, ben: Sender) -> None:
    fake.drops = "DOT"
    fault = ben.fails()
    assert (fault.permanent, fault.provider_code) == (False, "outcome_unknown")
    assert ben.handed_over == 1
    assert len(fake.taken) == 1, "this time it did arrive: sending again would be twice"


def test_silence_after_the_dot_is_unknown_too(fake: FakeSmtp) -> None:
    with Cable(fake.port) as cable:
        ben = Sender(cable, verdict_timeout_s=0.3)
        ben.hand_over = cable.swallow  # type: ignore[method-assign]
        assert ben.fails().provider_code == "outcome_unknown"
        ben.outlet.close()


def test_when_the_ledger_objects_at_the_last_moment_nothing_goes_out(
    fake: FakeSmtp, ben: Sender
) -> None:
    """The lease was lost while the mail was on its way: another worker has it now."""

    def object_to_it() -> None:
        raise DeliveryError("Another worker has taken this over.", permanent=False)

    with pytest.raises(DeliveryError, match="Another worker"):
        ben.outlet.send(MAIL, sender="a@acme.test", recipients=[CLEO], handing_over=object_to_it)
    ben.send()
    assert len(fake.taken) == 1


def test_a_mail_over_the_servers_limit_is_not_even_offered(fake: FakeSmtp, ben: Sender) -> None:
    fake.extensions[0] = "SIZE 50"
    fault = ben.fails()
    assert (fault.permanent, fault.provider_code) == (True, "5.3.4")
    assert "at most 50" in fault.text
    assert not any(line.startswith("MAIL") for line in fake.heard)


def test_eight_bits_go_as_they_are_where_the_server_takes_them(fake: FakeSmtp, ben: Sender) -> None:
    payload = "Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n".encode()
    ben.send(payload=payload)
    assert fake.taken[0].payload == payload
    assert "BODY=8BITMIME" in fake.taken[0].parameters
    fake.extensions.remove("8BITMIME")
    ben.outlet.close()
    ben.send(payload=payload)
    assert fake.taken[1].payload.isascii()
    assert "8BITMIME" not in fake.taken[1].parameters
    assert b"R3LDvMOfZQ" in fake.taken[1].payload or b"Gr=C3=BC=C3=9Fe" in fake.taken[1].payload


def test_letters_outside_ascii_in_an_address_need_the_servers_word(
    fake: FakeSmtp, ben: Sender
) -> None:
    fault = ben.fails("jürgen@example.test")
    assert (fault.permanent, fault.provider_code) == (True, "5.6.7")
    fake.extensions.append("SMTPUTF8")
    ben.send("jürgen@example.test")
    assert fake.taken[0].recipients == ("jürgen@example.test",)
    assert "SMTPUTF8" in fake.taken[0].parameters


@pytest.mark.parametrize(
    "address",
    ["a@b.test>\r\nRCPT TO:<victim@example.test", "a b@c.test", "<a@b.test>", "a@b.test\0"],
)
def test_an_address_cannot_carry_a_command(fake: FakeSmtp, ben: Sender, address: str) -> None:
    for fault in (ben.fails(address), ben.fails(sender=address)):
        assert (fault.permanent, fault.provider_code) == (True, "5.1.3")
    assert not any("victim" in line for line in fake.heard)


def test_nobody_to_send_to(ben: Sender) -> None:
    with pytest.raises(DeliveryError, match="no recipient"):
        ben.outlet.send(MAIL, sender="a@acme.test", recipients=[], handing_over=ben.hand_over)


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
def server_context(authority: Authority, tmp_path: Path) -> ssl.SSLContext:
    certificate, key = authority.issue("127.0.0.1")
    (tmp_path / "both.pem").write_text(certificate + key)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(tmp_path / "both.pem")
    return made


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize("password", ["secret", "schlüssel ß"])
def test_encrypted_and_signed_in(
    security: Security, password: str, authority: Authority, server_context: ssl.SSLContext
) -> None:
    tls = security is Security.TLS
    with FakeSmtp(
        tls=server_context if tls else None, starttls=None if tls else server_context
    ) as fake:
        fake.users["support"] = password
        ben = Sender(
            fake, security=security, user="support", password=password, authority=authority.pem
        )
        ben.send()
        ben.outlet.close()
    (taken,) = fake.taken
    assert (taken.encrypted, taken.user) == (True, "support")


def test_without_the_encryption_asked_for_nothing_is_said(fake: FakeSmtp) -> None:
    """A server (or somebody in between) that hides STARTTLS gets no password and no mail."""
    ben = Sender(fake, security=Security.STARTTLS, user="support", password="secret")
    fault = ben.fails()
    assert (fault.permanent, fault.provider_code) == (False, "tls")
    assert not any(line.startswith(("AUTH", "MAIL")) for line in fake.heard)


def test_a_certificate_nobody_vouches_for_is_refused(server_context: ssl.SSLContext) -> None:
    with FakeSmtp(starttls=server_context) as fake:
        fake.users["support"] = "secret"
        fault = Sender(fake, security=Security.STARTTLS, user="support", password="secret").fails()
        assert (fault.permanent, fault.provider_code) == (False, "tls_certificate")
        assert not any(line.startswith("AUTH") for line in fake.heard)


def test_a_wrong_password_waits_and_does_not_lock_the_account(fake: FakeSmtp) -> None:
    fake.users["support"] = "secret"
    ben = Sender(fake, user="support", password="wrong")
    fault = ben.fails()
    assert (fault.permanent, fault.provider_code, fault.retry_after_s) == (False, "auth", 300)
    assert "Wrong user name or password" in fault.text
    assert "wrong" not in fault.detail


def test_a_sign_in_that_is_not_offered(fake: FakeSmtp) -> None:
    fault = Sender(fake, user="support", password="x").fails()
    assert fault.provider_code == "auth"
    assert "offers no sign-in" in fault.text


class Rubbish(LineServer):
    said = b"SSH-2.0-OpenSSH_9.2"

    def talk(self, peer: Peer) -> None:
        peer.say(self.said)
        peer.read_line()


def test_not_a_mail_server_at_all() -> None:
    with Rubbish() as fake:
        fault = Sender(fake, timeout_s=1).fails()
    assert fault.permanent is False
    assert str(fake.port) in fault.text


def test_a_silent_server_is_not_waited_for(fake: FakeSmtp) -> None:
    with Cable(fake.port) as cable:
        cable.swallow()
        assert Sender(cable, timeout_s=0.3).fails().provider_code == "timeout"


@given(st.binary(max_size=400))
def test_any_bytes_become_lines_that_end_once_and_nowhere_else(payload: bytes) -> None:
    content = dot_stuffed(with_crlf(payload))
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert not any(b"\r" in line or b"\n" in line or line == b"." for line in lines)
    undone = [line.removeprefix(b".") for line in lines]
    assert b"\r\n".join([*undone, b""]) == with_crlf(payload)


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=80))
def test_seven_bits_say_the_same(text: str) -> None:
    head = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    payload = head + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + text.encode() + b"\r\n"
    made = as_seven_bit(payload)
    assert made.isascii()
    read = email.message_from_bytes(made, policy=email.policy.default)
    assert read.get_content().rstrip("\r\n") == text.rstrip("\r\n")


def test_our_own_sender_and_smtplib_agree(fake: FakeSmtp, ben: Sender) -> None:
    """The standard library's way as the oracle for line ends and dots."""
    payload = b"Subject: x\n\n.\n..two\nbare\rreturn\n.last"
    ben.send(payload=payload)
    with smtplib.SMTP(fake.host, fake.port) as oracle:
        oracle.sendmail("a@acme.test", [CLEO], payload.decode())
    assert fake.taken[0].payload == fake.taken[1].payload
