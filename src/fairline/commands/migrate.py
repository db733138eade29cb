"""`fairline migrate`: bring the schema up to date."""

import click

from fairline.commands.opening import with_settings
from fairline.commands.output import remark, say_json
from fairline.core.settings import Settings


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@with_settings
def migrate(settings: Settings, dry_run: bool, as_json: bool) -> None:
    """Bring the database's schema up to date. Safe to run at any time.

    Before an SQLite file is changed a copy is kept beside it. A start does this by itself unless
    the setting `auto_migrate` is off.
    """
    from fairline.db.engine import open_database
    from fairline.db.migrate import heal_positions, schema_of
    from fairline.db.migrate import migrate as upgrade

    database = open_database(settings.url)
    try:
        before = schema_of(database) if dry_run else upgrade(database, say=remark)
        if not dry_run:
            heal_positions(database)
        after = schema_of(database)
    finally:
        database.close()
    if as_json:
        say_json({"before": before.present, "after": after.present, "pending": after.pending})
    elif after.pending:
        click.echo(f"To be done: {', '.join(after.pending)}.")
    else:
        click.echo(f"The schema is at revision {after.present}; nothing is left to do.")
