"""A brand's colour as a stylesheet and its logo, for every page that wears them.

Kept by browsers for minutes only, so that a new colour shows soon; a new logo has a new address.
"""

from litestar import Response

from fairline.core.errors import Invalid, NotFound
from fairline.db.blobs import get_blob
from fairline.db.engine import Database
from fairline.people import store as people
from fairline.people.accent import Shade, shades
from fairline.people.setup import DEFAULT_ACCENT
from fairline.web.handle import reads

LOGO_TYPES = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/svg+xml"}
)
LOGO_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


@reads("/brand/{file:str}")
def brand_css(file: str, database: Database) -> Response[str]:
    """`/brand/{slug}.css`: the accent in both themes, adjusted until it can be read."""
    slug, dot, ending = file.rpartition(".")
    if not dot or ending != "css":
        raise NotFound("There is nothing at this address.")
    with database.read() as unit:
        brand = people.brand_by_slug(unit, slug)
    if brand is None:
        raise NotFound("There is no such brand.", code="no_brand")
    return Response(
        css_of(brand.accent),
        media_type="text/css; charset=utf-8",
        headers={"Cache-Control": "public, max-age=300"},
    )


@reads("/brand/{slug:str}/logo")
def brand_logo(slug: str, database: Database) -> Response[bytes]:
    """The logo as it was uploaded. Raises NotFound when the brand has none."""
    with database.read() as unit:
        brand = people.brand_by_slug(unit, slug)
        if brand is None or not brand.logo_sha256 or brand.logo_type not in LOGO_TYPES:
            raise NotFound("This brand has no logo.", code="no_logo")
        data = get_blob(unit, brand.logo_sha256)
    return Response(
        data,
        media_type=brand.logo_type,
        headers={
            "Cache-Control": "public, max-age=3600",
            "Content-Security-Policy": LOGO_POLICY,
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Content-Disposition": "inline",
        },
    )


def css_of(accent: str) -> str:
    """The accent's custom properties, in the order light, dark by choice of the system, dark."""
    try:
        found = shades(accent)
    except Invalid:  # an old or imported brand may hold anything
        found = shades(DEFAULT_ACCENT)
    light, dark = _properties(found.light), _properties(found.dark)
    return (
        f":root {{ {light} }}\n"
        f'@media (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {dark} }} }}\n'
        f':root[data-theme="dark"] {{ {dark} }}\n'
    )


def _properties(shade: Shade) -> str:
    return f"--accent: {shade.accent}; --accent-soft: {shade.soft}; --on-accent: {shade.on_accent};"
