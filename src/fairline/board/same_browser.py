"""A browser that holds the link of a thread and asks again is the same person.

The cookie is set only when somebody asks, holds the link they are sent to anyway, and is read only
when they ask again: so that asking twice has one place in line.
"""

from typing import Any

from litestar import Request, Response

from fairline.cases import links, store
from fairline.core.errors import NotFound
from fairline.core.ids import new_id
from fairline.core.settings import Settings
from fairline.db.unit import Unit
from fairline.people.contacts import add_identity

COOKIE = "fairline_asked"
KEPT_S = 30 * 24 * 3600


def remember(response: Response[Any], settings: Settings, token: str) -> Response[Any]:
    """Let the browser keep the link for a month."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=KEPT_S,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.public_url.startswith("https://"),
    )
    return response


def held_by(request: Request[Any, Any, Any]) -> str:
    """The token that the browser keeps, or ''."""
    return request.cookies.get(COOKIE, "")[:64]


def browser_of(unit: Unit, brand_id: str, held: str, name: str) -> tuple[str, str]:
    """The address of a new identity, and the contact whose link is held ('' for somebody new)."""
    address = new_id()
    try:
        link, case = links.open_link(unit, held) if held else (None, None)
    except NotFound:
        return address, ""
    if link is None or case is None or case.brand_id != brand_id:
        return address, ""
    people = store.participants_of(unit, case.id)
    is_customer = any(
        one.identity_id == link.identity_id and one.contact_id == case.contact_id for one in people
    )
    if not is_customer:
        return address, ""
    add_identity(unit, brand_id, "web", address, contact_id=case.contact_id, name=name)
    return address, case.contact_id
