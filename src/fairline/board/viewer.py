"""Who holds a secret link, and what that lets them do on the case.

Every thread page, and the widget, begins here. A wrong, an expired and a revoked link are one.
"""

import msgspec

from fairline.board.sites import Site, site_of_case
from fairline.cases import links, store
from fairline.cases.addresses import confirm_address
from fairline.cases.rows import Actor, Case, Participant, SecretLink
from fairline.channels import receipts, store_deliveries
from fairline.core.errors import NotAllowed, NotFound
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """The holder of a link. `me` is the participant the link was made for."""

    token: str
    link: SecretLink
    case: Case
    site: Site
    me: Participant
    people: tuple[Participant, ...]

    @property
    def actor(self) -> Actor:
        return Actor(kind="contact", id=self.me.contact_id, name=self.me.name)

    @property
    def is_customer(self) -> bool:
        """The customer of the case, not somebody who was copied in."""
        return self.me.contact_id == self.case.contact_id

    @property
    def own_identities(self) -> frozenset[str]:
        """Identities of the same contact: whose words this person may change."""
        return frozenset(p.identity_id for p in self.people if p.contact_id == self.me.contact_id)

    @property
    def url(self) -> str:
        return f"/t/{self.token}"


def open_thread(unit: Unit, token: str, settings: Settings) -> Viewer:
    """Raises NotFound for a link that opens nothing (any more)."""
    if not 16 <= len(token) <= 64:
        raise NotFound("This link does not open anything (any more).", code="no_link")
    link, case = links.open_link(unit, token)
    people = tuple(store.participants_of(unit, case.id))
    me = next((p for p in people if p.identity_id == link.identity_id), None)
    if me is None:
        raise NotFound(
            "This address no longer takes part in the thread. Use another link to it.",
            code="no_link",
        )
    return Viewer(
        token=token,
        link=link,
        case=case,
        site=site_of_case(unit, case, settings),
        me=me,
        people=people,
    )


def open_as_customer(unit: Unit, token: str, settings: Settings) -> Viewer:
    """For what only the customer decides. Raises NotAllowed for somebody who was copied in."""
    viewer = open_thread(unit, token, settings)
    if not viewer.is_customer:
        raise NotAllowed("Only the person who asked can change this.")
    return viewer


def note_visit(database: Database, viewer: Viewer, settings: Settings) -> Viewer:
    """What opening the page tells us: the link is in use, its address is proven, answers are read.

    *Effects*: a write only when there is something to write.
    """
    case_id, identity_id = viewer.case.id, viewer.me.identity_id
    with database.read() as unit:
        unread = store_deliveries.has_unread(unit, case_id, identity_id)
        stale = links.is_stale(viewer.link, unit.now)
    proves = viewer.me.channel != "web" and viewer.me.confirmed_at is None
    if not (unread or stale or proves):
        return viewer
    with database.write() as unit:
        viewer = open_thread(unit, viewer.token, settings)
        links.touch(unit, viewer.link)
        if proves:
            confirm_address(unit, viewer.case, identity_id)
        receipts.seen(unit, case_id, identity_id)
        return open_thread(unit, viewer.token, settings)
