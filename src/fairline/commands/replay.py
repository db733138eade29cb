"""`fairline replay`: let stored items be understood anew, after a bug was mended."""

import click

from fairline.commands.opening import opened, with_settings
from fairline.commands.output import plain, progress, say_json
from fairline.core.settings import Settings


@click.command()
@click.argument("raw_id", required=False)
@click.option("--all-set-aside", is_flag=True, help="Everything that could not be understood.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, one item a line.")
@with_settings
def replay(settings: Settings, raw_id: str | None, all_set_aside: bool, as_json: bool) -> None:
    """Understand stored items anew. Doing it twice is harmless.

    The exit code is 1 when something had to be set aside again.
    """
    if bool(raw_id) == all_set_aside:
        raise click.UsageError("Name one item, or say --all-set-aside.")
    from fairline.channels import raw, store_raw

    again = 0
    with opened(settings) as office:
        with office.database.read() as unit:
            rows = store_raw.set_aside(unit, limit=1_000_000) if all_set_aside else []
        ids = [row.id for row in reversed(rows)] or ([raw_id] if raw_id else [])
        ingest = office.make_ingest()
        with progress("Understanding", len(ids)) as done:
            for one in ids:
                with office.database.write() as unit:
                    raw.replay(unit, one)
                result = ingest.take(one)
                again += result.outcome == "set_aside"
                done.tick()
                if as_json:
                    say_json({"id": one, "outcome": result.outcome, "reason": result.reason})
                elif result.outcome == "set_aside":
                    click.echo(f"{one}: set aside again: {plain(result.reason)}")
    if not as_json:
        click.echo(f"{len(ids) - again} taken, {again} set aside.")
    if again:
        raise SystemExit(1)
