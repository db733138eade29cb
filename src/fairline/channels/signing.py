"""Who of us speaks, below a public post (R8): "^Ben" or "^BK", as the inbox wants it. Pure.

Many agents write under one brand's handle. Inside, each message has its author in any case.
"""

OPTION = "sign_posts"
# What may be chosen for an inbox, and how it reads.
CHOICES = {
    "": "Not at all",
    "name": "With the first name: ^Ben",
    "initials": "With the initials: ^BK",
}


def signature_of(style: str, author_name: str) -> str:
    """What stands below a post of this author; '' for nothing. A machine's posts have no author."""
    words = author_name.split()
    if not words or style not in {"name", "initials"}:
        return ""
    if style == "name":
        return f" ^{words[0]}"
    return f" ^{''.join(word[0].upper() for word in words[:3])}"


def signed(text: str, style: str, author_name: str) -> str:
    """The text with its signature; one that stands there already is not said twice."""
    mark = signature_of(style, author_name)
    return text if not mark or text.rstrip().endswith(mark.strip()) else f"{text.rstrip()}{mark}"
