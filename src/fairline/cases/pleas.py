"""What people say besides their matter: greetings, signatures, and that they still wait. Pure.

Such sentences are left out before two texts are compared. A text of nothing but pleas is a chaser:
it asks about what was said before and brings nothing new.
"""

import re

from fairline.cases.small_words import PLEA_WORDS
from fairline.db.words import fold

NEGATIONS = frozenset(
    {"not", "no", "never", "cannot", "cant", "dont", "doesnt", "didnt", "wont", "isnt", "hasnt"}
    | {"havent", "wasnt", "couldnt", "without", "nicht", "kein", "keine", "keinen", "nie", "ohne"}
    | {"pas", "jamais", "sans", "nunca", "sin", "niet", "geen", "nooit", "zonder", "non", "mai"}
)
_SENTENCES = re.compile(r"(?<=[.!?\u2026\u3002\uff01\uff1f])\s+|\n+")
_SHORT_FORM = re.compile(r"n['\u2019]t\b", re.IGNORECASE)
MOST_PLEA_WORDS = 26

_GREETING = re.compile(
    r"^(?:dear|hi|hello|hey|hallo|liebe[rs]?|sehr geehrte[rs]?|guten (?:tag|morgen|abend)|moin"
    r"|bonjour|bonsoir|cher|chere|salut|hola|buenos dias|buenas tardes|estimad[oa]s?|beste|geachte"
    r"|dag|goedemiddag|goedemorgen|good (?:morning|afternoon|evening|day))(?: \w+){0,5}$"
)
_CLOSING = re.compile(
    r"^(?:many |kind |best |warm |with |mit |viele |beste |met |vriendelijke )*"
    r"(?:thanks?(?: you)?(?: so much| a lot| very much)?|regards|wishes|cheers|sincerely"
    r"|yours(?: \w+)?|freundlichen gruessen|freundlichen grussen|grusse?n?|gruesse?n?|vielen dank"
    r"|danke(?: schon| im voraus)?|cordialement|merci(?: d avance| beaucoup)?|bien a vous"
    r"|saludos(?: cordiales)?|gracias(?: de antemano)?|un saludo|groeten?|groet|bedankt"
    r"|alvast bedankt|sent from my \w+|love|please)"
    r"(?: in advance| and)?(?: regards| thank you| thanks)?(?: [a-z]+){0,3}$"
)
# Whole sentences that only ask for an answer. Each alternative is one way of saying it.
_PLEA = re.compile(
    r"(?:^| )(?:"
    r"any (?:news|updates?|progress|word|luck)"
    r"|(?:is|are) (?:there|you) (?:any (?:news|updates?|progress)|anybody|anyone|still)"
    r"|(?:still|again|yet|now) (?:no|waiting|without|nothing|wait)(?: for)?"
    r"(?: an?| any| your| the)?(?: answer| reply| response| news| word| you| update)?"
    r"|(?:no|any|an|your|a) (?:answer|reply|response|reaction|feedback)"
    r"|(?:have|has|had|did) (?:not|nt|n t|you|still|anyone|anybody|nobody|no one)"
    r"(?: \w+){0,3} (?:heard|answered?|repl(?:y|ied)|respond(?:ed)?|get back|got back)"
    r"|(?:receiv(?:ed?|ing)|got(?:ten)?|get(?:ting)?|had|want|need|expect) (?:an?|any|your|the|no)"
    r" (?:answer|reply|response)|(?:anybody|anyone|somebody|someone) (?:there|repl(?:y|ies)|answer)"
    r"|nobody (?:has )?(?:answer(?:s|ed)?|repl(?:ies|ied)|respond(?:s|ed)?)"
    r"|please (?:answer|reply|respond|get back|hurry|help)"
    r"|(?:i|we) (?:already |have )*"
    r"(?:wrote|written|asked|contacted|emailed|mailed|messaged|sent)"
    r"|(?:second|third|fourth|fifth|last) (?:time|mail|email|message|reminder|try|attempt)"
    r"|(?:asking|writing|wrote|write) (?:you )?(?:once )?again"
    r"|just (?:checking|following) (?:in|up)"
    r"|follow(?:ing)? up|reminder|waiting (?:for|since|days|weeks)|how much longer|hello anybody"
    r"|gibt es (?:schon |etwas |was )*neu(?:es|igkeiten)"
    r"|(?:immer )?noch (?:immer )?(?:keine?|nicht)"
    r"(?: \w+){0,2} (?:antwort|ruckmeldung|gehort|gemeldet|reaktion)|warte (?:immer )?(?:noch|auf)"
    r"|bitte (?:antworten|melden)|schon (?:wieder |einmal |mal )*geschrieben|erinnerung"
    r"|des nouvelles"
    r"|(?:toujours|encore) (?:pas|aucune|sans)(?: \w+){0,2} (?:reponse|nouvelles?|repondu)"
    r"|j attends (?:toujours|encore|une|votre)|(?:merci de|veuillez) (?:me )?repondre|relance"
    r"|alguna? (?:noticias?|novedad(?:es)?|respuesta)|(?:todavia|aun|sigo) (?:no|sin|esperando)"
    r"(?: \w+){0,3} ?(?:respuesta|noticias|contestado|respondido|esperando)?|hay novedades"
    r"|(?:al )?(?:iets|al) (?:bekend|nieuws)|(?:nog )?(?:steeds |altijd )?geen (?:antwoord|reactie)"
    r"|wacht (?:nog|op)|nog niets (?:gehoord|vernomen)|herinnering"
    r")(?: |$)"
)


def without_pleas(text: str) -> str:
    """The text without the sentences that only greet, sign or ask for an answer."""
    return ". ".join(part for part in _parts(text) if not _is_idle(fold(part)))


def is_chaser(text: str) -> bool:
    """Nothing but a plea for an answer to what was said before: `any news?`.

    False for an empty text, and for a greeting alone: that asks nothing.
    """
    folded = [words for part in _parts(text) if (words := fold(part))]
    return (
        bool(folded)
        and all(_is_idle(words) for words in folded)
        and any(_is_plea(words) for words in folded)
        and sum(len(words.split()) for words in folded) <= 3 * MOST_PLEA_WORDS
    )


def _parts(text: str) -> list[str]:
    whole = _SHORT_FORM.sub("nt", text)
    return [part for part in _SENTENCES.split(whole[:20_000]) if part.strip()]


def _is_idle(words: str) -> bool:
    return (
        not words or bool(_GREETING.match(words)) or bool(_CLOSING.match(words)) or _is_plea(words)
    )


def _is_plea(words: str) -> bool:
    split = words.split()
    return (
        len(split) <= MOST_PLEA_WORDS
        and bool(_PLEA.search(words))
        and all(
            len(word) == 1 or word in PLEA_WORDS or word in NEGATIONS or _is_small(word)
            for word in split
        )
    )


def _is_small(word: str) -> bool:
    """A number of days or times: one or two digits."""
    return word.isdigit() and len(word) <= 2
