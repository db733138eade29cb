"""Schema.org data of a public question (QAPage), safe inside a script element. Pure."""

from typing import Any

import msgspec
from markupsafe import Markup

from fairline.board.public_view import Public, Spoken
from fairline.board.sites import Site
from fairline.web.render import iso


def question_data(site: Site, found: Public) -> Markup:
    """JSON-LD. *Source*: https://schema.org/QAPage."""
    first, rest = found.messages[0], found.messages[1:]
    answers = [message for message in rest if message.is_ours]
    entity: dict[str, Any] = {
        "@type": "Question",
        "name": found.title,
        "text": first.text,
        "answerCount": len(answers),
        "datePublished": iso(first.at),
        "author": _author(site, first),
        "url": site.public_url + found.url,
    }
    listed = [_answer(site, found, message) for message in answers]
    if listed and found.is_solved:
        entity["acceptedAnswer"] = listed[-1]
        listed = listed[:-1]
    if listed:
        entity["suggestedAnswer"] = listed
    return script_safe({"@context": "https://schema.org", "@type": "QAPage", "mainEntity": entity})


def script_safe(value: Any) -> Markup:
    """JSON in which no text can end the script element or begin a comment."""
    text = msgspec.json.encode(value).decode()
    for sign, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(sign, escaped)
    return Markup(text)  # noqa: S704  the three signs of markup are gone


def _answer(site: Site, found: Public, message: Spoken) -> dict[str, Any]:
    return {
        "@type": "Answer",
        "text": message.text,
        "datePublished": iso(message.at),
        "author": _author(site, message),
        "url": f"{site.public_url}{found.url}#m-{message.id}",
    }


def _author(site: Site, message: Spoken) -> dict[str, str]:
    if message.is_ours:
        return {"@type": "Organization", "name": site.brand.name}
    return {"@type": "Person", "name": message.author}
