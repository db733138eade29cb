"""A question asked on the board or in the widget becomes a case, once, however often it is sent.

The form carries a random key made with the page. The native id is a hash of that key and the
words: sending the same form twice is one case, and a browser that restores an old key beside new
words loses nothing.
"""

import re

import msgspec

from fairline.acknowledgements.send import acknowledge
from fairline.board.rates import may_mail
from fairline.board.same_browser import browser_of
from fairline.board.sites import Site
from fairline.cases import links, store, store_messages
from fairline.cases.actions import MAX_TEXT
from fairline.cases.addresses import leave_address
from fairline.cases.cautions import check_asking, check_public
from fairline.cases.files import MAX_FILES, check_size, safe_name
from fairline.cases.inbound import Author, Inbound, InboundFile
from fairline.cases.intake import receive
from fairline.cases.rows import Actor, Case
from fairline.cases.states import KINDS, OFF_THE_LINE
from fairline.channels.notices import send_notice
from fairline.channels.registry import Channels
from fairline.core.errors import Invalid, Unavailable
from fairline.core.ids import hash_token, new_token
from fairline.core.settings import Settings
from fairline.core.text import is_blank, tidy
from fairline.db.unit import Unit
from fairline.web.forms import Upload

MAX_NAME = 80
_MAIL = re.compile(r"[^\s@<>\"',;:()\[\]\\]{1,64}@[^\s@<>\"',;:()\[\]\\]{1,190}\.[^\s@.\d][^\s@.]+")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks, as typed. `page_url` is where the widget stood, `held` the token of a
    thread that the browser has the link of.
    """

    text: str
    name: str = ""
    mail: str = ""
    kind: str = ""
    need: str = ""
    tried_first: str = ""
    is_public: bool = False
    key: str = ""
    page_url: str = ""
    held: str = ""
    files: tuple[InboundFile, ...] = ()


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The case, and the token of the secret link to it."""

    case: Case
    token: str
    is_new: bool


def ask(unit: Unit, site: Site, channels: Channels, question: Question) -> Asked:
    """Take a question. Raises Invalid naming the field, Unavailable while the board is paused,
    TooMany for somebody who is limited.

    *Effects*: case, message, files and a secret link; an address left gets a mail with a link.
    """
    if site.inbox is None:
        raise Unavailable("Questions cannot be sent here at the moment.", code="board_paused")
    text = checked_text(question.text, question.files)
    mail = checked_mail(channels, site, question.mail) if question.mail.strip() else ""
    kind = question.kind if question.kind in KINDS else ""
    name = clean_name(question.name)
    browser, known = browser_of(unit, site.brand.id, question.held, name)
    if known:
        check_asking(unit, known)
        if question.is_public:
            check_public(unit, known)
    inbound = Inbound(
        native_id=native_id_of(question.key, text),
        author=Author(channel="web", address=browser, name=name),
        text=text,
        is_public=question.is_public and site.brand.board_open,
        kind=kind,
        severity=question.need,
        tried_first=question.tried_first,
        files=question.files,
        permalink=page_without_secrets(question.page_url),
    )
    taken = receive(unit, site.inbox, inbound)
    case = store.case_by_id(unit, taken.case_id)
    message = store_messages.message_by_id(unit, taken.message_id)
    if case is None or message is None or message.identity_id is None:
        raise Unavailable("The question could not be stored.", code="not_stored")
    is_new = taken.outcome == "new_case"
    token = links.issue(unit, case, message.identity_id)
    if mail and is_new and site.can_mail:
        leave(unit, case, mail, by=Actor(kind="contact", id=case.contact_id))
    return Asked(case=case, token=token, is_new=is_new)


def leave(unit: Unit, case: Case, mail: str, *, by: Actor) -> bool:
    """Let answers also go to `mail` and send the way back there.

    Returns whether a mail went out: not when that mailbox was sent several within the hour.
    """
    left = leave_address(unit, case, "email", mail, by=by)
    if not may_mail(unit, mail):
        return False
    if acknowledge(unit, case, left.id):
        return True
    off = case.kind in OFF_THE_LINE
    send_notice(
        unit,
        case,
        left.id,
        case.subject,
        "We have it, and have read it as it was meant. This is your way back to it."
        if off
        else "We have your message and will answer it. Our answer also comes to this address. "
        "The link below is your way back to the thread: it shows your place in line, and you can "
        "add to it at any time.",
    )
    return True


def checked_text(text: str, files: tuple[InboundFile, ...]) -> str:
    """What was written, tidied. Raises Invalid when there is nothing, or far too much."""
    text = tidy(text).strip()
    if is_blank(text) and not files:
        raise Invalid("Write something first.", code="empty", field="text")
    if len(text) > MAX_TEXT:
        raise Invalid(
            f"That is over {MAX_TEXT:,} characters. Attach it as a file.", code="long", field="text"
        )
    return text


def checked_files(uploads: list[Upload], settings: Settings) -> tuple[InboundFile, ...]:
    """Uploads as files of a message. Raises Invalid for too many, an empty or a large one."""
    if len(uploads) > MAX_FILES:
        raise Invalid(f"At most {MAX_FILES} files fit on one message.", field="files")
    files = tuple(
        InboundFile(name=safe_name(u.name), media_type=u.media_type, data=u.data) for u in uploads
    )
    for file in files:
        check_size(file, settings.max_upload_bytes)
    return files


def checked_mail(channels: Channels, site: Site, mail: str) -> str:
    """A mail address in its normal form. Raises Invalid for none, and for one of our own."""
    mail = mail.strip()
    if len(mail) > 254 or not _MAIL.fullmatch(mail) or not mail.isprintable():
        raise Invalid(
            "That does not look like a mail address. Check it, or leave it empty.",
            code="bad_mail",
            field="mail",
        )
    mail = channels.of_kind("email").normalise(mail)
    if mail in site.mail_addresses:
        raise Invalid("That is our own address. Give yours, or leave it empty.", field="mail")
    return mail


def clean_name(name: str) -> str:
    """One line without controls, at most 80 characters."""
    return " ".join(tidy(name).split())[:MAX_NAME]


def native_id_of(key: str, text: str) -> str:
    """The same form sent twice has the same id; without a key every sending is its own."""
    return "web-" + hash_token(f"{key[:100] or new_token()}\n{text}")


def page_without_secrets(url: str) -> str:
    """Where the widget stood: scheme, host and path of a web page; never its query."""
    bare = re.split(r"[?#]", tidy(url).strip(), maxsplit=1)[0]
    return bare[:500] if re.fullmatch(r"https?://[^\s/@\"'<>]+(/[^\s\"'<>]*)?", bare) else ""
