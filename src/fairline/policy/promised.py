"""Finds what an answer of ours promised, and until when: "within two days", "by Friday". Pure.

Only sentences that speak of what is to come count, so that "order by Friday" is none of ours.
English, German, French, Spanish and Dutch; what it does not know it does not find.
"""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

MOST_TEXT = 20_000
_NUMBERS = (
    ("one", "a", "an", "ein", "einem", "einer", "eine", "un", "une", "una", "een", "één"),
    ("two", "zwei", "deux", "dos", "twee"),
    ("three", "drei", "trois", "tres", "drie"),
    ("four", "vier", "quatre", "cuatro"),
    ("five", "fünf", "cinq", "cinco", "vijf"),
    ("six", "sechs", "seis", "zes"),
    ("seven", "sieben", "sept", "siete", "zeven"),
    ("eight", "acht", "huit", "ocho"),
    ("nine", "neun", "neuf", "nueve", "negen"),
    ("ten", "zehn", "dix", "diez", "tien"),
)
_NUMBER_OF = {word: number for number, words in enumerate(_NUMBERS, start=1) for word in words}
_UNITS = {
    "hour": r"hours?|stunden?|heures?|horas?|uur|uren",
    "working_day": r"(?:working|business) days?|werktage?n?|arbeitstage?n?|jours ouvrables|"
    r"jours ouvrés|días (?:hábiles|laborables)|werkdagen",
    "day": r"days?|tage?n?|jours?|días?|dag(?:en)?",
    "week": r"weeks?|wochen?|semaines?|semanas?|weken|week",
    "minute": r"minutes?|minuten?|minutos?|minuut",
}
_WEEKDAYS = (
    ("monday", "montag", "lundi", "lunes", "maandag"),
    ("tuesday", "dienstag", "mardi", "martes", "dinsdag"),
    ("wednesday", "mittwoch", "mercredi", "miércoles", "woensdag"),
    ("thursday", "donnerstag", "jeudi", "jueves", "donderdag"),
    ("friday", "freitag", "vendredi", "viernes", "vrijdag"),
    ("saturday", "samstag", "sonnabend", "samedi", "sábado", "zaterdag"),
    ("sunday", "sonntag", "dimanche", "domingo", "zondag"),
)
_WEEKDAY_OF = {word: number for number, words in enumerate(_WEEKDAYS) for word in words}
_COMING = re.compile(
    r"\b(?:will|we'll|i'll|you'll|it'll|shall|going to|werden?|wird|wirst|erhalten|melde[nt]?|"
    r"bekommen|allons|vais|va|vont|recevrez|recevras|aurez|serez|répond\w+|revien\w+|vamos a|voy a|"
    r"va a|recibir\w+|enviar\w+|tendr\w+|zal|zullen|krijgt|ontvangt|hoort)\b",
    re.IGNORECASE,
)
_ANY_NUMBER = "|".join(sorted(_NUMBER_OF, key=len, reverse=True))
_ANY_UNIT = "|".join(f"(?P<{name}>{words})" for name, words in _UNITS.items())
_SPAN = re.compile(
    r"\b(?:within|in|innerhalb von|binnen|sous|dans|d'ici|en|dentro de)(?: the| les)?(?: next)?\s"
    rf"(?P<number>\d{{1,3}}|{_ANY_NUMBER})\s(?:{_ANY_UNIT})\b",
    re.IGNORECASE,
)
_BY = re.compile(
    rf"\b(?:by|until|on|bis|am|d'ici|avant|el|antes del|voor|op|uiterlijk)(?: spätestens)?(?: à)?\s"
    rf"(?P<weekday>{'|'.join(_WEEKDAY_OF)})\b",
    re.IGNORECASE,
)
_TOMORROW = re.compile(r"\b(?:tomorrow|bis morgen|demain|mañana|morgen)\b", re.IGNORECASE)
_TODAY = re.compile(
    r"\b(?:today|this (?:afternoon|evening)|heute|aujourd'hui|hoy|vandaag)\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"[^.!?\n]+")
_END_OF_DAY = time(18, 0)
_STEPS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}


class Promised(msgspec.Struct, frozen=True, kw_only=True):
    """What was promised in whose words, and until when (an aware time)."""

    words: str
    until: datetime


def promised_in(text: str, said_at: datetime, zone: str) -> list[Promised]:
    """The promises of time in one text, in order. Days end at six in the evening there."""
    there = said_at.astimezone(ZoneInfo(zone))
    return [
        Promised(words=" ".join(sentence.split())[:200], until=until.astimezone(said_at.tzinfo))
        for sentence in _SENTENCE.findall(text[:MOST_TEXT])
        if _COMING.search(sentence)
        for until in list(_times(sentence, there))[:1]
    ]


def _times(sentence: str, there: datetime) -> Iterator[datetime]:
    for found in _SPAN.finditer(sentence):
        said = found["number"].lower()
        number = int(said) if said.isdigit() else _NUMBER_OF[said]
        if found["working_day"]:
            yield _after_working_days(there, number)
        else:
            unit = next(unit for unit in _STEPS if found[unit])
            yield there + number * _STEPS[unit]
    for found in _BY.finditer(sentence):
        ahead = (_WEEKDAY_OF[found["weekday"].lower()] - there.weekday()) % 7
        yield _evening(there + timedelta(days=ahead))
    if _TOMORROW.search(sentence):
        yield _evening(there + timedelta(days=1))
    if _TODAY.search(sentence):
        yield _evening(there)


def _evening(there: datetime) -> datetime:
    return datetime.combine(there.date(), _END_OF_DAY, there.tzinfo)


def _after_working_days(there: datetime, number: int) -> datetime:
    """Monday to Friday; holidays are not known here, so it may be a day early, never late."""
    day = there
    for _ in range(min(number, 250)):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
    return _evening(day)
