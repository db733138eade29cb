"""Inboxes: how each one is, make, change, test, pause, archive. For administrators.

A test runs with the values as they are typed, before they are saved, and never inside a
transaction: a mail server may take its time.
"""

from typing import Any

from litestar import Response

from fairline.cases.actions import actor_of
from fairline.channels import inboxes, lifecycle, store_inboxes
from fairline.channels.contract import Announces, Channel, Check
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.channels.signing import CHOICES, OPTION
from fairline.core.errors import Conflict, FairlineError, Invalid, TooMany, Unavailable
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.session import Session, needs
from fairline.desk.settings.address_words import address_words
from fairline.desk.settings.around import Typed, go, known_id, show
from fairline.health.figures import figures_of
from fairline.people import store as people
from fairline.people.setup import get_brand, slug_of
from fairline.people.tables import Agent
from fairline.web import limits
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/inboxes"
GUARDS = [needs("administrator")]
PREFIX = "option_"


@reads(PATH, guards=GUARDS)
def list_inboxes(
    database: Database, session: Session, channels: Channels, done: str | None = None
) -> Response[Any]:
    """All inboxes and how they are."""
    with database.read() as unit:
        found = store_inboxes.all_inboxes(unit)
        return show(
            unit,
            session,
            "inboxes.html",
            "inboxes",
            done=done,
            inboxes=[
                (inbox, health_of(unit, channels, inbox), _label(channels, inbox))
                for inbox in found
            ],
            channels=channels.all(),
        )


@reads(PATH + "/new/{kind:str}", guards=GUARDS)
def new_page(
    database: Database, session: Session, channels: Channels, settings: Settings, kind: str
) -> Response[Any]:
    """An empty form of a channel."""
    channel = channels.of_kind(kind)
    values = {PREFIX + field.name: field.default for field in channel.fields}
    with database.read() as unit:
        given = Typed(values={**values, "brand_id": people.all_brands(unit)[0].id})
        return _form(unit, session, channels, channel, settings, None, given)


@writes(PATH + "/new/{kind:str}", guards=GUARDS)
def create(
    database: Database,
    session: Session,
    agent: Agent,
    channels: Channels,
    settings: Settings,
    kind: str,
    form: Form,
) -> Response[Any]:
    """Make it, or test it as typed."""
    channel = channels.of_kind(kind)
    given, options = _typed(form, channel)
    try:
        with database.read() as unit:
            brand = get_brand(unit, _chosen_brand(unit, given))
        if form.text("do") == "test":
            checks = _test(database, channels, agent, brand.id, kind, given, options)
            with database.read() as unit:
                return _form(unit, session, channels, channel, settings, None, given, checks=checks)
        with database.write() as unit:
            made = inboxes.create_inbox(
                unit,
                channels,
                brand_id=brand.id,
                kind=kind,
                name=given.get("name"),
                address=_address(channel, given),
                options=options,
                team_id=_team(unit, given),
                by=actor_of(agent),
            )
            inboxes.sign_posts(unit, made.id, given.get("sign_posts"), by=actor_of(agent))
    except (Invalid, Conflict, TooMany) as error:
        with database.read() as unit:
            refused = _refused(given, error)
            return _form(
                unit, session, channels, channel, settings, None, refused, status=error.status
            )
    lifecycle.connect(database, channels, made.id)
    return go(f"{PATH}/{made.id}", "created")


@reads(PATH + "/{inbox_id:str}", guards=GUARDS)
def edit_page(
    database: Database,
    session: Session,
    channels: Channels,
    settings: Settings,
    inbox_id: str,
    done: str | None = None,
) -> Response[Any]:
    """One inbox: how it is, and its settings. Passwords are never shown again."""
    with database.read() as unit:
        inbox = inboxes.get_inbox(unit, known_id(inbox_id))
        channel = channels.of_kind(inbox.kind)
        given = _stored(channel, inbox)
        return _form(unit, session, channels, channel, settings, inbox, given, done=done)


@writes(PATH + "/{inbox_id:str}", guards=GUARDS)
def change(
    database: Database,
    session: Session,
    agent: Agent,
    channels: Channels,
    settings: Settings,
    inbox_id: str,
    form: Form,
) -> Response[Any]:
    """Keep the changes, or test them as typed."""
    with database.read() as unit:
        inbox = inboxes.get_inbox(unit, known_id(inbox_id))
    channel = channels.of_kind(inbox.kind)
    given, options = _typed(form, channel)
    given.values["address"] = inbox.address
    try:
        if form.text("do") == "test":
            checks = _test(
                database, channels, agent, inbox.brand_id, inbox.kind, given, options, inbox.id
            )
            with database.read() as unit:
                return _form(
                    unit, session, channels, channel, settings, inbox, given, checks=checks
                )
        with database.write() as unit:
            inboxes.change_inbox(
                unit,
                channels,
                inbox.id,
                name=given.get("name"),
                options=options,
                team_id=_team(unit, given),
                by=actor_of(agent),
            )
            inboxes.sign_posts(unit, inbox.id, given.get("sign_posts"), by=actor_of(agent))
    except (Invalid, Conflict, TooMany, Unavailable) as error:
        with database.read() as unit:
            refused = _refused(given, error)
            return _form(
                unit, session, channels, channel, settings, inbox, refused, status=error.status
            )
    if inbox.state == "active":
        lifecycle.connect(database, channels, inbox.id)
    return go(f"{PATH}/{inbox.id}", "saved")


@writes(PATH + "/{inbox_id:str}/state", guards=GUARDS)
def set_state(
    database: Database, agent: Agent, channels: Channels, inbox_id: str, form: Form
) -> Response[Any]:
    """Pause or resume. Resuming connects anew."""
    state = form.text("state", most=20)
    with database.write() as unit:
        inboxes.set_state(unit, known_id(inbox_id), state, by=actor_of(agent))
        unit.after_commit(unit.database.rouse)
    if state == "active":
        lifecycle.connect(database, channels, inbox_id)
    return go(f"{PATH}/{inbox_id}", "paused" if state == "paused" else "resumed")


@writes(PATH + "/{inbox_id:str}/archive", guards=GUARDS)
def archive(database: Database, agent: Agent, channels: Channels, inbox_id: str) -> Response[Any]:
    """Put it away; its cases stay. The provider is told to stop first, while we still may."""
    lifecycle.disconnect(database, channels, known_id(inbox_id))
    with database.write() as unit:
        inboxes.archive_inbox(unit, known_id(inbox_id), by=actor_of(agent))
    return go(PATH, "archived")


def health_of(unit: Unit, channels: Channels, inbox: Inbox) -> tuple[str, str]:
    """A tone and a few words: how the inbox is."""
    return figures_of(unit, channels, inbox).verdict


def _test(
    database: Database,
    channels: Channels,
    agent: Agent,
    brand_id: str,
    kind: str,
    given: Typed,
    options: dict[str, str],
    inbox_id: str = "",
) -> tuple[Check, ...]:
    """Try the connection with what is typed. Raises TooMany: a test knocks at others' doors."""
    with database.write() as unit:
        limits.take(unit, f"inbox-test:{agent.id}", most=12, per_s=300)
        info = inboxes.as_typed(
            unit,
            channels,
            brand_id=brand_id,
            kind=kind,
            address=_address(channels.of_kind(kind), given),
            options=options,
            inbox_id=inbox_id,
        )
    return inboxes.test_settings(channels, info, database if inbox_id else None)


def _typed(form: Form, channel: Channel) -> tuple[Typed, dict[str, str]]:
    """What came in the form, and the same as the channel's options."""
    values = {
        name: form.text(name, most=500)
        for name in ("name", "address", "brand_id", "team_id", OPTION)
    }
    options = {}
    for field in channel.fields:
        value = form.text(PREFIX + field.name, most=20_000, label=field.label)
        if field.kind == "switch":
            value = "1" if form.flag(PREFIX + field.name) else ""
        options[field.name] = value
        values[PREFIX + field.name] = "" if field.kind == "password" else value
    return Typed(values=values), options


def _stored(channel: Channel, inbox: Inbox) -> Typed:
    values = {"name": inbox.name, "address": inbox.address, "team_id": inbox.team_id or ""}
    values[OPTION] = str(inbox.options.get(OPTION, ""))
    for field in channel.fields:
        value = str(inbox.options.get(field.name, field.default))
        values[PREFIX + field.name] = "" if field.kind == "password" else value
    return Typed(values={**values, "brand_id": inbox.brand_id})


def _refused(given: Typed, error: FairlineError) -> Typed:
    """A channel names its own fields; on the page they carry a prefix."""
    refused = given.refused(error)
    if error.code == "inbox_exists":
        return Typed(values=given.values, error=error.text, field="address")
    if PREFIX + refused.field in given.values:
        return Typed(values=given.values, error=refused.error, field=PREFIX + refused.field)
    return refused


def _address(channel: Channel, given: Typed) -> str:
    """The board has no address of its own; its name keeps several of a brand apart."""
    if channel.kind == "web":
        return given.get("address") or slug_of(given.get("name") or "board")
    if not given.get("address"):
        raise Invalid("Enter the address.", code="missing", field="address")
    return given.get("address")


def _chosen_brand(unit: Unit, given: Typed) -> str:
    wanted = given.get("brand_id")
    if wanted not in {brand.id for brand in people.all_brands(unit)}:
        raise Invalid("Choose a brand.", code="no_brand", field="brand_id")
    return wanted


def _team(unit: Unit, given: Typed) -> str | None:
    wanted = given.get("team_id")
    if wanted and wanted not in {team.id for team in people.all_teams(unit)}:
        raise Invalid("There is no such team.", code="no_team", field="team_id")
    return wanted or None


def _label(channels: Channels, inbox: Inbox) -> str:
    known = {channel.kind: channel.label for channel in channels.all()}
    return known.get(inbox.kind, inbox.kind)


def _form(
    unit: Unit,
    session: Session,
    channels: Channels,
    channel: Channel,
    settings: Settings,
    inbox: Inbox | None,
    given: Typed,
    *,
    checks: tuple[Check, ...] = (),
    done: str | None = None,
    status: int = 200,
) -> Response[Any]:
    return show(
        unit,
        session,
        "inbox.html",
        "inboxes",
        done=done,
        status=status,
        channel=channel,
        address_words=address_words(channel.kind),
        inbox=inbox,
        health=health_of(unit, channels, inbox) if inbox else None,
        typed=given,
        checks=checks,
        prefix=PREFIX,
        sign_choices=list(CHOICES.items()),
        has_followers=inbox is not None and isinstance(channel, Announces),
        **_outside(unit, channels, inbox),
        brands=people.all_brands(unit),
        public_url=settings.public_url,
    )


def _outside(unit: Unit, channels: Channels, inbox: Inbox | None) -> dict[str, Any]:
    """Where its provider pushes to, and what it said when we connected."""
    if inbox is None:
        return {"hook": "", "told": None}
    try:
        info = channels.info(unit, inbox)
    except FairlineError:
        return {"hook": "", "told": None}  # its secrets do not open: the form says so
    told = lifecycle.last_told(unit.database, channels, inbox.id)
    return {"hook": lifecycle.hook_address(channels, info), "told": told}


ROUTES: list[Any] = [
    list_inboxes,
    new_page,
    create,
    edit_page,
    change,
    set_state,
    archive,
]
