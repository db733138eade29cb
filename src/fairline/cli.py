"""The command line. Each command lives in `commands/`; this is the list of them.

Exit codes: 0 done, 1 it failed (one line says why), 2 it was called wrongly.
"""

import os
from typing import Any

import click

from fairline import __version__
from fairline.commands import (
    agents,
    announcing,
    backups,
    cases,
    check,
    deliveries,
    demo,
    inboxes,
    jobs,
    keys,
    line,
    migrate,
    move,
    replay,
    serve,
    setup,
    simulate,
    tokens,
    worker,
)
from fairline.core.errors import FairlineError


class Failure(click.ClickException):
    """A failure as one line on standard error."""

    exit_code = 1


class WrongSettings(Failure):
    """What was given cannot be right: the same code as for a wrong flag."""

    exit_code = 2


class Top(click.Group):
    """The group of all commands: an error of ours ends in one clear line, never in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FairlineError as error:
            if os.environ.get("FAIRLINE_LOG_LEVEL") == "debug":
                raise
            text = f"{error.text} ({error.detail})" if error.detail else error.text
            raise (WrongSettings if error.code == "bad_settings" else Failure)(text) from error
        except BrokenPipeError:
            raise
        except OSError as error:
            what = f"{error.filename}: " if error.filename else ""
            raise Failure(f"{what}{error.strerror or error}") from error


@click.group(cls=Top, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", message="%(version)s")
def main() -> None:
    """Fairline: customer service on the company's own ground.

    Start with `fairline serve`, or look around with `fairline demo`.
    """


@click.command()
def version() -> None:
    """Say which version this is."""
    click.echo(__version__)


for command in (
    serve.serve,
    worker.worker,
    setup.setup,
    migrate.migrate,
    move.move,
    check.check,
    demo.demo,
    inboxes.inbox,
    announcing.announce,
    cases.case,
    replay.replay,
    jobs.jobs,
    deliveries.deliveries,
    line.line,
    agents.agent,
    tokens.token,
    backups.backup,
    backups.restore,
    keys.keys,
    simulate.simulate,
    version,
):
    main.add_command(command)
