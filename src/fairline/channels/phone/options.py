"""The fields of a telephone inbox: nothing, a switchboard of one's own, or a provider."""

from fairline.channels.contract import Field
from fairline.channels.twilio import API

FIELDS: tuple[Field, ...] = (
    Field(
        name="provider",
        label="Who places calls",
        kind="choice",
        default="bridge",
        choices=("bridge", "twilio"),
        words=(
            "Agents by themselves, or the switchboard named below",
            "A provider that speaks as Twilio does",
        ),
    ),
    Field(
        name="bridge_url",
        label="Address of the switchboard",
        help="Empty: agents dial by themselves. Else it rings them first, then the customer.",
    ),
    Field(name="bridge_key", label="Key for the switchboard", kind="password"),
    Field(
        name="bridge_secret",
        label="Secret of its callbacks",
        kind="password",
        help="It begins with whsec_. Callbacks go to /voice/ and the id of this inbox.",
    ),
    Field(name="twilio_account", label="Account id at the provider", help="It begins with AC."),
    Field(name="twilio_token", label="Auth token at the provider", kind="password"),
    Field(name="twilio_number", label="Our number there", help="With +, as customers see it."),
    Field(
        name="greeting",
        label="What callers hear first",
        help="Empty: “Thank you for calling”, and the name of the brand.",
    ),
    Field(
        name="twilio_language",
        label="Accent in which it is read out",
        kind="choice",
        default="en-GB",
        choices=("en-GB", "en-US", "en-AU", "en-IN"),
        words=("British", "American", "Australian", "Indian"),
        advanced=True,
    ),
    Field(name="twilio_api", label="Address of the provider", default=API, advanced=True),
)
