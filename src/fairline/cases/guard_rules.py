"""What a company sets of the personal-data guard. Bad input is refused whole; the old rules stay.

Whatever looks for more from now on also looks through what is public already (`look_through.py`).
"""

import re
from collections.abc import Sequence

import msgspec

from fairline.cases import look_through
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.jobs.queue import enqueue
from fairline.people.setup import get_brand
from fairline.policy import store
from fairline.policy.account_masks import check_mask
from fairline.policy.finding import NEVER_PUBLIC, WORDS
from fairline.policy.phones import in_one_form
from fairline.policy.regions import read_regions, regions_of

MOST_PATTERNS = 50
MOST_OWN = 100
_MAIL = re.compile(r"[^\s@]{0,64}@[^\s@]+\.[^\s@]+")


class GuardRules(msgspec.Struct, frozen=True, kw_only=True):
    """Of one brand: its customers' countries, what of its own may stand anywhere, what is not
    looked for.
    """

    countries: tuple[str, ...]
    own: tuple[str, ...]
    off: tuple[str, ...]


def rules_for(unit: Unit, brand_id: str) -> GuardRules:
    """As set, or what follows from the brand's language and time zone. Raises NotFound."""
    brand = get_brand(unit, brand_id)
    row = store.rules_row(unit, brand_id) or {}
    countries = row.get("countries") or regions_of(brand.language, brand.time_zone)
    return GuardRules(
        countries=tuple(countries), own=tuple(row.get("own", ())), off=tuple(row.get("off", ()))
    )


def set_rules(unit: Unit, brand_id: str, *, countries: str, own: str, off: Sequence[str]) -> None:
    """Raises Invalid, naming the field."""
    before = rules_for(unit, brand_id)
    regions = read_regions(countries)
    if not regions:
        raise Invalid(
            "Name a country at least: numbers are written differently everywhere.",
            code="bad_country",
            field="countries",
        )
    unknown = [kind for kind in off if kind not in WORDS]
    fixed = [kind for kind in off if kind in NEVER_PUBLIC]
    if unknown or fixed:
        raise Invalid("This is always looked for.", code="bad_guard", field="off")
    lines = [" ".join(line.lower().split()) for line in own.splitlines() if line.strip()]
    if len(lines) > MOST_OWN:
        raise Invalid(f"At most {MOST_OWN} lines.", code="bad_guard", field="own")
    for line in lines:
        _check_own(line, regions)
    values = {"countries": list(regions), "own": lines, "off": list(off)}
    store.put_rules(unit, brand_id, values)
    if set(before.off) - set(off) or set(regions) - set(before.countries):
        enqueue(unit, look_through.JOB, {"after": ""}, key=look_through.JOB)


def add_pattern(unit: Unit, brand_id: str, name: str, mask: str, samples: str) -> str:
    """A pattern for account numbers, once it takes every sample. Raises Invalid. Returns its id."""
    get_brand(unit, brand_id)
    name, mask = check_mask(name, mask, samples.splitlines())
    known = store.masks_of(unit, brand_id)
    if len(known) >= MOST_PATTERNS:
        raise Conflict(f"There are {MOST_PATTERNS} patterns already.", code="too_many_patterns")
    if mask in {one.mask for one in known}:
        raise Invalid("This pattern is there already.", code="bad_pattern", field="mask")
    pattern_id = new_id()
    values = {"id": pattern_id, "brand_id": brand_id, "name": name, "mask": mask}
    store.insert_mask(unit, values)
    enqueue(unit, look_through.JOB, {"after": ""}, key=look_through.JOB)
    return pattern_id


def remove_pattern(unit: Unit, brand_id: str, pattern_id: str) -> None:
    """Raises NotFound. What it hid stays hidden until its author decides."""
    if not store.delete_mask(unit, brand_id, pattern_id):
        raise NotFound("There is no such pattern.", code="no_pattern")


def _check_own(line: str, regions: Sequence[str]) -> None:
    is_phone = sum(map(str.isdigit, line)) >= 5 and in_one_form(line, regions) != ""
    is_street = any(map(str.isdigit, line)) and any(map(str.isalpha, line)) and len(line) >= 8
    if len(line) > 200 or not (_MAIL.fullmatch(line) or is_phone or is_street):
        raise Invalid(
            f"“{line[:60]}” is no mail address, no domain such as @acme.example, no phone number "
            "and no street with a number.",
            code="bad_guard",
            field="own",
        )
