"""A case taken out whole, as `fairline case export` does. For supervisors: raw mail is in it."""

from litestar import Response

from fairline.cases.archive import write_zip
from fairline.cases.export import blobs_of, export_case
from fairline.channels.carried import CARRIED
from fairline.db.engine import Database
from fairline.desk.messages import download
from fairline.desk.reach import case_at
from fairline.desk.session import check_role
from fairline.people.tables import Agent
from fairline.web.handle import reads


@reads("/desk/cases/{reference:str}/export.zip")
def export(reference: str, agent: Agent, database: Database) -> Response[bytes]:
    """Document and files in one archive; `fairline case import` rebuilds the case from it."""
    check_role(agent, "supervisor")
    with database.read() as unit:
        case = case_at(unit, agent, reference)
        document = export_case(unit, case.id, CARRIED)
        data = write_zip(document, blobs_of(unit, document))
    return download(data, f"{case.reference}.zip", "application/zip", shown=False)


ROUTES = [export]
