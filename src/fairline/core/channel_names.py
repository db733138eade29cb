"""What channels are called, for people: on chips and in reports, and on the customer's own page.

A kind from outside that is not listed here is called by its kind. Pure.
"""

NAMES = {
    "bluesky": "Bluesky",
    "comments": "page comment",
    "custom": "own inbox",
    "email": "mail",
    "facebook": "Facebook",
    "fediverse": "fediverse",
    "feed": "feed",
    "instagram": "Instagram",
    "letter": "letter",
    "mastodon": "Mastodon",
    "messenger": "Messenger",
    "phone": "phone",
    "sms": "SMS",
    "telegram": "Telegram",
    "web": "web",
    "whatsapp": "WhatsApp",
    "x": "X",
}
# How something was said to us, as its author reads it. Nothing where that is plain.
_SAID = {
    "comments": "as a comment",
    "custom": "",
    "email": "by e-mail",
    "feed": "",
    "fediverse": "on the fediverse",
    "letter": "by letter",
    "phone": "by phone",
    "sms": "by text message",
    "web": "",
}


def name_of(kind: str) -> str:
    """A channel as chips name it."""
    return NAMES.get(kind, kind)


def said_by(kind: str) -> str:
    """How a message came, for the one who sent it; '' where it needs no saying."""
    return _SAID.get(kind, f"on {name_of(kind)}")


def account_of(address: str, name: str) -> str:
    """An address that people can read as it is; one that only its network can read by its name."""
    is_readable = address.startswith("+") or ("@" in address and "://" not in address)
    return address if is_readable or not name else name
