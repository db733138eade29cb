"""`fairline keys`: which master keys there are, what they open, and going over to another."""

import click

from fairline.commands.opening import opened, with_settings
from fairline.commands.output import progress, remark, say_json, say_table
from fairline.core.settings import Settings


@click.group()
def keys() -> None:
    """Look after the keys that seal passwords and secure forms."""


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@with_settings
def list_keys(settings: Settings, as_json: bool) -> None:
    """Say which keys there are, and how much is sealed with each."""
    from fairline.db.sealed import key_use, use_words

    with opened(settings) as office:
        with office.database.read() as unit:
            use = key_use(unit)
        ids = office.keyring.ids
    states = dict.fromkeys(ids, "opens") | {ids[0]: "seals"}
    every = [*ids, *(one for one in use if one not in states)]
    if as_json:
        rows = [{"key": k, "state": states.get(k, "missing"), "use": use.get(k, {})} for k in every]
        say_json(rows)
        return
    say_table(
        ("KEY", "STATE", "SEALED WITH IT"),
        [(k, states.get(k, "MISSING"), use_words(use.get(k, {})) or "nothing") for k in every],
    )


@keys.command("rotate")
@click.option(
    "--rest",
    "rest_s",
    type=click.FloatRange(0, 3600),
    default=60.0,
    show_default=True,
    help="Seconds the old key stays at least, for what is under way.",
)
@click.option(
    "--signatures",
    is_flag=True,
    help="Sign anew too: for a key that got into wrong hands. Open pages must be reloaded, and "
    "codes that are on their way count no more.",
)
@with_settings
def rotate_keys(settings: Settings, rest_s: float, signatures: bool) -> None:
    """Make a new key and seal everything with it, while Fairline serves.

    What was cut off goes on when it is run again. With the setting secret_key no key is made: set
    a new one, with the old one as secret_key_previous, restart, and run this.
    """
    from fairline.commands.key_rotation import rotate
    from fairline.db.sealed import use_words
    from fairline.wiring import key_files_of

    files = key_files_of(settings)
    if signatures:
        files.renew_signing()
    with opened(settings) as office, progress("Sealing anew") as bar:
        done = rotate(
            office.database, office.keyring, files, rest_s=rest_s, say=remark, tick=bar.tick
        )
    click.echo(f"{done.moved:,} values are sealed anew. The present key is {done.key_id}.")
    where = "Take it out of the settings." if settings.secret_key else "Its file is removed."
    for key_id in done.retired:
        click.echo(f"Nothing needs the key {key_id} any more, but older backups. {where}")
    for key_id in done.kept:
        click.echo(f"The key {key_id} stays: something sealed with it could not be opened.")
    for key_id, use in done.lost.items():
        remark(f"{use_words(use)}: sealed with the key {key_id}, which is not here.")
    if done.lost or done.kept:
        raise SystemExit(1)


@keys.command("check")
@with_settings
def check_keys(settings: Settings) -> None:
    """Open everything that is sealed, and say what does not open. Changes nothing."""
    from fairline.core.errors import Unavailable
    from fairline.db.sealed import SEALED, values

    wrong = 0
    with opened(settings) as office:
        for sealed in SEALED:
            opens, after = 0, ""
            while True:
                with office.database.read() as unit:
                    found = values(unit, sealed, after=after)
                if not found:
                    break
                for row_id, value in found:
                    after = row_id
                    try:
                        office.keyring.open(value, purpose=sealed.purpose(row_id))
                        opens += 1
                    except Unavailable:
                        wrong += 1
                        click.echo(
                            f"{sealed.name} {row_id} does not open "
                            f"(sealed with the key {value.partition('.')[0]})"
                        )
            click.echo(f"{opens:,} {sealed.name if opens == 1 else sealed.several} open.")
    if wrong:
        remark("Put the missing key into the folder `keys`, under any name that ends in .key.")
        raise SystemExit(1)
