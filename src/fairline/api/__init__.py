"""The JSON API: parse, call one action, answer. Reference: docs/reference/api.md."""

from typing import Any

from litestar import Router
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from fairline import __version__
from fairline.api import (
    around,
    calls,
    cases,
    continuing,
    fairness,
    forms,
    hooks,
    merging,
    probes,
    voice,
)
from fairline.api.access import provide_bearer

HANDLERS: list[Any] = [
    *cases.HANDLERS,
    *calls.HANDLERS,
    *around.HANDLERS,
    *fairness.HANDLERS,
    *forms.HANDLERS,
    *merging.HANDLERS,
    *continuing.HANDLERS,
]
ROUTES: list[Any] = [
    Router(
        path="/api/v1",
        route_handlers=HANDLERS,
        dependencies={"bearer": Provide(provide_bearer, sync_to_thread=True)},
        security=[{"token": []}],
    ),
    *probes.HANDLERS,
    *voice.HANDLERS,
    *hooks.HANDLERS,
]
OPENAPI = OpenAPIConfig(
    title="Fairline",
    version=__version__,
    description="Cases, messages, contacts, inboxes and search. Errors have one shape: "
    '`{"error": {"code", "text", "field"?}}`.',
    path="/api",
    render_plugins=[JsonRenderPlugin(path="/openapi.json")],
    components=Components(security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}),
)
