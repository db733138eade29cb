"""A brand's colour, made readable on light and on dark pages.

Pure. The colour is kept as it was chosen; what pages use are its `shades`: as near to it as WCAG AA
allows (4.5 to 1 for text on every surface of the theme). The surfaces are those of
`web/static/css/tokens.css`; a test holds the two together.
"""

import colorsys
import re
from functools import lru_cache

import msgspec

from fairline.core.errors import Invalid

AA = 4.5
LIGHT_SURFACES = ("#fbfaf7", "#ffffff", "#f3f1eb")
DARK_SURFACES = ("#151412", "#1c1b18", "#121110")
_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE | re.ASCII)
_STEP = 0.01


class Shade(msgspec.Struct, frozen=True, kw_only=True):
    """The colour in one theme: for text and buttons, behind marked text, and for text on it."""

    accent: str
    soft: str
    on_accent: str


class Shades(msgspec.Struct, frozen=True, kw_only=True):
    """The colour as chosen, and in both themes."""

    chosen: str
    light: Shade
    dark: Shade


def read_colour(text: str) -> str:
    """`#rrggbb` in lower case. Raises Invalid."""
    match = _HEX.fullmatch(text.strip())
    if not match:
        raise Invalid(
            "Write the colour as six digits such as #0d6457.", code="bad_colour", field="accent"
        )
    digits = match[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(d * 2 for d in digits))


@lru_cache(maxsize=256)
def shades(colour: str) -> Shades:
    """The nearest readable shades of `colour`. Raises Invalid when it is none."""
    chosen = read_colour(colour)
    return Shades(
        chosen=chosen,
        light=_shade(chosen, LIGHT_SURFACES, sheet="#ffffff", share=0.11, step=-_STEP),
        dark=_shade(chosen, DARK_SURFACES, sheet="#1c1b18", share=0.16, step=_STEP),
    )


def what_changed(colour: str) -> str:
    """A sentence on what had to be adjusted, '' when nothing had."""
    made = shades(colour)
    changes = []
    if made.light.accent != made.chosen:
        changes.append(f"on light pages it is darkened to {made.light.accent}")
    if made.dark.accent != made.chosen:
        changes.append(f"on dark pages it is lightened to {made.dark.accent}")
    if not changes:
        return ""
    return f"So that everybody can read it, {' and '.join(changes)}."


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours. *Source*: WCAG 2.2, relative luminance."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _shade(
    chosen: str, surfaces: tuple[str, ...], *, sheet: str, share: float, step: float
) -> Shade:
    """Go darker or lighter in small steps until text in the colour reads on every surface."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(chosen))
    colour = chosen
    while True:
        soft = _mix(colour, sheet, share)
        if all(contrast(colour, surface) >= AA for surface in (*surfaces, soft)):
            break
        lightness = min(1.0, max(0.0, lightness + step))
        colour = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    on_accent = max(("#ffffff", "#06110f"), key=lambda text: contrast(colour, text))
    return Shade(accent=colour, soft=soft, on_accent=on_accent)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[float, float, float]:
    return (
        int(colour[1:3], 16) / 255,
        int(colour[3:5], 16) / 255,
        int(colour[5:7], 16) / 255,
    )


def _hex(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _mix(colour: str, ground: str, share: float) -> str:
    one, other = _parts(colour), _parts(ground)
    red, green, blue = (a * share + b * (1 - share) for a, b in zip(one, other, strict=True))
    return _hex((red, green, blue))
