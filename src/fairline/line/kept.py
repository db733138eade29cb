"""Promises kept: what became of each promised answer, and the share by inbox and by need.

One narrow row is written with each answer, in its transaction, from what the case was promised at
that moment; so nothing that is changed later changes the count. Reports count rows of some days.
"""

from datetime import timedelta

import msgspec

from fairline.cases import store
from fairline.cases.rows import Event
from fairline.cases.states import SEVERITIES
from fairline.db.unit import Unit
from fairline.line import store_kept
from fairline.promises.share import NONE, Share

# Past this many late cases the page says "over 2,000": nobody counts on.
MOST_LATE = 2000


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a table: an inbox id or a need, its share, and how many are late at present."""

    key: str
    share: Share
    late: int


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of a period, and apart by inbox (most answers first) and by need."""

    days: int
    whole: Share
    late: int
    by_inbox: list[Row]
    by_need: list[Row]

    @property
    def is_late_counted(self) -> bool:
        """False when there are more late cases than were counted."""
        return self.late < MOST_LATE


def hear(unit: Unit, event: Event) -> None:
    """Inline listener of `message_sent`, before the clocks forget what was due."""
    if event.data.get("is_notice") or event.case_id is None:
        return
    case = store.case_by_id(unit, event.case_id)
    if case is None or case.entered_at is None or case.due_at is None:
        return  # nobody waited: we wrote of our own accord
    store_kept.insert(
        unit,
        {
            "id": event.data["message_id"],
            "case_id": case.id,
            "brand_id": case.brand_id,
            "inbox_id": case.inbox_id,
            "severity": case.severity,
            "is_first": case.first_answered_at is None or case.first_answered_at >= event.at,
            "entered_at": case.entered_at,
            "due_at": case.due_at,
            "answered_at": event.at,
            "is_kept": event.at <= case.due_at,
        },
    )


def kept_in(unit: Unit, days: int, brand_ids: tuple[str, ...] = ()) -> Kept:
    """The promised answers given in the last `days`. Empty `brand_ids`: of all brands."""
    since = unit.now - timedelta(days=days)
    inboxes: dict[str, Share] = {}
    needs: dict[str, Share] = dict.fromkeys(SEVERITIES, NONE)
    for inbox_id, severity, answers, kept in store_kept.counted(unit, since, brand_ids):
        share = Share(answers=answers, kept=kept)
        inboxes[inbox_id] = inboxes.get(inbox_id, NONE) + share
        needs[severity] = needs.get(severity, NONE) + share
    late = store_kept.late_now(unit, brand_ids, most=MOST_LATE)
    late_inboxes = [inbox_id for inbox_id, _ in late]
    late_needs = [severity for _, severity in late]
    for inbox_id in late_inboxes:
        inboxes.setdefault(inbox_id, NONE)
    return Kept(
        days=days,
        whole=sum(inboxes.values(), NONE),
        late=len(late),
        by_inbox=[
            Row(key=key, share=share, late=late_inboxes.count(key))
            for key, share in sorted(inboxes.items(), key=lambda item: -item[1].answers)
        ],
        by_need=[
            Row(key=key, share=share, late=late_needs.count(key)) for key, share in needs.items()
        ],
    )
