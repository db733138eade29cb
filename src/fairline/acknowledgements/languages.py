"""The languages we can acknowledge in: a first text for each, and the words that times are said \
in.

Plain data. A text may be changed by each brand; the sentences below it are filled in by
`phrases.py` and say only what is known.
"""

import msgspec


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """One language. Names in braces are filled in."""

    name: str
    body: str
    open_now: str
    closed_now: str
    promise: str
    promise_in_danger: str
    expected: str
    next_in_line: str
    one_before: str
    some_before: str
    # Of a time: on another day, tomorrow, today. `{date}` is made by `date`.
    on_day: str
    tomorrow: str
    today: str
    date: str
    weekdays: tuple[str, str, str, str, str, str, str]
    months: tuple[str, ...]
    thousands: str = ","


ENGLISH = Language(
    name="English",
    body="""Hello {name},

we have your message. Its reference is {reference}.

{place}
{promise}
{expected}
{hours}

A person reads it and writes back to you. You need not write again to keep your place. To add \
something, answer this mail or open your page:
{link}""",
    open_now="We are open now, until {until}.",
    closed_now="We are closed at the moment and open again {opens}.",
    promise="We promise an answer by {due}.",
    promise_in_danger="We promise an answer by {due}, but more people write than usual: "
    "it may be later.",
    expected="As things stand, expect it between {low} and {high}.",
    next_in_line="You are next in line.",
    one_before="One person is in line before you.",
    some_before="{ahead} people are in line before you.",
    on_day="{date} at {time}",
    tomorrow="tomorrow at {time}",
    today="{time} today",
    date="{weekday}, {day} {month},",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January", "February", "March", "April", "May", "June", "July", "August",
        "September", "October", "November", "December",
    ),
)  # fmt: skip

GERMAN = Language(
    name="Deutsch",
    body="""Guten Tag {name},

Ihre Nachricht ist bei uns. Sie hat das Zeichen {reference}.

{place}
{promise}
{expected}
{hours}

Ein Mensch liest sie und schreibt Ihnen zurück. Sie müssen nicht noch einmal schreiben, um Ihren \
Platz zu behalten. Wenn Sie etwas ergänzen möchten, antworten Sie auf diese Mail oder öffnen Sie \
Ihre Seite:
{link}""",
    open_now="Wir sind gerade da, bis {until}.",
    closed_now="Wir haben gerade geschlossen und sind wieder da: {opens}.",
    promise="Wir versprechen eine Antwort bis {due}.",
    promise_in_danger="Wir versprechen eine Antwort bis {due}, doch es schreiben mehr Menschen als "
    "sonst: Es kann später werden.",
    expected="Nach jetzigem Stand kommt sie zwischen {low} und {high}.",
    next_in_line="Sie sind als Nächstes an der Reihe.",
    one_before="Vor Ihnen ist noch eine Person an der Reihe.",
    some_before="Vor Ihnen sind noch {ahead} Personen an der Reihe.",
    on_day="{date} um {time} Uhr",
    tomorrow="morgen um {time} Uhr",
    today="heute um {time} Uhr",
    date="{weekday}, {day}. {month},",
    weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    months=(
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August",
        "September", "Oktober", "November", "Dezember",
    ),
    thousands=".",
)  # fmt: skip

FRENCH = Language(
    name="Français",
    body="""Bonjour {name},

nous avons bien reçu votre message. Sa référence est {reference}.

{place}
{promise}
{expected}
{hours}

Une personne va le lire et vous répondre. Inutile d'écrire à nouveau : vous gardez votre place. \
Pour ajouter quelque chose, répondez à ce courriel ou ouvrez votre page :
{link}""",
    open_now="Nous sommes ouverts. Fermeture : {until}.",
    closed_now="Nous sommes fermés en ce moment. Réouverture : {opens}.",
    promise="Nous promettons une réponse au plus tard {due}.",
    promise_in_danger="Nous promettons une réponse au plus tard {due}, mais nous recevons plus de "
    "messages que d'habitude : elle pourrait tarder.",
    expected="À ce stade, vous pouvez l'attendre entre {low} et {high}.",
    next_in_line="C'est bientôt votre tour : personne n'attend avant vous.",
    one_before="Une personne attend avant vous.",
    some_before="{ahead} personnes attendent avant vous.",
    on_day="{date} à {time}",
    tomorrow="demain à {time}",
    today="aujourd'hui à {time}",
    date="{weekday} {day} {month}",
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    months=(
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
        "septembre", "octobre", "novembre", "décembre",
    ),
    thousands=" ",
)  # fmt: skip

SPANISH = Language(
    name="Español",
    body="""Hola {name}:

Hemos recibido su mensaje. Su referencia es {reference}.

{place}
{promise}
{expected}
{hours}

Una persona lo leerá y le responderá. No hace falta que escriba otra vez para conservar su \
turno. Si quiere añadir algo, responda a este correo o abra su página:
{link}""",
    open_now="Ahora estamos abiertos. Cerramos {until}.",
    closed_now="Ahora estamos cerrados. Volvemos a abrir: {opens}.",
    promise="Prometemos una respuesta, a más tardar: {due}.",
    promise_in_danger="Prometemos una respuesta, a más tardar: {due}. Pero recibimos más mensajes "
    "de lo habitual y puede retrasarse.",
    expected="Tal como van las cosas, llegará entre {low} y {high}.",
    next_in_line="Su turno es el siguiente.",
    one_before="Hay una persona antes que usted.",
    some_before="Hay {ahead} personas antes que usted.",
    on_day="{date} a las {time}",
    tomorrow="mañana a las {time}",
    today="hoy a las {time}",
    date="{weekday} {day} de {month}",
    weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    months=(
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
        "septiembre", "octubre", "noviembre", "diciembre",
    ),
    thousands=".",
)  # fmt: skip

DUTCH = Language(
    name="Nederlands",
    body="""Hallo {name},

we hebben uw bericht. Het kenmerk is {reference}.

{place}
{promise}
{expected}
{hours}

Een mens leest het en schrijft u terug. U hoeft niet nog eens te schrijven om uw plaats te \
houden. Wilt u iets toevoegen, beantwoord dan deze mail of open uw pagina:
{link}""",
    open_now="We zijn nu open en sluiten {until}.",
    closed_now="We zijn nu gesloten en gaan weer open: {opens}.",
    promise="We beloven een antwoord, uiterlijk {due}.",
    promise_in_danger="We beloven een antwoord, uiterlijk {due}, maar er schrijven meer mensen dan "
    "anders: het kan later worden.",
    expected="Zoals het er nu voor staat, komt het tussen {low} en {high}.",
    next_in_line="U bent als volgende aan de beurt.",
    one_before="Er wacht één persoon voor u.",
    some_before="Er wachten {ahead} mensen voor u.",
    on_day="{date} om {time} uur",
    tomorrow="morgen om {time} uur",
    today="vandaag om {time} uur",
    date="{weekday} {day} {month}",
    weekdays=("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    months=(
        "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus",
        "september", "oktober", "november", "december",
    ),
    thousands=".",
)  # fmt: skip

LANGUAGES: dict[str, Language] = {
    "en": ENGLISH,
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
    "nl": DUTCH,
}


def spoken(*wanted: str) -> str:
    """The first of these language tags that we have words for (`de` for `de-AT`), else English."""
    for tag in wanted:
        if (short := tag.lower().partition("-")[0]) in LANGUAGES:
            return short
    return "en"
