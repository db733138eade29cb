"""What an operator fills in for an X inbox, and the same values checked and typed.

`FIELDS` makes the settings page; `read_options` is the only reader of `InboxInfo.options`. Prices
are X's list prices (docs.x.com, "Pricing"); what a company pays may differ, so each is a field.
"""

from decimal import Decimal, InvalidOperation

import msgspec

from fairline.channels.contract import Field, InboxInfo, Invalid
from fairline.channels.x.signing import Keys

API = "https://api.x.com"
LONG_POST = 25_000
SHORT_POST = 280

_PRICES = (
    ("price_post", "Price of a post", "1.5"),
    ("price_link", "Price of a post with a link", "20"),
    ("price_direct", "Price of a direct message", "1.5"),
    ("price_read_post", "Price of reading a mention", "0.1"),
    ("price_read_direct", "Price of reading a direct message", "1"),
    ("price_read_person", "Price of looking a name up", "1"),
    ("price_alt", "Price of a picture's description", "0.5"),
)

FIELDS: tuple[Field, ...] = (
    Field(
        name="sign_in",
        label="Sign in with",
        kind="choice",
        default="oauth1",
        choices=("oauth1", "oauth2"),
        words=("Access token and secret (OAuth 1.0a)", "Refresh token (OAuth 2.0)"),
        help="The first is made in the developer console, signed in as the account that answers. "
        "What the second needs is entered further down, under Advanced.",
    ),
    Field(name="consumer_key", label="API key of the app"),
    Field(
        name="consumer_secret",
        label="API key secret of the app",
        kind="password",
        help="Also what X signs its pushes with.",
    ),
    Field(name="access_token", label="Access token", kind="password"),
    Field(name="access_secret", label="Access token secret", kind="password"),
    Field(name="client_id", label="Client ID", help="OAuth 2.0 only.", advanced=True),
    Field(
        name="client_secret",
        label="Client secret",
        kind="password",
        help="OAuth 2.0 only. Empty for a public client.",
        advanced=True,
    ),
    Field(
        name="refresh_token",
        label="Refresh token",
        kind="password",
        help="OAuth 2.0 only. It is good for one use: from then on the newest is kept here.",
        advanced=True,
    ),
    Field(
        name="hears_by",
        label="Hear of posts by",
        kind="choice",
        default="poll",
        choices=("poll", "activity", "account_activity"),
        words=(
            "Asking X every few minutes",
            "Pushes of the X Activity API, and asking once an hour",
            "Pushes of the Account Activity API, and asking once an hour",
        ),
        help="Asking works behind any firewall. Pushes need a public https address without a port.",
    ),
    Field(
        name="bearer_token",
        label="Bearer token of the app",
        kind="password",
        help="Only for pushes: it makes the webhook.",
    ),
    Field(
        name="directs",
        label="Direct messages",
        kind="choice",
        default="yes",
        choices=("yes", "no"),
        words=("Read and answer them", "Leave them alone"),
    ),
    Field(
        name="monthly_budget",
        label="Budget for a month, in dollars",
        help="Nothing is posted once it is spent, and mentions are asked for less and less often. "
        "Empty: no bound.",
    ),
    Field(
        name="start_from",
        label="What was said before",
        kind="choice",
        default="now",
        choices=("now", "all"),
        words=("Leave it: begin with what comes from now on", "Take in what X still shows"),
    ),
    Field(
        name="long_posts",
        label="The account has X Premium",
        kind="switch",
        help="Then a post may have 25,000 characters.",
    ),
    Field(
        name="access",
        label="Access to the API",
        kind="choice",
        default="self_serve",
        choices=("self_serve", "enterprise"),
        words=("Pay per use", "Enterprise"),
        help="With pay per use X lets us answer only who mentioned or quoted the account.",
    ),
    Field(
        name="user_id",
        label="Number of the account",
        help="Empty: asked from X. Needed when several accounts share one app; the test shows it.",
        advanced=True,
    ),
    Field(
        name="poll_s",
        label="Seconds between two questions",
        kind="number",
        default="60",
        advanced=True,
    ),
    *(
        Field(name=name, label=f"{label}, in cents", default=cents, advanced=True)
        for name, label, cents in _PRICES
    ),
    Field(name="api_url", label="Address of the API", default=API, advanced=True),
)


class Prices(msgspec.Struct, frozen=True, kw_only=True):
    """In hundredths of a dollar."""

    post: float
    link: float
    direct: float
    read_post: float
    read_direct: float
    read_person: float
    alt: float


class XOptions(msgspec.Struct, frozen=True, kw_only=True):
    """All of an X inbox's options. `budget_cents` is None without a bound."""

    keys: Keys | None
    client_id: str
    client_secret: str
    refresh_token: str
    bearer_token: str
    hears_by: str
    has_directs: bool
    budget_cents: float | None
    takes_old: bool
    has_long_posts: bool
    is_self_serve: bool
    user_id: str
    poll_s: float
    prices: Prices
    api_url: str

    @property
    def is_pushed(self) -> bool:
        return self.hears_by != "poll"


def read_options(inbox: InboxInfo) -> XOptions:
    """Check and type the options. Raises Invalid naming the field."""
    given = {name: value.strip() for name, value in inbox.options.items()}
    uses_oauth1 = (given.get("sign_in") or "oauth1") == "oauth1"
    needed = (
        ("consumer_key", "consumer_secret", "access_token", "access_secret")
        if uses_oauth1
        else ("client_id", "refresh_token")
    )
    for name in needed:
        if not given.get(name):
            label = next(field.label for field in FIELDS if field.name == name)
            raise Invalid(f"{label} is needed.", code="missing", field=name)
    hears_by = given.get("hears_by") or "poll"
    if hears_by != "poll" and not given.get("consumer_secret"):
        raise Invalid(
            "Pushes are signed with the API key secret: enter it.",
            code="missing",
            field="consumer_secret",
        )
    return XOptions(
        keys=keys_of(given) if uses_oauth1 else None,
        client_id=given.get("client_id", ""),
        client_secret=given.get("client_secret", ""),
        refresh_token=given.get("refresh_token", ""),
        bearer_token=given.get("bearer_token", ""),
        hears_by=hears_by,
        has_directs=given.get("directs") != "no",
        budget_cents=budget_of(given.get("monthly_budget", "")),
        takes_old=given.get("start_from") == "all",
        has_long_posts=has_long_posts(inbox),
        is_self_serve=given.get("access") != "enterprise",
        user_id=_account(given.get("user_id", "")),
        poll_s=_amount(given, "poll_s", "60"),
        prices=prices_of(given),
        api_url=given.get("api_url") or API,
    )


def keys_of(given: dict[str, str]) -> Keys:
    return Keys(
        consumer_key=given["consumer_key"],
        consumer_secret=given["consumer_secret"],
        token=given["access_token"],
        token_secret=given["access_secret"],
    )


def prices_of(given: dict[str, str]) -> Prices:
    """Raises Invalid for what is no amount."""
    return Prices(**{n.removeprefix("price_"): _amount(given, n, c) for n, _, c in _PRICES})


def budget_of(text: str) -> float | None:
    """In cents; None for no bound. Raises Invalid."""
    return _amount({"monthly_budget": text}, "monthly_budget", "") * 100 if text else None


def has_long_posts(inbox: InboxInfo) -> bool:
    return inbox.options.get("long_posts", "").lower() in {"1", "true", "yes", "on"}


def _amount(given: dict[str, str], name: str, default: str) -> float:
    try:
        read = Decimal((given.get(name) or default).replace(",", "."))
    except InvalidOperation:
        read = Decimal(-1)
    if not (read.is_finite() and 0 <= read < 10_000_000):
        raise Invalid("That is no amount. Write it as in 12.50.", code="bad_amount", field=name)
    return float(read)


def _account(text: str) -> str:
    if text and not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise Invalid("The number of an account has only digits.", field="user_id")
    return text
