"""Saying whether one is here: online, busy, away, and until when."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from litestar import Request, Response
from litestar.response import Redirect

from fairline.core.errors import Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.session import Session, local_path
from fairline.line import absence
from fairline.people import store as people
from fairline.people import store_duty
from fairline.people.tables import Agent
from fairline.people.tables_duty import Duty
from fairline.web.forms import Form
from fairline.web.handle import writes


@writes("/desk/presence")
def say(
    request: Request[Any, Any, Any], session: Session, database: Database, form: Form
) -> Response[Any]:
    """Say it, and go back to the page one was on."""
    with database.write() as unit:
        present = store_duty.duty_of(unit, session.agent.id)
        presence = form.text("presence", most=20) or (present.presence if present else "online")
        ends_at = _kept_end(present, presence, unit.now) if not form.flag("open_end") else None
        if typed := form.text("until", most=20):
            ends_at = _end_of_shift(typed, unit.now, _zone(unit, session.agent))
            presence = "online" if presence == "away" else presence
        absence.say_presence(unit, session.agent, presence, shift_ends_at=ends_at)
    before = urlsplit(request.headers.get("referer", ""))
    back = f"{before.path}?{before.query}" if before.query else before.path
    return Redirect(local_path(back), status_code=303)


def _kept_end(present: Duty | None, presence: str, now: datetime) -> datetime | None:
    """The end of the shift one gave before, unless one goes away or it is over."""
    if present is None or present.shift_ends_at is None or presence == "away":
        return None
    return present.shift_ends_at if present.shift_ends_at > now else None


def _zone(unit: Unit, agent: Agent) -> str:
    brands = people.all_brands(unit)
    own = [brand for brand in brands if brand.id in agent.brand_ids]
    return (own or brands)[0].time_zone if brands else "UTC"


def _end_of_shift(typed: str, now: datetime, zone: str) -> datetime:
    """The next time the wall clock there shows this."""
    try:
        wanted = time.fromisoformat(typed)
    except ValueError as error:
        raise Invalid("Write the end of your shift as 17:30.", field="until") from error
    place = ZoneInfo(zone)
    local = now.astimezone(place)
    ends_at = datetime.combine(local.date(), wanted.replace(tzinfo=None), tzinfo=place)
    if ends_at <= local:
        ends_at = datetime.combine(
            local.date() + timedelta(days=1), wanted.replace(tzinfo=None), tzinfo=place
        )
    return ends_at.astimezone(UTC)


ROUTES: list[Any] = [say]
