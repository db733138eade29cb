"""`fairline setup`: the first brand, the first administrator and, if wanted, a mailbox."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from fairline.commands.agents import given
from fairline.commands.opening import opened, with_settings
from fairline.core.errors import Conflict, Invalid
from fairline.core.settings import Settings

if TYPE_CHECKING:
    from fairline.wiring import Office


@click.command()
@click.option("--brand", help="The name that customers know.")
@click.option("--time-zone", default="UTC", show_default=True, help="Where it works.")
@click.option("--accent", help="The brand's colour, as #0d6457.")
@click.option("--name", help="Your own name.")
@click.option("--email", help="The address you sign in with.")
@click.option("--password", help="At least ten characters; `-` reads it from standard input.")
@click.option("--mailbox", help="The address of a mailbox to serve, as help@example.com.")
@click.option("--imap-host", help="Where its mail is fetched.")
@click.option("--smtp-host", help="Where its mail is sent.")
@click.option("--mail-user", help="Its user name. Without it: the address.")
@click.option("--mail-password", help="Its password; `-` reads it from standard input.")
@click.option("--mail-option", multiple=True, metavar="NAME=VALUE", help="Any other field.")
@click.option("--yes", is_flag=True, help="Ask nothing; what is not given stays as it is.")
@with_settings
def setup(
    settings: Settings,
    brand: str | None,
    time_zone: str,
    accent: str | None,
    name: str | None,
    email: str | None,
    password: str | None,
    mailbox: str | None,
    yes: bool,
    **mail: str | None,
) -> None:
    """Make a fresh install ready to serve. What is not given as a flag is asked for."""
    with opened(settings) as office:
        _check_fresh(office)
        ask = not yes
        brand = brand or (click.prompt("Name of the brand") if ask else None)
        name = name or (click.prompt("Your name") if ask else None)
        email = email or (click.prompt("Your e-mail address") if ask else None)
        if password is None and ask:
            password = click.prompt("A password", hide_input=True, confirmation_prompt=True)
        if not (brand and name and email and password):
            raise click.UsageError("With --yes, give --brand, --name, --email and --password.")
        password = given(password)
        if mailbox is None and ask and click.confirm("Serve a mailbox too?", default=False):
            mailbox = click.prompt("Its address")
            mail |= {key: click.prompt(text) for key, text in _QUESTIONS if not mail.get(key)}
            mail["mail_password"] = mail["mail_password"] or click.prompt(
                "Its password", hide_input=True
            )
        options = mail_options(mail) if mailbox else {}
        _make(
            office,
            brand=brand,
            time_zone=time_zone,
            accent=accent,
            name=name,
            email=email,
            password=password,
            mailbox=mailbox,
            options=options,
        )
    click.echo(f"{brand} is ready. Sign in as {email} at {settings.public_url}/desk")


_QUESTIONS = (("imap_host", "Incoming server (IMAP)"), ("smtp_host", "Outgoing server (SMTP)"))


def mail_options(mail: Mapping[str, object]) -> dict[str, str]:
    """The fields of a mail inbox from the flags."""
    options = {key: str(mail[key]) for key, _ in _QUESTIONS if mail.get(key)}
    options["receive_by"] = "imap" if options.get("imap_host") else "none"
    for end in ("imap", "smtp"):
        if mail.get("mail_user"):
            options[f"{end}_user"] = str(mail["mail_user"])
        if mail.get("mail_password"):
            options[f"{end}_password"] = given(str(mail["mail_password"]))
    more = mail.get("mail_option") or ()
    assert isinstance(more, tuple)
    return options | read_options(more)


def read_options(pairs: tuple[str, ...]) -> dict[str, str]:
    """`NAME=VALUE` pairs of the command line. Raises a usage error."""
    options = {}
    for pair in pairs:
        key, is_given, value = pair.partition("=")
        if not (key and is_given):
            raise click.UsageError(f"{pair!r} is not NAME=VALUE.")
        options[key.strip()] = value
    return options


def _check_fresh(office: "Office") -> None:
    from fairline.people.first_run import is_fresh

    with office.database.read() as unit:
        if not is_fresh(unit):
            raise Conflict(
                "This install is set up already. Add people with `fairline agent add`, the rest is "
                "on the settings pages of the desk.",
                code="set_up_already",
            )


def _make(
    office: "Office",
    *,
    brand: str,
    time_zone: str,
    accent: str | None,
    name: str,
    email: str,
    password: str,
    mailbox: str | None,
    options: dict[str, str],
) -> None:
    """All of it, or nothing."""
    import re
    from zoneinfo import ZoneInfo

    from fairline.cases.rows import SYSTEM
    from fairline.channels.inboxes import create_inbox
    from fairline.people.first_run import forget_setup_code
    from fairline.people.setup import DEFAULT_ACCENT, create_brand
    from fairline.people.staff import create_agent

    if accent and not re.fullmatch(r"#[0-9a-fA-F]{6}", accent):
        raise Invalid("A colour is written as #0d6457.", field="accent")
    try:
        ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError) as error:
        raise Invalid(f"{time_zone!r} is no time zone, as Europe/Berlin is.") from error
    with office.database.write() as unit:
        made = create_brand(unit, name=brand, accent=accent or DEFAULT_ACCENT, time_zone=time_zone)
        create_agent(unit, email=email, name=name, role="administrator", password=password)
        create_inbox(
            unit,
            office.channels,
            brand_id=made.id,
            kind="web",
            name="Board",
            address="board",
            options={},
            by=SYSTEM,
        )
        if mailbox:
            create_inbox(
                unit,
                office.channels,
                brand_id=made.id,
                kind="email",
                name=mailbox,
                address=mailbox,
                options=options,
                by=SYSTEM,
            )
    forget_setup_code(office.settings.folder)
