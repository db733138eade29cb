"""What an inbox's address is on each channel, as its form asks for it. Pure.

A channel from outside asks for an address, and its own check says what is wrong with it.
"""

_ASKED = {
    "bluesky": ("Account", "Its handle, such as acme.bsky.social, or its DID."),
    "comments": ("Short name", "For these pages, such as blog. It tells several of them apart."),
    "custom": ("Short name", "For what is connected, such as forum."),
    "email": ("Address", "The inbox's own, such as support@example.com."),
    "facebook": ("ID of the page", "In digits: on the page, About, Page transparency."),
    "fediverse": ("Account", "As people will write it: @support@ and the host of this install."),
    "feed": ("Short name", "Such as the name of the site."),
    "instagram": ("ID of the account", "Of the professional account, in digits."),
    "letter": (
        "Postal address",
        "Name; street; town, with a semicolon between them. It may be a post-office box.",
    ),
    "mastodon": ("Account", "As name@server, such as support@mastodon.example."),
    "messenger": ("ID of the page", "In digits: on the page, About, Page transparency."),
    "phone": ("Number", "The one that customers call, with + and the country, as +1 415 555 0100."),
    "sms": ("Number", "Ours at the provider, with + and the country, as +1 415 555 0100."),
    "telegram": ("Name of the bot", "With @, as @acme_bot."),
    "whatsapp": ("Number", "The business number, with + and the country, as +1 415 555 0100."),
    "x": ("Account", "Its name with @, as @acme."),
}
_OTHER = ("Address", "The inbox's own, as its channel writes it.")


def address_words(kind: str) -> tuple[str, str]:
    """The label of the field, and what stands below it."""
    return _ASKED.get(kind, _OTHER)
