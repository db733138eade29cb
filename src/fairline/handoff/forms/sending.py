"""What a customer sends in a secure form: checked field by field, sealed, and noted on the case.

The case gets a message that says that it was sent, and how many answers; so it returns to the line
like any answer of a customer's. The answers themselves go nowhere but into the envelope.
"""

from collections.abc import Mapping
from datetime import timedelta

from fairline.cases import changes
from fairline.cases.files import safe_name, safe_type
from fairline.cases.inbound import Author, Inbound, InboundFile, InboxRef
from fairline.cases.intake import receive
from fairline.cases.rows import Actor, Case
from fairline.core.errors import Conflict, Invalid
from fairline.core.secrets import Keyring
from fairline.db.unit import Unit
from fairline.handoff.forms import store
from fairline.handoff.forms.asking import form_of, tell
from fairline.handoff.forms.envelope import seal_answers
from fairline.handoff.forms.fields import Field
from fairline.handoff.forms.kinds import check_answer
from fairline.handoff.forms.rows import Answer, FieldSet, SecureForm
from fairline.handoff.forms.sets import get_set


class FormRefused(Invalid):
    """Some fields are not right: `errors` says which and why, never what was typed."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("Look at what is marked, then send it again.")
        self.errors = errors


def check_all(
    wanted: FieldSet, typed: Mapping[str, str], files: Mapping[str, InboundFile], most_bytes: int
) -> dict[str, Answer]:
    """The answers, without fields left empty. Raises FormRefused with all that is wrong. Pure."""
    answers: dict[str, Answer] = {}
    errors: dict[str, str] = {}
    for field in wanted.fields:
        try:
            answer = _check(field, typed.get(field.key, "").strip(), files, most_bytes)
        except Invalid as error:
            errors[field.key] = error.text
            continue
        if answer is not None:
            answers[field.key] = answer
    if errors:
        raise FormRefused(errors)
    if not answers:
        raise FormRefused({wanted.fields[0].key: "Fill in at least one of these."})
    return answers


def _check(
    field: Field, typed: str, files: Mapping[str, InboundFile], most_bytes: int
) -> Answer | None:
    """None for an optional one left empty. Raises Invalid."""
    file = files.get(field.key)
    if field.kind == "file" and file is not None and file.data:
        if len(file.data) > most_bytes:
            raise Invalid(f"The file is larger than {most_bytes // 1_048_576} MB.")
        kind = safe_type(file.media_type)
        return Answer(name=safe_name(file.name), media_type=kind, data=file.data)
    if field.kind != "file" and typed:
        return Answer(text=check_answer(field, typed))
    if field.required:
        raise Invalid("Choose the file." if field.kind == "file" else "This is needed.")
    return None


def send(
    unit: Unit,
    keyring: Keyring,
    case: Case,
    form_id: str,
    answers: dict[str, Answer],
    *,
    by: Actor,
    author: Author,
    inbox: InboxRef,
) -> SecureForm:
    """Keep checked answers, in place of earlier ones. Raises NotFound, Conflict once it is closed.

    *Effects*: sealed rows, `form_sent`, a message of the customer's that says so.
    """
    case = changes.get_case(unit, case.id, lock=True)
    form = form_of(unit, case, form_id)
    if not form.takes_answers:
        raise Conflict(
            "This form is closed. If something has changed, write to us on the thread.",
            code="form_closed",
        )
    wanted = get_set(unit, form.set_id, form.version)
    seal_answers(unit, keyring, form, answers)
    values = {
        "state": "sent",
        "times_sent": form.times_sent + 1,
        "answers": len(answers),
        "sent_at": unit.now,
        "wipes_at": unit.now + timedelta(days=wanted.kept_days),
    }
    store.update_form(unit, form.id, values)
    again = form.times_sent > 0
    tell(unit, "form_sent", case, form, wanted.name, by, answers=len(answers), again=again)
    count = "1 answer" if len(answers) == 1 else f"{len(answers)} answers"
    said = f"Form “{wanted.name}” sent{' again' if again else ''}: {count}, sealed."
    inbound = Inbound(native_id=f"form-{form.id}-{form.times_sent + 1}", author=author, text=said)
    receive(unit, inbox, inbound, joins=case.id)
    return form_of(unit, case, form.id)
