"""A story's mail as it was sent: with its signature, and the quotation people leave below. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from fairline.demo.stories import Brand, Step, Story

ATTRIBUTIONS = {
    "en": "On {at:%d/%m/%Y} at {at:%H:%M}, {who} wrote:",
    "de": "Am {at:%d.%m.%Y} um {at:%H:%M} schrieb {who}:",
    "fr": "Le {at:%d/%m/%Y} à {at:%H:%M}, {who} a écrit :",
    "es": "El {at:%d/%m/%Y} a las {at:%H:%M}, {who} escribió:",
    "tr": "{who}, {at:%d.%m.%Y} {at:%H:%M} tarihinde \u015funu yazd\u0131:",
    "pl": "{at:%d.%m.%Y} o {at:%H:%M} {who} pisze:",
}


def full_text(story: Story, index: int, times: Sequence[datetime], brand: Brand) -> str:
    """All of what step `index` of a story said; `times` are those of `moments_of`."""
    step = story.steps[index]
    parts = [step.text]
    if step.quotes and (quoted := _message_before(story, index)) is not None:
        before = story.steps[quoted]
        attribution = ATTRIBUTIONS[story.language].format(
            at=times[quoted].astimezone(ZoneInfo(brand.calendar.zone)),
            who=_name_of(before, story, brand),
        )
        lines = (f"> {line}".rstrip() for line in before.text.splitlines())
        parts.append("\n".join((attribution, *lines)))
    if step.tail:
        parts.insert(1, step.tail)
    return "\n\n".join(parts)


def _message_before(story: Story, index: int) -> int | None:
    """The last thing said in the open before `index`: no note, no change without words."""
    said = (i for i in reversed(range(index)) if story.steps[i].text and not story.steps[i].note)
    return next(said, None)


def _name_of(step: Step, story: Story, brand: Brand) -> str:
    if step.by == "customer":
        return story.contact.name or story.contact.mail
    return story.others[step.by].name if step.by in story.others else brand.name
