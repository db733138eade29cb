"""An answer as a post: whom it names, who can read it, under what it stands. Pure.

Whom we answer is named first, or they would not be told; in a private mention *only* they are, for
every name in it is a reader. A warning above what they wrote stands above our answer too. Source:
docs.joinmastodon.org, Methods: statuses; User: posting (visibility, mentions, content warnings).
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from fairline.channels.contract import DeliveryError, Outbound
from fairline.channels.mastodon.entities import Status
from fairline.channels.mastodon.limits import Limits
from fairline.channels.mastodon.translate import PUBLIC
from fairline.core.lengths import LengthRule, length_of

# Who can read what: the further right, the fewer.
NARROWER = ("public", "unlisted", "private", "direct")
# What the server would read as a name (a letter or a stroke before the @ makes it an address).
_NAME = re.compile(r"(?<![=/\w])@(?=\w)")
# Nobody sees it, and no name holds it.
_WORD_JOINER = "\u2060"


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One post, ready to be sent."""

    status: str
    visibility: str
    in_reply_to_id: str = ""
    spoiler_text: str = ""
    language: str = ""

    def form(self, media: Sequence[str]) -> dict[str, Any]:
        """The body of the call."""
        told: dict[str, Any] = {"status": self.status, "visibility": self.visibility}
        for name in ("in_reply_to_id", "spoiler_text", "language"):
            if value := getattr(self, name):
                told[name] = value
        if media:
            told["media_ids"] = list(media)
        return told


def compose(outbound: Outbound, under: Status | None, limits: Limits, *, wanted: str) -> Post:
    """The post for a delivery. `under` is what it answers, None when that is gone or was elsewhere;
    `wanted` is how public our public answers are. Raises DeliveryError when it does not fit.
    """
    visibility = wanted if outbound.is_public else "direct"
    if under and under.visibility in NARROWER:
        visibility = max(visibility, under.visibility or "", key=NARROWER.index)
    if not outbound.is_public:
        visibility = "direct"
    text = outbound.text
    if outbound.link and outbound.link not in text:
        text = f"{text}\n\n{outbound.link}"
    status = named(text, outbound.recipient, only=visibility not in PUBLIC)
    spoiler = (under.spoiler_text or "").strip() if under else ""
    used = length_of(status, LengthRule(counts="mastodon")).used
    # The server counts a warning along with the text, letter by letter.
    if spoiler and used + len(spoiler) > limits.characters:
        spoiler = "CW"
    if used + len(spoiler) > limits.characters:
        raise DeliveryError(
            f"With their name that is {used + len(spoiler)} characters; this server takes "
            f"{limits.characters}. Shorten it.",
            permanent=True,
            provider_code="too_long",
        )
    return Post(
        status=status,
        visibility=visibility,
        in_reply_to_id=str(under.id) if under else "",
        spoiler_text=spoiler,
        language=(under.language or "") if under else "",
    )


def named(text: str, recipient: str, *, only: bool) -> str:
    """The text with their name before it. With `only`, no other name in it is one to the server."""
    if only:
        text = _NAME.sub(f"@{_WORD_JOINER}", text)
    elif re.match(rf"@{re.escape(recipient)}(?![\w@.-])", text, re.IGNORECASE):
        return text
    return f"@{recipient} {text}"


def suits(status: Status, *, is_public: bool) -> bool:
    """Whether an answer may stand under it: nothing public under what was said in private."""
    return not is_public or status.visibility in PUBLIC


def plain(status: Status) -> str:
    """What a post of ours says, for telling whether it is the one we meant to send."""
    return re.sub(r"\W+", "", re.sub(r"<[^>]*>", "", status.content or "")).lower()


def is_same(status: Status, post: Post) -> bool:
    """Whether a post of ours is this one: sent before, and the answer to it lost."""
    # The server shows a name without its host, and an address cut short.
    words = re.sub(r"https?://\S+", "", re.sub(r"@([\w.-]+)@[\w.:-]+", r"@\1", post.status))
    given = re.sub(r"\W+", "", words).lower()
    shown = re.sub(r"<a\b[^>]*>\s*<span class=\"invisible\">.*?</a>", "", status.content or "")
    if str(status.in_reply_to_id or "") != post.in_reply_to_id:
        return False
    return plain(msgspec.structs.replace(status, content=shown)) == given
