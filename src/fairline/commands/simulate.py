"""`fairline simulate`: what the order of the line does to those who wait, on your own arrivals."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fairline.commands.output import plain, progress, remark, say_json

if TYPE_CHECKING:
    from fairline.promises.hours import Calendar
    from fairline.simulation.report import Report
    from fairline.simulation.sources import Source

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option(
    "--arrivals",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file of recorded arrivals.",
)
@click.option("--synthetic", type=click.IntRange(1, 3660), metavar="DAYS", help="Make up days.")
@click.option(
    "--per-day",
    type=click.FloatRange(1, 1_000_000),
    default=300,
    show_default=True,
    help="Arrivals on a made-up working day.",
)
@click.option("--from", "start", type=DAY, help="Leave out what came before this day.")
@click.option("--until", "end", type=DAY, help="Leave out what came on this day or later.")
@click.option(
    "--share",
    type=click.FloatRange(0, 1, min_open=True),
    default=1.0,
    help="Take only this share of the arrivals, by lot.",
)
@click.option("--agents", default="", help="People, as 4 or 2@09:00-13:00,4@13:00-17:00.")
@click.option(
    "--load",
    type=click.FloatRange(0.05, 3),
    default=0.85,
    show_default=True,
    help="Without --agents: how busy the planned people are.",
)
@click.option(
    "--skill-share",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="The share of people who have each skill that a case may need.",
)
@click.option(
    "--calendar",
    default="09:00-17:00",
    show_default=True,
    help="Working hours: always, 08:00-18:00 from Monday to Friday, or a JSON file.",
)
@click.option("--zone", default="UTC", show_default=True, help="The time zone of hours and file.")
@click.option(
    "--targets",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON file of promised minutes by need.",
)
@click.option(
    "--service-minutes",
    type=click.FloatRange(0.1, 1440),
    default=8.0,
    show_default=True,
    help="The mean work for a case, where it is not recorded.",
)
@click.option(
    "--public-share",
    type=click.FloatRange(0, 1),
    default=0.3,
    show_default=True,
    help="The share of public cases, where it is not recorded.",
)
@click.option("--policies", default="", help="Compare only these, separated by commas.")
@click.option(
    "--replications",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    help="How often to draw anew what is not recorded.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Where the lot begins.")
@click.option(
    "--ranges",
    type=click.IntRange(0, 100_000),
    default=100,
    show_default=True,
    help="How many expected waits to tell and check in each replication.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Answer in Markdown.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a page to this file.",
)
def simulate(as_json: bool, as_markdown: bool, html: Path | None, **options: Any) -> None:
    """Replay arrivals through the line and through four other orders, and compare who waits.

    Nothing is stored, and no install is needed. The due times, the order and the expected waits
    are computed by the same code as on the desk. What the file does not record, such as needs or
    the minutes of work, is drawn by lot, and the answer says so. The same seed gives the same
    figures.
    """
    from fairline.simulation.compare import simulate as run
    from fairline.simulation.page import page
    from fairline.simulation.wording import markdown

    if bool(options["arrivals"]) == bool(options["synthetic"]):
        raise click.UsageError("Give either --arrivals FILE or --synthetic DAYS.")
    plan = _plan(options)
    with (
        _source(options, plan.calendar) as source,
        progress("Simulating", plan.replications) as done,
    ):
        report = run(source, plan, tick=done.tick)
    if html:
        html.write_text(page(report), encoding="utf-8")
        remark(f"Written: {html}")
    if as_json:
        say_json(report)
    elif as_markdown:
        click.echo(markdown(report), nl=False)
    else:
        _show(report)


def _plan(options: dict[str, Any]) -> Any:
    from fairline.promises.targets import Targets
    from fairline.simulation.arrivals import Mix
    from fairline.simulation.compare import Plan
    from fairline.simulation.policies import read_policies

    calendar, hours = _calendar(options["calendar"], options["zone"])
    return Plan(
        calendar=calendar,
        hours=hours,
        targets=_read(options["targets"], Targets) if options["targets"] else Targets(),
        mix=Mix(public_share=options["public_share"], service_minutes=options["service_minutes"]),
        agents=options["agents"],
        load=options["load"],
        held=options["skill_share"],
        policies=read_policies(options["policies"]),
        replications=options["replications"],
        seed=options["seed"],
        ranges=options["ranges"],
    )


def _calendar(name: str, zone: str) -> "tuple[Calendar, str]":
    from fairline.promises.hours import Calendar, open_daily

    if name == "always":
        return open_daily("00:00-24:00", zone=zone), f"day and night, {zone}"
    if name[:2].isdigit():
        spans = tuple(name.replace(" ", "").split(","))
        calendar = Calendar(
            zone=zone,
            monday=spans,
            tuesday=spans,
            wednesday=spans,
            thursday=spans,
            friday=spans,
        )
        return calendar, f"Monday to Friday {name}, {zone}"
    calendar = _read(Path(name), Calendar)
    return calendar, f"{Path(name).name}, {calendar.zone}"


def _read(path: Path, kind: Any) -> Any:
    import msgspec

    from fairline.core.errors import Invalid

    try:
        return msgspec.json.decode(path.read_bytes(), type=kind, strict=True)
    except msgspec.MsgspecError as error:
        raise Invalid(f"{path}: {error}", code="bad_simulation") from error


@contextmanager
def _source(options: dict[str, Any], calendar: "Calendar") -> "Iterator[Source]":
    from fairline.promises.wallclock import read_zone
    from fairline.simulation.sources import Recorded, Synthetic

    if options["synthetic"]:
        yield Synthetic(options["synthetic"], options["per_day"])
        return
    zone = read_zone(calendar.zone)

    def day(given: datetime | None) -> datetime | None:
        return given.replace(tzinfo=zone) if given else None

    with Recorded(
        options["arrivals"],
        zone=zone,
        start=day(options["start"]),
        end=day(options["end"]),
        share=options["share"],
        seed=options["seed"],
    ) as source:
        yield source


def _show(report: "Report") -> None:
    from rich.console import Console, JustifyMethod
    from rich.table import Table

    from fairline.simulation.wording import facts, gap_in_words, sheets

    console = Console(highlight=False)
    for name, text in facts(report):
        console.print(f"{name}: {plain(text)}", markup=False, soft_wrap=True)
    for sheet in sheets(report):
        table = Table(title=sheet.title, title_justify="left", title_style="bold")
        for index, name in enumerate(sheet.head):
            justify: JustifyMethod = "right" if index else "left"
            table.add_column(plain(name), justify=justify, no_wrap=not index, overflow="fold")
        for row in sheet.rows:
            table.add_row(*(plain(cell) for cell in row))
        console.print()
        console.print(table)
        console.print(sheet.words, markup=False, style="dim")
    console.print()
    for one in report.policies:
        console.print(f"{one.title}: {gap_in_words(one)}", markup=False)
    console.print(
        f"{report.cases_per_s:,} cases a second for each order, the telling apart.", markup=False
    )
