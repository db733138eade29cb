"""The reply as three other libraries' collections expect it (their files, our reading of them)."""

import pytest

from fairline.channels.email.parse import parse_message
from fairline.channels.email.quoting import read_reply, strip_quotes
from fairline.core.text import html_to_text
from tests.channels.email.letters import AT, corpus

# file: (how the reply begins, how it ends)
TEXTS = {
    "correct_sig": ("this is an email", "signature."),
    "email_1_1": ("Hi folks", "Java HTTP API."),
    "email_1_2": ("Hi,", 'delete them all individually."'),
    "email_1_3": ("Oh thanks.", "would be great."),
    "email_1_4": ("Awesome!", "problem with it."),
    "email_1_5": ("One: Here's what", "for a while."),
    "email_1_6": ("I get proper", "as well."),
    "email_1_7": (":+1:", ":+1:"),
    "email_1_8": ("On Tue, Apr 29", "and under this."),
    "email_2_1": ("Outlook with a reply", "Outlook with a reply"),
    "email_2_2": ("Outlook with a reply", "above line"),
    "email_2_3": ("Outlook with a reply", ""),
    "email_BlackBerry": ("Here is another email", "Here is another email"),
    "email_bullets": ("test 2 this", "- and another"),
    "email_gmail": ("This is a test", "github message."),
    "email_headers_no_delimiter": ("And another reply!", "And another reply!"),
    "email_iPhone": ("Here is another email", "Here is another email"),
    "email_long_quote": ("Hi folks", ""),
    "email_multi_word_sent_from_my_mobile_device": ("Here is another email", "another email"),
    "email_one_is_not_on": ("Thank, this is", "when I run..."),
    "email_partial_quote_header": ("On your remote host", "tunnel is not working."),
    "email_sent_from_my_not_signature": ("Here is another", "my mobile phone."),
    "email_sig_delimiter_in_middle_of_line": ("Hi there!", "kthxbai"),
    "greedy_on": ("On your remote host", "tunnel is not working."),
    "pathological": ("I think you're onto", "to a computer."),
}


@pytest.mark.parametrize("folder", ["quotes/github", "quotes/zapier/emails"])
def test_replies_in_text(folder: str) -> None:
    paths = sorted(corpus(folder).glob("*.txt"))
    assert len(paths) > 20
    for path in paths:
        beginning, end = TEXTS[path.stem]
        reply = strip_quotes(path.read_text()).text
        assert reply.startswith(beginning), path.name
        assert reply.endswith(end), path.name
        assert "From:" not in reply, path.name


def test_replies_of_thirteen_programs() -> None:
    paths = sorted(corpus("quotes/talon/fixtures/standard_replies").glob("*.eml"))
    assert len(paths) >= 12
    for path in paths:
        mail = parse_message(path.read_bytes(), received_at=AT)
        assert read_reply(mail.text, mail.html).text == "Hello", path.name


def test_replies_in_html_of_nine_programs() -> None:
    paths = sorted(corpus("quotes/talon/fixtures/html_replies").glob("*.html"))
    assert len(paths) >= 9
    for path in paths:
        reply = read_reply("", path.read_text("utf-8", "replace")).text
        assert reply.split() == ["Hi.", "I", "am", "fine.", "Thanks,", "Alex"], path.name


def test_odd_separators_in_html() -> None:
    folder = corpus("quotes/talon/fixtures")
    by_hr = (folder / "reply-separated-by-hr.html").read_text()
    assert read_reply("", by_hr).text.split() == ["Hi", "there", "Bob"]
    by_outlook = (folder / "OLK_SRC_BODY_SECTION.html").read_text()
    assert read_reply("", by_outlook).text == "Reply"
    assert "Reply" in html_to_text(by_outlook)


def test_signatures_without_a_delimiter() -> None:
    folder = corpus("quotes/talon/fixtures/signature/emails/stripped")
    for name, end in {
        "jeff": "homepage.\n\nStavros Xxxxxx",
        "long": "aliquam lacus.",
        "sparse": "aliquam lacus.",
        "short_url": "Thank you,\nNoam",
        "camel_case": "Really cool shirts!",
    }.items():
        sender = (folder / f"{name}_sender").read_text().strip()
        reply = strip_quotes((folder / f"{name}_body").read_text(), sender_name=sender).text
        assert reply.endswith(end), name
