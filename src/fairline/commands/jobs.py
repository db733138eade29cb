"""`fairline jobs`: what waits in the queue, and a new life for what was buried."""

import click

from fairline.commands.opening import opened, with_settings
from fairline.commands.output import say_json, say_table
from fairline.core.errors import NotFound
from fairline.core.settings import Settings

STATES = click.Choice(["waiting", "running", "buried"])


@click.group()
def jobs() -> None:
    """Look at the queue of jobs."""


@jobs.command("list")
@click.option("--state", type=STATES, help="Only jobs in this state.")
@click.option("--limit", default=100, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, one job a line.")
@with_settings
def list_jobs(settings: Settings, state: str | None, limit: int, as_json: bool) -> None:
    """List the jobs that are not done, oldest first."""
    from fairline.jobs import store

    with opened(settings) as office, office.database.read() as unit:
        found = store.page(unit, state=state, limit=limit)
    if as_json:
        for job in found:
            say_json(job)
        return
    say_table(
        ("ID", "KIND", "STATE", "TRIES", "RUNS AT", "ERROR"),
        [
            (j.id, j.kind, j.state, j.attempts, f"{j.run_at:%Y-%m-%d %H:%M:%S}", last_line(j.error))
            for j in found
        ],
        none="No job waits.",
    )


@jobs.command("retry")
@click.argument("job_id", required=False)
@click.option("--all", "every", is_flag=True, help="Every buried job.")
@with_settings
def retry(settings: Settings, job_id: str | None, every: bool) -> None:
    """Give a buried job a new life."""
    if bool(job_id) == every:
        raise click.UsageError("Name one job, or say --all.")
    from fairline.jobs import store

    with opened(settings) as office, office.database.write() as unit:
        revived = store.revive(unit, job_id)
    if job_id and not revived:
        raise NotFound(f"There is no buried job {job_id}.", code="no_job")
    click.echo(f"{revived} will run again.")


def last_line(text: str) -> str:
    """The end of a traceback says what went wrong."""
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""
