"""Placeholders of saved replies: `{contact.name}`, or `{contact.name|friend}` with words of one's
own for when the value is not known.

Pure. Every placeholder has words to fall back on, so that a filled text always reads as a sentence
and never shows a brace to a customer. `{{contact.name}}` is taken as well.
"""

import re
from collections.abc import Mapping

import msgspec

from fairline.core.errors import Invalid

# Name -> what it stands for, an example for the preview, and the words when it is not known.
PLACEHOLDERS: dict[str, tuple[str, str, str]] = {
    "contact.name": ("the customer's name", "Cleo Marsh", "there"),
    "contact.first_name": ("the first part of it", "Cleo", "there"),
    "case.reference": ("the reference of the case", "FL-7KX2QD", ""),
    "case.subject": ("what the case is about", "Charged twice for October", "your question"),
    "case.link": (
        "the public page of the case; a private case has none",
        "https://help.example.com/q/FL-7KX2QD",
        "your own page with us",
    ),
    "agent.name": ("your name as customers see it", "Ben", "your team"),
    "brand.name": ("the brand's name", "Acme", "us"),
}
MAX_FALLBACK = 80
_PLACEHOLDER = re.compile(r"\{\{([^{}\n]{0,200})\}\}|\{([^{}\n]{0,200})\}")
# Something in braces that looks as if it were meant: other braces are just text.
_MEANT = re.compile(r"\s*[a-z_]+(\s*\.\s*[a-z_]+)+\s*(\|.*)?", re.IGNORECASE)


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """A text with its values, and the placeholders that had none."""

    text: str
    missing: tuple[str, ...]


def check(text: str) -> str:
    """The text with its placeholders in their normal form. Raises Invalid for an unknown one."""

    def normal(match: re.Match[str]) -> str:
        parts = _parts(match)
        if parts is None:
            return match[0]
        name, fallback = parts
        if name not in PLACEHOLDERS:
            raise Invalid(
                f"{{{name}}} is not a placeholder. There are: "
                f"{', '.join('{' + known + '}' for known in PLACEHOLDERS)}.",
                code="unknown_placeholder",
                field="text",
            )
        if fallback is not None and len(fallback) > MAX_FALLBACK:
            raise Invalid(
                f"The words after | in {{{name}|…}} have at most {MAX_FALLBACK} characters.",
                field="text",
            )
        return f"{{{name}}}" if fallback is None else f"{{{name}|{fallback}}}"

    return _PLACEHOLDER.sub(normal, text)


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Put the values in; what a value contains is never read as a placeholder again."""
    missing: list[str] = []

    def value(match: re.Match[str]) -> str:
        parts = _parts(match)
        if parts is None or parts[0] not in PLACEHOLDERS:
            return match[0]
        name, fallback = parts
        known = " ".join(values.get(name, "").split())
        if known:
            return known
        missing.append(name)
        return PLACEHOLDERS[name][2] if fallback is None else fallback

    return Filled(text=_PLACEHOLDER.sub(value, text), missing=tuple(dict.fromkeys(missing)))


def examples() -> dict[str, str]:
    """Values for a preview."""
    return {name: example for name, (_, example, _) in PLACEHOLDERS.items()}


def _parts(match: re.Match[str]) -> tuple[str, str | None] | None:
    """Name and fallback; None for braces that are just text."""
    inner = match[1] if match[1] is not None else match[2]
    if not _MEANT.fullmatch(inner):
        return None
    name, bar, fallback = inner.partition("|")
    return "".join(name.split()).lower(), fallback.strip() if bar else None
