"""Builds the ASGI app: routes, dependencies, errors, static files, start and stop.

`create` is what the server calls in its worker process; `build_app` is what tests call with an
Office of their own.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import CacheControlHeader, State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.static_files import create_static_files_router

from fairline import api, board, desk
from fairline.channels.contract import Routed
from fairline.core.errors import FairlineError
from fairline.core.log import set_up_logging
from fairline.core.settings import load_settings
from fairline.demo import customers
from fairline.web.answers import answer_error, answer_http, answer_unexpected
from fairline.web.forms import read_form
from fairline.web.guard import check_path, same_origin_only, secure_headers
from fairline.web.head import App
from fairline.web.render import STATIC, STATIC_MARK
from fairline.wiring import Office

# The path changes with the content, so browsers need never ask again.
FOR_EVER = CacheControlHeader(public=True, max_age=31_536_000, immutable=True)


def create() -> Litestar:
    """The app as the server runs it, with its worker threads."""
    settings = load_settings()
    set_up_logging(settings.log_level, as_json=settings.log_json)
    return build_app(Office(settings), works=True)


def build_app(office: Office, *, works: bool) -> Litestar:
    """The app on an office. `works` starts the worker threads in this process.

    What it is asked for is looked up in its state at each request: building an app takes half a
    second, so tests put another office there.
    """
    settings = office.settings
    state = State({"office": office})

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        office: Office = state["office"]
        office.live.start()
        running = office.make_worker() if works else None
        if running:
            worker, poller, ledger = running
            poller.refresh()
            worker.start()
        try:
            yield
        finally:
            office.live.stop()
            if running:
                poller.stop()
                worker.stop()
                ledger.close()

    async def guard(request: Request[Any, Any, Any]) -> None:
        check_path(request)
        same_origin_only(request)

    return App(
        route_handlers=[
            # Under one router: Litestar registers a handler twice, and then calls it wrongly, when
            # another handler of the same path is added to the app after it.
            Router(path="/", route_handlers=routes_of(office)),
            _static(f"/static/{STATIC_MARK}", FOR_EVER),
            # Without the mark: asked for again each time.
            _static("/static", CacheControlHeader(no_cache=True)),
        ],
        dependencies={
            "database": _of(lambda: state["office"].database),
            "settings": _of(lambda: state["office"].settings),
            "keyring": _of(lambda: state["office"].keyring),
            "channels": _of(lambda: state["office"].channels),
            "live": _of(lambda: state["office"].live),
            "form": Provide(read_form),
        },
        lifespan=[lifespan],
        before_request=guard,
        middleware=[secure_headers(https=settings.public_url.startswith("https"))],
        exception_handlers={
            FairlineError: answer_error,
            HTTPException: answer_http,
            Exception: answer_unexpected,
        },
        compression_config=CompressionConfig(
            backend="gzip", gzip_compress_level=3, minimum_size=800, exclude=["/stream$"]
        ),
        request_max_body_size=settings.max_upload_bytes + 1_048_576,
        openapi_config=api.OPENAPI,
        state=state,
        logging_config=None,
        debug=False,
    )


def routes_of(office: Office) -> list[Any]:
    """Our pages and interfaces, and the addresses that channels have of their own."""
    channels = [one for one in office.channels.all() if isinstance(one, Routed)]
    own = [route for channel in channels for route in channel.routes]
    playing = customers.ROUTES if office.settings.demo_networks else []
    return [*board.ROUTES, *desk.ROUTES, *api.ROUTES, *own, *playing]


def _static(path: str, cache: CacheControlHeader) -> Router:
    return create_static_files_router(path=path, directories=[STATIC], cache_control=cache)


def _of(value: Callable[[], Any]) -> Provide:
    return Provide(value, sync_to_thread=False)
