"""Until when Meta takes an answer, and what it says about one that is written now. Pure.

Source: "Send a Message" (24 hours; HUMAN_AGENT: 7 days, people only) of the Messenger Platform,
"Private Replies" (7 days, one per comment), "Sending messages" of the WhatsApp Business Platform.
"""

from datetime import datetime, timedelta

from fairline.channels.contract import Rule, Sending

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)


def is_open(heard_at: datetime | None, at: datetime, window: timedelta) -> bool:
    return heard_at is not None and at - heard_at < window


def stranger(label: str) -> Rule:
    text = f"{label} lets us write only to people who have written to us there."
    return Rule(code="stranger", text=text, blocks=True)


def message_rules(sending: Sending, label: str, *, human_agent: bool) -> tuple[Rule, ...]:
    """For a private message on Messenger or Instagram."""
    if sending.heard_at is None:
        return (stranger(label),)
    if is_open(sending.heard_at, sending.at, DAY):
        return ()
    week_ends = sending.heard_at + WEEK
    if sending.at >= week_ends:
        text = f"{label} takes an answer for {'seven days' if human_agent else '24 hours'}. Over."
        return (Rule(code="window_closed", text=text, blocks=True),)
    if not human_agent:
        text = (
            f"{label} takes an answer for 24 hours, and these are over. With the Human Agent "
            "permission it would be seven days."
        )
        return (Rule(code="window_closed", text=text, blocks=True),)
    if sending.is_notice:
        text = f"After 24 hours {label} takes only what a person writes, no notice."
        return (Rule(code="people_only", text=text, blocks=True),)
    text = f"Past 24 hours: it goes as a person's answer, which {label} takes for seven days."
    return (Rule(code="human_agent", text=text, until=week_ends),)


def template_rules(sending: Sending) -> tuple[Rule, ...]:
    """For a message on WhatsApp."""
    is_within = is_open(sending.heard_at, sending.at, DAY)
    if sending.template:
        if is_within:
            return ()
        text = "WhatsApp charges for an approved text that is sent outside of the 24 hours."
        return (Rule(code="template_priced", text=text),)
    if is_within:
        return ()
    if sending.heard_at is None:
        text = "Who has not written to us on WhatsApp gets an approved text first."
        return (Rule(code="stranger", text=text, blocks=True),)
    text = "Their last message is over 24 hours old: WhatsApp takes only an approved text now."
    return (Rule(code="window_closed", text=text, blocks=True),)
