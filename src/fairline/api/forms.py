"""Secure forms over the API: ask with one, and see what came of it. Answers are read at the desk
only, where each look is a person's.
"""

from typing import Any

from fairline.api.access import find_case
from fairline.api.routes import reads, writes
from fairline.api.shapes_forms import FieldSetList, FieldSetOut, FormList, FormOut, NewForm
from fairline.core.errors import Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.handoff.forms import asking, sets, store
from fairline.handoff.forms.rows import SecureForm
from fairline.people.tokens import Bearer


@reads("/field-sets", tags=["Forms"])
def list_field_sets(database: Database, bearer: Bearer) -> FieldSetList:  # noqa: ARG001
    """What customers can be asked for, by name."""
    with database.read() as unit:
        usable = sets.usable_sets(unit)
    return FieldSetList(
        field_sets=[
            FieldSetOut(
                id=one.id,
                version=one.version,
                name=one.name,
                fields=[field.label for field in one.fields],
                kept_days=one.kept_days,
            )
            for one in usable
        ]
    )


@reads("/cases/{reference:str}/forms", tags=["Forms"])
def list_forms(database: Database, bearer: Bearer, reference: str) -> FormList:
    """The forms of a case, oldest first: what was asked and what came of it, never an answer."""
    with database.read() as unit:
        case = find_case(unit, bearer.agent, reference)
        return FormList(forms=[_out(unit, form) for form in store.forms_of(unit, case.id)])


@writes("/cases/{reference:str}/forms", tags=["Forms"])
def ask_for_details(database: Database, bearer: Bearer, reference: str, data: NewForm) -> FormOut:
    """Ask the customer with a form: a private reply says what and why."""
    with database.write() as unit:
        case = find_case(unit, bearer.agent, reference)
        known = {one.id for one in sets.usable_sets(unit)}
        if data.field_set_id not in known:
            raise Invalid("There is no such form to ask with.", field="field_set_id")
        form = asking.ask(unit, case.id, bearer.agent, set_id=data.field_set_id, why=data.why)
        return _out(unit, form)


def _out(unit: Unit, form: SecureForm) -> FormOut:
    names = set(FormOut.__struct_fields__) - {"name"}
    values = {name: getattr(form, name) for name in names}
    return FormOut(name=asking.name_of(unit, form), **values)


HANDLERS: list[Any] = [list_field_sets, list_forms, ask_for_details]
