"""The fields of an inbox of text messages: the account, and who answers keywords."""

from fairline.channels.contract import Field, InboxInfo
from fairline.channels.twilio import API

FIELDS: tuple[Field, ...] = (
    Field(name="account", label="Account id", required=True, help="It begins with AC."),
    Field(
        name="token",
        label="Auth token",
        kind="password",
        required=True,
        help="It signs what the provider sends us. The primary one, not that of an API key.",
    ),
    Field(
        name="service",
        label="Messaging service",
        help="It begins with MG, and chooses the number to send from. Empty: the inbox's own.",
    ),
    Field(
        name="keywords",
        label="Who answers STOP, START and HELP",
        kind="choice",
        default="provider",
        choices=("provider", "us"),
        words=("The provider (as most accounts are set up)", "We do, with the texts below"),
    ),
    Field(
        name="stop_text",
        label="Answer to STOP",
        default="You get no more text messages from us. Reply START to get them again.",
        advanced=True,
    ),
    Field(name="start_text", label="Answer to START", advanced=True,
          default="You get text messages from us again. Reply STOP to end them."),
    Field(name="help_text", label="Answer to HELP", advanced=True,
          default="Write your question here and we answer it. Reply STOP to get no more messages."),
    Field(
        name="price",
        label="Price of one part, in cents",
        default="0.83",
        help="Shown to agents before they send. What it really costs is on the provider's bill.",
    ),
    Field(
        name="monthly_budget",
        label="Budget for a month",
        help="In whole units of the same currency, such as 50. Nothing is sent once it is spent. "
        "Empty: no bound.",
    ),
    Field(
        name="smart",
        label="Let the provider replace letters that make a message dearer",
        kind="switch",
        default="",
        advanced=True,
    ),
    Field(name="api", label="Address of the provider", default=API, advanced=True),
)  # fmt: skip


def budget_of(inbox: InboxInfo) -> float | None:
    """The month's budget in cents; None without a bound, or where no number stands there."""
    text = inbox.options.get("monthly_budget", "").strip().replace(",", ".")
    try:
        return max(0.0, float(text)) * 100 if text else None
    except ValueError:
        return None


def cents_of(inbox: InboxInfo) -> float:
    """What one part costs; 0 where that is not known."""
    try:
        cents = float(inbox.options.get("price", "") or 0)
    except ValueError:
        return 0.0
    return cents if 0 <= cents < 10_000 else 0.0
