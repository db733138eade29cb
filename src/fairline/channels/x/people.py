"""Who is who on X. The address of an identity is the account's id: a handle can change hands.

Pure. Source: docs.x.com, the "User" object; v1.1 objects come with the Account Activity API.
"""

from typing import Any

import msgspec

from fairline.channels.x.reading import handle, number, plain, rows, table, whole


class Person(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    handle: str = ""
    name: str = ""
    followers: int | None = None
    is_protected: bool = False

    @property
    def shown(self) -> str:
        """As people know them: "Cleo Marsh (@cleo)"."""
        at = f"@{self.handle}" if self.handle else ""
        return f"{self.name} ({at})" if self.name and at else self.name or at


def person_of(value: Any, known: dict[str, Person] | None = None, *, id_: str = "") -> Person:
    """A user object of either version; one of `known` where there is only an id."""
    user = table(value)
    found = number(user.get("id_str"), user.get("id"), id_)
    if not user:
        return (known or {}).get(found, Person(id=found))
    metrics = table(user.get("public_metrics"))
    return Person(
        id=found,
        handle=handle(user.get("username") or user.get("screen_name")),
        name=" ".join(plain(user.get("name")).split())[:150],
        followers=whole(metrics.get("followers_count", user.get("followers_count"))),
        is_protected=user.get("protected") is True,
    )


def people_in(*lists: Any) -> dict[str, Person]:
    """Users by id, from `includes.users` (a list) or `users` (an object by id)."""
    found = {}
    for one in lists:
        for user in rows(list(one.values()) if isinstance(one, dict) else one):
            person = person_of(user)
            if person.id:
                found[person.id] = person
    return found
