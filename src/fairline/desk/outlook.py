"""How an answer will look and how long it is, where it goes: by the rule of each channel.

The same functions cut and measure here as when it is sent (`channels/fitting.py`), so what is shown
is what goes out. The true secret link is made when it leaves; here one of its length stands for it.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request, Response

from fairline.cases import store
from fairline.cases.rows import Attachment, Case
from fairline.cases.ways import takers_of
from fairline.channels.allowed import length_at, misfit, price_words
from fairline.channels.contract import Capabilities, Channel, Rule
from fairline.channels.outgoing import WHOLE_MARK
from fairline.channels.registry import Channels
from fairline.channels.signing import OPTION, signed
from fairline.channels.splitting import split
from fairline.core.errors import Invalid
from fairline.core.lengths import Length, LengthRule, length_of
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk import network_rules
from fairline.desk.channel_words import channel_word
from fairline.desk.frame import desk_page
from fairline.desk.reach import case_at
from fairline.desk.session import Session
from fairline.line import store_repeats
from fairline.people import store as people
from fairline.web.forms import Form
from fairline.web.handle import writes
from fairline.web.render import page

# As long as a secret link's token.
_SOME_TOKEN = "0" * 22
SHORT = "short"


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One way the answer goes: what stands there, in its parts, and how much room it takes.

    `count` is '' where there is no bound. `is_over` when not even parts are enough.
    """

    where: str
    parts: list[str]
    count: str = ""
    is_over: bool = False
    is_limited: bool = False
    subject: str = ""
    problem: str = ""
    # What the network says to it, what it costs there, and what does not go along.
    rules: list[Rule] = []
    price: str = ""
    files: str = ""


def looks_of(
    unit: Unit,
    channels: Channels,
    case: Case,
    text: str,
    *,
    visibility: str,
    short: str = "",
    public_url: str = "",
    files: Sequence[Attachment] = (),
    author: str = "",
) -> list[Look]:
    """One for each way it takes, the same way once. Three statements, and some more for each
    network with rules of its own.
    """
    people_of_case = store.participants_of(unit, case.id)
    takers = takers_of(case, people_of_case)
    brand = people.brand_by_id(unit, case.brand_id)
    is_public = visibility == "public" and case.is_public
    ways = dict.fromkeys(
        one.channel
        for one in takers
        if not one.undeliverable_at and not (is_public and one.channel == case.channel)
    )
    kinds = [case.channel, *ways] if is_public else list(ways)
    going = {
        one.taker.channel: one
        for one in network_rules.goings(
            unit,
            channels,
            case,
            network_rules.takers_for(case, people_of_case, is_public=is_public),
            text=text,
            is_public=is_public,
            files=len(files),
        )
    }
    found = []
    for kind in kinds:
        channel = channels.of_kind(kind)
        open_here = is_public and (kind == "web" or channel.capabilities.public)
        where = _where(channel, is_public=open_here)
        link = f"{public_url}/q/{case.reference}" if open_here else f"{public_url}/t/{_SOME_TOKEN}"
        said = short_for(channel.capabilities, short) or text
        subject, signature = "", ""
        if kind == "email":
            subject = f"Re: {case.subject or case.reference}"
            signature = f"\n\n-- \n{brand.signature}" if brand and brand.signature else ""
        body = said.replace(WHOLE_MARK, link) + signature
        one = going.get(kind)
        rule = length_at(channel, one.info) if one else channel.capabilities.length
        if one and open_here:
            body = signed(body, one.info.options.get(OPTION, ""), author)
        if rule.most is not None and not open_here and link not in body:
            body = f"{body}\n\n{link}"
        look = _look(where, body, rule, subject)
        found.append(_with_rules(look, channel, one, files) if one else look)
    return found


def _with_rules(
    look: Look, channel: Channel, going: network_rules.Going, files: Sequence[Attachment]
) -> Look:
    """What else is to be known of it there."""
    can = channel.capabilities
    words = misfit(can, channel.label, [(file, file.size_bytes) for file in files])
    if files and not can.files:
        words = f"{channel.label} takes no files: they stand on the customer's own page."
    return msgspec.structs.replace(
        look, rules=list(going.rules), price=price_words(can.prices), files=words
    )


def short_for(capabilities: Capabilities, short: str) -> str:
    """What goes to such a channel instead of the whole text; '' for the text itself."""
    if not short.strip() or capabilities.length.most is None or not capabilities.takes_links:
        return ""
    return short if WHOLE_MARK in short else f"{short.strip()} {WHOLE_MARK}"


def shorts(channels: Channels, form: Form) -> dict[str, str]:
    """What the form sends short, by kind of channel; nothing unless that was chosen."""
    if form.text("long", most=20) != SHORT:
        return {}
    words = form.text("short", most=2000, label="The short text")
    if not words.strip():
        raise Invalid("Write the short text, or let it go in parts.", field="short")
    found = {one.kind: short_for(one.capabilities, words) for one in channels.all()}
    return {kind: text for kind, text in found.items() if text}


def _look(where: str, body: str, rule: LengthRule, subject: str) -> Look:
    length = length_of(body, rule)
    try:
        parts, problem = split(body, rule), ""
    except Invalid as error:
        parts, problem = [body], error.text
    return Look(
        where=where,
        parts=parts,
        count=_count(length, rule, len(parts)),
        is_over=length.is_over,
        is_limited=rule.most is not None,
        subject=subject,
        problem=problem,
    )


def _count(length: Length, rule: LengthRule, parts: int) -> str:
    if length.most is None:
        return ""
    if parts < 2:
        return f"{length.used:,} of {length.most:,} {rule.word}"
    return f"{length.used:,} {rule.word}, and one message takes {length.most:,}: it goes as {parts}"


def _where(channel: Channel, *, is_public: bool) -> str:
    if channel.kind == "web":
        return "On the board, for everybody" if is_public else "On their own page"
    way = channel_word(channel.kind)
    return f"By {way}, for everybody" if is_public else f"By {way}"


class OtherLook(msgspec.Struct, frozen=True, kw_only=True):
    """The same answer on a case that shares the place."""

    reference: str
    looks: list[Look]


def others_of(
    unit: Unit, channels: Channels, case: Case, ticked: Sequence[str], text: str, mode: str
) -> list[OtherLook]:
    """How it looks on each repeat that is ticked: on its own channel, public only where it is."""
    wanted = {word.partition(".")[0] for word in ticked}
    return [
        OtherLook(
            reference=other.reference,
            looks=looks_of(unit, channels, other, text, visibility=mode),
        )
        for other in store_repeats.repeats_of(unit, case.id)
        if other.id in wanted
    ]


@writes("/desk/cases/{reference:str}/outlook")
def outlook(
    reference: str,
    request: Request[Any, Any, Any],
    session: Session,
    database: Database,
    settings: Settings,
    channels: Channels,
    form: Form,
) -> Response[str]:
    """How what the composer holds will look. Nothing is sent or kept."""
    mode = form.text("mode", most=20)
    text = form.text("text", label="The message")
    short = form.text("short", most=2000) if form.text("long", most=20) == SHORT else ""
    with database.read() as unit:
        case = case_at(unit, session.agent, reference)
        looks, others = [], []
        if mode in {"private", "public"} and text.strip():
            looks = looks_of(
                unit,
                channels,
                case,
                text,
                visibility=mode,
                short=short,
                public_url=settings.public_url,
                files=network_rules.draft_files(
                    unit, case, session.agent.id, form.texts("file_id")
                ),
                author=session.agent.shown_name,
            )
            others = others_of(unit, channels, case, form.texts("repeat"), text, mode)
        shown: dict[str, Any] = {"case": case, "looks": looks, "others": others}
        shown["may_be_short"] = any(one.is_limited and len(one.parts) > 1 for one in looks) or short
        shown |= {"short": short or _first_words(text), "is_short": bool(short)}
        if request.headers.get("x-fragment", "") == "outlook":
            return page("desk/_outlook.html", **shown)
        return desk_page(unit, session, "desk/outlook.html", **shown)


def _first_words(text: str) -> str:
    """A first proposal for a short text: the first sentence."""
    first = text.strip().partition("\n")[0].partition(". ")[0].rstrip(".")
    return f"{first[:120]}. All of it: {WHOLE_MARK}"


ROUTES: list[Any] = [outlook]
