"""What a case, a message may be, and which moves are allowed. Pure; checked at import."""

from fairline.core.errors import Conflict, Invalid

STATUSES = ("new", "open", "waiting", "on_hold", "solved", "closed")
KINDS = ("question", "problem", "suggestion", "praise", "vent")
# Declared need, most pressing first; never inferred from tone or audience.
SEVERITIES = ("safety", "money", "blocked", "annoyance", "idea")
DIRECTIONS = ("inbound", "outbound", "note")
VISIBILITIES = ("public", "private", "internal")

# Kinds that are thanked, counted and kept off the line.
OFF_THE_LINE = frozenset({"suggestion", "praise", "vent"})

MOVES: dict[str, frozenset[str]] = {
    "new": frozenset({"open", "waiting", "on_hold", "solved", "closed"}),
    "open": frozenset({"waiting", "on_hold", "solved", "closed"}),
    "waiting": frozenset({"open", "on_hold", "solved", "closed"}),
    "on_hold": frozenset({"open", "waiting", "solved", "closed"}),
    "solved": frozenset({"open", "waiting", "on_hold", "closed"}),
    "closed": frozenset({"open"}),
}

STATUS_LABELS = {
    "new": "New",
    "open": "Open",
    "waiting": "Waiting for the customer",
    "on_hold": "On hold",
    "solved": "Solved",
    "closed": "Closed",
}
SEVERITY_LABELS = {
    "safety": "Safety",
    "money": "Money blocked",
    "blocked": "Cannot go on",
    "annoyance": "Annoyance",
    "idea": "Idea",
}
# The same in a customer's own words, as the ask box offers them.
SEVERITY_QUESTIONS = {
    "safety": "Somebody could get hurt",
    "money": "Money is stuck or wrong",
    "blocked": "I cannot go on without an answer",
    "annoyance": "It is a nuisance, but I can go on",
    "idea": "There is no hurry",
}

# Where somebody who asks in public has asked us before, in their words as the ask box offers them.
TRIED_FIRST = {
    "no": "No, this is the first time",
    "here": "Yes, here, and it did not help",
    "mail": "Yes, by mail, and it did not help",
    "phone": "Yes, on the phone, and it did not help",
    "elsewhere": "Yes, somewhere else, and it did not help",
}

if set(MOVES) != set(STATUSES) or any(to - set(STATUSES) for to in MOVES.values()):
    raise RuntimeError("the moves name a status that does not exist")
if set(STATUS_LABELS) != set(STATUSES) or any(
    set(labels) != set(SEVERITIES) for labels in (SEVERITY_LABELS, SEVERITY_QUESTIONS)
):
    raise RuntimeError("a status or severity has no label")


def check_move(present: str, wanted: str) -> None:
    """Raise Conflict when a case may not go from `present` to `wanted`; Invalid for no status."""
    if wanted not in MOVES:
        raise Invalid(f"{wanted!r} is not a status. Use one of: {', '.join(STATUSES)}.")
    if wanted != present and wanted not in MOVES[present]:
        allowed = ", ".join(sorted(MOVES[present]))
        raise Conflict(
            f"A case that is {present} cannot become {wanted}; it can become: {allowed}.",
            code="move_not_allowed",
        )


def default_severity(kind: str) -> str:
    """What a case starts with until somebody declares the need."""
    return "idea" if kind in OFF_THE_LINE else "annoyance"
