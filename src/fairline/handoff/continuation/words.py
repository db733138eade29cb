"""What is said to the customer about going on in private, in the languages we can say it in. Pure.

The marks are replaced when the message leaves (channels/marks.py).
"""

import msgspec

from fairline.channels.marks import DIGITS_MARK, GO_ON_CODE, GO_ON_LINK


class Words(msgspec.Struct, frozen=True):
    """One language. Names in braces are filled in."""

    link: str
    code: str
    own: str
    digits_subject: str
    digits: str


WORDS = {
    "en": Words(
        "{name} goes on with you in private: {mark}",
        "{name} goes on with you in private: choose “Go on in private” on the site of {brand} and "
        "type {mark}",
        "{name} goes on with you in private, on the page you got when you asked. Lost it? {url}",
        "Six digits for {reference}",
        "{mark} are your six digits to go on with {brand} in private ({reference}). They are good "
        "for {minutes} minutes. Tell them to nobody. If it was not you who asked for them, do "
        "nothing.",
    ),
    "de": Words(
        "{name} macht privat mit Ihnen weiter: {mark}",
        "{name} macht privat mit Ihnen weiter: Wählen Sie auf der Seite von {brand} „Go on in "
        "private“ und geben Sie {mark} ein",
        "{name} macht privat mit Ihnen weiter, auf der Seite, die Sie beim Fragen bekommen haben. "
        "Verloren? {url}",
        "Sechs Ziffern für {reference}",
        "{mark} sind Ihre sechs Ziffern, um mit {brand} privat weiterzumachen ({reference}). Sie "
        "gelten {minutes} Minuten. Sagen Sie sie niemandem. Haben Sie sie nicht angefordert, tun "
        "Sie nichts.",
    ),
    "fr": Words(
        "{name} continue avec vous en privé : {mark}",
        "{name} continue avec vous en privé : sur le site de {brand}, choisissez « Go on in "
        "private » et saisissez {mark}",
        "{name} continue avec vous en privé, sur la page reçue avec votre question. Perdue ? {url}",
        "Six chiffres pour {reference}",
        "{mark} : vos six chiffres pour continuer en privé avec {brand} ({reference}). Valables "
        "{minutes} minutes. Ne les donnez à personne. Si vous n'avez rien demandé, ne faites rien.",
    ),
    "es": Words(
        "{name} sigue con usted en privado: {mark}",
        "{name} sigue con usted en privado: en el sitio de {brand}, elija «Go on in private» y "
        "escriba {mark}",
        "{name} sigue con usted en privado, en la página que recibió al preguntar. ¿La perdió? "
        "{url}",
        "Seis cifras para {reference}",
        "{mark} son sus seis cifras para seguir en privado con {brand} ({reference}). Valen "
        "{minutes} minutos. No se las diga a nadie. Si no las pidió, no haga nada.",
    ),
    "nl": Words(
        "{name} gaat privé met u verder: {mark}",
        "{name} gaat privé met u verder: kies op de site van {brand} “Go on in private” en typ "
        "{mark}",
        "{name} gaat privé met u verder, op de pagina die u bij uw vraag kreeg. Kwijt? {url}",
        "Zes cijfers voor {reference}",
        "{mark} zijn uw zes cijfers om privé verder te gaan met {brand} ({reference}). Ze gelden "
        "{minutes} minuten. Geef ze aan niemand. Vroeg u er niet om, doe dan niets.",
    ),
}


def spoken(*wanted: str) -> Words:
    """The words for the first language that there are any for; English otherwise."""
    short = (language.partition("-")[0].lower() for language in wanted)
    return next((WORDS[one] for one in short if one in WORDS), WORDS["en"])


def way_in(form: str, words: Words, *, name: str, brand: str, url: str) -> str:
    """The line that goes below a public answer."""
    if form == "own":
        return words.own.format(name=name, url=url)
    if form == "code":
        return words.code.format(name=name, brand=brand, mark=GO_ON_CODE)
    return words.link.format(name=name, mark=GO_ON_LINK)


def digits_text(words: Words, *, brand: str, reference: str, minutes: int) -> tuple[str, str]:
    """Subject and text of the notice that carries six digits."""
    text = words.digits.format(mark=DIGITS_MARK, brand=brand, reference=reference, minutes=minutes)
    return words.digits_subject.format(reference=reference), text
