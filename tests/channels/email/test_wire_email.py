"""A mail inbox as the core sees it: tested with a clear verdict, sending and fetching for real."""

import email
import email.policy
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from fairline.channels.contract import Check, InboxInfo, Outbound, OutboundFile, Wire
from fairline.channels.email.options import FIELDS, MailOptions, Security, Start, read_options
from fairline.channels.email.wire import EmailWire, own_name
from fairline.core.errors import DeliveryError, Invalid
from tests.fakes.smtp import FakeSmtp
from tests.mailrelay import MailRelay
from tests.mailserver import MailServer, free_ports

SUPPORT, CLEO = "support@acme.test", "cleo@example.test"


def inbox(**options: str) -> InboxInfo:
    return InboxInfo(
        id="inbox-1",
        brand_id="brand-1",
        brand_name="Acme",
        kind="email",
        name="Support",
        address=SUPPORT,
        options=options,
        public_url="https://help.acme.test",
    )


@pytest.fixture
def server(mail_server: MailServer) -> MailServer:
    mail_server.add_user(SUPPORT, "secret")
    mail_server.add_user(CLEO, "hers")
    return mail_server


def imap(server: MailServer, **more: str) -> dict[str, str]:
    given = {
        "imap_host": server.host,
        "imap_port": str(server.imaps_port),
        "imap_password": "secret",
        "tls_authority": server.authority,
        "start_from": "all",
    }
    return given | more


def smtp(relay: MailRelay | FakeSmtp, **more: str) -> dict[str, str]:
    given = {"smtp_host": relay.host, "smtp_port": str(relay.port), "smtp_security": "none"}
    return given | more


def verdict(**options: str) -> tuple[Check, ...]:
    wire = EmailWire(inbox(**options))
    try:
        return wire.verify()
    finally:
        wire.close()


def failure(checks: tuple[Check, ...]) -> Check:
    """The one line that failed before the sending part's."""
    return next(check for check in checks if not check.ok)


def outbound(**more: object) -> Outbound:
    base = Outbound(
        key="k3y",
        native_id="answer-1@acme.test",
        recipient=CLEO,
        recipient_name="Cleo",
        text="We are on it.",
        subject="Lamp",
        in_reply_to="1@example.test",
        references=("1@example.test",),
        reply_token="abcdefgh23456777",
    )
    return msgspec.structs.replace(base, **more)


def test_it_is_a_wire() -> None:
    wire: Wire = EmailWire(inbox(receive_by="none"))
    wire.close()


@pytest.mark.mailserver
def test_all_is_well_and_every_step_is_said(server: MailServer) -> None:
    server.drop(SUPPORT, b"Subject: x\r\n\r\n")
    with MailRelay(server) as relay:
        checks = verdict(**imap(server), **smtp(relay))
    assert [(check.name, check.ok) for check in checks] == [
        ("Incoming server", True),
        ("Incoming server", True),
        ("Incoming sign-in", True),
        ("Folder", True),
        ("New mail", True),
        ("Outgoing server", True),
        ("Outgoing server", True),
        ("Outgoing sign-in", True),
        ("Sender", True),
    ]
    said = " ".join(check.text for check in checks)
    assert "INBOX is open for reading, with 1 messages" in said
    assert "tells us of new mail at once" in said
    assert "Without encryption: others on the way can read" in said
    assert relay.sent == []


@pytest.mark.mailserver
@pytest.mark.parametrize(
    ("change", "name", "text"),
    [
        ({"imap_host": "no-such-host.invalid"}, "Incoming server", "is not known"),
        ({"imap_password": "wrong"}, "Incoming sign-in", "refuses the user name or the password"),
        (
            {"imap_user": "bea@acme.test"},
            "Incoming sign-in",
            "refuses the user name or the password",
        ),
        ({"imap_folder": "Nowhere"}, "Folder", "There are: Sent, INBOX."),
        ({"tls_authority": ""}, "Incoming server", "is not signed by an authority we know"),
        ({"tls_authority": "not a certificate"}, "Incoming server", "is not PEM text"),
        ({"imap_port": "99999"}, "Settings", "from 1 to 65535"),
        ({"imap_security": "ssl"}, "Settings", "Choose one of tls, starttls, none"),
        ({"imap_host": ""}, "Settings", "Enter the incoming server"),
        ({"imap_user": "a\r\nb"}, "Settings", "Line breaks"),
    ],
)
def test_what_is_wrong_with_receiving_is_said_plainly(
    server: MailServer, change: dict[str, str], name: str, text: str
) -> None:
    with server.open(SUPPORT) as person:
        person.create("Sent")
    wrong = failure(verdict(**imap(server, **change)))
    assert wrong.name == name
    assert text in wrong.text


@pytest.mark.mailserver
def test_the_wrong_port_or_encryption_is_told_apart(server: MailServer) -> None:
    (nobody,) = free_ports(1)
    assert "Nothing answers at" in failure(verdict(**imap(server, imap_port=str(nobody)))).text
    plain = imap(server, imap_port=str(server.imap_port))
    assert "does not speak TLS from the first byte" in failure(verdict(**plain)).text
    assert failure(verdict(**plain | {"imap_security": "starttls"})).name == "Sending"


@pytest.mark.mailserver
@pytest.mark.parametrize(
    ("names", "days", "text"),
    [
        (("mail.acme.test",), 30, "is for another name"),
        (("127.0.0.1",), -5, "has expired"),
    ],
)
def test_a_bad_certificate_is_told_apart(
    tmp_path: Path, names: tuple[str, ...], days: int, text: str
) -> None:
    with MailServer(tmp_path, names=names, days=days) as server:
        server.add_user(SUPPORT, "secret")
        for security, port in (("tls", server.imaps_port), ("starttls", server.imap_port)):
            given = imap(server, imap_port=str(port), imap_security=security)
            wrong = failure(verdict(**given))
            assert wrong.name == "Incoming server"
            assert text in wrong.text
            wire = EmailWire(inbox(**given))
            with pytest.raises(DeliveryError) as fault:
                list(wire.fetch("", limit=1))
            assert (fault.value.permanent, fault.value.provider_code) == (False, "tls_certificate")
            wire.close()


@pytest.mark.mailserver
def test_a_wrong_password_is_a_fault_that_waits(server: MailServer) -> None:
    wire = EmailWire(inbox(**imap(server, imap_password="wrong")))
    with pytest.raises(DeliveryError) as fault:
        list(wire.fetch("", limit=1))
    wire.close()
    assert (fault.value.permanent, fault.value.provider_code) == (False, "auth")
    assert fault.value.retry_after_s == 300
    assert "wrong" not in fault.value.detail


@pytest.fixture
def fake() -> Iterator[FakeSmtp]:
    with FakeSmtp() as started:
        yield started


@pytest.mark.parametrize(
    ("answers", "change", "name", "text"),
    [
        ({}, {"smtp_host": ""}, "Sending", "No outgoing server is set"),
        ({}, {"smtp_host": "no-such-host.invalid"}, "Outgoing server", "is not known"),
        ({}, {"smtp_security": "starttls"}, "Outgoing server", "does not offer STARTTLS"),
        ({}, {"smtp_security": "tls"}, "Outgoing server", "does not speak TLS from the first byte"),
        ({}, {"smtp_user": "support"}, "Outgoing sign-in", "offers no sign-in"),
        ({"GREETING": "554 Blocked"}, {}, "Outgoing server", "The server said: 554 Blocked"),
        (
            {"MAIL": "553 5.7.1 Not yours"},
            {},
            "Sender",
            "owns this address. The server said: 553 5.7.1 Not yours",
        ),
    ],
)
def test_what_is_wrong_with_sending_is_said_plainly(
    fake: FakeSmtp, answers: dict[str, str], change: dict[str, str], name: str, text: str
) -> None:
    fake.answers |= answers
    wrong = failure(verdict(receive_by="none", **smtp(fake, **change)))
    assert wrong.name == name
    assert text in wrong.text


def test_an_inbox_without_a_mailbox_waits_and_fetches_nothing() -> None:
    wire = EmailWire(inbox(receive_by="receiver"))
    assert list(wire.fetch("", limit=5)) == []
    assert wire.wait(0.01) is False
    assert "receiver" in wire.verify()[0].text
    with pytest.raises(DeliveryError, match="no outgoing server"):
        wire.send(outbound(), handing_over=lambda: None)
    wire.close()
    assert wire.wait(60) is False


def test_settings_that_are_wrong_stop_nothing_but_this_inbox() -> None:
    wire = EmailWire(inbox(imap_host=""))
    with pytest.raises(DeliveryError) as fault:
        list(wire.fetch("", limit=5))
    assert (fault.value.provider_code, fault.value.detail) == ("options", "imap_host")
    wire.close()


@pytest.mark.mailserver
def test_an_answer_reaches_cleo_and_hers_comes_back(server: MailServer) -> None:
    """Out by SMTP with a password over STARTTLS, into a real mailbox; back by IMAP."""
    with MailRelay(server, requires_sign_in=True, tls=True) as relay:
        signed_in = {"smtp_security": "starttls", "smtp_user": SUPPORT, "smtp_password": "secret"}
        options = imap(server) | smtp(relay, **signed_in)
        ben = EmailWire(inbox(**options))
        handed_over: list[bool] = []
        image = OutboundFile(name="Lämp.png", media_type="image/png", data=b"\x89PNG\r\n\x00\xff")
        sent = ben.send(outbound(files=(image,)), handing_over=lambda: handed_over.append(True))
        assert (sent.native_id, sent.state, sent.refused) == ("answer-1@acme.test", "sent", ())
        assert handed_over == [True]

        cleo = EmailWire(inbox(**imap(server, imap_user=CLEO, imap_password="hers")))
        (got,) = cleo.fetch("", limit=10)
        assert got.native_id == "answer-1@acme.test"
        message = email.message_from_bytes(got.payload, policy=email.policy.default)
        assert message["In-Reply-To"] == "<1@example.test>"
        text = message.get_body(("plain",))
        assert text
        assert "We are on it." in text.get_content()
        assert [part.get_content() for part in message.iter_attachments()] == [image.data]

        reply_to = message["Reply-To"].addresses[0].addr_spec
        assert "abcdefgh23456777" in reply_to
        back = f"From: {CLEO}\r\nTo: {reply_to}\r\nMessage-ID: <2@example.test>\r\n\r\nThanks!\r\n"
        server.deliver(reply_to, back.encode())
        (fetched,) = ben.fetch("", limit=10)
        assert fetched.native_id == "2@example.test"
        assert f"Delivered-To: {reply_to}".encode() in fetched.payload
        ben.close()
        cleo.close()


def test_a_recipient_that_is_not_known_is_a_permanent_fault(fake: FakeSmtp) -> None:
    fake.answers[f"RCPT {CLEO}"] = "550 5.1.1 No such mailbox"
    wire = EmailWire(inbox(receive_by="none", **smtp(fake)))
    with pytest.raises(DeliveryError) as fault:
        wire.send(outbound(), handing_over=lambda: None)
    assert (fault.value.permanent, fault.value.provider_code) == (True, "5.1.1")
    wire.send(outbound(copied=(("dov@example.test", ""),)), handing_over=lambda: None)
    wire.close()
    assert fake.taken[0].recipients == ("dov@example.test",)


def test_every_field_has_a_default_that_is_valid_and_ports_follow_the_encryption() -> None:
    defaults = {field.name: field.default for field in FIELDS}
    options = read_options(
        inbox(**defaults | {"imap_host": "imap.acme.test", "smtp_host": "s.test"})
    )
    assert isinstance(options, MailOptions)
    assert options.imap
    assert options.smtp
    assert (options.imap.port, options.imap.security) == (993, Security.TLS)
    assert (options.imap.user, options.folder) == (SUPPORT, "INBOX")
    assert (options.smtp.port, options.smtp.security) == (587, Security.STARTTLS)
    assert options.start_from is Start.NOW
    plain = read_options(
        inbox(imap_host="i.test", smtp_host="s.test", imap_security="none", smtp_security="tls")
    )
    assert plain.imap
    assert plain.smtp
    assert (plain.imap.port, plain.smtp.port) == (143, 465)


def test_a_password_keeps_its_spaces_and_another_channels_text_its_lines() -> None:
    options = read_options(inbox(imap_host="i.test", imap_password=" two words ", signature="a\nb"))
    assert options.imap
    assert options.imap.password == " two words "
    with pytest.raises(Invalid) as wrong:
        read_options(inbox(imap_host="i.test", smtp_password="x\ny"))
    assert wrong.value.field == "smtp_password"


@pytest.mark.parametrize(
    ("public_url", "name"),
    [
        ("https://help.acme.test/", "help.acme.test"),
        ("http://localhost:8080", "acme.test"),
        ("http://10.0.0.5:8080", "acme.test"),
    ],
)
def test_what_we_call_ourselves(public_url: str, name: str) -> None:
    assert own_name(msgspec.structs.replace(inbox(), public_url=public_url)) == name
