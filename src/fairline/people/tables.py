"""Brands, the people served and the people who serve. Allowed values are checked at import."""

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.db.types import Moment, id_type, json_type, metadata

ROLES = ("agent", "supervisor", "administrator")
PRESENCES = ("online", "busy", "away")
# How a team's cases find their agents: asked for (*Next case*), or handed out.
ASSIGNS = ("pull", "push")

# What every page of the desk shows is kept in memory (people/house.py).
HOUSE = {"kept": "house"}

# When somebody works, under a name: a brand works by one, an inbox may have another.
calendars = sa.Table(
    "calendars",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("hours", json_type(), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("archived_at", Moment),
)

# The inboxes with hours of their own; the others work by their brand's calendar.
inbox_hours = sa.Table(
    "inbox_hours",
    metadata,
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), primary_key=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("calendar_id", id_type(), sa.ForeignKey("calendars.id"), nullable=False, index=True),
)

brands = sa.Table(
    "brands",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("accent", sa.String(7), nullable=False),
    sa.Column("greeting", sa.Text, nullable=False, default=""),
    sa.Column("signature", sa.Text, nullable=False, default=""),
    sa.Column("language", sa.String(12), nullable=False, default="en"),
    sa.Column("time_zone", sa.Text, nullable=False, default="UTC"),
    sa.Column("logo_sha256", sa.String(64), sa.ForeignKey("blobs.sha256")),
    sa.Column("logo_type", sa.Text, nullable=False, default=""),
    # Never empty in practice; SQLite adds a column with a foreign key only where it may be.
    sa.Column("calendar_id", id_type(), sa.ForeignKey("calendars.id")),
    sa.Column("targets", json_type(), nullable=False),
    sa.Column("board_open", sa.Boolean, nullable=False, default=True),
    sa.Column("indexable", sa.Boolean, nullable=False, default=True),
    sa.Column("is_default", sa.Boolean, nullable=False, default=False),
    # The inbox that mail of the brand leaves from; no foreign key, for inboxes refer to brands.
    sa.Column("sender_id", id_type()),
    # How customers are called back (`people/calling.py`); the defaults where it is empty.
    sa.Column("calls", json_type(), nullable=False, default=dict, server_default="{}"),
    sa.Column("created_at", Moment, nullable=False),
    info=HOUSE,
)

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False, default=""),
    sa.Column("remark", sa.Text, nullable=False, default=""),
    sa.Column("language", sa.String(12), nullable=False, default=""),
    sa.Column("created_at", Moment, nullable=False),
    # The contact that turned out to be the same person: what was theirs is that one's now.
    sa.Column("merged_into_id", id_type()),
    sa.Index(None, "brand_id", "id"),
    sa.Index("ix_contacts_names", "brand_id", "name", "id"),
)

identities = sa.Table(
    "identities",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("contact_id", id_type(), sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False, default=""),
    sa.Column("confirmed_at", Moment),
    sa.Column("undeliverable_at", Moment),
    # Its owner asked us not to write there; only they can take that back.
    sa.Column("stopped_at", Moment),
    # When they last wrote to us there, and when in private: networks ask for it (`Ruled`). Kept by
    # `channels/windows.py` where a network has such rules.
    sa.Column("heard_at", Moment),
    sa.Column("heard_in_private_at", Moment),
    # How many follow this address, where a channel knows. For the fairness report alone: it is
    # not in `Identity`, so no page, answer or export can show it (R28b).
    sa.Column("audience", sa.Integer),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("brand_id", "channel", "address"),
)

agents = sa.Table(
    "agents",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("email", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("public_name", sa.Text, nullable=False, default=""),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("brand_ids", json_type(), nullable=False, default=list),
    sa.Column("preferences", json_type(), nullable=False, default=dict),
    # How much waiting work they are given by themselves at a time, in points.
    sa.Column("capacity", sa.Integer, nullable=False, default=10, server_default="10"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("disabled_at", Moment),
    info=HOUSE,
)

teams = sa.Table(
    "teams",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("purpose", sa.Text, nullable=False, default=""),
    sa.Column("assigns", sa.Text, nullable=False, default="pull", server_default="pull"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("archived_at", Moment),
    info=HOUSE,
)

team_members = sa.Table(
    "team_members",
    metadata,
    sa.Column("team_id", id_type(), sa.ForeignKey("teams.id"), primary_key=True),
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), primary_key=True, index=True),
)

# A row is a signed-in browser. Only the hash of its cookie is stored.
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), nullable=False, index=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("address", sa.Text, nullable=False, default=""),
    sa.Column("browser", sa.Text, nullable=False, default=""),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False, index=True),
)

api_tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("read_only", sa.Boolean, nullable=False, default=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    sa.Column("expires_at", Moment),
    sa.Column("revoked_at", Moment),
)


class CalendarRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `calendars`. `hours` is a `promises.hours.Calendar` as JSON."""

    id: str
    name: str
    hours: dict[str, Any]
    created_at: datetime
    archived_at: datetime | None


class Brand(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `brands`. When it works: `people/calendars.py`."""

    id: str
    slug: str
    name: str
    accent: str
    greeting: str
    signature: str
    language: str
    time_zone: str
    logo_sha256: str | None
    logo_type: str
    calendar_id: str | None
    targets: dict[str, Any]
    board_open: bool
    indexable: bool
    is_default: bool
    sender_id: str | None = None
    calls: dict[str, Any] = {}
    created_at: datetime


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `contacts`."""

    id: str
    brand_id: str
    name: str
    remark: str
    language: str
    created_at: datetime
    merged_into_id: str | None = None


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `identities`: one address of a contact on one channel."""

    id: str
    contact_id: str
    brand_id: str
    channel: str
    address: str
    name: str
    confirmed_at: datetime | None
    undeliverable_at: datetime | None
    created_at: datetime
    stopped_at: datetime | None = None


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `agents`, without the password hash."""

    id: str
    email: str
    name: str
    public_name: str
    role: str
    brand_ids: tuple[str, ...] = ()
    preferences: dict[str, Any] = {}
    capacity: int = 10
    created_at: datetime
    disabled_at: datetime | None = None

    @property
    def shown_name(self) -> str:
        """The name that customers see."""
        return self.public_name or self.name


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `teams`."""

    id: str
    name: str
    purpose: str
    assigns: str = "pull"
    created_at: datetime
    archived_at: datetime | None
