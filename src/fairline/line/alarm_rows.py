"""Alarms in words, and how grave each is."""

from datetime import datetime

import msgspec

from fairline.line.tables_alarms import ALARMS

LABELS = {
    "no_place": "No place in line",
    "promise_broken": "Promise broken",
    "public_unacknowledged": "No word in public",
    "call_missed": "Call missed",
    "handed_around": "Handed around",
    "second_bounce": "Answers come back",
    "window_closing": "Window closes",
    "promise_at_risk": "Promise at risk",
}
MEANINGS = {
    "no_place": "Somebody waits on it, but it stands in no line and nobody owns it. Take it, and "
    "tell your operator: this should never happen.",
    "promise_broken": "The answer was due and has not been given.",
    "public_unacknowledged": "It was asked in public, and all can see that nobody has said a word.",
    "call_missed": "The customer asked for a call, the time they chose is over, and nobody called.",
    "handed_around": "It was handed on twice, and the customer has heard nothing. Keep it and "
    "answer.",
    "second_bounce": "More than one answer did not reach the customer. Find another way.",
    "window_closing": "The network takes an answer there for a little while only. After that it "
    "has to go another way.",
    "promise_at_risk": "The answer is due soon.",
}
TONES = {"promise_at_risk": "risk", "second_bounce": "risk", "window_closing": "risk"}

if set(LABELS) != set(ALARMS) or set(MEANINGS) != set(ALARMS):
    raise RuntimeError("an alarm has no words")


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `alarms`: one that stands."""

    id: str
    case_id: str
    kind: str
    brand_id: str
    owner_id: str | None
    team_id: str | None
    since: datetime
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None

    @property
    def label(self) -> str:
        return LABELS[self.kind]

    @property
    def meaning(self) -> str:
        return MEANINGS[self.kind]

    @property
    def tone(self) -> str:
        """`late`, or `risk` where nothing is lost yet."""
        return TONES.get(self.kind, "late")


def gravest(alarms: list[Alarm]) -> Alarm | None:
    """The one to name where there is room for one: first those that nobody has."""
    order = sorted(alarms, key=lambda a: (a.acknowledged_at is not None, ALARMS.index(a.kind)))
    return order[0] if order else None
