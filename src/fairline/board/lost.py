"""“I lost my link”: the same answer for every address, and the mail, if any, sent afterwards.

Whether an address is known is looked up by a job: neither the page nor its timing can tell. Each
open thread gets a mail of its own, so that every link stands in the conversation it opens and no
thread's record holds the key to another.
"""

from typing import Any

from litestar import Request, Response

from fairline.board.ask import checked_mail
from fairline.board.frames import show
from fairline.board.rates import limit, may_mail, network_of
from fairline.board.sites import find_site
from fairline.cases import store
from fairline.channels.notices import send_notice
from fairline.channels.registry import Channels
from fairline.core.errors import Invalid, TooMany
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.jobs.queue import enqueue
from fairline.people import store_contacts
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

JOB = "lost_link"
MOST_THREADS = 5


@reads("/lost")
def lost_page(database: Database, settings: Settings, slug: str | None = None) -> Response[str]:
    """One field."""
    with database.read() as unit:
        site = find_site(unit, slug, settings)
    return show("board/lost.html", site, mail="", error=None, is_sent=False)


@writes("/lost", status_code=200)
def lost(
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    channels: Channels,
    form: Form,
    slug: str | None = None,
) -> Response[str]:
    """Always the same answer. *Effects*: one job."""
    with database.read() as unit:
        site = find_site(unit, slug, settings)
    typed = (form.texts("mail") or [""])[0]
    try:
        mail = checked_mail(channels, site, typed[:500])
        with database.write() as unit:
            limit(unit, "lost", network_of(request, settings))
            enqueue(unit, JOB, {"brand_id": site.brand.id, "mail": mail})
    except (Invalid, TooMany) as error:
        headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, TooMany) else {}
        return show(
            "board/lost.html",
            site,
            status=error.status,
            headers=headers,
            mail=typed,
            error=error,
            is_sent=False,
        )
    return show("board/lost.html", site, mail=mail, error=None, is_sent=True)


def send_links(database: Database, payload: dict[str, Any]) -> None:
    """The job: a mail with a fresh link for each open thread of the address, newest first."""
    with database.write() as unit:
        mail = str(payload["mail"])
        identity = store_contacts.identity_at(unit, str(payload["brand_id"]), "email", mail)
        if identity is None or not may_mail(unit, mail):
            return
        for case in store.open_threads_of(unit, identity.id, limit=MOST_THREADS):
            send_notice(
                unit,
                case,
                identity.id,
                case.subject,
                f"You asked for the way back to your thread {case.reference}. The link below opens "
                "it. If it was not you who asked, nothing has happened: only you got this mail.",
            )
