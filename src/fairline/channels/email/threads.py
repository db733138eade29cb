"""Native ids of the mails a mail answers. Pure. RFC 5322, 3.6.4."""

import re
from collections.abc import Iterator

from fairline.channels.email.headers import Headers
from fairline.channels.email.identify import clean_message_id

MAX_IDS = 60

_BRACKETED = re.compile(r"<([^<>]*)>")


def answered_ids(headers: Headers) -> tuple[str, ...]:
    """What the mail says it answers, nearest first: In-Reply-To, then References from their end."""
    ids = [*ids_in(headers, "in-reply-to"), *reversed(list(ids_in(headers, "references")))]
    return tuple(dict.fromkeys(ids))[:MAX_IDS]


def ids_in(headers: Headers, name: str) -> Iterator[str]:
    """Message-IDs in the fields `name`, without brackets, as they are stored."""
    for value in headers.plains(name):
        bracketed = _BRACKETED.findall(value)
        # Some programs forget the brackets, others put words around: "your mail of Monday".
        loose = [word for word in re.split(r"[\s,;]+", value) if "@" in word]
        for candidate in bracketed or loose:
            if found := clean_message_id(candidate):
                yield found
