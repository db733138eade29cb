"""`fairline deliveries`: messages that did not arrive, and another try."""

import click

from fairline.commands.opening import opened, with_settings
from fairline.commands.output import say_json, say_table
from fairline.core.settings import Settings


@click.group()
def deliveries() -> None:
    """Look after messages that did not arrive."""


@deliveries.command("list")
@click.option("--limit", default=50, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, one delivery a line.")
@with_settings
def list_deliveries(settings: Settings, limit: int, as_json: bool) -> None:
    """List what is dead, failed or of unknown fate, newest first."""
    from fairline.channels.repair import stuck_list

    with opened(settings) as office, office.database.read() as unit:
        stuck = stuck_list(unit, limit=limit)
    if as_json:
        for line in stuck:
            say_json(line)
        return
    say_table(
        ("ID", "CASE", "TO", "STATE", "WHY"),
        [
            (s.delivery.id, s.reference, s.delivery.recipient, s.delivery.state, s.delivery.error)
            for s in stuck
        ],
        none="Nothing is stuck.",
    )


@deliveries.command("retry")
@click.argument("delivery_id", required=False)
@click.option("--all", "every", is_flag=True, help="Everything that is dead or failed.")
@with_settings
def retry(settings: Settings, delivery_id: str | None, every: bool) -> None:
    """Send again, under the same key.

    With --all, deliveries of unknown fate are left alone: they may have arrived.
    """
    if bool(delivery_id) == every:
        raise click.UsageError("Name one delivery, or say --all.")
    from fairline.cases.rows import SYSTEM
    from fairline.channels.repair import try_again
    from fairline.channels.store_deliveries import stuck

    count = 0
    with opened(settings) as office, office.database.write() as unit:
        ids = (
            [d.id for d in stuck(unit, limit=100_000) if d.state in {"dead", "failed"}]
            if every
            else [delivery_id or ""]
        )
        for one in ids:
            try_again(unit, one, by=SYSTEM)
            count += 1
    click.echo(f"{count} will be sent again.")
