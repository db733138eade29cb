"""Whether somebody is here, as the desk shows it: to colleagues, and to oneself. Pure."""

from datetime import datetime

from fairline.people import duty
from fairline.people.tables_duty import Duty

WORDS = {"online": "Online", "busy": "Busy", "away": "Away"}
ABOUT = {
    "online": "You are given cases, where your team hands them out.",
    "busy": "Your cases stay yours; no new ones by themselves.",
    "away": "What waits for you goes back to the line after two minutes, with its place.",
}


def shown_presence(found: Duty | None, now: datetime) -> str:
    """What one is shown of oneself: one is at the page, so only what one said counts."""
    if found is None:
        return "online"
    ended = found.shift_ends_at is not None and found.shift_ends_at <= now
    return "away" if ended else found.presence


def presences_of(found: dict[str, Duty], now: datetime) -> dict[str, str]:
    """Agent id -> what colleagues see, of those who were ever at a desk."""
    return {agent_id: duty.presence_at(one, now) for agent_id, one in found.items()}
