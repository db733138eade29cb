"""What a comparison and a report say in plain words: never more than the numbers do. Pure."""

from collections.abc import Sequence
from math import ceil

from fairline.core.channel_names import name_of
from fairline.line.fairness.compare import OTHERS, Comparison, Rules
from fairline.line.fairness.facts import BANDS, MORE

CHANNELS = {"email": "e-mail", "web": "the board", "fediverse": "the fediverse"}
LANGUAGES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "tr": "Turkish",
}
MEASURES = {
    "wait": "Wait for the first answer",
    "kept": "Promises kept",
    "answered": "Answered",
    "taken": "Taken out of turn",
    "order": "Answered out of turn",
    "raised": "Moved ahead by one of us",
}
_HAPPENED = {
    "kept": "answered in the promised time",
    "answered": "answered",
    "taken": "taken before somebody who stood ahead of them",
    "order": "answered before an older case of the same agent",
    "raised": "moved ahead by one of us (brought forward, or given a graver need)",
}


def group_words(attribute: str, group: str) -> str:
    """How a group is called in a table."""
    if attribute == "channel":
        return CHANNELS.get(group) or name_of(group)
    if attribute == "language":
        return LANGUAGES.get(group, group)
    if attribute == "audience":
        return dict([MORE, *((name, words) for _, name, words in BANDS)]).get(group, group)
    return group


def _cases(attribute: str, group: str) -> str:
    """The group as the subject of a sentence."""
    if group == OTHERS:
        return "the others"
    name = group_words(attribute, group)
    return {
        "visibility": f"{name} cases",
        "channel": f"cases by {name}",
        "language": f"cases in {name}",
        "audience": f"cases of people with {name}",
        "repeats": f"people who {name}",
    }[attribute]


def _counted(count: int, attribute: str, group: str) -> str:
    """So many of a group."""
    if group == OTHERS:
        return f"{count:,} of the others"
    words = _cases(attribute, group)
    one = words.replace("cases", "case", 1).replace("people who", "person who", 1)
    return f"{count:,} {one if count == 1 else words}"


def minutes(value: float) -> str:
    """A span of working time, as people say it."""
    value = abs(value)
    if value < 1:
        return "under a minute"
    if value < 90:
        whole = round(value)
        return "1 minute" if whole == 1 else f"{whole} minutes"
    return f"{value / 60:.1f} hours"


def points(share: float) -> str:
    """A difference of shares in percentage points."""
    return f"{abs(share) * 100:.1f} points"


def percent(share: float) -> str:
    """A share; small ones with a digit more."""
    return f"{share:.1%}" if 0 < share < 0.1 else f"{share:.0%}"


def sentence(one: Comparison, rules: Rules) -> str:
    """What a comparison shows."""
    cases, other = _cases(one.attribute, one.group), _cases(one.attribute, one.other)
    if one.verdict == "little":
        return (
            f"Too little to say: {_counted(one.count, one.attribute, one.group)} and "
            f"{_counted(one.other_count, one.attribute, one.other)} can be compared; it takes "
            f"{rules.least_cases} on each side."
        )
    if one.measure == "wait":
        return _wait_sentence(one, cases, other, rules)
    done = _HAPPENED[one.measure]
    shares = f"{percent(one.value)} of {cases} and {percent(one.other_value)} of {other}"
    if one.verdict == "none":
        return (
            f"No sign of a difference: {shares} were {done}. A difference of more than "
            f"{points(one.seen)} would most likely have been seen."
        )
    more = "more" if one.apart > 0 else "less"
    text = f"{_capital(shares)} were {done}: {points(one.apart)} {more} {_between(one, points)}."
    if one.verdict == "small":
        text += f" That is within the bound of {points(rules.bound(one.measure))}."
    return text


def _wait_sentence(one: Comparison, cases: str, other: str, rules: Rules) -> str:
    if one.verdict == "none":
        return (
            f"No sign that {cases} wait longer or less long than {other}. A gap of more than "
            f"{minutes(ceil(one.seen))} would most likely have been seen."
        )
    sooner = "later" if one.apart > 0 else "sooner"
    text = (
        f"{_capital(cases)} were answered {minutes(one.apart)} {sooner} than {other} "
        f"{_between(one, minutes)}."
    )
    if one.verdict == "small":
        text += f" That is within the bound of {rules.wait_percent}% of the promised time."
    return text


def _between(one: Comparison, say: "object") -> str:
    assert callable(say)
    near, far = sorted((abs(one.low), abs(one.high)))
    return f"(between {say(near)} and {say(far)})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def headline(comparisons: Sequence[Comparison], rules: Rules, cases: int) -> tuple[str, str]:
    """The verdict of the whole report: tone (late, ok or risk for too little) and words."""
    gaps = [one for one in comparisons if one.verdict == "gap"]
    if gaps:
        many = "There is a gap" if len(gaps) == 1 else f"There are {len(gaps)} gaps"
        return "late", f"{many}. {sentence(gaps[0], rules)}"
    main = [one for one in comparisons if one.attribute == "visibility"]
    wait = next((one for one in main if one.measure == "wait"), None)
    if cases == 0:
        return "risk", "Nothing came in, so there is nothing to compare."
    if wait is None:
        return "risk", "All cases were of one kind, public or private: nothing to compare them to."
    if wait.verdict == "little":
        return "risk", sentence(wait, rules)
    taken = next(one for one in main if one.measure == "taken")
    said = [sentence(one, rules) for one in (wait, taken) if one.verdict in {"none", "small"}]
    return "ok", " ".join(said)
