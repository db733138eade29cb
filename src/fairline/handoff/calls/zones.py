"""The time zones that people may choose from: one for each town in the table of zones. Pure."""

from importlib import resources


def _zones() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    names = sorted(line.split("\t")[2] for line in table.splitlines() if line[:1] not in {"#", ""})
    areas: dict[str, list[tuple[str, str]]] = {}
    for name in names:
        area, _, town = name.partition("/")
        areas.setdefault(area, []).append((name, town.replace("_", " ").replace("/", ", ")))
    areas["Other"] = [("UTC", "UTC")]
    return tuple((area, tuple(towns)) for area, towns in areas.items())


# (part of the world, its zones as (name, town)).
ZONES = _zones()
_KNOWN = frozenset(name for _, towns in ZONES for name, _ in towns)


def is_zone(name: str) -> bool:
    """Whether it may be chosen."""
    return name in _KNOWN
