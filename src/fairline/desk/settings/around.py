"""What all settings pages share: the sections one may see, what was typed, what was done.

A form that is refused comes back with what was typed and the reason beside its field (`Typed`).
What was done is told on the next page by a word in its address, so that a reload repeats nothing.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Response
from litestar.response import Redirect

from fairline.cases.actions import actor_of
from fairline.cases.timeline import record
from fairline.core.errors import FairlineError, NotFound
from fairline.db.unit import Unit
from fairline.desk.frame import desk_page
from fairline.desk.reach import is_id
from fairline.desk.session import Session
from fairline.people.tables import ROLES, Agent
from fairline.web.forms import Form


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the settings, and the least role that may open it."""

    name: str
    label: str
    path: str
    role: str
    about: str


SECTIONS = (
    Section(
        name="profile",
        label="My profile",
        path="/desk/settings/profile",
        role="agent",
        about="Your name, password, browsers you are signed in with, shortcuts and API tokens.",
    ),
    Section(
        name="teams",
        label="Teams",
        path="/desk/settings/teams",
        role="supervisor",
        about="Who works together, and what comes to them.",
    ),
    Section(
        name="skills",
        label="Skills",
        path="/desk/settings/skills",
        role="supervisor",
        about="What people know, and how much they are handed at a time.",
    ),
    Section(
        name="routing",
        label="Routing",
        path="/desk/settings/routing",
        role="supervisor",
        about="Which cases go to whom, and whether that was right.",
    ),
    Section(
        name="authority",
        label="Limits of authority",
        path="/desk/settings/authority",
        role="supervisor",
        about="What agents may grant without asking.",
    ),
    Section(
        name="replies",
        label="Saved replies",
        path="/desk/settings/replies",
        role="supervisor",
        about="Texts for the composer, filled in from the case.",
    ),
    Section(
        name="acknowledgements",
        label="Acknowledgements",
        path="/desk/settings/acknowledgements",
        role="supervisor",
        about="The mail that says we have it: its words, and how its ranges held.",
    ),
    Section(
        name="hours",
        label="Hours and promises",
        path="/desk/settings/hours",
        role="supervisor",
        about="When you work, and how soon you promise to answer each need.",
    ),
    Section(
        name="alarms",
        label="Alarms",
        path="/desk/settings/alarms",
        role="supervisor",
        about="From what on somebody is called: promises at risk, silence in public, bounces.",
    ),
    Section(
        name="calls",
        label="Calls",
        path="/desk/settings/calls",
        role="supervisor",
        about="Whether customers may ask to be called, when, and how often you try.",
    ),
    Section(
        name="limits",
        label="Limits on customers",
        path="/desk/settings/limits",
        role="supervisor",
        about="Who may not post in public for a while, why, and until when.",
    ),
    Section(
        name="personal-data",
        label="Personal data",
        path="/desk/settings/personal-data",
        role="supervisor",
        about="What may not stand in public: numbers, addresses, your own account patterns.",
    ),
    Section(
        name="people",
        label="People",
        path="/desk/settings/people",
        role="administrator",
        about="Who may sign in, and what each of them may do.",
    ),
    Section(
        name="forms",
        label="Secure forms",
        path="/desk/settings/forms",
        role="administrator",
        about="What customers are asked for under seal, how long it is kept, who may read it.",
    ),
    Section(
        name="inboxes",
        label="Inboxes",
        path="/desk/settings/inboxes",
        role="administrator",
        about="Mailboxes, the board and its widget: connect, test, pause.",
    ),
    Section(
        name="brands",
        label="Brands",
        path="/desk/settings/brands",
        role="administrator",
        about="Name, colour, logo, greeting, signature, and the address that mail leaves from.",
    ),
    Section(
        name="health",
        label="Health",
        path="/desk/settings/health",
        role="administrator",
        about="Database, queues, inboxes and disk at a glance.",
    ),
    Section(
        name="undelivered",
        label="Undelivered",
        path="/desk/undelivered",
        role="agent",
        about="Answers that did not arrive: try again, or send another way.",
    ),
    Section(
        name="aside",
        label="Set aside",
        path="/desk/set-aside",
        role="supervisor",
        about="What came in and could not be understood, exactly as it came.",
    ),
)

# Two of the pages have a place of their own in the rail.
RAIL = {"undelivered": "undelivered", "aside": "set-aside"}

DONE = {
    "saved": "Saved.",
    "created": "Created.",
    "archived": "Archived.",
    "back": "Back in use.",
    "paused": (
        "Paused. What is to be sent waits until you resume, and after a while goes by another "
        "proven way of the customer's, where there is one."
    ),
    "resumed": "Resumed.",
    "disabled": "Disabled. Open cases went back to the line.",
    "enabled": "Enabled. The old password works again.",
    "password": "Your password is changed, and other browsers are signed out.",
    "signed_out": "Signed out there.",
    "revoked": "Revoked. Programs with this token are refused from now on.",
    "said": "Said. It is on its way to all who follow.",
    "gone": "Taken back. It is on its way to all who had it.",
    "again": "It is on its way again.",
    "other_way": "It is on its way to the other address.",
    "fine": "Taken off the list.",
    "lifted": "The limit is taken back.",
    "replayed": "It is being read again. If it still cannot be understood it comes back here.",
}


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a form: the values, and what is wrong with which of them."""

    values: dict[str, str] = {}
    chosen: dict[str, list[str]] = {}
    error: str = ""
    field: str = ""

    def get(self, name: str) -> str:
        """The value of a field, '' when there is none."""
        return self.values.get(name, "")

    def has(self, name: str, value: str) -> bool:
        """Whether a box of several is ticked."""
        return value in self.chosen.get(name, [])

    def error_of(self, name: str) -> str:
        """What is wrong with a field, '' when nothing is."""
        return self.error if self.error and self.field == name else ""

    def refused(self, error: FairlineError) -> "Typed":
        """The same form with the reason why it was not taken."""
        field = getattr(error, "field", "")
        return msgspec.structs.replace(self, error=error.text, field=field)


def typed(form: Form, names: Iterable[str], *, several: Iterable[str] = ()) -> Typed:
    """What came in a form. Passwords are never among the names: they are typed again."""
    return Typed(
        values={name: form.text(name) for name in names},
        chosen={name: form.texts(name) for name in several},
    )


def sections_for(agent: Agent) -> list[Section]:
    """The pages an agent may open."""
    return [s for s in SECTIONS if ROLES.index(s.role) <= ROLES.index(agent.role)]


def show(
    unit: Unit,
    session: Session,
    template: str,
    section: str,
    *,
    done: str | None = None,
    status: int = 200,
    **context: Any,
) -> Response[Any]:
    """A settings page with its sections beside it."""
    return desk_page(
        unit,
        session,
        f"desk/settings/{template}",
        here=RAIL.get(section, "settings"),
        status=status,
        sections=sections_for(session.agent),
        section=section,
        done=DONE.get(done or "", ""),
        **context,
    )


def go(path: str, done: str = "") -> Response[Any]:
    """On to a page, with a word on what was done."""
    return Redirect(f"{path}?done={done}" if done else path, status_code=303)


def note(unit: Unit, agent: Agent, what: str, of: str, *, brand_id: str | None = None) -> None:
    """Put a change of the settings on the record."""
    data = {"what": what, "id": of}
    record(unit, "settings_changed", by=actor_of(agent), brand_id=brand_id, data=data)


def known_id(text: str) -> str:
    """An id from an address. Raises NotFound for what cannot be one."""
    if not is_id(text):
        raise NotFound("There is nothing here.")
    return text
