"""Secure forms: which fields they ask for, how long answers are kept, and who may read them."""

from typing import Any

import msgspec
from litestar import Response

from fairline.core.errors import Conflict, Invalid
from fairline.core.ids import new_token
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import Typed, go, known_id, note, show, typed
from fairline.handoff.forms import readers, sets, store
from fairline.handoff.forms.fields import (
    KEPT_DAYS,
    KINDS,
    MOST_FIELDS,
    Field,
    detail_of,
    with_detail,
)
from fairline.handoff.forms.kinds import NATIONAL_IDS
from fairline.people import store as people
from fairline.people.tables import ROLES, Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/forms"
GUARDS = [needs("administrator")]
NAMES = ("name", "intro", "kept_days", "wiped_on_close")
COLUMNS = ("key", "label", "kind", "required", "help", "detail")
SPARE = 3


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One field as it stands in the form, before it is known to be right."""

    key: str = ""
    label: str = ""
    kind: str = "text"
    required: str = "yes"
    help: str = ""
    detail: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.label or self.help or self.detail)


@reads(PATH, guards=GUARDS)
def list_sets(database: Database, session: Session, done: str | None = None) -> Response[Any]:
    """All sets, and who may read what is sent."""
    with database.read() as unit:
        chosen = Typed(chosen={"readers": readers.readers(unit)})
        return _list(unit, session, chosen, done=done)


@writes(PATH + "/readers", guards=GUARDS)
def set_readers(database: Database, session: Session, agent: Agent, form: Form) -> Response[Any]:
    """Say who may read answers: roles, teams, people."""
    given = typed(form, (), several=("readers",))
    try:
        with database.write() as unit:
            readers.set_readers(unit, given.chosen["readers"])
            note(unit, agent, "answer_readers_changed", "")
    except Invalid as error:
        with database.read() as unit:
            return _list(unit, session, given.refused(error), status=error.status)
    return go(PATH, "saved")


@reads(PATH + "/new", guards=GUARDS)
def new_page(database: Database, session: Session) -> Response[Any]:
    """An empty set."""
    with database.read() as unit:
        values = {"kept_days": str(KEPT_DAYS)}
        return _edit(unit, session, "", Typed(values=values), _spare([]))


@reads(PATH + "/{set_id:str}", guards=GUARDS)
def edit_page(
    database: Database, session: Session, set_id: str, done: str | None = None
) -> Response[Any]:
    """One set as it is now."""
    with database.read() as unit:
        found = sets.get_set(unit, known_id(set_id))
        values = {
            "name": found.name,
            "intro": found.intro,
            "kept_days": str(found.kept_days),
            "wiped_on_close": "1" if found.wiped_on_close else "",
        }
        rows = [_row_of(field) for field in found.fields]
        return _edit(unit, session, set_id, Typed(values=values), _spare(rows), done=done)


@writes(PATH + "/new", guards=GUARDS)
def make(database: Database, session: Session, agent: Agent, form: Form) -> Response[Any]:
    """A new set."""
    return _save(database, session, agent, "", form)


@writes(PATH + "/{set_id:str}", guards=GUARDS)
def change(
    database: Database, session: Session, agent: Agent, set_id: str, form: Form
) -> Response[Any]:
    """Its next version; what cannot be used is refused, and the present one stays."""
    return _save(database, session, agent, known_id(set_id), form)


def _save(
    database: Database, session: Session, agent: Agent, set_id: str, form: Form
) -> Response[Any]:
    given = typed(form, NAMES)
    rows = [row for row in _rows(form) if not row.is_empty]
    if form.flag("more"):
        with database.read() as unit:
            return _edit(unit, session, set_id, given, _spare(rows, many=5))
    try:
        values: dict[str, Any] = {
            "name": given.get("name"),
            "intro": given.get("intro"),
            "fields": [_field_of(row) for row in rows],
            "kept_days": _days(given.get("kept_days")),
            "wiped_on_close": bool(given.get("wiped_on_close")),
        }
        with database.write() as unit:
            if set_id:
                made = sets.change_set(unit, set_id, **values)
            else:
                made = sets.make_set(unit, **values)
            note(unit, agent, "field_set_changed" if set_id else "field_set_made", made.id)
    except (Invalid, Conflict) as error:
        refused = given.refused(error)
        if isinstance(error, Conflict):
            refused = msgspec.structs.replace(refused, field="name")
        with database.read() as unit:
            return _edit(unit, session, set_id, refused, _spare(rows), status=error.status)
    return go(PATH, "saved" if set_id else "created")


@writes(PATH + "/{set_id:str}/archive", guards=GUARDS)
def archive(database: Database, agent: Agent, set_id: str) -> Response[Any]:
    """Nobody asks with it any more."""
    with database.write() as unit:
        sets.archive_set(unit, known_id(set_id))
        note(unit, agent, "field_set_archived", set_id)
    return go(PATH, "archived")


@writes(PATH + "/{set_id:str}/back", guards=GUARDS)
def bring_back(database: Database, agent: Agent, set_id: str) -> Response[Any]:
    """Use it again."""
    with database.write() as unit:
        sets.bring_back(unit, known_id(set_id))
        note(unit, agent, "field_set_brought_back", set_id)
    return go(f"{PATH}/{set_id}", "back")


def _rows(form: Form) -> list[Row]:
    """The rows of the form; each has every column, so they belong together by their order."""
    columns = [form.texts(name)[: 2 * MOST_FIELDS] for name in COLUMNS]
    return [
        Row(**dict(zip(COLUMNS, (value[:500] for value in values), strict=True)))
        for values in zip(*columns, strict=False)
    ]


def _field_of(row: Row) -> Field:
    field = Field(
        key=row.key or new_token(),
        label=" ".join(row.label.split()),
        kind=row.kind,
        required=row.required != "no",
        help=row.help,
    )
    return with_detail(field, row.detail)


def _row_of(field: Field) -> Row:
    return Row(
        key=field.key,
        label=field.label,
        kind=field.kind,
        required="yes" if field.required else "no",
        help=field.help,
        detail=detail_of(field),
    )


def _spare(rows: list[Row], *, many: int = SPARE) -> list[Row]:
    return rows + [Row()] * min(many, max(0, MOST_FIELDS - len(rows)))


def _days(text: str) -> int:
    """0, which is refused in words, for what is no whole number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _list(
    unit: Unit, session: Session, given: Typed, *, done: str | None = None, status: int = 200
) -> Response[Any]:
    every = store.all_sets(unit)
    roles = {"agent": "Everybody", "supervisor": "Supervisors", "administrator": "Administrators"}
    holders = [(role, roles[role]) for role in ROLES]
    holders += [(team.id, f"Team {team.name}") for team in people.all_teams(unit)]
    holders += [(one.id, one.name) for one in people.all_agents(unit)]
    return show(
        unit,
        session,
        "forms.html",
        "forms",
        done=done,
        status=status,
        sets=[one for one in every if not one.archived_at],
        archived=[one for one in every if one.archived_at],
        holders=holders,
        typed=given,
    )


def _edit(
    unit: Unit,
    session: Session,
    set_id: str,
    given: Typed,
    rows: list[Row],
    *,
    done: str | None = None,
    status: int = 200,
) -> Response[Any]:
    return show(
        unit,
        session,
        "form_set.html",
        "forms",
        done=done,
        status=status,
        present=sets.get_set(unit, known_id(set_id)) if set_id else None,
        rows=rows,
        kinds=list(KINDS.items()),
        countries={code: name for code, (_, name) in NATIONAL_IDS.items()},
        typed=given,
    )


ROUTES: list[Any] = [
    list_sets,
    set_readers,
    new_page,
    make,
    edit_page,
    change,
    archive,
    bring_back,
]
