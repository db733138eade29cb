"""The first page of the settings: what there is, for the role that asks."""

from typing import Any

from litestar import Response

from fairline.db.engine import Database
from fairline.desk.session import Session
from fairline.desk.settings.around import show
from fairline.web.handle import reads


@reads("/desk/settings")
def index(database: Database, session: Session, done: str | None = None) -> Response[Any]:
    """Each page with a sentence on what it is for."""
    with database.read() as unit:
        return show(unit, session, "index.html", "", done=done)


ROUTES: list[Any] = [index]
