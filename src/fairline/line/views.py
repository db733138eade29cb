"""Saved views: a filter under a name, one's own or shared with everybody at the desk."""

from typing import Any

import msgspec

from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.kept import kept
from fairline.db.unit import Unit
from fairline.line import store_views
from fairline.line.lists import Filter
from fairline.line.tables import VIEWS
from fairline.people.tables import Agent

MOST_NAME = 60


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A saved view as one agent sees it."""

    id: str
    agent_id: str
    name: str
    filter: Filter
    shared: bool


def views_for(unit: Unit, agent: Agent) -> list[View]:
    """One's own and the shared ones, by name."""
    every = kept(unit, VIEWS, "by agent", _all_views)
    found = [*every.get(agent.id, ()), *(v for v in every[""] if v.agent_id != agent.id)]
    return sorted(found, key=lambda view: (view.name, view.id))


def _all_views(unit: Unit) -> dict[str, list[View]]:
    """Everybody's under their id; under '' the shared ones."""
    every: dict[str, list[View]] = {"": []}
    for view in map(_view, store_views.all_views(unit)):
        every.setdefault(view.agent_id, []).append(view)
        if view.shared:
            every[""].append(view)
    return every


def save_view(unit: Unit, agent: Agent, name: str, wanted: Filter, *, shared: bool) -> str:
    """Keep a filter under a name and return its id. Raises Invalid, Conflict for a taken name."""
    view_id = new_id()
    added = store_views.insert(
        unit,
        {
            "id": view_id,
            "agent_id": agent.id,
            "name": _checked(name),
            "filter": msgspec.to_builtins(wanted),
            "shared": shared,
            "created_at": unit.now,
        },
    )
    if not added:
        raise Conflict(f"You have a view named {_checked(name)} already.", code="name_taken")
    return view_id


def change_view(unit: Unit, agent: Agent, view_id: str, *, name: str, shared: bool) -> None:
    """Rename one's own view, share it or keep it to oneself. Raises NotFound for another's."""
    name = _checked(name)
    _own(unit, agent, view_id)
    if store_views.name_taken(unit, agent.id, name, but=view_id):
        raise Conflict(f"You have a view named {name} already.", code="name_taken")
    store_views.update(unit, view_id, {"name": name, "shared": shared})


def delete_view(unit: Unit, agent: Agent, view_id: str) -> None:
    """Forget one's own view. Raises NotFound for another's."""
    _own(unit, agent, view_id)
    store_views.delete(unit, view_id)


def _own(unit: Unit, agent: Agent, view_id: str) -> None:
    if store_views.view_of(unit, view_id, agent.id) is None:
        raise NotFound("There is no such view of yours.", code="no_view")


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > MOST_NAME:
        raise Invalid(f"Give the view a name of at most {MOST_NAME} characters.", field="name")
    return name


def _view(row: dict[str, Any]) -> View:
    return View(
        id=row["id"],
        agent_id=row["agent_id"],
        name=row["name"],
        filter=msgspec.convert(row["filter"], Filter),
        shared=row["shared"],
    )
