"""What a text message costs and what the networks forbid, said before it is sent. Pure."""

import re
from datetime import UTC, datetime, timedelta

from fairline.channels.contract import InboxInfo, Rule, Sending
from fairline.channels.sms.addresses import can_be_answered
from fairline.channels.sms.options import budget_of, cents_of
from fairline.core.lengths import SEPTETS, sms_parts

# Networks hold back messages with addresses that hide where they lead (Twilio 30007; CTIA 5.3).
SHORTENERS = re.compile(
    r"\b(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|is\.gd|buff\.ly|rebrand\.ly|cutt\.ly|rb\.gy)/",
    re.IGNORECASE,
)


def next_month(at: datetime) -> datetime:
    """When the meter begins anew (UTC)."""
    first = at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def rules(sending: Sending, inbox: InboxInfo) -> tuple[Rule, ...]:
    """Worst first."""
    if not can_be_answered(sending.recipient):
        text = "A short code or a name sends text messages and takes none: nobody can answer it."
        return (Rule(code="no_answer", text=text, blocks=True),)
    found = []
    if SHORTENERS.search(sending.text):
        text = "Networks hold back text messages with shortened addresses. Write the whole one."
        found.append(Rule(code="shortener", text=text, blocks=True))
    parts, _ = sms_parts(sending.text)
    cents = cents_of(inbox) * parts
    budget = budget_of(inbox)
    if budget is not None and sending.spent_cents + cents > budget:
        until = next_month(sending.at)
        text = f"This month's budget for text messages is spent. It begins anew on {until.day} "
        text += f"{until:%B}; answer another way, or raise it with the inbox."
        found.append(Rule(code="budget_spent", text=text, blocks=True, until=until))
    odd = list(dict.fromkeys(one for one in sending.text if one not in SEPTETS))
    if cents and not sending.text.strip():
        text = f"Each part of a text message costs about {cents:.2f} cents."
        found.append(Rule(code="parts", text=text))
    elif parts > 1 or cents:
        count = "1 text message" if parts == 1 else f"{parts} text messages"
        costs = f", about {cents:.2f} cents" if cents else ""
        why = f" “{''.join(odd[:5])}” more than halves what fits one." if odd and parts > 1 else ""
        found.append(Rule(code="parts", text=f"This goes out as {count}{costs}.{why}"))
    return tuple(found)
