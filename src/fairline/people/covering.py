"""What follows from skills that cover others. Pure: ids in, ids out."""

from collections.abc import Iterable, Mapping

Covers = Mapping[str, Iterable[str]]


def all_covered(covers: Covers, has: Iterable[str]) -> frozenset[str]:
    """The skills one has, those they cover, and so on."""
    found: set[str] = set()
    todo = list(has)
    while todo:
        skill = todo.pop()
        if skill not in found:
            found.add(skill)
            todo.extend(covers.get(skill, ()))
    return frozenset(found)


def circle(covers: Covers, skill: str, covered: Iterable[str]) -> list[str]:
    """The way back to `skill` if it came to cover these: ids, beginning and ending with it.

    *Shapes*: [] when there is no way back, which is how it must be.
    """
    ways = [[skill, first] for first in covered]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        if way[-1] == skill:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, following] for following in covers.get(way[-1], ())]
    return []


def may_serve(needed: Iterable[str], able: frozenset[str], staff: Iterable[frozenset[str]]) -> bool:
    """Whether somebody `able` to do this much is given what needs `needed`.

    What no one of the `staff` can do whole is for everybody: a skill that nobody has holds no case
    up.
    """
    wanted = frozenset(needed)
    return wanted <= able or not any(wanted <= one for one in staff)
