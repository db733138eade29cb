"""What the report knows of a case, and the groups they are compared by. Pure."""

from collections.abc import Callable
from datetime import datetime

import msgspec

# Only bands leave this folder: nobody needs to know who exactly is followed by how many (R28b).
BANDS = (
    (0, "none", "no followers"),
    (1_000, "to-1k", "under 1,000 followers"),
    (10_000, "to-10k", "1,000 to 9,999 followers"),
    (100_000, "to-100k", "10,000 to 99,999 followers"),
)
MORE = ("more", "100,000 followers or more")


def band_of(audience: int | None) -> str:
    """The band of an audience; '' when no channel knows it."""
    if audience is None:
        return ""
    if audience <= 0:
        return "none"
    return next((name for most, name, _ in BANDS[1:] if audience < most), MORE[0])


class CaseFact(msgspec.Struct, frozen=True, kw_only=True):
    """One case that came in and stood in the line. Minutes are working minutes.

    `waited_minutes` ends at the first answer, or else now or when the case ended without one.
    `promised_minutes` is the time it was promised. `asked_again` says whether its customer wrote
    again in the first quarter of that time, unanswered. `shares_place` marks a repeat that waits
    in the place of an earlier case. `taken` is how it found its agent (next, picked, given; '' not
    yet), `ahead` how many free ones stood before it then; `own_ahead` how many of the agent's own
    stood before it when it was answered. None where there was no such turn.
    """

    case_id: str
    need: str
    team: str
    arrived_at: datetime
    is_public: bool
    channel: str
    language: str
    band: str
    waited_minutes: float
    promised_minutes: float
    wall_hours: float
    is_answered: bool
    is_decided: bool
    is_kept: bool
    asked_again: bool = False
    shares_place: bool = False
    is_raised: bool = False
    taken: str = ""
    ahead: int | None = None
    own_ahead: int | None = None

    @property
    def share(self) -> float:
        """Waited by promised: 1 is just in time."""
        return self.waited_minutes / max(1.0, self.promised_minutes)


class Attribute(msgspec.Struct, frozen=True):
    """Something cases differ by and must not be served by. `group` is '' where it is not known."""

    name: str
    label: str
    group: Callable[[CaseFact], str]


def _visibility(fact: CaseFact) -> str:
    return "public" if fact.is_public else "private"


def _again(fact: CaseFact) -> str:
    return "asked again" if fact.asked_again else "asked once"


VISIBILITY = Attribute("visibility", "Public or private", _visibility)
CHANNEL = Attribute("channel", "Channel", lambda fact: fact.channel)
AUDIENCE = Attribute("audience", "Audience", lambda fact: fact.band)
REPEATS = Attribute("repeats", "Asked again", _again)
LANGUAGE = Attribute("language", "Language", lambda fact: fact.language)
ATTRIBUTES = (VISIBILITY, CHANNEL, AUDIENCE, REPEATS, LANGUAGE)
