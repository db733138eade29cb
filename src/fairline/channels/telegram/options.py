"""The fields of a Telegram inbox. The token is what @BotFather gives for a new bot."""

import hashlib
import hmac
import re

from fairline.channels.contract import Field, InboxInfo

API = "https://api.telegram.org"
FIELDS: tuple[Field, ...] = (
    Field(
        name="token",
        label="Token of the bot",
        kind="password",
        required=True,
        help="From @BotFather: digits, a colon, and 35 letters.",
    ),
    Field(
        name="mode",
        label="How messages reach us",
        kind="choice",
        default="poll",
        choices=("poll", "webhook"),
        words=("We ask Telegram (works behind any router)", "Telegram calls our public address"),
    ),
    Field(name="api", label="Address of the Bot API", default=API, advanced=True),
)
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{10,100}")


def is_token(text: str) -> bool:
    """Whether it can stand in the address of a call."""
    return _TOKEN.fullmatch(text) is not None


def is_pushed(inbox: InboxInfo) -> bool:
    return inbox.options.get("mode", "poll") == "webhook"


def bot_id(inbox: InboxInfo) -> int:
    """The bot's own id: what stands before the colon. 0 without a token."""
    digits = inbox.options.get("token", "").partition(":")[0]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 20 else 0


def hook_secret(inbox: InboxInfo) -> str:
    """What Telegram sends in a header with each update: known to nobody without the token."""
    return secret_of(inbox.options.get("token", ""))


def secret_of(token: str) -> str:
    """One bot is one webhook, so its token alone decides."""
    return hmac.new(token.encode(), b"fairline hook", hashlib.sha256).hexdigest()
