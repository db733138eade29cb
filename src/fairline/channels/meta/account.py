"""An inbox's settings as the Graph API wants them, and the fields that people fill in."""

import hashlib
import hmac

import msgspec

from fairline.channels.contract import Field, InboxInfo

API_URL = "https://graph.facebook.com"
VERSION = "v25.0"

APP_FIELDS = (
    Field(
        name="access_token",
        label="Access token",
        kind="password",
        required=True,
        help="Of a system user, without an end: then nobody has to renew it.",
    ),
    Field(name="app_id", label="App ID", required=True, help="On the app's dashboard, at the top."),
    Field(
        name="app_secret",
        label="App secret",
        kind="password",
        required=True,
        help="App settings, Basic. What Meta sends us is signed with it.",
    ),
    Field(
        name="verify_token",
        label="Verify token",
        kind="password",
        required=True,
        help="Any words of your own. Type the same ones where Meta asks for the webhook's address.",
    ),
)
API_FIELDS = (
    Field(name="api_url", label="Address of the API", default=API_URL, advanced=True),
    Field(name="api_version", label="Version of the API", default=VERSION, advanced=True),
)
HUMAN_AGENT = Field(
    name="human_agent",
    label="The app has the Human Agent permission",
    kind="switch",
    help="Then people may answer for seven days instead of 24 hours.",
)


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What every call needs. `node` is the object of the API that speaks for the inbox. `alone` is
    an Instagram account that is connected without a page, by its own API.
    """

    label: str
    node: str
    token: str
    app_id: str = ""
    app_secret: str = ""
    api_url: str = API_URL
    version: str = VERSION
    alone: bool = False

    @property
    def root(self) -> str:
        return f"{self.api_url}/{self.version}"

    @property
    def proof(self) -> str:
        """`appsecret_proof`: shows that the caller has the secret, not only a token that leaked.
        Source: "Secure Graph API Calls".
        """
        if not self.app_secret or self.alone:
            return ""
        key, said = self.app_secret.encode(), self.token.encode()
        return hmac.new(key, said, hashlib.sha256).hexdigest()


def account_of(inbox: InboxInfo, label: str, node: str) -> Account:
    options = inbox.options
    return Account(
        label=label,
        node=node or inbox.address,
        token=options.get("access_token", ""),
        app_id=options.get("app_id", ""),
        app_secret=options.get("app_secret", ""),
        api_url=(options.get("api_url") or API_URL).rstrip("/"),
        version=(options.get("api_version") or VERSION).strip("/"),
    )


def is_on(inbox: InboxInfo, option: str) -> bool:
    """Whether a switch is on."""
    return inbox.options.get(option, "").lower() in {"on", "true", "1", "yes"}
