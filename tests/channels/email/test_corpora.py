"""Real mails of four collections: none makes us crash, and what is known of them is found."""

from collections import Counter
from typing import Any

import pytest

from fairline.cases.inbound import Inbound
from fairline.channels.contract import Ignored, Receipt
from fairline.channels.email.identify import native_id_of
from fairline.channels.email.stored import describe
from fairline.channels.email.translate import translate
from fairline.core.errors import Invalid
from tests.channels.email.letters import AT, corpus, mails_in, support

OUTCOMES = {
    "helpdesk-a": {"said": 34, "auto_reply": 3, "receipt": 2},
    "helpdesk-b": {"said": 6},
    "mime/mikel-mail/emails": {"said": 95, "auto_reply": 1, "receipt": 6, "set_aside": 2},
}


def outcome(payload: bytes) -> str:
    try:
        translation = translate(payload, support(), received_at=AT)
    except Invalid:
        return "set_aside"
    if isinstance(translation, Ignored):
        return translation.outcome
    return "receipt" if isinstance(translation, Receipt) else "said"


@pytest.mark.parametrize("folder", OUTCOMES)
def test_each_mail_has_its_outcome(folder: str) -> None:
    found = Counter(outcome(payload) for _, payload in mails_in(folder))
    assert found == OUTCOMES[folder]


@pytest.mark.parametrize("folder", ["helpdesk-a", "helpdesk-b", "mime", "bounces", "quotes"])
def test_no_file_at_all_makes_it_crash(folder: str) -> None:
    for name, payload in mails_in(folder):
        outcome(payload)
        shown = describe(payload)
        assert "\0" not in str(shown["text"]), name


def mail(path: str) -> Inbound:
    folder, _, name = path.rpartition("/")
    translation = translate((corpus(folder) / name).read_bytes(), support(), received_at=AT)
    found = translation.inbound if isinstance(translation, Ignored) else translation
    assert isinstance(found, Inbound)
    return found


ERRORS = "mime/mikel-mail/emails/error_emails"
PLAIN = "mime/mikel-mail/emails/plain_emails"
CHARSETS = "mime/mikel-mail/emails/multi_charset"
ATTACHED = "mime/mikel-mail/emails/attachment_emails"


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("helpdesk-a/only_text.eml", {"text": "text only mail"}),
        ("helpdesk-a/only_html.eml", {"subject": "test html only mail"}),
        ("helpdesk-a/mail_with_no_subject.eml", {"subject": ""}),
        ("helpdesk-a/mail_with_no_date.eml", {"sent_at": None, "text": "text only mail"}),
        ("helpdesk-a/mail_with_quote.eml",
         {"text": "Yes, I am providing you step how to reproduce this issue"}),
        ("helpdesk-a/non_utf_encoded_mail.eml", {"subject": "أهلين عميلنا الكريم"}),
        ("helpdesk-b/django-helpdesk/all-special-chars.eml",
         {"subject": "Testovácí email", "text": "íářčšáíéřášč"}),
        ("helpdesk-b/django-helpdesk/quoted_printable.eml",
         {"subject": "Český test", "text": "Tohle je test českých písmen odeslaných z gmailu."}),
        ("helpdesk-b/django-helpdesk/forwarded-message.eml", {"text": "This is email body"}),
        ("helpdesk-b/django-helpdesk/utf-nondecodable.eml",
         {"subject": "Fwd: Cyklozaměstnavatel - změna vyhodnocení"}),
        (f"{ERRORS}/bad_subject.eml",
         {"subject": "MySurvey.com: You have a survey waiting! 91123105"}),
        (f"{PLAIN}/raw_email_with_partially_quoted_subject.eml",
         {"subject": 'Re: Test: "漢字" mid "漢字" tail'}),
        (f"{PLAIN}/raw_email_with_bad_date.eml", {"sent_at": None}),
        (f"{PLAIN}/raw_email_bad_time.eml", {"sent_at": None}),
        (f"{PLAIN}/raw_email_simple.eml", {"text": "Hello Mikel"}),
        (f"{CHARSETS}/japanese.eml", {"subject": "まみむめも", "text": "かきくえこ"}),
        (f"{CHARSETS}/japanese_iso_2022.eml", {"text": "すみません。"}),
        (f"{CHARSETS}/ks_c_5601-1987.eml", {"text": "스티해"}),
    ],
)  # fmt: skip
def test_what_is_known_of_it_is_found(path: str, known: dict[str, Any]) -> None:
    found = mail(path)
    assert {name: getattr(found, name) for name in known} == known


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("helpdesk-a/support_uppercase.eml", "sony@deskflows.com"),
        ("helpdesk-a/support_without_sender_name.eml", "sony@deskflows.com"),
        ("helpdesk-a/group_sender_support.eml", "jane@example.com"),
        ("helpdesk-a/mail_with_invalid_to.eml", "mark@planetmars.com"),
        (f"{PLAIN}/raw_email_multiple_from.eml", "tim@powerupdev.com"),
        ("mime/mikel-mail/emails/rfc2822/example10.eml", "pete@silly.test"),
    ],
)
def test_the_author_is_found(path: str, address: str) -> None:
    assert mail(path).author.address == address


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("helpdesk-a/multiple_attachments.eml", 30),
        ("helpdesk-a/attachments_without_filename.eml", ["file-1.png", "file-2.png"]),
        ("helpdesk-a/attachments_without_text.eml", ["1kb.png", "1kb.png"]),
        ("helpdesk-a/email_with_inline_pdf.eml", ["dummy.pdf"]),
        ("helpdesk-b/django-helpdesk/blank-body-with-attachment.eml", ["baf"]),
        ("helpdesk-b/django-helpdesk/pgp.eml", ["signature.asc"]),
        (f"{ATTACHED}/attachment_nonascii_filename.eml", ["ciële.txt"]),
        (f"{ATTACHED}/attachment_with_quoted_filename.eml", ["Eelanalüüsi päring.jpg"]),
        (f"{ATTACHED}/attachment_message_rfc822.eml", ["ForwardedMessage.eml"]),
        (f"{CHARSETS}/japanese_attachment.eml", ["てすと.txt"]),
        (f"{CHARSETS}/japanese_attachment_long_name.eml",
         ["かきくけこかきくけこかきくけこかきくけこかきくけこ.txt"]),
    ],
)  # fmt: skip
def test_its_files_are_found(path: str, names: list[str] | int) -> None:
    files = mail(path).files
    if isinstance(names, int):
        assert len(files) == names
    else:
        assert [file.name for file in files] == names


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("helpdesk-a/mail_with_inline_images.eml", 3),
        ("helpdesk-a/mail_with_plain_text_and_inline_image.eml", 0),
    ],
)
def test_images_shown_in_the_text_are_inline(path: str, shown: int) -> None:
    found = mail(path)
    assert sum(file.is_inline for file in found.files) == shown
    assert found.html.count('src="cid:') == shown


def test_threads_are_found() -> None:
    assert mail("helpdesk-a/multiple_in_reply_to.eml").in_reply_to == (
        "4e6e35f5a38b4_479f13bb90078171@small-app-01.mail",
        "4e6e35f5a38b4_479f13bb90078131@small-app-01.mail",
        "4e6e35f5a38b4_479f13bb90078178@small-app-01.mail",
    )
    assert mail("helpdesk-a/mail_with_references.eml").in_reply_to[-1] == "test-reference-id"


def test_the_wire_and_the_translation_call_a_mail_the_same() -> None:
    for _, payload in mails_in("helpdesk-a"):
        try:
            found = translate(payload, support(), received_at=AT)
        except Invalid:
            continue
        assert found.native_id == native_id_of(payload)
