"""The strip of the case page that says which secure forms are out, and what was sent."""

import msgspec

from fairline.cases.rows import Case
from fairline.db.unit import Unit
from fairline.desk.frame import Frame
from fairline.handoff.forms import asking, store
from fairline.handoff.forms.rows import SecureForm


class FormLine(msgspec.Struct, frozen=True, kw_only=True):
    """One form on the case page: never an answer."""

    form: SecureForm
    name: str


def forms_of(unit: Unit, _: Frame, case: Case) -> list[FormLine]:
    """For the strip on the case page: what is out, and what is there to be read."""
    return [
        FormLine(form=form, name=asking.name_of(unit, form))
        for form in store.forms_of(unit, case.id)
        if form.takes_answers or form.holds_answers
    ]
