"""Which of a person's waiting cases a new one repeats. Pure: texts in, verdict out.

Sure is only what says the same as one of them, or nothing but `any news?` where exactly one waits.
"""

import re
from collections.abc import Mapping, Sequence

import msgspec

from fairline.cases.likeness import THRESHOLD, is_within, likeness
from fairline.cases.pleas import is_chaser

# Below THRESHOLD but near enough to ask an agent.
PERHAPS = 0.5
_ANSWER = re.compile(
    r"^\s*(?:(?:re|aw|sv|antw|fwd?|wg|tr|rv)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)


class Words(msgspec.Struct, frozen=True):
    """What was said in one message."""

    subject: str
    text: str

    @property
    def topic(self) -> str:
        """The subject without `Re:`."""
        return _ANSWER.sub("", self.subject).strip()

    @property
    def whole(self) -> str:
        return f"{self.topic}\n{self.text}"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The case that is meant, and whether that is sure. `reason`: `same_text` or `chaser`."""

    case_id: str
    is_sure: bool
    reason: str


def same_matter(said: Words, waiting: Mapping[str, Sequence[Words]]) -> Verdict | None:
    """`waiting` holds what was said on each waiting case, the latest case first."""
    scored = [
        (likeness(said.whole, words.whole), case_id)
        for case_id, messages in waiting.items()
        for words in messages
    ]
    best, nearest = max(scored, default=(0.0, ""), key=lambda one: one[0])
    if best >= THRESHOLD:
        return Verdict(case_id=nearest, is_sure=True, reason="same_text")
    if is_chaser(said.text):
        meant = [
            case_id
            for case_id, messages in waiting.items()
            if is_chaser(said.topic) or any(is_within(said.topic, m.whole) for m in messages)
        ]
        if meant:
            return Verdict(case_id=meant[0], is_sure=len(meant) == 1, reason="chaser")
    if best >= PERHAPS:
        return Verdict(case_id=nearest, is_sure=False, reason="same_text")
    return None
