"""`fairline agent`: people who may sign in, from the shell of the machine."""

import sys

import click

from fairline.commands.opening import opened, with_settings
from fairline.commands.output import say_json, say_table
from fairline.core.errors import NotFound
from fairline.core.settings import Settings


@click.group()
def agent() -> None:
    """Look after the people who may sign in."""


@agent.command("list")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, one agent a line.")
@with_settings
def list_agents(settings: Settings, as_json: bool) -> None:
    """List everybody, those who are disabled too."""
    from fairline.people import store

    with opened(settings) as office, office.database.read() as unit:
        found = store.all_agents(unit, include_disabled=True)
    if as_json:
        for one in found:
            say_json(one)
        return
    say_table(
        ("E-MAIL", "NAME", "ROLE", ""),
        [(a.email, a.name, a.role, "disabled" if a.disabled_at else "") for a in found],
        none="Nobody can sign in yet: run `fairline setup`.",
    )


@agent.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The name colleagues see.")
@click.option("--public-name", default="", help="The name customers see, if another.")
@click.option(
    "--role",
    type=click.Choice(["agent", "supervisor", "administrator"]),
    default="agent",
    show_default=True,
    help="What the person may do.",
)
@click.password_option(help="Asked for when not given; `-` reads it from standard input.")
@with_settings
def add(
    settings: Settings, email: str, name: str, public_name: str, role: str, password: str
) -> None:
    """Add somebody who may sign in."""
    from fairline.people.staff import create_agent

    with opened(settings) as office, office.database.write() as unit:
        made = create_agent(
            unit,
            email=email,
            name=name,
            public_name=public_name,
            role=role,
            password=given(password),
        )
    click.echo(f"{made.name} may sign in as {made.email}.")


@agent.command("password")
@click.argument("email")
@click.password_option(help="Asked for when not given; `-` reads it from standard input.")
@with_settings
def set_password(settings: Settings, email: str, password: str) -> None:
    """Set a new password. Whoever is signed in with the old one is signed out."""
    from fairline.people import store
    from fairline.people.staff import HASHER, check_password, clean_email

    email, fresh = clean_email(email), given(password)
    check_password(fresh, email=email)
    with opened(settings) as office, office.database.write() as unit:
        found = store.agent_by_email(unit, email)
        if found is None:
            raise NotFound(f"There is no agent {email}.", code="no_agent")
        store.update_agent(unit, found[0].id, {"password_hash": HASHER.hash(fresh)})
        store.delete_sessions_of(unit, found[0].id)
    click.echo(f"{email} has a new password.")


@agent.command("disable")
@click.argument("email")
@with_settings
def disable(settings: Settings, email: str) -> None:
    """Let somebody sign in no more. Open cases go back to the line; what was done stays."""
    from fairline.cases import leaving
    from fairline.cases.rows import SYSTEM
    from fairline.people import store
    from fairline.people.staff import clean_email

    email = clean_email(email)
    with opened(settings) as office, office.database.write() as unit:
        found = store.agent_by_email(unit, email)
        if found is None:
            raise NotFound(f"There is no agent {email}.", code="no_agent")
        given_back = leaving.disable(unit, found[0].id, by=SYSTEM)
    click.echo(f"{email} can no longer sign in; {given_back} open cases went back to the line.")


def given(password: str) -> str:
    """The password itself; `-` means that it comes on standard input, out of the process list."""
    if password != "-":  # noqa: S105  a word for where it comes from
        return password
    return sys.stdin.readline().rstrip("\r\n")
