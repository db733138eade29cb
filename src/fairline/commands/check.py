"""`fairline check`: the doctor."""

import click

from fairline.commands.opening import with_settings
from fairline.commands.output import plain, say_json
from fairline.core.settings import Settings

MARKS = {"ok": ("ok  ", "green"), "warn": ("warn", "yellow"), "fail": ("FAIL", "red")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@with_settings
def check(settings: Settings, as_json: bool) -> None:
    """Look the install over: settings, disk, database, search, clock, inboxes, what got stuck.

    Changes nothing. The exit code is 1 when something has to be mended before it can serve.
    """
    from fairline.commands.doctor import as_answer, look_over, worst
    from fairline.core.log import set_up_logging

    set_up_logging("error")
    verdicts = []
    for verdict in look_over(settings):
        verdicts.append(verdict)
        if as_json:
            continue
        mark, colour = MARKS[verdict.level]
        click.echo(f"{click.style(mark, fg=colour)}  {verdict.name}: {plain(verdict.text)}")
        if verdict.advice:
            click.echo(f"      -> {verdict.advice}")
    if as_json:
        say_json(as_answer(verdicts))
    if worst(verdicts) == "fail":
        raise SystemExit(1)
