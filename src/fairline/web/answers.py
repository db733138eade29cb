"""How errors are answered: one JSON shape for machines, a calm page for people.

The shape: `{"error": {"code", "text", "field"?, "retry_after_s"?}}`. What is inside an unexpected
error goes to the log, never to the client.
"""

from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

from fairline.core.errors import FairlineError, Invalid, TooMany
from fairline.core.ids import new_id
from fairline.core.log import log
from fairline.web.guard import HEADERS
from fairline.web.render import page

_TEXTS = {
    400: ("bad_request", "That request could not be understood."),
    401: ("not_signed_in", "Sign in first."),
    403: ("not_allowed", "You may not do that."),
    404: ("not_found", "There is nothing here."),
    405: ("wrong_method", "This address does not take that kind of request."),
    413: ("too_large", "That is too large to be taken. Send a smaller file."),
    415: ("wrong_type", "That kind of content is not taken here."),
    429: ("too_many", "That was too often. Wait a moment."),
}


def answer_error(request: Request[Any, Any, Any], error: FairlineError) -> Response[Any]:
    """One of our own errors: its text is safe to show."""
    if error.detail or error.status >= 500:
        log.info("refused", code=error.code, detail=error.detail, path=shown_path(request))
    body: dict[str, Any] = {"code": error.code, "text": error.text}
    headers: dict[str, str] = {}
    if isinstance(error, Invalid) and error.field:
        body["field"] = error.field
    if isinstance(error, TooMany):
        body["retry_after_s"] = error.retry_after_s
        headers["Retry-After"] = str(error.retry_after_s)
    return _answer(request, error.status, body, headers)


def answer_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """An error of the framework: unknown path, wrong method, a body that does not parse."""
    status = min(500, error.status_code)
    if status == 500:
        return answer_unexpected(request, error)
    code, text = _TEXTS.get(status, ("bad_request", "That request could not be understood."))
    body: dict[str, Any] = {"code": code, "text": text}
    extra = getattr(error, "extra", None)
    if status == 400 and isinstance(extra, list) and extra and isinstance(extra[0], dict):
        first = extra[0]
        body["text"] = f"{first.get('key', 'The request')}: {first.get('message', 'is not right')}"
        body["field"] = str(first.get("key", ""))
    return _answer(request, status, body, dict(error.headers or {}))


def answer_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A bug or a broken part. The ASGI edge: the last broad catch there is."""
    cause = error.__cause__ or error
    if isinstance(cause, RecursionError):
        body = {"code": "bad_request", "text": "That is nested too deeply to be read."}
        return _answer(request, 400, body, {})
    if isinstance(cause, OSError) and request.url.path.startswith("/static/"):
        return _answer(request, 404, {"code": "not_found", "text": _TEXTS[404][1]}, {})
    mark = new_id()[-12:]
    log.error("unexpected error", mark=mark, path=shown_path(request), exc_info=error)
    text = f"Something broke on our side. It is noted as {mark}; what you sent before is safe."
    return _answer(request, 500, {"code": "broken", "text": text}, {})


def shown_path(request: Request[Any, Any, Any]) -> str:
    """The path as it may be logged: without what opens a thread."""
    parts = request.url.path.split("/")
    is_secret = len(parts) > 2 and parts[1] in {"t", "c"}
    return "/".join([*parts[:2], "…", *parts[3:]]) if is_secret else request.url.path


def wants_json(request: Request[Any, Any, Any]) -> bool:
    """Whether a machine asks."""
    path = request.url.path
    if path.startswith(("/api/", "/widget/", "/hooks/")):
        return True
    return "application/json" in request.headers.get("accept", "")


def _answer(
    request: Request[Any, Any, Any], status: int, body: dict[str, Any], headers: dict[str, str]
) -> Response[Any]:
    # An unknown address is refused before the middleware that sets these is reached.
    headers = {**HEADERS, **headers}
    if wants_json(request):
        return Response({"error": body}, status_code=status, headers=headers)
    return page(
        "layouts/error.html", status=status, headers=headers, error=body, status_code=status
    )
