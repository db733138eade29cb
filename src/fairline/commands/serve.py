"""`fairline serve`: everything in one go, for customers, agents and the work behind."""

import click
import msgspec

from fairline.commands.opening import hand_down, opened, with_settings
from fairline.core.settings import Settings


@click.command()
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--no-work", is_flag=True, help="Only serve pages; `fairline worker` does the rest.")
@with_settings
def serve(settings: Settings, host: str | None, port: int | None, no_work: bool) -> None:
    """Serve the board, the desk and the API, fetch and send mail, until stopped.

    The first start makes the data folder, the key file and the database.
    """
    hand_down("host", host)
    hand_down("port", port)
    settings = msgspec.structs.replace(
        settings, host=host or settings.host, port=port or settings.port
    )
    run(settings, works=not no_work)


def run(settings: Settings, *, works: bool) -> None:
    """Make ready, say where we are, and serve."""
    from contextlib import ExitStack

    from fairline.commands.occupied import occupied
    from fairline.commands.web_server import check_port, run_server
    from fairline.commands.work import receivers

    check_port(settings.host, settings.port)
    with ExitStack() as stack:
        stack.enter_context(occupied(settings.folder))
        with opened(settings) as office:
            announce(settings, fresh=_is_fresh(office.database))
        if works and (settings.smtp_receiver_port or settings.lmtp_receiver_port):
            stack.enter_context(receivers(stack.enter_context(opened(settings))))
        run_server(settings, works=works)


def announce(settings: Settings, *, fresh: bool) -> None:
    """Say where to go; on a fresh install with the code that opens the set-up page."""
    from urllib.parse import quote

    from fairline.people.first_run import setup_code

    click.echo(f"Fairline serves at {settings.public_url}")
    if fresh:
        code = setup_code(settings.folder)
        click.echo(
            "Nobody can sign in yet. Open this to set it up:\n"
            f"    {settings.public_url}/desk/set-up?code={quote(code)}\n"
            f"    (the code is {code}; or run `fairline setup`)"
        )
    else:
        click.echo(f"The desk is at {settings.public_url}/desk")


def _is_fresh(database: object) -> bool:
    from fairline.db.engine import Database
    from fairline.people.first_run import is_fresh

    assert isinstance(database, Database)
    with database.read() as unit:
        return is_fresh(unit)
