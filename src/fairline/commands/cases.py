"""`fairline case`: show one, take one out, put one in."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fairline.commands.opening import opened, with_settings
from fairline.commands.output import plain, progress, say_json
from fairline.core.settings import Settings

if TYPE_CHECKING:
    from fairline.cases.document import Document


@click.group()
def case() -> None:
    """Show a case, export it, or import one."""


@case.command("show")
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON: the whole record.")
@with_settings
def show(settings: Settings, reference: str, as_json: bool) -> None:
    """Show a case as it stands: who, what was said, what happened."""
    from fairline.cases.export import export_case, find_case
    from fairline.channels.carried import CARRIED

    with opened(settings) as office, office.database.read() as unit:
        document = export_case(unit, find_case(unit, reference).id, CARRIED)
    if as_json:
        say_json(document)
    else:
        _show(document)


def _show(document: "Document") -> None:
    row = document.case
    click.echo(click.style(f"{row['reference']}  {plain(row['subject'])}", bold=True))
    facts = [
        row["status"],
        row["kind"],
        row["severity"],
        "public" if row["is_public"] else "private",
    ]
    facts += [plain(row[key]).partition(":")[2] for key in ("owner_id", "team_id") if row[key]]
    click.echo("  ".join(facts + [f"#{tag}" for tag in document.tags]))
    for participant in document.participants:
        proof = "" if participant.confirmed_at else " (unconfirmed)"
        click.echo(f"{participant.role}: {plain(participant.identity.partition(':')[2])}{proof}")
    fates: dict[str, list[str]] = {}
    for delivery in document.deliveries:
        fates.setdefault(delivery.message_id, []).append(f"{delivery.recipient}: {delivery.state}")
    names: dict[str, list[str]] = {}
    for file in document.attachments:
        names.setdefault(file.message_id or "", []).append(f"{file.name} ({file.size_bytes} bytes)")
    for message in document.messages:
        arrow = {"inbound": "<", "outbound": ">"}.get(message["direction"], "*")
        head = f"{arrow} {message['created_at'][:16]}  {plain(message['author_name'])}"
        click.echo(f"\n{head}  [{message['visibility']}, {message['channel']}]")
        for line in message["text"].splitlines():
            click.echo(f"    {plain(line)}")
        for line in names.get(message["id"], []) + fates.get(message["id"], []):
            click.echo(f"    - {plain(line)}")


@case.command("export")
@click.argument("reference")
@click.argument("target", required=False, type=click.Path(path_type=Path))
@with_settings
def export(settings: Settings, reference: str, target: Path | None) -> None:
    """Write a case with its files into TARGET: a .zip, or a folder otherwise.

    Without TARGET it is a zip named after the case.
    """
    from fairline.cases.archive import write_folder, write_zip
    from fairline.cases.export import blobs_of, export_case, find_case
    from fairline.channels.carried import CARRIED
    from fairline.core.errors import Conflict

    with opened(settings) as office, office.database.read() as unit:
        found = find_case(unit, reference)
        target = target or Path(f"{found.reference}.zip")
        document = export_case(unit, found.id, CARRIED)
        if target.suffix.lower() != ".zip":
            write_folder(target, document, blobs_of(unit, document))
        elif target.exists():
            raise Conflict(f"{target} is there already.", code="exists")
        else:
            target.write_bytes(write_zip(document, blobs_of(unit, document)))
    click.echo(str(target))


@case.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, one case a line.")
@with_settings
def import_(settings: Settings, paths: tuple[Path, ...], as_json: bool) -> None:
    """Rebuild exported cases (folders or .zip files), all of them or none.

    A brand that is not known here is made with its board closed, an agent disabled, an inbox put
    away. A case that is here already, and the same, is left as it is.
    """
    from fairline.cases.archive import open_archive
    from fairline.cases.rebuild import rebuild_case
    from fairline.cases.rows import SYSTEM
    from fairline.channels.carried import CARRIED

    with (
        opened(settings) as office,
        progress("Importing", len(paths)) as done,
        office.database.write() as unit,
    ):
        results = []
        for path in paths:
            archive = open_archive(path)
            results.append(rebuild_case(unit, archive.document, archive.blobs, CARRIED, by=SYSTEM))
            done.tick()
    for result in results:
        if as_json:
            say_json({"reference": result.reference, "imported": result.is_new})
        else:
            word = "imported" if result.is_new else "is here already, and the same"
            click.echo(f"{result.reference} {word}.")
