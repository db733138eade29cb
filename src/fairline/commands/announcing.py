"""`fairline announce`: says something to everybody who follows one of our accounts."""

import sys

import click

from fairline.commands.opening import opened, with_settings
from fairline.core.settings import Settings


@click.command()
@click.argument("inbox")
@click.argument("text", required=False, default="")
@click.option("--title", default="", help="Stands above it.")
@click.option("--link", default="", help="A page where there is more.")
@click.option("--change", default="", metavar="POST", help="Other words for a post that is out.")
@click.option("--take-back", default="", metavar="POST", help="Take a post back.")
@with_settings
def announce(
    settings: Settings, inbox: str, text: str, title: str, link: str, change: str, take_back: str
) -> None:
    """Say TEXT to all who follow the account INBOX (its address, name or id); `-` reads the text
    from standard input. Prints the post's address, with which it is changed or taken back.
    """
    from fairline.cases.rows import SYSTEM
    from fairline.channels.contract import Announces
    from fairline.channels.inboxes import find_inbox
    from fairline.core.errors import Invalid

    if change and take_back:
        raise Invalid("Either change a post or take it back.")
    if text == "-":
        text = sys.stdin.read()
    with opened(settings) as office, office.database.write() as unit:
        info = office.channels.info(unit, find_inbox(unit, inbox))
        channel = office.channels.of_kind(info.kind)
        if not isinstance(channel, Announces):
            raise Invalid(f"{channel.label} has no followers.", code="no_followers")
        if take_back:
            channel.take_back(unit, info, take_back, by=SYSTEM)
            click.echo("Taken back.")
        elif change:
            channel.reword(unit, info, change, text, by=SYSTEM)
            click.echo("Changed.")
        else:
            made = channel.announce(unit, info, text, by=SYSTEM, title=title, page=link)
            click.echo(made)
