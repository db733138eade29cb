"""A text with placeholders, checked and filled in. Pure.

A line whose placeholders have nothing to say is left out, so that no sentence is told empty.
"""

import re
from collections.abc import Mapping

from fairline.core.errors import Invalid

# What each stands for; an example is made from real words for the preview.
PLACEHOLDERS = {
    "name": "the customer's name, as far as known",
    "reference": "the reference of the case",
    "hours": "whether you are open now, or when you open next",
    "promise": "when an answer is promised",
    "expected": "when it is to be expected, as a range; left out without enough data",
    "place": "how many stand in line before them",
    "link": "the secret link to their thread",
}
MAX_SUBJECT = 140
MAX_BODY = 5000
_PLACEHOLDER = re.compile(r"\{([^{}\n]{0,60})\}")


def checked_subject(text: str) -> str:
    """One line with known placeholders; '' for the subject of what the customer wrote."""
    text = " ".join(text.split())
    if len(text) > MAX_SUBJECT:
        raise Invalid(f"A subject has at most {MAX_SUBJECT} characters.", field="subject")
    _check_names(text, "subject")
    if "{link}" in text:
        raise Invalid("The secret link cannot stand in a subject.", field="subject")
    return text


def checked_body(text: str) -> str:
    """A text with known placeholders. Raises Invalid for an empty one, and one that hides what
    a customer must know.
    """
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise Invalid("Write something, or go back to the text we bring.", field="body")
    if len(text) > MAX_BODY:
        raise Invalid(f"A text has at most {MAX_BODY:,} characters.", field="body")
    _check_names(text, "body")
    for needed in ("reference", "promise"):
        if f"{{{needed}}}" not in text:
            raise Invalid(
                f"Keep {{{needed}}} in the text: {PLACEHOLDERS[needed]}.",
                code="placeholder_needed",
                field="body",
            )
    return text


def _check_names(text: str, field: str) -> None:
    for name in _PLACEHOLDER.findall(text):
        if name not in PLACEHOLDERS:
            raise Invalid(
                f"{{{name}}} is not a placeholder. There are: "
                f"{', '.join('{' + known + '}' for known in PLACEHOLDERS)}.",
                code="unknown_placeholder",
                field=field,
            )


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its values; what a value holds is never read as a placeholder."""
    lines = []
    for line in text.split("\n"):
        names = _PLACEHOLDER.findall(line)
        said = [values.get(name, "") for name in names]
        if names and not any(said) and not _PLACEHOLDER.sub("", line).strip():
            continue
        # "Hello {name}," without a name is "Hello,".
        for name, value in zip(names, said, strict=True):
            if not value:
                line = line.replace(f" {{{name}}}", "").replace(f"{{{name}}}", "")  # noqa: PLW2901
        lines.append(_PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
