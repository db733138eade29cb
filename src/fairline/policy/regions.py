"""Where a brand's customers are, as far as its language and time zone tell. Pure but for one table
of the time-zone database, read once.
"""

from functools import lru_cache
from importlib import resources

import phonenumbers

from fairline.core.errors import Invalid

MOST = 12
# A language without a country: where most who speak it are.
_SPOKEN = {
    "en": ("US", "GB"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CH"),
    "es": ("ES", "MX"),
    "pt": ("PT", "BR"),
    "sv": ("SE",),
    "da": ("DK",),
    "nb": ("NO",),
    "no": ("NO",),
    "cs": ("CZ",),
    "el": ("GR",),
    "ja": ("JP",),
    "ko": ("KR",),
    "zh": ("CN",),
    "uk": ("UA",),
    "ar": ("SA", "EG"),
    "he": ("IL",),
    "hi": ("IN",),
    "nl": ("NL", "BE"),
    "et": ("EE",),
    "sl": ("SI",),
}


def regions_of(language: str, time_zone: str) -> tuple[str, ...]:
    """Countries (ISO 3166), the likeliest first."""
    found = [_zones().get(time_zone, "")]
    main, _, country = language.partition("-")
    found += [country[-2:].upper()] if country else []
    found += _SPOKEN.get(main.lower(), (main.upper(),))
    known = phonenumbers.SUPPORTED_REGIONS
    return tuple(dict.fromkeys(one for one in found if one in known))


def read_regions(text: str) -> tuple[str, ...]:
    """Countries as a person types them: `DE, AT`. Raises Invalid."""
    wanted = tuple(dict.fromkeys(text.upper().replace(",", " ").split()))
    unknown = [one for one in wanted if one not in phonenumbers.SUPPORTED_REGIONS]
    if unknown or len(wanted) > MOST:
        raise Invalid(
            f"{unknown[0]!r} is no country of two letters, such as DE or GB."
            if unknown
            else f"At most {MOST} countries: with more of them every number is somebody's.",
            code="bad_country",
            field="countries",
        )
    return wanted


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {row[2]: row[0] for row in rows}
