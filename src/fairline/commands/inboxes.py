"""`fairline inbox`: the accounts through which people reach us, and what is fed into them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fairline.commands.opening import opened, with_settings
from fairline.commands.output import say_json, say_table
from fairline.core.settings import Settings

if TYPE_CHECKING:
    from fairline.wiring import Office


@click.group()
def inbox() -> None:
    """Look after inboxes: the accounts through which people reach us."""


@inbox.command("list")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, one inbox a line.")
@with_settings
def list_inboxes(settings: Settings, as_json: bool) -> None:
    """List the inboxes and how they are."""
    from fairline.channels.store_inboxes import all_inboxes
    from fairline.people import store

    with opened(settings) as office, office.database.read() as unit:
        found = all_inboxes(unit)
        brands = {brand.id: brand.slug for brand in store.all_brands(unit)}
    if as_json:
        for one in found:
            say_json(
                {
                    "id": one.id,
                    "brand": brands[one.brand_id],
                    "kind": one.kind,
                    "name": one.name,
                    "address": one.address,
                    "state": one.state,
                    "received_at": one.received_at,
                    "checked_at": one.checked_at,
                    "error": one.error,
                    "error_since": one.error_since,
                }
            )
        return
    say_table(
        ("ADDRESS", "KIND", "BRAND", "STATE", "LAST LOOK", "ERROR"),
        [
            (
                one.address or one.name,
                one.kind,
                brands[one.brand_id],
                one.state,
                f"{one.checked_at:%Y-%m-%d %H:%M}" if one.checked_at else "",
                one.error,
            )
            for one in found
        ],
        none="There is no inbox yet: run `fairline setup` or `fairline inbox add`.",
    )


@inbox.command("add")
@click.argument("address")
@click.option("--kind", default="email", show_default=True, help="The channel.")
@click.option("--name", default="", help="What colleagues call it.")
@click.option("--brand", default="", help="The brand's slug. Without it: the default brand.")
@click.option("--option", "pairs", multiple=True, metavar="NAME=VALUE", help="A field of it.")
@click.option("--password", help="Its password for both ways; `-` reads it from standard input.")
@with_settings
def add(
    settings: Settings,
    address: str,
    kind: str,
    name: str,
    brand: str,
    pairs: tuple[str, ...],
    password: str | None,
) -> None:
    """Make an inbox. Its fields are those of the settings page, as in --option imap_host=HOST."""
    from fairline.cases.rows import SYSTEM
    from fairline.channels.inboxes import create_inbox
    from fairline.commands.agents import given
    from fairline.commands.setup import read_options
    from fairline.core.errors import Invalid, NotFound
    from fairline.people import store

    options = read_options(pairs)
    with opened(settings) as office, office.database.write() as unit:
        fields = {field.name: field for field in office.channels.of_kind(kind).fields}
        if unknown := sorted(set(options) - set(fields)):
            raise Invalid(
                f"A {kind} inbox has no field {unknown[0]!r}. It has: {', '.join(fields)}."
            )
        if password:
            secret = given(password)
            secrets = [f.name for f in fields.values() if f.kind == "password"]
            options = dict.fromkeys(secrets, secret) | options
        brands = store.all_brands(unit)
        chosen = [b for b in brands if b.slug == brand or (not brand and b.is_default)]
        if not chosen:
            names = ", ".join(b.slug for b in brands) or "none yet, run `fairline setup`"
            raise NotFound(f"There is no brand {brand!r}. There are: {names}.", code="no_brand")
        made = create_inbox(
            unit,
            office.channels,
            brand_id=chosen[0].id,
            kind=kind,
            name=name,
            address=address,
            options=options,
            by=SYSTEM,
        )
        inbox_id = made.id
    with opened(settings) as office:
        _connect(office, inbox_id)
    click.echo(f"{made.address or made.name} is active.")


def _connect(office: "Office", inbox_id: str) -> None:
    """Tell the provider where to push, where the channel does so, and say what it answered."""
    from fairline.channels import lifecycle

    for check in lifecycle.connect(office.database, office.channels, inbox_id):
        click.echo(f"{'ok' if check.ok else 'FAIL'}  {check.name}: {check.text}")


@inbox.command("test")
@click.argument("word", metavar="INBOX")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@with_settings
def test(settings: Settings, word: str, as_json: bool) -> None:
    """Try an inbox's connections and say what happened. The exit code is 1 when one fails."""
    from fairline.channels.inboxes import find_inbox, test_inbox

    with opened(settings) as office:
        with office.database.read() as unit:
            found = find_inbox(unit, word)
        checks = test_inbox(office.database, office.channels, found.id)
    if as_json:
        say_json(checks)
    else:
        say_table(
            ("", "WHAT", "RESULT"),
            [("ok" if c.ok else "FAIL", c.name, c.text) for c in checks],
        )
    if not all(check.ok for check in checks):
        raise SystemExit(1)


@inbox.command("pause")
@click.argument("word", metavar="INBOX")
@with_settings
def pause(settings: Settings, word: str) -> None:
    """Stop fetching and sending. What is to be sent waits."""
    _set(settings, word, "paused")


@inbox.command("resume")
@click.argument("word", metavar="INBOX")
@with_settings
def resume(settings: Settings, word: str) -> None:
    """Fetch and send again, from where it stopped."""
    _set(settings, word, "active")


@inbox.command("renew-key")
@click.argument("word", metavar="INBOX")
@with_settings
def renew_key(settings: Settings, word: str) -> None:
    """Give an inbox that signs with a key of its own (a fediverse account) a new one, at once."""
    from fairline.channels.contract import Keyed
    from fairline.channels.inboxes import find_inbox
    from fairline.core.errors import Invalid

    with opened(settings) as office:
        with office.database.read() as unit:
            found = find_inbox(unit, word)
            info = office.channels.info(unit, found)
        channel = office.channels.of_kind(found.kind)
        if not isinstance(channel, Keyed):
            raise Invalid(f"A {found.kind} inbox has no key of its own.")
        made = channel.renew_key(info)
    click.echo(f"{found.address or found.name} signs with {made} from now on.")


def _set(settings: Settings, word: str, state: str) -> None:
    from fairline.cases.rows import SYSTEM
    from fairline.channels.inboxes import find_inbox, set_state

    with opened(settings) as office, office.database.write() as unit:
        found = set_state(unit, find_inbox(unit, word).id, state, by=SYSTEM)
    if state == "active":
        with opened(settings) as office:
            _connect(office, found.id)
    click.echo(f"{found.address or found.name} is {state}.")


@inbox.command("feed")
@click.argument("word", metavar="INBOX")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, one item a line.")
@with_settings
def feed(settings: Settings, word: str, paths: tuple[Path, ...], as_json: bool) -> None:
    """Put stored messages through the real door, exactly as if they had been fetched.

    For e-mail a PATH is a raw message (.eml), an mbox file, a maildir, or a folder of these.
    Feeding the same thing twice does nothing the second time. The exit code is 1 when something
    could not be understood and was set aside.
    """
    from fairline.commands.feeding import feed_inbox

    with opened(settings) as office:
        is_whole = feed_inbox(office, word, paths, as_json=as_json)
    if not is_whole:
        raise SystemExit(1)
