"""`fairline demo`: a small company with weeks of history, to look at and to play with."""

from pathlib import Path

import click

from fairline.core.settings import Settings, load_settings


@click.command()
@click.option("--data-dir", default="demo-data", show_default=True, help="Where it is kept.")
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--no-live", is_flag=True, help="Nobody new writes while it runs.")
@click.option("--reset", is_flag=True, help="Throw away what is there and fill it anew.")
@click.option("--fill-only", is_flag=True, help="Fill it and end, without serving.")
def demo(
    data_dir: str, host: str | None, port: int | None, no_live: bool, reset: bool, fill_only: bool
) -> None:
    """Serve a small made-up company with six weeks of history and people writing in.

    All its mail stays on this machine: what is sent lands in the folder `outbox` of its data. The
    second start goes on with the same data.
    """
    from fairline.demo.running import run_demo

    run_demo(
        settings(data_dir, host, port),
        live=not no_live,
        reset=reset,
        serves=not fill_only,
        port_is_given=port is not None,
    )


def settings(data_dir: str, host: str | None, port: int | None) -> Settings:
    """Of all settings only these matter: a demo never touches a real install's database."""
    from fairline.commands.opening import hand_down

    flags = {"data_dir": str(Path(data_dir).absolute()), "host": host, "port": port}
    made = load_settings(flags=flags | {"database_url": ""})
    for name, value in flags.items():
        hand_down(name, value)
    hand_down("database_url", "")
    return made
