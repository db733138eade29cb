"""What the case costs its customer, in a few words at its head. Pure."""

from fairline.cases.rows import Case
from fairline.desk.channel_words import channel_word


def effort_words(case: Case) -> str:
    """Such as "3 contacts, 1 hand-off, by web then mail"; '' when they wrote once and that is all.

    The channels stand in the order in which they were last written on.
    """
    others = (
        (case.handoff_count, "hand-off"),
        (case.repeat_count, "repeat"),
        (case.reopen_count, "reopening"),
    )
    channels = case.heard_on.split()
    if case.contact_count <= 1 and not any(number for number, _ in others):
        return ""
    said = [_many(number, word) for number, word in ((case.contact_count, "contact"), *others)]
    if case.switch_count:
        said.append("by " + " then ".join(channel_word(one) for one in channels))
    return ", ".join(filter(None, said))


def _many(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}" if number else ""
