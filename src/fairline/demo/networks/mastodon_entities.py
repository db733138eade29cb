"""The entities of a made-up Mastodon server, as its interface shows them. Pure.

Source: docs.joinmastodon.org, Entities: Status, Account, Instance.
"""

import html
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fairline.core.clock import now

DOMAIN = "mastodon.demo"
MEDIA = ["image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "audio/mpeg"]
MENTION = re.compile(r"(?<![=/\w])@(\w(?:[\w.-]*\w)?)(?:@([\w.-]*\w(?::\d+)?))?")
_URL = re.compile(r"https?://[^\s<>\"]+")


@dataclass(kw_only=True)
class Post:
    """One status."""

    id: str
    by: str
    text: str
    visibility: str
    under: str = ""
    spoiler: str = ""
    mentions: list[str] = field(default_factory=list)
    media: list[dict[str, Any]] = field(default_factory=list)
    at: datetime = field(default_factory=now)
    edited_at: datetime | None = None
    app: str = ""


def account_of(acct: str, followers: int) -> dict[str, Any]:
    user, _, host = acct.partition("@")
    return {
        "id": str(sum(ord(letter) * 31**n for n, letter in enumerate(acct[:9]))),
        "username": user,
        "acct": user if host == DOMAIN else acct,
        "display_name": user.replace("_", " ").title(),
        "url": f"https://{host}/@{user}",
        "bot": False,
        "followers_count": followers,
    }


def status_of(post: Post, followers: int) -> dict[str, Any]:
    return {
        "id": post.id,
        "created_at": stamp(post.at),
        "edited_at": stamp(post.edited_at) if post.edited_at else None,
        "in_reply_to_id": post.under or None,
        "spoiler_text": post.spoiler,
        "sensitive": bool(post.spoiler),
        "visibility": post.visibility,
        "language": "en",
        "uri": f"https://{DOMAIN}/users/{post.by}/statuses/{post.id}",
        "url": f"https://{DOMAIN}/@{post.by}/{post.id}",
        "content": rendered(post.text),
        "account": account_of(post.by, followers),
        "mentions": [
            {"id": "1", "acct": one.removesuffix(f"@{DOMAIN}"), "url": f"https://{one}"}
            for one in post.mentions
        ],
        "media_attachments": post.media,
        "application": {"name": post.app} if post.app else None,
        "poll": None,
        "reblog": None,
    }


def instance_of(url: str, most_characters: int) -> dict[str, Any]:
    return {
        "domain": DOMAIN,
        "version": "4.5.0",
        "configuration": {
            "urls": {"streaming": url.replace("http://", "ws://")},
            "statuses": {
                "max_characters": most_characters,
                "max_media_attachments": 4,
                "characters_reserved_per_url": 23,
            },
            "media_attachments": {
                "supported_mime_types": MEDIA,
                "image_size_limit": 16_777_216,
                "video_size_limit": 103_809_024,
                "description_limit": 1500,
            },
        },
    }


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def rendered(text: str) -> str:
    """The text as the server shows it: names and addresses are links, cut short."""
    shown = html.escape(text, quote=False)
    shown = _URL.sub(
        lambda found: (
            f'<a href="{found[0]}" rel="nofollow noopener" target="_blank">'
            f'<span class="invisible">https://</span><span class="">{found[0][8:]}</span></a>'
        ),
        shown,
    )
    shown = MENTION.sub(
        lambda found: (
            f'<span class="h-card"><a href="https://{found[2] or DOMAIN}/@{found[1]}" '
            f'class="u-url mention">@<span>{found[1]}</span></a></span>'
        ),
        shown,
    )
    return "".join(f"<p>{part}</p>" for part in shown.replace("\r", "").split("\n\n")).replace(
        "\n", "<br />"
    )
