"""Many messages from one template, and the people who write them. Pure; the caller brings chance.

The same `Random` seed gives the same demo, so that two installs show the same history.
"""

import re
import unicodedata
from collections.abc import Mapping
from math import prod
from random import Random

import msgspec

from fairline.demo.stories import Agent, Arrival, Content, Person

# A capital asks for a capital: `{Who}` begins a sentence with what `{who}` would be. The article
# before a filler is caught too, since it is `an Orla bed`.
FILLER = re.compile(r"(\b[Aa] )?\{([A-Za-z_]+)\}")
# Letters that Unicode does not take apart: the Turkish dotless i, ł, ß, ø.
WITHOUT_ACCENT = str.maketrans({"\u0131": "i", "ł": "l", "ß": "ss", "ø": "o"})


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """An arrival with its fillers filled in; `answer` may be empty."""

    subject: str
    text: str
    answer: str


def say(arrival: Arrival, fillers: Mapping[str, tuple[str, ...]], random: Random) -> Said:
    """Fill in an arrival. A filler is chosen once, so that the answer speaks of the same thing."""
    chosen: dict[str, str] = {}

    def choose(found: re.Match[str]) -> str:
        article, name = found[1] or "", found[2].lower()
        if name not in chosen:
            chosen[name] = _digits(random.choice(fillers[name]), random)
        phrase = chosen[name]
        if article and phrase[0] in "AEIOU" and arrival.language == "en":
            article = article.replace(" ", "n ")
        return article + (phrase[:1].upper() + phrase[1:] if found[2][0].isupper() else phrase)

    subject, text, answer = (
        FILLER.sub(choose, part).strip() for part in (arrival.subject, arrival.text, arrival.answer)
    )
    return Said(subject=subject, text=text, answer=answer)


def names_in(text: str) -> set[str]:
    """The fillers that a text asks for."""
    return {name.lower() for _, name in FILLER.findall(text)}


def variants(arrival: Arrival, fillers: Mapping[str, tuple[str, ...]]) -> int:
    """In how many ways the message of an arrival can be said."""
    asked = names_in(arrival.subject + arrival.text)
    return prod(sum(10 ** phrase.count("#") for phrase in set(fillers[name])) for name in asked)


def somebody(content: Content, arrival: Arrival, random: Random) -> Person:
    """Who writes: always with an address by mail; on the board half give none, a quarter no name.
    One name has one address, so that some people come back.
    """
    name = random.choice(content.names[arrival.language])
    channel = next(inbox.channel for inbox in content.inboxes if inbox.key == arrival.inbox)
    chance = random.random()
    if channel == "web" and chance < 0.25:
        return Person()
    if channel == "web" and chance < 0.5:
        return Person(name=name)
    domain = content.domains[sum(map(ord, name)) % len(content.domains)]
    return Person(name=name, mail=f"{_local_part(name)}@{domain}")


def agents_for(content: Content, team: str, language: str) -> tuple[Agent, ...]:
    """Who may answer in `language`: those of `team` who write it, else anyone who does."""
    able = tuple(agent for agent in content.agents if language in agent.languages and agent.teams)
    return tuple(agent for agent in able if team in agent.teams) or able


def _digits(phrase: str, random: Random) -> str:
    return re.sub("#", lambda _: str(random.randrange(10)), phrase)


def _local_part(name: str) -> str:
    """`Églantine Morvan` writes as `eglantine.morvan`."""
    plain = name.lower().translate(WITHOUT_ACCENT)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return ".".join(re.findall(r"[a-z0-9]+", plain))
