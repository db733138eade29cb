"""Apps for tests. Building one takes half a second, so it is handed on when its client has closed."""

from collections import defaultdict

from litestar import Litestar

from fairline.app import build_app, routes_of
from fairline.wiring import Office

_FREE: dict[tuple[object, ...], list[Litestar]] = defaultdict(list)


def app_of(office: Office) -> Litestar:
    """An app on this office, without workers: for one `TestClient`, which gives it back."""
    settings = office.settings
    routes = tuple(id(route) for route in routes_of(office))
    key = (settings.public_url.startswith("https"), settings.max_upload_bytes, routes)
    if _FREE[key]:
        app = _FREE[key].pop()
        app.state["office"] = office
        return app
    app = build_app(office, works=False)
    app.on_shutdown.append(lambda: _FREE[key].append(app))
    return app
