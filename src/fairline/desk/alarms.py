"""The alarms that concern one, the longest standing first, and “I have it”."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response
from litestar.response import Redirect

from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.frame import desk_page, frame
from fairline.desk.reach import is_id, reaches
from fairline.desk.session import Session, local_path
from fairline.health import watch
from fairline.line import alarms, store_alarm_lists, store_alarms
from fairline.line.alarm_rows import LABELS, Alarm
from fairline.line.tables_alarms import ALARMS
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/alarms"
MOST_SHOWN = 100
SAID = {"have": "You have it. Colleagues see your name beside it."}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm with the case it is about."""

    alarm: Alarm
    reference: str
    subject: str


@reads(PATH)
def alarms_page(
    session: Session, database: Database, kind: str = "", own: str = "", done: str = ""
) -> Response[str]:
    """All that concerns the agent, or one kind, or only cases they own."""
    with database.read() as unit:
        return _page(unit, session, kind=kind, only_own=bool(own), said=SAID.get(done, ""))


@writes(PATH + "/{alarm_id:str}/have")
def have(
    alarm_id: str, session: Session, agent: Agent, database: Database, form: Form
) -> Response[Any]:
    """Say that one sees to it."""
    back = form.text("back", most=500)
    try:
        with database.write() as unit:
            alarms.acknowledge(unit, _own(unit, agent, alarm_id), agent)
    except (Conflict, NotFound) as error:
        with database.read() as unit:
            return _page(unit, session, problem=error.text, status=error.status)
    return Redirect(local_path(back) if back else f"{PATH}?done=have", status_code=303)


def _own(unit: Unit, agent: Agent, alarm_id: str) -> Alarm:
    """An alarm of the agent's brands. Raises NotFound."""
    found = store_alarms.by_id(unit, alarm_id) if is_id(alarm_id) else None
    if found is None or not reaches(agent, found.brand_id):
        raise NotFound("That alarm is over: its cause is gone.", code="no_alarm")
    return found


def _page(
    unit: Unit,
    session: Session,
    *,
    kind: str = "",
    only_own: bool = False,
    said: str = "",
    problem: str = "",
    status: int = 200,
) -> Response[str]:
    if kind and kind not in ALARMS:
        raise Invalid("There is no such kind of alarm.", code="no_alarm_kind", field="kind")
    around = frame(unit, session)
    found = store_alarm_lists.standing_for(
        unit, session.agent, kind=kind, only_own=only_own, limit=MOST_SHOWN + 1
    )
    counts = store_alarm_lists.count_by_kind(unit, session.agent)
    return desk_page(
        unit,
        session,
        "desk/alarms.html",
        here="alarms",
        status=status,
        around=around,
        lines=[Line(alarm=a, reference=r, subject=s) for a, r, s in found[:MOST_SHOWN]],
        has_more=len(found) > MOST_SHOWN,
        kinds=[(one, LABELS[one], counts.get(one, 0)) for one in ALARMS if counts.get(one)],
        total=sum(counts.values()),
        kind=kind,
        only_own=only_own,
        query=urlencode({"kind": kind} if kind else {"own": "1"} if only_own else {}),
        said=said,
        problem=problem,
        inbox_alarms=[] if kind or only_own else watch.concerning(unit, session.agent),
        inbox_labels=watch.LABELS,
        inbox_tones=watch.TONES,
    )


ROUTES: list[Any] = [alarms_page, have]
