"""All limits in force on customers, for supervisors: whom, what, why, by whom, until when."""

from typing import Any

from litestar import Response

from fairline.cases import cautions, store_cautions
from fairline.core.errors import NotFound
from fairline.db.engine import Database
from fairline.desk.reach import reaches
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import go, known_id, show
from fairline.desk.wording import limit_words
from fairline.people.tables import Agent
from fairline.web.handle import reads, writes

PATH = "/desk/settings/limits"
GUARDS = [needs("supervisor")]
MOST_SHOWN = 200


@reads(PATH, guards=GUARDS)
def limits(
    database: Database, session: Session, agent: Agent, done: str | None = None
) -> Response[Any]:
    """Those that end first come first."""
    with database.read() as unit:
        found = store_cautions.in_force(unit, brand_ids=agent.brand_ids, limit=MOST_SHOWN + 1)
        return show(
            unit,
            session,
            "limits.html",
            "limits",
            done=done,
            limits=found[:MOST_SHOWN],
            has_more=len(found) > MOST_SHOWN,
            limit_words=limit_words,
        )


@writes(PATH + "/{caution_id:str}/lift", guards=GUARDS)
def lift(database: Database, agent: Agent, caution_id: str) -> Response[Any]:
    """Take one back."""
    with database.write() as unit:
        found = store_cautions.by_id(unit, known_id(caution_id))
        if found is None or not reaches(agent, found.brand_id):
            raise NotFound("There is no such limit.", code="no_limit")
        cautions.lift(unit, found.id, agent)
    return go(PATH, "lifted")


ROUTES: list[Any] = [limits, lift]
