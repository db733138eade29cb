"""`fairline demo` as a whole: fills what is empty, says how to sign in, serves, and lets people
write in while it runs.
"""

import shutil
import socket
from contextlib import ExitStack
from pathlib import Path

import click
import msgspec

from fairline.channels import store_inboxes
from fairline.channels.rows import Inbox
from fairline.commands.occupied import occupied
from fairline.commands.opening import hand_down, opened
from fairline.commands.output import progress, remark
from fairline.core.errors import Conflict, Unavailable
from fairline.core.settings import Settings
from fairline.demo.company import PASSWORD, mail_options
from fairline.demo.filling import fill
from fairline.demo.history import CASES
from fairline.demo.living import NETWORKS_OF, Life
from fairline.demo.networks.lineup import LineUp
from fairline.demo.outbox import FOLDER, Outbox
from fairline.demo.stories import Content, load
from fairline.people import store as people
from fairline.wiring import Office

MARK = "demo"
READY, FILLING = "ready\n", "filling\n"
OURS = ("fairline.db", "fairline.db-wal", "fairline.db-shm", "secret.key", "setup-code", MARK)
PORTS_TRIED = 20


def run_demo(
    settings: Settings, *, live: bool, reset: bool, serves: bool, port_is_given: bool
) -> None:
    """Raises Conflict when the folder holds somebody's real data, Unavailable for a taken port."""
    folder = settings.folder
    if serves:
        settings = with_port(settings, is_fixed=port_is_given)
    with occupied(folder, alone=not is_ready(folder) or reset):
        prepare(settings, reset=reset)
    with ExitStack() as stack:
        stack.enter_context(occupied(folder))
        office = stack.enter_context(opened(settings))
        content = load()
        say_how(settings, content)
        if not serves:
            return
        serve_demo(stack, office, content, live=live)


def serve_demo(stack: ExitStack, office: Office, content: Content, *, live: bool) -> None:
    """Serve until stopped, with the outbox and, when `live`, people writing in."""
    from fairline.commands.web_server import run_server

    with office.database.read() as unit:
        found = {inbox.address: inbox for inbox in store_inboxes.all_inboxes(unit)}
        staff = {agent.email: agent for agent in people.all_agents(unit)}
    inboxes = {i.key: found[i.address] for i in content.inboxes if i.address in found}
    agents = {a.key: staff[a.mail] for a in content.agents if a.mail in staff}
    line_up = LineUp()
    line_up.start()
    stack.callback(line_up.stop)
    line_up.connect(office, inboxes[NETWORKS_OF].brand_id)
    life = Life(office, content, inboxes, agents, networks=line_up.networks)
    outbox = Outbox(office.settings.folder, life.hear_mail if live else lambda *_: None)
    outbox.start()
    stack.callback(outbox.stop)
    point_at(office, inboxes, outbox.port)
    hand_down("demo_networks", line_up.address)
    hand_down("outside_allow", "127.0.0.0/8")
    # Nobody pays for being asked here.
    hand_down("poll_interval_s", 5)
    if live:
        life.start()
        stack.callback(life.stop)
    run_server(office.settings, works=True)


def point_at(office: Office, inboxes: dict[str, Inbox], port: int) -> None:
    """Let the mailboxes send to the outbox where it listens today."""
    with office.database.write() as unit:
        for inbox in inboxes.values():
            if inbox.kind == "email":
                options = {**inbox.options, **mail_options(port)}
                store_inboxes.update(unit, inbox.id, {"options": options})


def with_port(settings: Settings, *, is_fixed: bool) -> Settings:
    """The settings with a port that is free: the next one when nobody chose it."""
    from fairline.commands.web_server import check_port

    for port in range(settings.port, settings.port + PORTS_TRIED):
        try:
            check_port(settings.host, port)
        except Unavailable:
            if is_fixed:
                raise
            continue
        hand_down("port", port)
        return msgspec.structs.replace(settings, port=port)
    with socket.socket() as probe:
        probe.bind((settings.host, 0))
        port = probe.getsockname()[1]
    hand_down("port", port)
    return msgspec.structs.replace(settings, port=port)


def is_ready(folder: Path) -> bool:
    """Whether a demo was filled there to the end."""
    mark = folder / MARK
    return mark.exists() and mark.read_text() == READY


def prepare(settings: Settings, *, reset: bool) -> None:
    """Fill the folder unless it is filled. A demo that was cut off while filling starts anew."""
    folder = settings.folder
    mark = folder / MARK
    if (folder / "fairline.db").exists() and not mark.exists():
        raise Conflict(
            f"{folder} holds an install that is no demo. Name another folder with --data-dir.",
            code="not_a_demo",
        )
    if is_ready(folder) and not reset:
        return
    clear(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(FILLING)
    remark("Making six weeks of history …")
    with opened(settings) as office, progress("Living through six weeks") as bar:
        cases = fill(office, tick=bar.tick, cases=CASES)
    mark.write_text(READY)
    remark(f"{cases} cases are there.")


def clear(folder: Path) -> None:
    """Remove what a demo has made, and nothing else."""
    for name in OURS:
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / FOLDER, ignore_errors=True)


def say_how(settings: Settings, content: Content) -> None:
    """Where to look, and who one can be."""
    url = settings.public_url
    click.echo(f"\n{content.company} serves its customers at")
    for number, brand in enumerate(content.brands):
        path = "/" if number == 0 else f"/b/{brand.key}/"
        click.echo(f"    {url}{path}    {brand.name}")
    click.echo(f"and works at\n    {url}/desk    as one of these, password: {PASSWORD}")
    shown = {"supervisor": 0, "administrator": 1, "agent": 2}
    for agent in sorted(content.agents, key=lambda a: shown[a.role])[:5]:
        click.echo(f"        {agent.mail:24} {agent.role}")
    click.echo(f"Be a customer on any channel at\n    {url}/demo/customers")
    click.echo(
        f"Mail that it sends lands in {settings.folder / FOLDER}; none leaves this machine.\n"
    )
