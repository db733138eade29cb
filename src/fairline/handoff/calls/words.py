"""What calls say to customers, in plain words. Pure."""

from datetime import datetime

from fairline.handoff.calls.rows import Call
from fairline.handoff.calls.windows import window_words, zone_words
from fairline.web.render import minutes

OUTCOMES = {
    "talked": "Talked",
    "no_answer": "No answer",
    "busy": "Busy",
    "voicemail": "Voicemail",
    "wrong_number": "Wrong number",
    "cut_off": "Cut off",
}
# The same as parts of a sentence about the last try.
TRIED = {
    "no_answer": "nobody answered",
    "busy": "the line was busy",
    "voicemail": "we reached your voicemail",
    "wrong_number": "the number was not yours",
    "cut_off": "the call was cut off",
}


def please_call(wanted: str, when: str, note: str) -> str:
    """What stands on the thread when somebody asks; never the number."""
    first = "Please call me as soon as you can." if wanted == "now" else f"Please call me {when}."
    return f"{first}\n\n{note}" if note else first


def when_words(call: Call, now: datetime, *, zone: str = "") -> str:
    """The window with its zone named."""
    zone = zone or call.zone
    return f"{window_words(call.window, zone, now)} ({zone_words(zone)})"


def spoke(seconds: int) -> str:
    """What the thread says of a call without a summary."""
    if seconds < 60:
        return "We have talked on the phone."
    return f"We have talked on the phone ({minutes(seconds / 60)})."


def gave_up(outcome: str, tries: int) -> str:
    """The reply when we stop trying."""
    if outcome == "wrong_number":
        return (
            "We called the number you gave, but it belongs to somebody else. Please give us "
            "another one on your thread (“Call me”), or tell us there what we should know."
        )
    many = "once" if tries == 1 else "twice" if tries == 2 else f"{tries} times"
    return (
        f"We called you {many} and could not reach you. When would be a better time? Choose one on "
        "your thread (“Call me”), or write to us there: we have kept all you told us."
    )
