"""How every command gets its settings and, when it needs one, an office to work in.

Heavy imports wait until a command runs: `fairline --help` answers at once.
"""

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fairline.core.settings import PREFIX, Settings, load_settings

if TYPE_CHECKING:
    from fairline.wiring import Office

Command = TypeVar("Command", bound=Callable[..., Any])


def with_settings(command: Command) -> Command:
    """Give a command `settings`, and the flags that say where the data is."""

    @click.option("--data-dir", help="The folder of the database and the key file.")
    @click.option("--database-url", help="A PostgreSQL URL. Without it: SQLite in the data folder.")
    @click.option("--config", type=click.Path(path_type=Path), help="A settings file (TOML).")
    @functools.wraps(command)
    def run(
        *arguments: Any,
        data_dir: str | None,
        database_url: str | None,
        config: Path | None,
        **options: Any,
    ) -> Any:
        flags = {"data_dir": data_dir, "database_url": database_url}
        settings = load_settings(file=config, flags=flags)
        if config:
            os.environ["FAIRLINE_CONFIG"] = str(config.absolute())
        for name, value in flags.items():
            hand_down(name, value)
        return command(*arguments, settings=settings, **options)

    return run  # type: ignore[return-value]


def hand_down(name: str, value: object) -> None:
    """Let the processes we start see a flag as if it had been in their environment."""
    if value is not None:
        os.environ.pop(f"{PREFIX}{name.upper()}_FILE", None)
        os.environ[f"{PREFIX}{name.upper()}"] = str(value)


@contextmanager
def opened(settings: Settings) -> "Iterator[Office]":
    """An office for one command: the schema is made ready, only errors are logged."""
    from fairline.core.log import set_up_logging
    from fairline.wiring import Office

    set_up_logging("debug" if settings.log_level == "debug" else "error", as_json=settings.log_json)
    office = Office(settings)
    try:
        yield office
    finally:
        office.close()
