"""`fairline backup` and `fairline restore`: one file with everything, while it serves."""

from pathlib import Path

import click

from fairline.commands.opening import opened, with_settings
from fairline.commands.output import progress
from fairline.core.settings import Settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@with_settings
def backup(settings: Settings, file: Path, force: bool) -> None:
    """Write the database and the key file into FILE (.tar.gz), while the server runs.

    Whoever has FILE can read everything in it, stored passwords too: keep it as safe as the
    server itself.
    """
    from fairline.commands.backup_files import write_backup
    from fairline.core.errors import Conflict

    if file.exists() and not force:
        raise Conflict(f"{file} is there already. With --force it is overwritten.", code="exists")
    with opened(settings) as office, progress("Copying"):
        size = write_backup(office, file)
    click.echo(f"{file}: {size / 1_048_576:,.1f} MB")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Put what is there now aside.")
@with_settings
def restore(settings: Settings, file: Path, replace: bool) -> None:
    """Make the install what it was when FILE was written. The server must be stopped."""
    from fairline.commands.backup_files import read_backup
    from fairline.commands.occupied import occupied

    with occupied(settings.folder, alone=True), progress("Restoring"):
        kept = read_backup(settings, file, replace=replace)
    for path in kept:
        click.echo(f"What was there before is now {path}", err=True)
    click.echo(f"{settings.folder} is restored. Look it over with `fairline check`.")
