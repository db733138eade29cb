"""Mail that goes out: read by an independent parser, and by ourselves."""

import email
import email.policy
from email.message import EmailMessage

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.cases.inbound import Inbound
from fairline.channels.contract import InboxInfo, Outbound, OutboundFile
from fairline.channels.email.compose import envelope_recipients, envelope_sender, to_wire
from fairline.channels.email.parse import parse_message
from fairline.channels.email.translate import translate
from fairline.core.errors import DeliveryError
from tests.channels.email.letters import AT, said, support

TOKEN = "abcdefgh234567"
BASE = Outbound(
    key="01936f7e-aaaa-7bbb-8ccc-1234567890ab",
    native_id="o1@acme.example",
    recipient="cleo@customer.example",
    recipient_name="Cleo Stone",
    text="Try another bulb.",
    subject="Broken lamp",
    case_reference="FL-7KX2QD",
    author_name="Ben",
    reply_token=TOKEN,
)


def wire(inbox: InboxInfo | None = None, **changes: object) -> bytes:
    outbound = msgspec.structs.replace(BASE, **changes)
    return to_wire(outbound, inbox or support(), install_id="install-1", date=AT)


def read(payload: bytes) -> EmailMessage:
    message = email.message_from_bytes(payload, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def as_read_by_another_desk(payload: bytes) -> Inbound:
    desk = msgspec.structs.replace(support(), address="desk@customer.example")
    inbound = translate(payload, desk, received_at=AT, install_id="install-2")
    assert isinstance(inbound, Inbound)
    return inbound


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body
    return str(body.get_content())


def test_the_whole_of_it() -> None:
    message = read(wire(in_reply_to="m1@customer.example", references=("m0@customer.example",)))
    assert message["From"] == '"Ben (Acme)" <support@acme.example>'
    assert message["To"] == "Cleo Stone <cleo@customer.example>"
    assert message["Reply-To"] == f"Acme <support+c-{TOKEN}@acme.example>"
    assert message["Subject"] == "Re: Broken lamp"
    assert message["Message-ID"] == "<o1@acme.example>"
    assert message["In-Reply-To"] == "<m1@customer.example>"
    assert message["References"] == "<m0@customer.example> <m1@customer.example>"
    assert message["Date"].datetime == AT
    assert message["X-Fairline-Loop"] == "install-1"
    assert message["Auto-Submitted"] is None
    assert part(message, "plain").strip() == "Try another bulb."
    assert "Try another bulb." in part(message, "html")


def test_a_second_attempt_sends_the_same_bytes() -> None:
    assert wire() == wire()


def test_a_notice_says_that_a_machine_wrote_it() -> None:
    answer = read(wire(notice=True, in_reply_to="m1@customer.example"))
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["X-Auto-Response-Suppress"] == "All"
    assert read(wire(notice=True))["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("subject", "written"),
    [
        ("Broken lamp", "Re: Broken lamp"),
        ("Re: Broken lamp", "Re: Broken lamp"),
        ("AW: RE: Sv: re[2]: Broken lamp", "Re: Broken lamp"),
        ("回复：Broken lamp", "Re: Broken lamp"),  # noqa: RUF001
        ("Fwd: Broken lamp", "Re: Fwd: Broken lamp"),
        ("Re-use of lamps", "Re: Re-use of lamps"),
        ("", "FL-7KX2QD"),
        ("Re:", "FL-7KX2QD"),
    ],
)
def test_one_prefix(subject: str, written: str) -> None:
    assert read(wire(subject=subject, in_reply_to="m1@x"))["Subject"] == written


def test_the_reference_is_in_the_subject_only_when_asked_for() -> None:
    assert "FL-" not in str(read(wire())["Subject"])
    inbox = support(subject_reference="yes")
    assert read(wire(inbox))["Subject"] == "Broken lamp [FL-7KX2QD]"
    tagged = "Broken lamp [FL-7KX2QD]"
    assert read(wire(inbox, subject=tagged))["Subject"] == tagged


def test_a_long_thread_keeps_its_first_and_its_last() -> None:
    ids = tuple(f"m{number}@customer.example" for number in range(50))
    kept = str(read(wire(references=ids, in_reply_to=ids[-1]))["References"]).split()
    assert kept[0] == "<m0@customer.example>"
    assert kept[-1] == "<m49@customer.example>"
    assert len(kept) == 11


def test_a_mail_without_an_id_is_answered_without_one() -> None:
    message = read(wire(in_reply_to="sha256:abc", references=("sha256:abc",)))
    assert message["In-Reply-To"] is None
    assert message["References"] is None
    assert message["Subject"] == "Re: Broken lamp"


@pytest.mark.parametrize("field", ["subject", "recipient_name", "author_name", "native_id", "key",
                                   "in_reply_to", "case_reference", "link"])  # fmt: skip
def test_no_field_can_be_smuggled_in(field: str) -> None:
    evil = "x\r\nBcc: dov@x.example\r\n\r\n<script>\0"
    message = read(wire(support(subject_reference="yes"), **{field: evil, "notice": True}))
    assert message["Bcc"] is None
    assert message["MIME-Version"] == "1.0"


def test_no_file_name_can_smuggle_a_field_in() -> None:
    file = OutboundFile(name='a"\r\nX-Evil: 1\r\n.pdf', media_type="a/b\r\nX-Evil: 1", data=b"x")
    payload = wire(files=(file,))
    assert b"\r\nX-Evil" not in payload
    found = parse_message(payload, received_at=AT).files[0]
    assert (found.name, found.media_type) == ("a' X-Evil_ 1 .pdf", "application/octet-stream")


@pytest.mark.parametrize("bad", ["cleo", "", "cleo@x\r\nBcc: a@b.c", "zoë@x.example"])
def test_what_cannot_be_sent_to_is_refused_for_good(bad: str) -> None:
    with pytest.raises(DeliveryError) as refusal:
        wire(recipient=bad)
    assert refusal.value.permanent


def test_a_domain_with_letters_of_its_own_is_translated() -> None:
    assert read(wire(recipient="cleo@bücher.example"))["To"].addresses[0].domain == (
        "xn--bcher-kva.example"
    )


def test_the_envelope() -> None:
    outbound = msgspec.structs.replace(
        BASE, copied=(("dov@x.example", "Dov"), ("CLEO@customer.example", ""))
    )
    assert envelope_sender(outbound, support()) == f"support+b-{BASE.key}@acme.example"
    assert envelope_recipients(outbound) == ["cleo@customer.example", "dov@x.example"]
    message = read(to_wire(outbound, support(), install_id="i", date=AT))
    assert message["Cc"] == "Dov <dov@x.example>, cleo@customer.example"


def test_a_copy_that_cannot_be_sent_does_not_keep_the_answer_back() -> None:
    outbound = msgspec.structs.replace(
        BASE, copied=(("zoë@x.example", "Zoë"), ("dov@x.example", ""))
    )
    assert envelope_recipients(outbound) == ["cleo@customer.example", "dov@x.example"]
    assert read(to_wire(outbound, support(), install_id="i", date=AT))["Cc"] == "dov@x.example"


def test_the_sending_address_may_be_another() -> None:
    message = read(wire(support(from_address="hello@acme.example", reply_address="none")))
    assert message["From"].addresses[0].addr_spec == "hello@acme.example"
    assert message["Reply-To"] == "Acme <support@acme.example>"


def test_pictures_are_shown_and_files_attached() -> None:
    files = (
        OutboundFile(name="lamp.png", media_type="image/png", data=b"\x89PNG", content_id="lamp"),
        OutboundFile(name="Rechnung März.pdf", media_type="application/pdf", data=b"%PDF" * 500),
        OutboundFile(
            name="log", media_type="text/plain", data=b"a\r\n.\r\nb\n", content_id="unused"
        ),
    )
    payload = wire(html='<p>See <img src="cid:lamp"></p>', files=files)
    inbound = as_read_by_another_desk(payload)
    assert [(f.name, f.data, f.is_inline) for f in inbound.files] == [
        ("lamp.png", files[0].data, True),
        ("Rechnung März.pdf", files[1].data, False),
        ("log", files[2].data, False),
    ]
    assert [p.get_filename() for p in read(payload).iter_attachments()][-2:] == [
        "Rechnung März.pdf", "log"
    ]  # fmt: skip


def test_the_page_is_safe_and_needs_no_style_sheet() -> None:
    page = part(read(wire(html="<p>Hi<script>alert(1)</script></p>", signature="Ben\nAcme",
                          link="https://help.acme.example/t/x", quoted="old\n<b>words</b>")), "html")  # fmt: skip
    assert "<script" not in page
    assert "<style" not in page
    assert 'style="' in page
    assert "&lt;b&gt;words" in page
    assert 'href="https://help.acme.example/t/x"' in page


def test_the_text_holds_signature_link_and_quotation() -> None:
    text = part(read(wire(signature="Ben\nAcme", link="https://h.example/t", quoted="old\n\nwords")),
                "plain")  # fmt: skip
    assert text.replace("\r\n", "\n").split("\n\n") == [
        "Try another bulb.", "-- \nBen\nAcme", "FL-7KX2QD: https://h.example/t", "> old\n>\n> words\n"
    ]  # fmt: skip


def test_a_mail_leads_to_where_a_call_is_asked_for() -> None:
    payload = wire(link="https://h.example/t/x", call_link="https://h.example/t/x/call")
    text = part(read(payload), "plain").replace("\r\n", "\n")
    assert text.endswith("FL-7KX2QD: https://h.example/t/x\n☎ https://h.example/t/x/call\n")
    assert 'href="https://h.example/t/x/call"' in part(read(payload), "html")


def test_our_own_signature_and_quotation_are_left_out_when_read() -> None:
    payload = wire(signature="Ben\nAcme", quoted="old words")
    assert as_read_by_another_desk(payload).text == "Try another bulb."


TEXT = st.text(
    alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Co", "Cn")), max_size=200
)
WORDS = TEXT.map(lambda text: " ".join(text.split()))
IDS = st.from_regex(r"\A[A-Za-z0-9.$+_=-]{1,30}@[a-z0-9-]{1,20}\.example\Z")


@given(
    text=st.lists(WORDS, max_size=6).map("\n".join),
    subject=WORDS.filter(lambda text: ":" not in text),
    name=WORDS,
)
def test_what_is_written_is_what_is_read(text: str, subject: str, name: str) -> None:
    payload = wire(text=text, subject=subject, recipient_name=name, author_name=name)
    mail = parse_message(payload, received_at=AT)
    assert mail.text.split() == text.split()
    assert mail.subject == (subject or "FL-7KX2QD")
    assert all(len(line) <= 998 for line in payload.split(b"\r\n"))
    assert payload.isascii()
    theirs = read(payload)
    assert part(theirs, "plain").split() == text.split()


@given(native_id=IDS, parent=IDS, others=st.lists(IDS, max_size=15))
def test_threads_survive_the_journey(native_id: str, parent: str, others: list[str]) -> None:
    payload = wire(native_id=native_id, in_reply_to=parent, references=tuple(others))
    mail = parse_message(payload, received_at=AT)
    assert mail.native_id == native_id
    assert mail.answers[0] == parent
    assert set(mail.answers) <= {parent, *others}


@given(
    files=st.lists(
        st.builds(
            OutboundFile, name=WORDS, media_type=st.sampled_from(["image/png", "text/csv", "x", ""]),
            data=st.binary(max_size=300),
        ),
        max_size=4,
    )
)  # fmt: skip
def test_files_survive_the_journey(files: list[OutboundFile]) -> None:
    found = parse_message(wire(files=tuple(files)), received_at=AT).files
    assert [file.data for file in found] == [file.data for file in files]
    theirs = [p.get_payload(decode=True) for p in read(wire(files=tuple(files))).iter_attachments()]
    assert theirs == [file.data for file in files]


def test_an_answer_to_it_finds_the_case() -> None:
    message = read(wire())
    answer = (
        f"From: cleo@customer.example\nTo: {message['Reply-To']}\nSubject: {message['Subject']}\n"
        f"In-Reply-To: {message['Message-ID']}\nMessage-ID: <m2@customer.example>\n\nIt works now.\n"
    )
    inbound = said(answer.encode())
    assert inbound.case_token == TOKEN
    assert inbound.in_reply_to == ("o1@acme.example",)
    assert [one.address for one in inbound.copied] == ["support@acme.example"]
