"""What everybody may see: public messages of public cases, and nothing that stands beside them.

The title is made of the first public message, never of the case's subject: agents may have put
there what is not for outside, and an edit or a hiding must show in the title too.
"""

import re
from datetime import datetime

import msgspec

from fairline.board.sites import Site
from fairline.cases import store, store_messages, store_public
from fairline.cases.following import living
from fairline.cases.opening import clipped, without_names
from fairline.cases.rows import Attachment, Case, Message
from fairline.cases.search import search
from fairline.channels.marks import with_way_in
from fairline.core.ids import REFERENCE_PREFIX
from fairline.core.text import text_to_html
from fairline.db.types import from_micros, to_micros
from fairline.db.unit import Unit
from fairline.db.words import fold, query_words

PAGE = 20
MAX_TITLE = 110
STATE_WORDS = {
    "new": "In line",
    "open": "In line",
    "waiting": "Answered",
    "on_hold": "Being looked into",
    "solved": "Solved",
    "closed": "Closed",
}
THANKED = {"suggestion": "Suggestion", "praise": "Praise", "vent": "Heard"}


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """One public message. `html` is safe."""

    id: str
    is_ours: bool
    author: str
    at: datetime
    text: str
    html: str
    edited_at: datetime | None
    files: tuple[Attachment, ...]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A public case in a list."""

    reference: str
    url: str
    title: str
    excerpt: str
    answered_by: str
    state: str
    is_solved: bool
    asked_at: datetime
    spoken_at: datetime


class Public(msgspec.Struct, frozen=True, kw_only=True):
    """A permalink page. `messages` is never empty."""

    case: Case
    url: str
    title: str
    state: str
    is_solved: bool
    messages: tuple[Spoken, ...]
    spoken_at: datetime

    @property
    def is_private(self) -> bool:
        """Whether it goes on where only its asker reads."""
        return "continuation" in self.case.matters and not self.case.is_ended

    @property
    def summary(self) -> str:
        """A preview for other sites: the answer where there is one."""
        answer = next((m for m in reversed(self.messages) if m.is_ours), self.messages[0])
        return clipped(answer.text, 200)


def latest_questions(unit: Unit, site: Site, *, limit: int) -> list[Listed]:
    """The newest activity first."""
    return listed(unit, site, store_public.page(unit, site.brand.id, before=None, limit=limit))


def questions_page(unit: Unit, site: Site, before: str) -> tuple[list[Listed], str]:
    """One page and the `before` of the next one ('' at the end)."""
    cases = store_public.page(unit, site.brand.id, before=parse_key(before), limit=PAGE + 1)
    more = key_of(cases[PAGE - 1]) if len(cases) > PAGE else ""
    return listed(unit, site, cases[:PAGE]), more


def found_questions(unit: Unit, site: Site, query: str, before: str) -> tuple[list[Listed], str]:
    """Public questions that hold every word, and the `before` of the next page.

    The index also holds what is not shown (quoted mail, names, an agent's subject), so a hit
    counts only when the words stand in what is shown: else searching would tell them.
    """
    position = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    if position is None and (known := _by_reference(unit, site, query)):
        return known, ""
    if not query_words(query):
        return [], ""
    hits, more = search(
        unit, query, brand_ids=(site.brand.id,), public_only=True, before=position, limit=PAGE
    )
    shown = store_public.spoken_by_id(unit, [hit.message_id for hit in hits if hit.message_id])
    cases = [hit.case for hit in hits if _holds(shown.get(hit.message_id or ""), site, query)]
    return listed(unit, site, cases), str(more) if more is not None else ""


def _holds(message: Message | None, site: Site, query: str) -> bool:
    if message is None:
        return False
    there = set(fold(f"{public_name(message, site)} {message.text}").split())
    *whole, beginning = query_words(query)
    return there.issuperset(whole) and any(word.startswith(beginning) for word in there)


def listed(unit: Unit, site: Site, cases: list[Case]) -> list[Listed]:
    """As lists show them; a case whose public words are all hidden is left out."""
    ends = store_public.ends_of(unit, [case.id for case in cases])
    rows: list[Listed] = []
    for case in cases:
        first, answer = ends.get(case.id, (None, None))
        if first is None:
            continue
        rows.append(
            Listed(
                reference=case.reference,
                url=f"{site.base}/q/{case.reference}",
                title=title_of(first, case),
                excerpt=clipped(outside_text((answer or first).text), 220),
                answered_by=answer.author_name or site.brand.name if answer else "",
                state=state_of(case, is_answered=answer is not None),
                is_solved=case.is_ended and answer is not None,
                asked_at=first.created_at,
                spoken_at=(answer or first).created_at,
            )
        )
    return rows


def public_case(unit: Unit, site: Site, reference: str) -> Public | None:
    """The public side of a case; None when there is none, for whatever reason."""
    if not site.brand.board_open:
        return None
    case = store.case_by_reference(unit, reference.upper())
    if case is None or case.brand_id != site.brand.id or not case.is_public or case.hidden_at:
        return None
    # What was public under its own number is read where it went; the page says so by leading there.
    case = living(unit, case)
    if not case.is_public or case.hidden_at:
        return None
    spoken = store_public.spoken(unit, case.id)
    if not spoken:
        return None
    files: dict[str, list[Attachment]] = {}
    for file in store_messages.attachments_of(unit, case.id):
        files.setdefault(file.message_id or "", []).append(file)
    is_answered = any(m.direction == "outbound" for m in spoken)
    return Public(
        case=case,
        url=f"{site.base}/q/{case.reference}",
        title=title_of(spoken[0], case),
        state=state_of(case, is_answered=is_answered),
        is_solved=case.is_ended and is_answered,
        messages=tuple(_spoken(site, m, files.get(m.id, [])) for m in spoken),
        spoken_at=max(m.edited_at or m.created_at for m in spoken),
    )


def spoken_in(unit: Unit, site: Site, case: Case) -> tuple[Spoken, ...]:
    """The public messages of a case, without its files; none once it is private or hidden."""
    if not case.is_public or case.hidden_at:
        return ()
    found = store_public.spoken(unit, case.id)
    # The way leads to the page that shows these.
    return tuple(
        _spoken(site, msgspec.structs.replace(m, text=with_way_in(m.text, "on this page")), [])
        for m in found
    )


def outside_text(text: str) -> str:
    """What everybody may read of a text: where a way into the private side was posted, not it."""
    return with_way_in(text, "(see our answer there)")


def title_of(first: Message, case: Case) -> str:
    """The asker's own subject line, or the first sentence of their words."""
    if first.direction != "inbound":
        return f"Question {case.reference}"
    if subject := clipped(first.subject, MAX_TITLE):
        return subject
    line = next((part.strip() for part in first.text.splitlines() if part.strip()), "")
    line = without_names(line)
    sentence = re.match(r".{12,}?[.?!](?=\s|$)", line)
    title = clipped(sentence[0] if sentence else line, MAX_TITLE)
    return title or f"Question {case.reference}"


def state_of(case: Case, *, is_answered: bool) -> str:
    """In a word or two."""
    if "continuation" in case.matters and not case.is_ended:
        return "Goes on in private"
    if case.kind in THANKED and not is_answered:
        return THANKED[case.kind]
    if case.status in {"new", "open"} and is_answered:
        return "Answered, going on"
    if case.status == "waiting" and not is_answered:
        return "Being answered in private"
    if case.status in {"solved", "closed"} and not is_answered:
        return "Closed"
    return STATE_WORDS[case.status]


def public_name(message: Message, site: Site) -> str:
    """An agent's shown name; a customer's only when they gave it on our own pages."""
    if message.direction == "outbound":
        return message.author_name or site.brand.name
    name = " ".join(message.author_name.split())
    reachable = "@" in name or sum(c.isdigit() for c in name) > 5
    return name if name and message.channel == "web" and not reachable else "A customer"


def key_of(case: Case) -> str:
    return f"{to_micros(case.updated_at)}~{case.id}"


def parse_key(key: str) -> tuple[datetime, str] | None:
    """None for the first page, and for anything that is not a key of ours."""
    micros, tilde, case_id = key.partition("~")
    if not tilde or not re.fullmatch(r"\d{1,17}", micros, re.ASCII):
        return None
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", case_id):
        return None
    return from_micros(int(micros)), case_id


def _by_reference(unit: Unit, site: Site, query: str) -> list[Listed]:
    word = query.strip().upper().removeprefix(REFERENCE_PREFIX)
    if not re.fullmatch(r"[0-9A-Z]{6}", word):
        return []
    case = store.case_by_reference(unit, REFERENCE_PREFIX + word)
    if case is None or case.brand_id != site.brand.id or not case.is_public or case.hidden_at:
        return []
    case = living(unit, case)
    return listed(unit, site, [case]) if case.is_public and not case.hidden_at else []


def _spoken(site: Site, message: Message, files: list[Attachment]) -> Spoken:
    text = outside_text(message.text)
    return Spoken(
        id=message.id,
        is_ours=message.direction == "outbound",
        author=public_name(message, site),
        at=message.created_at,
        text=text,
        html=text_to_html(text),
        edited_at=message.edited_at,
        files=tuple(files),
    )
