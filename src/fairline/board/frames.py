"""How the board answers: every page in the brand's name and colour, errors too.

Pages behind a secret link say so in their headers: kept nowhere, indexed nowhere, told to nobody.
"""

from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

from fairline.board.sites import Site, find_site
from fairline.core.errors import FairlineError, Invalid, NotFound, TooMany
from fairline.core.log import log
from fairline.web.answers import answer_error, answer_http, shown_path, wants_json
from fairline.web.render import page

SECRET = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}


def show(
    template: str,
    site: Site,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Response[str]:
    """A page of the board."""
    if not site.brand.indexable:
        headers = {"X-Robots-Tag": "noindex, nofollow", **(headers or {})}
    return page(template, status=status, headers=headers, site=site, brand=site.brand, **context)


def see_other(url: str, headers: dict[str, str] | None = None) -> Response[str]:
    """On to a page of our own, by GET. `url` is a path that we made."""
    return Response(
        "",
        status_code=303,
        headers={"Location": url, "Cache-Control": "no-store", **(headers or {})},
    )


def board_error(request: Request[Any, Any, Any], error: FairlineError) -> Response[Any]:
    """One of our errors on a public page: in the brand's frame, with what to do next."""
    if wants_json(request):
        return answer_error(request, error)
    site = site_asked_for(request)
    if site is None:
        if error.code == "no_brand_yet":
            return page("board/not_yet.html", status=503)
        return answer_error(request, error)
    if error.detail or error.status >= 500:
        log.info("refused", code=error.code, detail=error.detail, path=shown_path(request))
    headers = dict(SECRET) if request.url.path.startswith(("/t/", "/c/")) else {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after_s)
    return show(
        "board/error.html",
        site,
        status=error.status,
        headers=headers,
        error=error,
        status_code=error.status,
    )


def board_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """The framework's errors on a public page (a body too large, a form that does not parse)."""
    site = None if wants_json(request) or error.status_code >= 500 else site_asked_for(request)
    if site is None:
        return answer_http(request, error)
    texts = {
        404: "There is nothing at this address.",
        405: "This address does not take that kind of request.",
        413: "That is too large to be taken. Send a smaller file, or fewer.",
    }
    ours = Invalid(texts.get(error.status_code, "That request could not be understood."))
    return show(
        "board/error.html",
        site,
        status=error.status_code,
        error=ours,
        status_code=error.status_code,
    )


def site_asked_for(request: Request[Any, Any, Any]) -> Site | None:
    """The board in whose frame to show an error; None when there is none."""
    office = request.app.state.office
    parts = request.url.path.split("/")
    slug = parts[2] if len(parts) > 2 and parts[1] == "b" else None
    with office.database.read() as unit:
        for wanted in dict.fromkeys((slug, None)):
            try:
                return find_site(unit, wanted, office.settings)
            except NotFound:
                continue
    return None
