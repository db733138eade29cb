"""`fairline token`: keys to the API, made from the shell."""

import click

from fairline.commands.opening import opened, with_settings
from fairline.core.errors import NotFound
from fairline.core.settings import Settings


@click.group()
def token() -> None:
    """Make keys to the API."""


@token.command("create")
@click.argument("email")
@click.option("--name", required=True, help="What it is for.")
@click.option("--read-only", is_flag=True, help="It may only read.")
@click.option(
    "--days", type=click.IntRange(1, 732), default=365, show_default=True, help="So long it lasts."
)
@with_settings
def create(settings: Settings, email: str, name: str, read_only: bool, days: int) -> None:
    """Make a token that acts as an agent. It is shown once, here."""
    from fairline.people import store
    from fairline.people.staff import clean_email
    from fairline.people.tokens import create_token

    with opened(settings) as office, office.database.write() as unit:
        found = store.agent_by_email(unit, clean_email(email))
        if found is None or found[0].disabled_at:
            raise NotFound(f"There is no agent {email}.", code="no_agent")
        made = create_token(unit, found[0], name, read_only=read_only, days=days)
    click.echo(made)
