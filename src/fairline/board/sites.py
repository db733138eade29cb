"""Which brand a visitor is at: the default brand at `/`, another at `/b/{slug}/`.

A Site is what every public page is drawn with: the brand, where its pages begin, and what it can
do at this moment (take questions, send mail).
"""

from datetime import timedelta

import msgspec

from fairline.cases.inbound import InboxRef
from fairline.cases.rows import Case
from fairline.channels import store_inboxes
from fairline.channels.ingest import inbox_ref
from fairline.channels.rows import Inbox
from fairline.channels.standing import trouble_of
from fairline.core.errors import NotFound
from fairline.core.settings import Settings
from fairline.db.unit import Unit
from fairline.line.alarms import thresholds_of
from fairline.people import store as people
from fairline.people.tables import Brand


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A brand's board. `base` is '' or `/b/slug`; `inbox` is None while nothing can be asked."""

    brand: Brand
    base: str
    public_url: str
    inbox: InboxRef | None
    can_mail: bool
    mail_addresses: tuple[str, ...]
    # Ways that we cannot read at the moment, as people know them.
    down: tuple[str, ...] = ()

    @property
    def home(self) -> str:
        """Where the ask box is."""
        return f"{self.base}/"

    @property
    def absolute(self) -> str:
        """The board's address for the outside world, without a trailing slash."""
        return f"{self.public_url}{self.base}"


def find_site(unit: Unit, slug: str | None, settings: Settings) -> Site:
    """The board at a slug (None: the default). Raises NotFound; `no_brand_yet` before set-up."""
    if slug is not None:
        brand = people.brand_by_slug(unit, slug)
        if brand is None:
            raise NotFound("There is no board at this address.", code="no_brand")
        return site_of(unit, brand, settings)
    brands = people.all_brands(unit)
    if not brands:
        raise NotFound("Nothing has been set up here yet.", code="no_brand_yet")
    return site_of(unit, brands[0], settings)


def site_of(unit: Unit, brand: Brand, settings: Settings) -> Site:
    """The board of a brand."""
    inboxes = store_inboxes.all_inboxes(unit, brand_id=brand.id)
    asked = next((i for i in inboxes if i.kind == "web" and i.state == "active"), None)
    return Site(
        brand=brand,
        base="" if brand.is_default else f"/b/{brand.slug}",
        public_url=settings.public_url,
        inbox=inbox_ref(unit, asked) if asked else None,
        can_mail=any(i.kind == "email" and i.state == "active" for i in inboxes),
        mail_addresses=tuple(i.address for i in inboxes if i.kind == "email"),
        down=tuple(i.name for i in inboxes if _is_down(unit, i)),
    )


def _is_down(unit: Unit, inbox: Inbox) -> bool:
    """Whether somebody here said so, or it has not worked for too long. Reads only for one that
    has an error.
    """
    if inbox.kind == "web" or inbox.state != "active":
        return False
    if inbox.down_told_at or not inbox.error_since:
        return inbox.down_told_at is not None
    after = timedelta(minutes=thresholds_of(unit, inbox.brand_id).inbox_minutes)
    return trouble_of(inbox, unit.now, after=after) != ""


def site_of_case(unit: Unit, case: Case, settings: Settings) -> Site:
    """The board a case belongs to. Raises NotFound."""
    brand = people.brand_by_id(unit, case.brand_id)
    if brand is None:
        raise NotFound("There is no board at this address.", code="no_brand")
    return site_of(unit, brand, settings)


def thread_inbox(unit: Unit, site: Site, case: Case) -> InboxRef:
    """Where words said on a thread come in: the board's inbox, or else the case's own."""
    if site.inbox:
        return site.inbox
    own = store_inboxes.inbox_by_id(unit, case.inbox_id)
    if own is None:
        raise NotFound("This thread has lost its inbox.", code="no_inbox")
    return msgspec.structs.replace(inbox_ref(unit, own), channel="web")
