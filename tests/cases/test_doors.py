"""Every door by which words are stored is known, and each asks the personal-data guard or is private."""

import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src/fairline"
# Where a message is stored, and why nothing public gets past the guard there.
DOORS = {
    "cases/actions.py": "guard.check_ours",
    "cases/echoes.py": "guard.cover",
    "cases/intake.py": "guard.cover",
    "cases/rebuild.py": "guard.look_at",
    "cases/spoken.py": 'visibility="private"',
    "channels/notices.py": 'visibility="private"',
}
# Where a stored message may become public, or public words change.
CHANGES = {
    # An author's own change goes through the same words as one made here; else it only hides.
    "cases/amending.py": "editing.reword",
    "cases/editing.py": "guard.look_at",
    "cases/guard.py": "find(",
    # A letter was written to us alone: its message is private, and only its author could open it.
    "handoff/letters/reading.py": "def _set_text",
}


def calling(pattern: str) -> dict[str, str]:
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text()
        if path.name.startswith("store") or not re.search(pattern, text):
            continue
        found[path.relative_to(SOURCE).as_posix()] = text
    return found


def test_whatever_stores_a_message_asks_or_stores_it_private() -> None:
    doors = calling(r"\binsert_message\(")
    assert doors.keys() == DOORS.keys(), "a new door: how does it ask the guard?"
    for name, asks in DOORS.items():
        assert asks in doors[name], name


def test_whatever_changes_a_message_asks() -> None:
    doors = calling(
        r"store_messages\.update_message\([^)]*(\"(text|visibility|hidden_at)\"|values\))"
    )
    assert doors.keys() == CHANGES.keys(), "a new door: how does it ask the guard?"
    for name, asks in CHANGES.items():
        assert asks in doors[name], name
