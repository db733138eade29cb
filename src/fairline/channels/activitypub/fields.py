"""The fields of a fediverse inbox's settings page."""

from fairline.channels.contract import Field

SHARES = ("nothing", "answers", "questions")

FIELDS: tuple[Field, ...] = (
    Field(
        name="name",
        label="Name on the profile",
        help="Empty: the name of the brand.",
    ),
    Field(
        name="summary",
        label="About the account",
        kind="lines",
        help="Stands on its profile everywhere. Say what it is for and when somebody is there.",
    ),
    Field(
        name="shares",
        label="Post to followers from the board",
        kind="choice",
        default="nothing",
        choices=SHARES,
        words=("Nothing", "Our public answers", "Public questions and our answers"),
        help="A question carries its asker's name only where they wrote it for everybody to see.",
    ),
    Field(
        name="blocked",
        label="Servers and accounts that are kept out",
        kind="lines",
        help="One a line: a host (with all below it), @name@host, or the address of an account.",
    ),
    Field(
        name="allowed_only",
        label="Only these servers",
        kind="lines",
        help="Empty: everybody may write. Else only from the hosts in this list.",
        advanced=True,
    ),
    Field(
        name="authorised_fetch",
        label="Posts and profile only to servers that sign",
        kind="switch",
        help="Keeps blocked servers from reading them; some servers then cannot find the account.",
        advanced=True,
    ),
    Field(
        name="shows_followers",
        label="Anybody may read who follows",
        kind="switch",
        advanced=True,
    ),
    Field(name="icon_url", label="Address of the picture", advanced=True),
    Field(
        name="signatures",
        label="How we sign at first",
        kind="choice",
        default="cavage",
        choices=("cavage", "rfc9421"),
        words=("As most servers do (draft-cavage)", "By RFC 9421"),
        help="A server that does not take one is given the other.",
        advanced=True,
    ),
    Field(
        name="drop_hosts_after_days",
        label="Days until a silent server is given up",
        kind="number",
        default="7",
        advanced=True,
    ),
)
