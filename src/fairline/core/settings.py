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
    """Everything an operator may set. Each field's meaning is in docs/reference/settings.md."""

    data_dir: str = "data"
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str = ""
    secret_key: str = ""
    log_level: str = "info"
    log_json: bool = False
    auto_migrate: bool = True
    workers: int = 2
    poll_interval_s: float = 60.0
    trusted_proxies: tuple[str, ...] = ()
    max_upload_bytes: int = 26_214_400
    smtp_receiver_host: str = "127.0.0.1"
    smtp_receiver_port: int = 0
    lmtp_receiver_port: int = 0
    smtp_receiver_certificate: str = ""
    smtp_receiver_private_key: str = ""
    reopen_within_days: int = 30
    tls_certificate: str = ""
    tls_private_key: str = ""
    metrics_token: str = ""
    allow_private_networks: bool = False

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
