"""`fairline move`: everything into another database, from SQLite to PostgreSQL or back."""

import click

from fairline.commands.opening import with_settings
from fairline.commands.output import progress, say_json
from fairline.core.settings import Settings

# Numbers of transactions mean nothing in another database; 0 is below all of them.
STAYS = {"events": {"tx"}}


@click.command()
@click.argument("to_url")
@click.option("--json", "as_json", is_flag=True, help="Say in JSON how many rows were moved.")
@with_settings
def move(settings: Settings, to_url: str, as_json: bool) -> None:
    """Copy everything into the empty database at TO_URL. The server must be stopped.

    For the day when one file has become too small: give a PostgreSQL URL, then start the server
    with it as `database_url` and the same data folder, for the key file in it stays in use. What is
    here now is left as it is.
    """
    import fairline.wiring  # noqa: F401  loads every table
    from fairline.commands.occupied import occupied
    from fairline.db.engine import open_database
    from fairline.db.moving import move as copy_all

    with occupied(settings.folder, alone=True):
        here, there = open_database(settings.url), open_database(to_url)
        try:
            with progress("Moving") as bar:
                moved = copy_all(here, there, leave=STAYS, say=lambda _, rows: bar.tick(rows))
        finally:
            here.close()
            there.close()
    if as_json:
        say_json(moved)
        return
    click.echo(f"{sum(moved.values()):,} rows are in the other database now.")
    click.echo("Start the server with it: set `database_url`, and keep the data folder.")
