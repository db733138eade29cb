"""The fairness report for machines: the same that supervisors see, with a supervisor's token."""

from typing import Annotated

from litestar.params import Parameter

from fairline.api.routes import reads
from fairline.core.errors import NotFound
from fairline.db.engine import Database
from fairline.line.fairness import making
from fairline.line.fairness.report import Report
from fairline.people import store as people
from fairline.people.rights import may_see_brand, needs
from fairline.people.tokens import Bearer

Days = Annotated[int, Parameter(ge=1, le=366)]
Slug = Annotated[str, Parameter(max_length=80)]


@reads("/fairness", tags=["Reports"])
def read_fairness(database: Database, bearer: Bearer, days: Days = 28, brand: Slug = "") -> Report:
    """The latest report of the last 7, 28 or 90 days of a brand, named by its slug (the default
    brand when left out).
    """
    needs(bearer.agent, "supervisor")
    with database.read() as unit:
        known = [one for one in people.all_brands(unit) if may_see_brand(bearer.agent, one.id)]
        found = next((one for one in known if one.slug == brand or not brand), None)
        if found is None:
            raise NotFound("There is no such brand.", code="no_brand")
        report = making.latest(unit, found.id, days)
    if report is None:
        raise NotFound("There is no such report yet. One is made every week.", code="no_report")
    return report


HANDLERS = [read_fairness]
