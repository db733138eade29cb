"""All SQL of brands, agents, teams, sessions and tokens. These tables are small."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fairline.db.dialect import insert_or_ignore, locked
from fairline.db.unit import Unit
from fairline.people.tables import (
    Agent,
    Brand,
    Team,
    agents,
    api_tokens,
    brands,
    sessions,
    team_members,
    teams,
)

_BRAND_BY_ID = sa.select(brands).where(brands.c.id == sa.bindparam("brand_id"))
_AGENT = [c for c in agents.c if c.name != "password_hash"]

_ALL_BRANDS = sa.select(brands).order_by(brands.c.is_default.desc(), brands.c.name)
_ALL_AGENTS = sa.select(*_AGENT).order_by(agents.c.name)
_ALL_TEAMS = sa.select(teams).where(teams.c.archived_at.is_(None)).order_by(teams.c.name)
_SESSION = (
    sa.select(
        *_AGENT,
        sessions.c.id.label("session_id"),
        sessions.c.created_at.label("session_created_at"),
        sessions.c.seen_at,
        sessions.c.expires_at,
    )
    .join(sessions, sessions.c.agent_id == agents.c.id)
    .where(
        sessions.c.token_hash == sa.bindparam("token_hash"),
        sessions.c.expires_at > sa.bindparam("now"),
        agents.c.disabled_at.is_(None),
    )
)


def _agent(row: sa.Row[Any]) -> Agent:
    values = dict(row._mapping)
    values["brand_ids"] = tuple(values["brand_ids"])
    values.pop("password_hash", None)
    return Agent(**values)


def brand_by_id(unit: Unit, brand_id: str) -> Brand | None:
    row = unit.execute(_BRAND_BY_ID, {"brand_id": brand_id}).one_or_none()
    return Brand(**row._mapping) if row else None


def brand_by_slug(unit: Unit, slug: str) -> Brand | None:
    if not slug.isprintable():
        return None  # PostgreSQL cannot even be asked for some of these
    row = unit.execute(sa.select(brands).where(brands.c.slug == slug)).one_or_none()
    return Brand(**row._mapping) if row else None


def all_brands(unit: Unit) -> list[Brand]:
    """Every brand, the default one first."""
    rows = unit.execute(_ALL_BRANDS)
    return [Brand(**row._mapping) for row in rows]


def insert_brand(unit: Unit, values: dict[str, Any]) -> bool:
    """False when the slug is taken."""
    return insert_or_ignore(unit, brands, values)


def update_brand(unit: Unit, brand_id: str, values: dict[str, Any]) -> None:
    unit.execute(sa.update(brands).where(brands.c.id == brand_id).values(**values))


def agent_by_id(unit: Unit, agent_id: str) -> Agent | None:
    row = unit.execute(sa.select(*_AGENT).where(agents.c.id == agent_id)).one_or_none()
    return _agent(row) if row else None


def agent_by_email(unit: Unit, email: str) -> tuple[Agent, str] | None:
    """The agent and the hash of the password."""
    row = unit.execute(sa.select(agents).where(agents.c.email == email)).one_or_none()
    return (_agent(row), row.password_hash) if row else None


def all_agents(unit: Unit, *, include_disabled: bool = False) -> list[Agent]:
    """By name."""
    found = [_agent(row) for row in unit.execute(_ALL_AGENTS)]
    return found if include_disabled else [agent for agent in found if agent.disabled_at is None]


def any_agent(unit: Unit) -> bool:
    """Whether anybody can sign in at all: False before set-up."""
    return unit.execute(sa.select(agents.c.id).limit(1)).first() is not None


def count_administrators(unit: Unit) -> int:
    found = unit.execute(
        sa.select(sa.func.count())
        .select_from(agents)
        .where(agents.c.role == "administrator", agents.c.disabled_at.is_(None))
    ).scalar_one()
    return int(found)


def administrators(unit: Unit, *, lock: bool = False) -> list[str]:
    """Ids of those who may sign in. `lock` keeps them so until the unit ends."""
    query = (
        sa.select(agents.c.id)
        .where(agents.c.role == "administrator", agents.c.disabled_at.is_(None))
        .order_by(agents.c.id)
    )
    return list(unit.execute(locked(unit, query) if lock else query).scalars())


def insert_agent(unit: Unit, values: dict[str, Any]) -> bool:
    """False when the e-mail address is taken."""
    return insert_or_ignore(unit, agents, values)


def update_agent(unit: Unit, agent_id: str, values: dict[str, Any]) -> None:
    unit.execute(sa.update(agents).where(agents.c.id == agent_id).values(**values))


def all_teams(unit: Unit) -> list[Team]:
    """Not the archived ones, by name."""
    return [Team(**row._mapping) for row in unit.execute(_ALL_TEAMS)]


def team_by_id(unit: Unit, team_id: str) -> Team | None:
    row = unit.execute(sa.select(teams).where(teams.c.id == team_id)).one_or_none()
    return Team(**row._mapping) if row else None


def insert_team(unit: Unit, values: dict[str, Any]) -> bool:
    return insert_or_ignore(unit, teams, values)


def update_team(unit: Unit, team_id: str, values: dict[str, Any]) -> None:
    unit.execute(sa.update(teams).where(teams.c.id == team_id).values(**values))


def set_members(unit: Unit, team_id: str, agent_ids: list[str]) -> None:
    unit.execute(sa.delete(team_members).where(team_members.c.team_id == team_id))
    if agent_ids:
        unit.execute(
            sa.insert(team_members),
            [{"team_id": team_id, "agent_id": agent_id} for agent_id in agent_ids],
        )


def members(unit: Unit) -> dict[str, list[str]]:
    """Team id -> ids of its agents."""
    found: dict[str, list[str]] = {}
    for row in unit.execute(sa.select(team_members)):
        found.setdefault(row.team_id, []).append(row.agent_id)
    return found


def team_by_name(unit: Unit, name: str) -> Team | None:
    """Archived ones too: the name is unique among all."""
    row = unit.execute(sa.select(teams).where(teams.c.name == name)).one_or_none()
    return Team(**row._mapping) if row else None


def archived_teams(unit: Unit) -> list[Team]:
    rows = unit.execute(
        sa.select(teams).where(teams.c.archived_at.is_not(None)).order_by(teams.c.name)
    )
    return [Team(**row._mapping) for row in rows]


def teams_of(unit: Unit, agent_id: str) -> list[str]:
    query = sa.select(team_members.c.team_id).where(team_members.c.agent_id == agent_id)
    return list(unit.execute(query).scalars())


def insert_session(unit: Unit, values: dict[str, Any]) -> None:
    unit.execute(sa.insert(sessions).values(**values))


def session_by_hash(unit: Unit, token_hash: str) -> tuple[Agent, dict[str, Any]] | None:
    """The signed-in agent and the session row, unless it has expired or the agent is disabled."""
    row = unit.execute(_SESSION, {"token_hash": token_hash, "now": unit.now}).one_or_none()
    if row is None:
        return None
    values = dict(row._mapping)
    session = {
        "id": values.pop("session_id"),
        "created_at": values.pop("session_created_at"),
        "seen_at": values.pop("seen_at"),
        "expires_at": values.pop("expires_at"),
    }
    values["brand_ids"] = tuple(values["brand_ids"])
    return Agent(**values), session


def touch_session(unit: Unit, session_id: str, expires_at: datetime) -> None:
    unit.execute(
        sa.update(sessions)
        .where(sessions.c.id == session_id)
        .values(seen_at=unit.now, expires_at=expires_at)
    )


def delete_session(unit: Unit, session_id: str) -> None:
    unit.execute(sa.delete(sessions).where(sessions.c.id == session_id))


def delete_sessions_of(unit: Unit, agent_id: str, *, but: str = "") -> None:
    change = sa.delete(sessions).where(sessions.c.agent_id == agent_id)
    unit.execute(change.where(sessions.c.id != but) if but else change)


def delete_expired_sessions(unit: Unit) -> None:
    unit.execute(sa.delete(sessions).where(sessions.c.expires_at <= unit.now))


def sessions_of(unit: Unit, agent_id: str) -> list[dict[str, Any]]:
    """Live sessions of an agent, latest used first. Index: agent_id."""
    query = sa.select(sessions).where(
        sessions.c.agent_id == agent_id, sessions.c.expires_at > unit.now
    )
    rows = unit.execute(query.order_by(sessions.c.seen_at.desc()))
    return [dict(row._mapping) for row in rows]


def insert_token(unit: Unit, values: dict[str, Any]) -> None:
    unit.execute(sa.insert(api_tokens).values(**values))


def token_by_hash(unit: Unit, token_hash: str) -> tuple[Agent, dict[str, Any]] | None:
    """The agent a live token speaks for, and the token row."""
    query = (
        sa.select(
            *_AGENT,
            api_tokens.c.id.label("token_id"),
            api_tokens.c.read_only,
            api_tokens.c.used_at,
        )
        .join(api_tokens, api_tokens.c.agent_id == agents.c.id)
        .where(
            api_tokens.c.token_hash == token_hash,
            api_tokens.c.revoked_at.is_(None),
            sa.or_(api_tokens.c.expires_at.is_(None), api_tokens.c.expires_at > unit.now),
            agents.c.disabled_at.is_(None),
        )
    )
    row = unit.execute(query).one_or_none()
    if row is None:
        return None
    values = dict(row._mapping)
    token = {name: values.pop(name) for name in ("token_id", "read_only", "used_at")}
    values["brand_ids"] = tuple(values["brand_ids"])
    return Agent(**values), token


def tokens_of(unit: Unit, agent_id: str) -> list[dict[str, Any]]:
    query = sa.select(api_tokens).where(
        api_tokens.c.agent_id == agent_id, api_tokens.c.revoked_at.is_(None)
    )
    return [dict(row._mapping) for row in unit.execute(query.order_by(api_tokens.c.id))]


def touch_token(unit: Unit, token_id: str) -> None:
    unit.execute(sa.update(api_tokens).where(api_tokens.c.id == token_id).values(used_at=unit.now))


def revoke_token(unit: Unit, token_id: str, agent_id: str) -> bool:
    result = unit.execute(
        sa.update(api_tokens)
        .where(
            api_tokens.c.id == token_id,
            api_tokens.c.agent_id == agent_id,
            api_tokens.c.revoked_at.is_(None),
        )
        .values(revoked_at=unit.now)
    )
    return bool(result.rowcount)


def revoke_tokens_of(unit: Unit, agent_id: str) -> None:
    """Every live token of an agent. Index: agent_id."""
    unit.execute(
        sa.update(api_tokens)
        .where(api_tokens.c.agent_id == agent_id, api_tokens.c.revoked_at.is_(None))
        .values(revoked_at=unit.now)
    )
