"""Promises kept, by inbox and by need, and whose first try failed. For supervisors."""

from typing import Any

from litestar import Response

from fairline.cases.states import SEVERITY_LABELS, TRIED_FIRST
from fairline.channels import store_inboxes
from fairline.core.errors import Invalid
from fairline.db.engine import Database
from fairline.desk.frame import desk_page
from fairline.desk.session import Session, needs
from fairline.line import kept
from fairline.line.tried_first import tried_in
from fairline.promises.share import FEWEST
from fairline.web.handle import reads

PATH = "/desk/promises"
PERIODS = (7, 28)


@reads(PATH, guards=[needs("supervisor")])
def promises_page(database: Database, session: Session, days: int = PERIODS[0]) -> Response[str]:
    """The last week, or the last four. Raises Invalid for another period."""
    if days not in PERIODS:
        raise Invalid("Choose the last 7 or the last 28 days.", code="bad_period", field="days")
    with database.read() as unit:
        found = kept.kept_in(unit, days, session.agent.brand_ids)
        names = {
            row.key: inbox.name if inbox else "An inbox that is gone"
            for row in found.by_inbox
            for inbox in (store_inboxes.inbox_by_id(unit, row.key),)
        }
        return desk_page(
            unit,
            session,
            "desk/promises.html",
            here="promises",
            found=found,
            inbox_names=names,
            need_names=SEVERITY_LABELS,
            tried=tried_in(unit, days, session.agent.brand_ids),
            tried_words=TRIED_FIRST,
            periods=PERIODS,
            fewest=FEWEST,
        )


ROUTES: list[Any] = [promises_page]
