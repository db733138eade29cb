"""The personal-data guard on the record: nothing public holds what only its owner should read.

Ours is stopped before it is stored (`check_ours`), theirs is hidden in the very transaction that
stores or publishes it (`cover`, `look_at`), so no page, feed, stream or search has ever seen it.
What is personal data is judged in `policy/personal.py`; the raw words stay on the record.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from fairline.cases import store, store_guard, store_messages
from fairline.cases.matters import close_matter, open_matter
from fairline.cases.opening import MAX_PREVIEW, MAX_SUBJECT, clipped
from fairline.cases.rows import SYSTEM, Actor, Case, Message
from fairline.cases.search import index_case, index_message
from fairline.cases.timeline import record
from fairline.core.errors import Invalid, NotAllowed
from fairline.db.unit import Unit
from fairline.people import store as people
from fairline.people.tables import Agent
from fairline.policy import store as policy_store
from fairline.policy.finding import (
    KINDS,
    NEVER_PUBLIC,
    Finding,
    from_note,
    kinds_in,
    noted,
    said,
)
from fairline.policy.personal import Rules, clean, find, masked
from fairline.policy.regions import regions_of

MAX_REASON = 500


class PersonalData(Invalid):
    """A public text of ours holds personal data. `masked` is the same text without it."""

    code = "personal_data"

    def __init__(self, found: Sequence[Finding], masked_text: str, *, where: str = "") -> None:
        kinds = kinds_of(found)
        self.found = tuple(found)
        self.masked = masked_text
        self.may_allow = not NEVER_PUBLIC & set(kinds)
        place = f" in {where}" if where else ""
        super().__init__(
            f"Everybody could read {said(kinds)}{place}. Mask it, or send it in private.",
            field="text",
        )


def rules_of(unit: Unit, brand_id: str) -> Rules:
    """By what the texts of a brand are judged: its settings, or else what its language says."""
    brand = people.brand_by_id(unit, brand_id)
    row = policy_store.rules_row(unit, brand_id) or {}
    countries = row.get("countries") or (
        regions_of(brand.language, brand.time_zone) if brand else ()
    )
    return Rules(
        countries=tuple(countries),
        masks=policy_store.masks_of(unit, brand_id),
        own=(*store_guard.own_addresses(unit, brand_id), *row.get("own", ())),
        off=frozenset(row.get("off", ())),
    )


def check_ours(
    unit: Unit,
    case: Case,
    agent: Agent,
    text: str,
    *,
    file_names: Iterable[str] = (),
    despite: str = "",
) -> str:
    """Judge a public text of ours before it is stored. Returns the note of what was let through.

    Raises PersonalData. A supervisor may let it stand with a reason (`despite`), but never what
    opens an account or a person's name: raises NotAllowed.
    """
    rules = rules_of(unit, case.brand_id)
    found = find(text, rules)
    if not found:
        for name in file_names:
            if in_name := find(name, rules):
                raise PersonalData(in_name, text, where="the name of a file")
        return ""
    stop = PersonalData(found, clean(text, rules))
    if not despite.strip():
        raise stop
    if not stop.may_allow:
        words = said(kinds_of(found))
        raise NotAllowed(f"Nobody may publish {words}.", code="personal_data")
    if agent.role == "agent":
        raise NotAllowed("Only a supervisor may let this stand.", code="personal_data")
    return noted(found)


def allowed(unit: Unit, case: Case, message: Message, *, by: Actor, reason: str) -> None:
    """Put on the record that a supervisor let it stand."""
    data: dict[str, Any] = {
        "message_id": message.id,
        "kinds": kinds_in(message.found),
        "reason": reason.strip()[:MAX_REASON],
    }
    _record(unit, case, "personal_data_allowed", by, data)


def cover(
    unit: Unit, case: Case, message: Message, *, file_names: Iterable[str] = ()
) -> tuple[Case, Message]:
    """What came in for all to read, as it may be stored: hidden if there is personal data in it.

    The caller stores the message and then calls `told`. The name is made safe by itself: it need
    not hide the words. *Effects*: the case's subject and preview lose what was found.
    """
    if not (message.visibility == "public" and case.is_public):
        return case, message
    rules = rules_of(unit, case.brand_id)
    if find(message.author_name, rules):
        message = msgspec.structs.replace(message, author_name=clean(message.author_name, rules))
    note = _note(message, file_names, rules)
    if not note:
        return case, message
    message = msgspec.structs.replace(
        message, found=note, hidden_at=unit.now, hidden_reason=why_hidden(note)
    )
    return _cover_title(unit, case, rules), message


def told(unit: Unit, case: Case, message: Message) -> None:
    """Put on the record what `cover` found, and on the case that it waits for its customer."""
    if not message.is_guarded:
        return
    data: dict[str, Any] = {
        "message_id": message.id,
        "kinds": kinds_in(message.found),
        "spans": [part.partition(":")[2] for part in message.found.split()],
    }
    _record(unit, case, "personal_data_found", SYSTEM, data)
    open_matter(unit, case.id, "guard")


def look_at(unit: Unit, case: Case, message: Message) -> Message:
    """Hide a stored message that everybody can read (now), if there is personal data in it.

    Nothing for what is hidden, and for what a supervisor let stand or was masked already.
    """
    is_shown = (
        case.is_public
        and message.visibility == "public"
        and message.direction != "note"
        and message.hidden_at is None
        and not message.found
    )
    if not is_shown:
        return message
    files = [file.name for file in store_messages.attachments_of_message(unit, message.id)]
    case, covered = cover(unit, case, message, file_names=files)
    if covered == message:
        return message
    changed = ("found", "hidden_at", "hidden_reason", "author_name")
    values = {name: getattr(covered, name) for name in changed}
    store_messages.update_message(unit, message.id, values)
    index_message(unit, case, covered)
    told(unit, case, covered)
    return covered


def mask_message(unit: Unit, case: Case, message: Message, *, by: Actor) -> Message:
    """Show a hidden message again without what was found in it. The words stay for the two sides.

    Who may is for the caller to check: the customer for theirs, we for ours.
    """
    if not message.is_guarded:
        return message
    rules = rules_of(unit, case.brand_id)
    shown = clean(masked(message.text, from_note(message.found, message.text)), rules)
    values = {"shown_text": shown, "hidden_at": None, "hidden_reason": ""}
    store_messages.update_message(unit, message.id, values)
    for file in store_messages.attachments_of_message(unit, message.id):
        if find(file.name, rules):
            store_guard.rename_file(unit, file.id, clean(file.name, rules))
    kinds = kinds_in(message.found)
    message = msgspec.structs.replace(message, shown_text=shown, hidden_at=None, hidden_reason="")
    store.update_case(unit, case.id, {})
    index_message(unit, case, message)
    data: dict[str, Any] = {"message_id": message.id, "kinds": kinds}
    _record(unit, case, "personal_data_masked", by, data)
    settle(unit, case)
    return message


def uncover(unit: Unit, case: Case, message: Message) -> Message:
    """Forget that a message was hidden: it is not public any more, or says something else now."""
    values = {"hidden_at": None, "hidden_reason": ""} if message.is_guarded else {}
    values |= {"found": "", "shown_text": None}
    store_messages.update_message(unit, message.id, values)
    message = msgspec.structs.replace(message, **values)
    settle(unit, case)
    return message


def settle(unit: Unit, case: Case) -> None:
    """The matter is over when nothing of the case waits for a decision."""
    if not store_guard.guarded_of(unit, case.id):
        close_matter(unit, case.id, "guard")


def kinds_of(found: Iterable[Finding]) -> list[str]:
    """The kinds found, in their order, each once."""
    named = {one.kind for one in found}
    return [kind for kind in KINDS if kind in named]


def why_hidden(note: str) -> str:
    """Why a message is hidden, for the customer and for us."""
    return f"everybody could have read {said(kinds_in(note))} in it"


def _note(message: Message, file_names: Iterable[str], rules: Rules) -> str:
    parts = [noted(find(message.text, rules))]
    parts += [f"{kind}:subject" for kind in kinds_of(find(message.subject, rules))]
    for name in file_names:
        parts += [f"{kind}:file" for kind in kinds_of(find(name, rules))]
    return " ".join(part for part in parts if part)


def _cover_title(unit: Unit, case: Case, rules: Rules) -> Case:
    """A subject or preview that quotes what was found loses it."""
    titles = {
        "subject": clipped(clean(case.subject, rules), MAX_SUBJECT),
        "preview": clipped(clean(case.preview, rules), MAX_PREVIEW),
    }
    changes = {name: title for name, title in titles.items() if title != getattr(case, name)}
    if not changes:
        return case
    store.update_case(unit, case.id, changes)
    case = msgspec.structs.replace(case, **changes)
    index_case(unit, case)
    return case


def _record(unit: Unit, case: Case, kind: str, by: Actor, data: dict[str, Any]) -> None:
    record(unit, kind, by=by, case_id=case.id, brand_id=case.brand_id, data=data)
