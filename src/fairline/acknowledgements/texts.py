"""The texts of a brand: what stands for now, a change, the way back, and a preview."""

from fairline.acknowledgements import store
from fairline.acknowledgements.languages import LANGUAGES, spoken
from fairline.acknowledgements.phrases import phrases
from fairline.acknowledgements.wording import checked_body, checked_subject, filled
from fairline.core.errors import NotFound
from fairline.db.unit import Unit
from fairline.line.place import Place
from fairline.promises.hours import Calendar, add_working_time

EXAMPLE_LINK = "https://help.example.com/t/…"


def text_for(unit: Unit, brand_id: str, *wanted: str) -> tuple[str, str, str]:
    """(language, subject, body) for the first language that there are words for.

    A brand's own text for a language goes before the one we bring.
    """
    own = store.texts_of(unit, brand_id)
    language = spoken(*wanted)
    if text := own.get(language):
        return language, text.subject, text.body
    return language, "", LANGUAGES[language].body


def change_text(unit: Unit, brand_id: str, language: str, subject: str, body: str) -> None:
    """Keep a text of the brand's own. Raises Invalid, naming the field; the old one stays."""
    _known(language)
    store.put_text(unit, brand_id, language, checked_subject(subject), checked_body(body))


def forget_text(unit: Unit, brand_id: str, language: str) -> None:
    """Back to the text that we bring."""
    _known(language)
    store.drop_text(unit, brand_id, language)


def preview(
    unit: Unit, calendar: Calendar, language: str, subject: str, body: str
) -> tuple[str, str]:
    """(subject, body) as it would read now for an example. Raises Invalid as a change does."""
    _known(language)
    low, high = (add_working_time(unit.now, minutes, calendar) for minutes in (25, 70))
    due_at = add_working_time(unit.now, 240, calendar)
    place = Place(ahead=3, due_at=due_at, low=low, high=high)
    values = {
        "name": "Cleo",
        "reference": "FL-7KX2QD",
        "link": EXAMPLE_LINK,
        **phrases(language, place, calendar, unit.now),
    }
    return filled(checked_subject(subject), values), filled(checked_body(body), values)


def _known(language: str) -> None:
    if language not in LANGUAGES:
        raise NotFound("There is no text in this language.", code="no_language")
