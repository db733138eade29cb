"""What the customer sees of a case: messages, place, addresses. Never notes, never hidden words.

One shape for the thread page, its fragments and the widget.
"""

from datetime import datetime

import msgspec

from fairline.board.form_view import FormShown, forms_on
from fairline.board.place_words import PlaceWords, clock_time, place_words, zone_of
from fairline.board.repeat_words import shared_words
from fairline.board.viewer import Viewer
from fairline.cases import store_events, store_messages
from fairline.cases.rows import Attachment, Message
from fairline.cases.states import OFF_THE_LINE
from fairline.channels import store_deliveries
from fairline.channels.marks import DIGITS_MARK, with_way_in
from fairline.channels.rows import Delivery
from fairline.core.channel_names import said_by
from fairline.core.text import text_to_html
from fairline.db.unit import Unit
from fairline.line.place import Place, place_of
from fairline.people import store as people
from fairline.policy.finding import kinds_in
from fairline.policy.finding import said as kinds_said

MOST_SHOWN = 500


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One message as the customer sees it. `html` is safe, `trouble` says what went wrong with it.

    Messages that are hidden carry the reason and no words; but what only the guard hid (`guarded`
    says what it found) is read by its two sides. `masked` is what everybody reads instead.
    """

    id: str
    is_ours: bool
    is_mine: bool
    is_notice: bool
    author: str
    at: datetime
    text: str
    html: str
    visibility: str
    channel_words: str
    edited_at: datetime | None
    is_hidden: bool
    hidden_reason: str
    guarded: str
    masked: str
    trouble: str
    files: tuple[Attachment, ...]
    can_edit: bool
    can_show: bool

    @property
    def notice_words(self) -> str:
        """What a notice was, without its words."""
        if not self.is_ours:
            return "An automatic answer came by mail"
        if DIGITS_MARK in self.text:
            return "We sent six digits to confirm who you are"
        return "We sent a mail with the way back here"


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """An address that gets our answers, masked: a link may be passed on."""

    identity_id: str
    masked: str
    is_confirmed: bool
    is_unreachable: bool


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """All of a thread page that depends on the record."""

    title: str
    messages: tuple[Said, ...]
    place: PlaceWords | None
    stands: Place | None
    addresses: tuple[Address, ...]
    owner_name: str
    state: str
    is_earlier_left_out: bool
    moved: str = ""
    shared: str = ""
    hidden: str = ""
    forms: tuple[FormShown, ...] = ()


def thread_of(unit: Unit, viewer: Viewer, *, messages: bool = True) -> Thread:
    """The whole view, or all but the messages.

    Cost: a handful of indexed reads, however long the line.
    """
    case = viewer.case
    rows = store_messages.thread(unit, case.id, limit=MOST_SHOWN) if messages else []
    outside = [m for m in rows if _is_for(viewer, m)]
    files: dict[str, list[Attachment]] = {}
    for file in store_messages.attachments_of(unit, case.id) if rows else []:
        files.setdefault(file.message_id or "", []).append(file)
    ours = [m.id for m in outside if m.direction == "outbound"]
    # What the thread is about goes private only with the whole thread.
    opening = next((m.id for m in outside if m.visibility == "public"), "")
    deliveries = store_deliveries.of_messages(unit, ours)
    place = place_of(unit, case)
    owner = people.agent_by_id(unit, case.owner_id) if case.owner_id else None
    return Thread(
        title=case.subject,
        messages=tuple(
            _said(viewer, m, files.get(m.id, []), deliveries.get(m.id, []), opening=opening)
            for m in outside
        ),
        place=place_words(place, viewer.site.brand.time_zone, unit.now) if place else None,
        stands=place,
        addresses=addresses_of(viewer),
        owner_name=owner.shown_name if owner else "",
        state=state_of(viewer, is_in_line=place is not None),
        is_earlier_left_out=len(rows) == MOST_SHOWN,
        moved=moved_words(unit, viewer) if place else "",
        shared=shared_words(unit, viewer) if place else "",
        hidden=_why_hidden(unit, case.id) if case.hidden_at else "",
        forms=forms_on(unit, viewer),
    )


def _is_for(viewer: Viewer, message: Message) -> bool:
    """No notes, and nothing that somebody else said who has not shown that they are the customer:
    a stranger with the link of a public answer must not speak to them in our name.
    """
    if message.direction == "note" or message.visibility == "internal":
        return False
    is_unproven = (message.auth or {}).get("possession") == "none"
    return not is_unproven or message.identity_id in viewer.own_identities


def _why_hidden(unit: Unit, case_id: str) -> str:
    event = store_events.latest_of(unit, case_id, "case_hidden")
    return str(event.data.get("reason", "")) if event else ""


def moved_words(unit: Unit, viewer: Viewer) -> str:
    """That the promised time moved while this message waits, and why; '' when it did not."""
    case = viewer.case
    event = store_events.latest_of(unit, case.id, "promise_moved")
    if event is None or case.entered_at is None or event.at < case.entered_at:
        return ""
    if not event.data.get("from"):
        return ""
    zone = zone_of(viewer.site.brand.time_zone)
    was = clock_time(datetime.fromisoformat(event.data["from"]), zone, unit.now)
    why = (
        "Our working hours have changed"
        if event.data.get("reason") == "hours_changed"
        else "We have changed how soon we answer"
    )
    return f"{why}, so the time we gave you moved: it was {was}."


def state_of(viewer: Viewer, *, is_in_line: bool) -> str:
    """What the page says instead of a place: heard, in_line, ours, yours, solved, closed."""
    case = viewer.case
    if case.kind in OFF_THE_LINE:
        return "heard"
    if case.is_ended:
        return case.status
    if case.status == "waiting":
        return "yours"
    return "in_line" if is_in_line else "ours"


def addresses_of(viewer: Viewer) -> tuple[Address, ...]:
    """Where our answers also go."""
    return tuple(
        Address(
            identity_id=p.identity_id,
            masked=masked(p.address),
            is_confirmed=p.confirmed_at is not None,
            is_unreachable=p.undeliverable_at is not None,
        )
        for p in viewer.people
        if p.channel != "web" and p.role == "customer"
    )


def masked(address: str) -> str:
    """Enough of an address to know one's own, too little to write to it."""
    name, at, domain = address.partition("@")
    return f"{name[: 2 if len(name) > 3 else 1]}…{at}{domain}"


def _said(
    viewer: Viewer,
    message: Message,
    files: list[Attachment],
    deliveries: list[Delivery],
    *,
    opening: str,
) -> Said:
    is_ours = message.direction == "outbound"
    is_mine = not is_ours and message.identity_id in viewer.own_identities
    is_hidden = message.hidden_at is not None and not message.is_guarded
    text = "" if is_hidden else with_way_in(message.text, "this page")
    is_notice = message.is_automatic
    can_change = is_mine and viewer.is_customer and not is_hidden
    return Said(
        id=message.id,
        is_ours=is_ours,
        is_mine=is_mine,
        is_notice=is_notice,
        author="You" if is_mine else message.author_name or _nameless(viewer, is_ours=is_ours),
        at=message.created_at,
        text=text,
        html=text_to_html(text),
        visibility=message.visibility,
        channel_words="" if is_ours else said_by(message.channel),
        edited_at=message.edited_at,
        is_hidden=is_hidden,
        hidden_reason=message.hidden_reason if is_hidden else "",
        guarded=kinds_said(kinds_in(message.found)) if message.is_guarded else "",
        masked=message.shown_text or "",
        trouble=trouble_of(deliveries),
        files=() if is_hidden else tuple(files),
        can_edit=can_change and message.channel == "web",
        can_show=can_change and message.id != opening and not message.is_guarded,
    )


def trouble_of(deliveries: list[Delivery]) -> str:
    """Which address an answer did not reach; '' when all is well or still on its way."""
    lost = [d for d in deliveries if d.channel != "web" and d.state in {"dead", "failed"}]
    if not lost:
        return ""
    where = " and ".join(dict.fromkeys(masked(d.recipient) for d in lost))
    return f"We could not reach {where}. You can read it here."


def _nameless(viewer: Viewer, *, is_ours: bool) -> str:
    return viewer.site.brand.name if is_ours else "Somebody in copy"
