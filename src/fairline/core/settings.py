"""Settings: defaults < `fairline.toml` < `FAIRLINE_*` (also `FAIRLINE_*_FILE`) < flags.

Unknown keys stop the start with a clear message; starting with none works. Inboxes, texts and
rules are not here: they live in the database and are edited on the settings pages.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from fairline.core.errors import Invalid

PREFIX = "FAIRLINE_"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything an operator may set. docs/reference/settings.md is made from the texts below."""

    data_dir: str = "data"
    """The folder of the database, the key file and nothing else: back this up."""
    database_url: str = ""
    """A PostgreSQL URL (`postgresql://user:password@host/name`). Empty: SQLite in `data_dir`."""
    host: str = "127.0.0.1"
    """The address to listen on. `0.0.0.0` listens on all of them."""
    port: int = 8080
    """The port to listen on."""
    base_url: str = ""
    """Where customers reach us, as in `https://help.example.com`. It goes into links and mail."""
    secret_key: str = ""
    """Seals passwords and secure forms. Empty: a key file made in `data_dir` at the first start."""
    secret_key_previous: str = ""
    """Another key that still opens what it sealed, until `fairline keys rotate` is through."""
    log_level: str = "info"
    """`debug`, `info`, `warning` or `error`."""
    log_json: bool = False
    """Write the log as one JSON object a line."""
    auto_migrate: bool = True
    """Bring the schema up to date at the start when that is safe."""
    workers: int = 2
    """How many jobs (sending, fetching, notices) run at the same time in one process."""
    poll_interval_s: float = 60.0
    """Seconds between looks into a mailbox whose server cannot tell us of new mail."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of reverse proxies whose `X-Forwarded-*` headers we believe."""
    max_upload_bytes: int = 26_214_400
    """The largest file, and the largest request, that is taken in."""
    smtp_receiver_host: str = "127.0.0.1"
    """The address on which the built-in mail receiver listens."""
    smtp_receiver_port: int = 0
    """The port on which mail is received by SMTP. 0: not at all."""
    lmtp_receiver_port: int = 0
    """The port on which mail is received by LMTP from your own server. 0: not at all."""
    smtp_receiver_certificate: str = ""
    """The certificate file (PEM) of the receiver, for STARTTLS."""
    smtp_receiver_private_key: str = ""
    """The key file (PEM) of that certificate."""
    reopen_within_days: int = 30
    """An answer to a closed case reopens it within these days; later it opens a linked one."""
    tls_certificate: str = ""
    """The certificate file (PEM) of the web server. Empty: plain HTTP, for use behind a proxy."""
    tls_private_key: str = ""
    """The key file (PEM) of that certificate."""
    sender_checks: bool = True
    """Ask DNS about the senders of mail (SPF, DKIM, DMARC) where no trusted server has judged."""
    filter_chatter: bool = True
    """Keep public posts that ask for nothing (thanks, chatter, spam) off the line, as mentions."""
    mentions_kept_days: int = 90
    """Mentions that nobody has decided on are forgotten after so many days."""
    guard_looks_back: bool = True
    """Look once through what was public before the personal-data guard, or before a new rule."""
    outside_allow: tuple[str, ...] = ()
    """Addresses that are not public and may be asked all the same: `host:port`, or `10.0.0.0/8`."""
    demo_networks: str = ""
    """Where the made-up networks of the demo answer: `fairline demo` sets it by itself."""
    metrics_token: str = ""
    """The bearer token that opens `/metrics`. Empty: it is closed."""

    @property
    def folder(self) -> Path:
        """The data folder, absolute."""
        return Path(self.data_dir).expanduser().absolute()

    @property
    def url(self) -> str:
        """The database URL: SQLite in the data folder unless one is set."""
        return self.database_url or f"sqlite:///{self.folder / 'fairline.db'}"

    @property
    def public_url(self) -> str:
        """Where customers reach us, without a trailing slash."""
        host = "localhost" if self.host in {"0.0.0.0", "::", "127.0.0.1"} else self.host  # noqa: S104
        scheme = "https" if self.tls_certificate else "http"
        return (self.base_url or f"{scheme}://{host}:{self.port}").rstrip("/")


def load_settings(
    *,
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Settings:
    """Gather the settings. Raises Invalid naming the key and its source when one is wrong."""
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    named = file or (Path(p) if (p := environment.get("FAIRLINE_CONFIG")) else None)
    source = named or Path("fairline.toml")
    if source.exists():
        try:
            values.update(tomllib.loads(source.read_text()))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Invalid(f"{source} is not valid TOML: {error}", code="bad_settings") from error
    elif named:
        raise Invalid(f"The settings file {named} does not exist.", code="bad_settings")
    values.update(_from_environment(environment))
    values.update({k: v for k, v in (flags or {}).items() if v is not None})
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(
            f"A setting is wrong: {error}. The list is in docs/reference/settings.md.",
            code="bad_settings",
        ) from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    names = {f.name: f for f in msgspec.structs.fields(Settings)}
    found: dict[str, Any] = {}
    for key, value in environment.items():
        if not key.startswith(PREFIX) or key.startswith((PREFIX + "TEST_", PREFIX + "CONFIG")):
            continue
        name = key.removeprefix(PREFIX).lower()
        text = value
        if name.endswith("_file") and name.removesuffix("_file") in names:
            name = name.removesuffix("_file")
            try:
                text = Path(value).read_text().strip()
            except OSError as error:
                raise Invalid(f"{key}: cannot read {value}", code="bad_settings") from error
        if name not in names:
            raise Invalid(
                f"{key} is not a setting. The list is in docs/reference/settings.md.",
                code="bad_settings",
            )
        found[name] = text.split(",") if names[name].type == tuple[str, ...] else text
    return found
