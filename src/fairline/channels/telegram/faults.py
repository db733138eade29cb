"""What Telegram's refusals mean, in words that say what to do.

Telegram has no codes beside the HTTP status: the description is all there is, and it may change, so
what is not known here is told by its status. Source: Bot API, "Making requests" (`error_code`,
`description`, `parameters.retry_after`); the descriptions are those seen from the real interface.
"""

from typing import Any

import msgspec

from fairline.channels.provider import WORST_RETRY_S, Answer, refusal
from fairline.core.errors import DeliveryError

NOT_OPENED = "A bot cannot write first: this person has not opened its chat. Answer another way."
# (part of the description, our words, whether the address takes nothing any more).
PERMANENT = (
    ("bot was blocked by the user", "This person has blocked the bot.", True),
    ("user is deactivated", "This Telegram account does not exist any more.", True),
    ("chat not found", "Telegram does not know this person, or they never wrote to the bot.", True),
    ("can't initiate conversation", NOT_OPENED, False),
    ("bot was kicked", "The bot was put out of this group.", False),
    ("not a member", "The bot is not in this group any more.", False),
    ("have no rights to send", "The bot may not write in this group.", False),
    ("not enough rights", "The bot may not write in this group.", False),
    ("can't send messages to bots", "Bots cannot write to bots.", True),
    ("message is too long", "That is too long for one message on Telegram.", False),
    ("message text is empty", "There is nothing in this message.", False),
    ("file is too big", "This file is larger than Telegram takes from bots.", False),
    ("group chat was upgraded", "This group has moved; answer where they write now.", False),
)  # fmt: skip
CONFLICT = "can't use getupdates method while webhook is active"
OTHER_POLL = "terminated by other getupdates"


def explain(answer: Answer) -> Exception | None:
    """A refusal in better words; None where the status says enough, or all went well."""
    if answer.status < 300:
        return None
    body = _body(answer)
    said = str(body.get("description", ""))
    lower = said.lower()
    if answer.status == 409:
        return DeliveryError(
            "Telegram is told to call an address instead. Save the settings again."
            if CONFLICT in lower
            else "Another program asks Telegram with the same token. Stop it, or make a new token.",
            permanent=False,
            provider_code="409",
            detail=said[:300],
        )
    parameters = body.get("parameters")
    waits = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if answer.status == 429 and isinstance(waits, int) and waits >= 0:
        return DeliveryError(
            "Telegram asks us to slow down.",
            permanent=False,
            retry_after_s=min(float(waits), WORST_RETRY_S),
            provider_code="429",
        )
    if answer.status in {401, 404}:
        # A token that was taken back answers 401, one of another shape 404.
        spoken = Answer(status=401, headers=answer.headers, body=answer.body)
        return refusal(
            "Telegram",
            spoken,
            text="It does not take the token any more. Put in a new one from @BotFather.",
        )
    for part, words, is_gone in PERMANENT:
        if part in lower:
            return DeliveryError(
                words,
                permanent=True,
                provider_code=str(answer.status),
                detail=said[:300],
                blames_address=is_gone,
            )
    return None


def _body(answer: Answer) -> dict[str, Any]:
    try:
        body = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
