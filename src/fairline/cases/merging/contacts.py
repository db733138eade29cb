"""Two contacts that are one person: never by itself, only by somebody who says so, for 30 days.

Who proves an address is united with its owner without this (`cases/addresses.py`). Here an agent
decides on evidence: addresses, cases, warnings and limits of the one are the other's from then on.
"""

import msgspec

from fairline.cases import store
from fairline.cases.merging import store as merges
from fairline.cases.merging import store_contacts, store_rows
from fairline.cases.merging.kept import Kept, Merge
from fairline.cases.merging.registry import CONTACTS
from fairline.cases.merging.undoing import check_time, get_merge
from fairline.cases.rows import Actor, Case
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people import store_contacts as people
from fairline.people.contacts import contact_of
from fairline.people.tables import Contact

MOST_REMARK = 5000
MOST_CASES = 20


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may be the same person, and what speaks for it, the strongest first."""

    contact: Contact
    evidence: list[str]
    is_strong: bool


def merge_contacts(
    unit: Unit, contact: Contact, into: Contact, *, by: Actor, case: Case | None = None
) -> Merge:
    """Let `contact` and all that is theirs be `into`. Raises Conflict, Invalid.

    *Effects*: `contact_merged`, on `case` where it was done from one.
    """
    if contact.id == into.id or contact.merged_into_id or into.merged_into_id:
        raise Conflict("They are one person already.", code="already_merged")
    if contact.brand_id != into.brand_id:
        raise Invalid("They are people of two brands.", code="other_brand", field="with")
    unit.settle()
    store_contacts.hold(unit, [contact.id, into.id])
    before = _words(into)
    after = {
        "name": into.name or contact.name,
        "remark": "\n".join(filter(None, (into.remark, contact.remark)))[:MOST_REMARK],
        "language": into.language or contact.language,
    }
    taken = Merge(
        id=new_id(),
        brand_id=contact.brand_id,
        what="contacts",
        from_id=contact.id,
        into_id=into.id,
        by_agent_id=by.id if by.kind == "agent" else None,
        at=unit.now,
        undone_at=None,
        kept=Kept(person=(before, after)),
    )
    merges.insert(unit, taken)
    for follow in CONTACTS:
        if follow.how == "moves":
            store_rows.move(unit, follow, contact.id, into.id, merge_id=taken.id)
    _read_anew(unit)
    people.update_contact(unit, contact.id, {"merged_into_id": into.id})
    if after != before:
        people.update_contact(unit, into.id, dict(after))
    _tell(unit, "contact_merged", taken, by, case)
    return taken


def undo_contacts(unit: Unit, merge_id: str, *, by: Actor, case: Case | None = None) -> Merge:
    """They are two again; a case opened since goes to whose address it came from.

    Raises NotFound; Conflict when it was undone, is too old, or cases of the two were merged since.
    """
    unit.settle()
    taken = get_merge(unit, merge_id)
    if taken.what != "contacts":
        raise NotFound("That was a merge of two cases.", code="no_merge")
    store_contacts.hold(unit, [taken.from_id, taken.into_id])
    taken = get_merge(unit, merge_id, lock=True)
    check_time(unit, taken)
    _check_last(unit, taken)
    theirs, own = contact_of(unit, taken.from_id), contact_of(unit, taken.into_id)
    for follow in CONTACTS:
        if follow.how == "moves":
            store_rows.move_back(unit, follow, taken.id, own.id, theirs.id)
    store_contacts.opened_since(unit, own.id, theirs.id, taken.at)
    store_contacts.follow_their_case(unit, own.id, theirs.id)
    _read_anew(unit)
    people.update_contact(unit, theirs.id, {"merged_into_id": None})
    if taken.kept.person:
        before, after = taken.kept.person
        present = _words(own)
        values = {n: before[n] for n in present if present[n] == after[n] != before[n]}
        if values:
            people.update_contact(unit, own.id, dict(values))
    merges.mark_undone(unit, taken.id)
    store_rows.forget(unit, [taken.id])
    _tell(unit, "contact_unmerged", taken, by, case)
    return taken


def merged_with(unit: Unit, contact_id: str) -> list[tuple[Merge, Contact]]:
    """Who is this person too since when, the newest first, for taking it back."""
    return [
        (one, contact_of(unit, one.from_id))
        for one in reversed(merges.standing_about(unit, contact_id))
        if one.what == "contacts" and one.into_id == contact_id
    ]


def perhaps_same(unit: Unit, contact: Contact, channels: list[str]) -> list[Likeness]:
    """Who may be the same person, by addresses and names; it decides nothing.

    Cost: three statements by an index, and the contacts found.
    """
    said: dict[str, list[str]] = {}
    strong: set[str] = set()
    addresses = [one.address for one in people.identities_of(unit, contact.id)]
    for other_id, address in store_contacts.same_address(
        unit, contact, [a for a in addresses if a], channels
    ):
        said.setdefault(other_id, []).append(f"the same address on another channel: {address}")
        strong.add(other_id)
    cases = store.cases_of_contact(unit, contact.id, limit=MOST_CASES)
    for other_id, reference, address in store_contacts.left_on(
        unit, contact.id, [one.id for one in cases]
    ):
        where = f"the address {address}" if address else "the same thread"
        said.setdefault(other_id, []).append(f"{where} was left on {reference}")
        strong.add(other_id)
    if len(contact.name.split()) > 1:
        for other_id in store_contacts.same_name(unit, contact):
            said.setdefault(other_id, []).append("the same name")
    found = [
        Likeness(contact=contact_of(unit, i), evidence=said[i], is_strong=i in strong) for i in said
    ]
    return sorted(found, key=lambda one: (not one.is_strong, one.contact.created_at))


def _check_last(unit: Unit, taken: Merge) -> None:
    later = [one.id for one in merges.standing_about(unit, taken.into_id) if one.id > taken.id]
    if store_rows.overlap(unit, taken.id, later):
        raise Conflict(
            "This person was merged with another later. Undo that first.", code="undo_later_first"
        )
    if found := store_contacts.merged_across(unit, taken):
        raise Conflict(
            f"Cases of the two were merged since: {found}. Undo that first.",
            code="undo_later_first",
        )


def _words(contact: Contact) -> dict[str, str]:
    return {name: getattr(contact, name) for name in ("name", "remark", "language")}


def _read_anew(unit: Unit) -> None:
    """Many rows of `cases` changed at once: what the unit has read of them is old."""
    for key in [key for key in unit.held if key[0] == "cases"]:
        unit.held[key] = None


def _tell(unit: Unit, kind: str, taken: Merge, by: Actor, case: Case | None) -> None:
    data = {"merge_id": taken.id, "contact_id": taken.into_id, "other_id": taken.from_id}
    case_id = case.id if case else None
    record(unit, kind, by=by, case_id=case_id, brand_id=taken.brand_id, data=data)
