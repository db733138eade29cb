"""`fairline line`: mends what is counted about the line. The order itself needs no mending."""

import click

from fairline.commands.opening import opened, with_settings
from fairline.core.settings import Settings


@click.group()
def line() -> None:
    """Look after the line."""


@line.command("recount")
@with_settings
def recount(settings: Settings) -> None:
    """Count the line anew, so that every place told is true again.

    Safe while Fairline serves: changes of the line wait until it is done.
    """
    from fairline.line import counted

    with opened(settings) as office:
        wrong = counted.mend(office.database)
    click.echo(f"{wrong} counters were wrong. All are right now." if wrong else "All is right.")
