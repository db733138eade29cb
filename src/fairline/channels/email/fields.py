"""What an operator fills in about the mail itself: its sender, where answers go, whom to trust.

The servers are in `options.py`; both together make the settings page.
"""

from fairline.channels.contract import Field

FIELDS: tuple[Field, ...] = (
    Field(
        name="from_address",
        label="Sending address",
        help="Empty: the inbox's own address. Your mail server must allow it as a sender.",
    ),
    Field(
        name="reply_address",
        label="Address that replies go to",
        kind="choice",
        default="plus",
        choices=("plus", "verp", "none"),
        words=(
            "One for each case: support+c-KEY@your-domain",
            "One for each case at a domain of its own: c-KEY@reply.your-domain",
            "The plain address",
        ),
        help="Most mail servers deliver support+anything to support. With the plain address "
        "replies are told apart by their threading headers only.",
    ),
    Field(
        name="reply_domain",
        label="Domain for replies",
        help="For addresses at a domain of their own: one whose mail all comes to this inbox, as "
        "reply.example.com.",
    ),
    Field(
        name="bounce_address",
        label="Address that bounces go to",
        kind="choice",
        default="",
        choices=("", "plus", "verp", "none"),
        words=(
            "Made the same way as the address for replies",
            "One for each mail: support+b-KEY@your-domain",
            "One for each mail at a domain of its own: b-KEY@reply.your-domain",
            "The plain address",
        ),
        help="The plain address is for a provider that refuses any other sender.",
    ),
    Field(
        name="subject_reference",
        label="Case reference in the subject",
        kind="switch",
        help="Adds [FL-7KX2QD] to the subject of answers. Threads hold without it.",
    ),
    Field(
        name="authserv_id",
        label="Name in Authentication-Results",
        help="The name your own mail server signs its findings with, for example mx.example.com "
        "(see the first Authentication-Results line of a received mail). It must remove such lines "
        "from incoming mail. Empty: senders are checked here by their DKIM signatures.",
    ),
)
