"""How the demo's page plays people on the made-up networks: a small interface beside them.

Only who has the key of this run may use it: any page of a browser could ask loopback otherwise.
"""

import hmac
from typing import Any, ClassVar

from fairline.demo.networks.kit import Call, Network, Reply, Shown


class Stage(Network):
    """Lists the networks, says something as somebody, and shows what somebody sees."""

    name: ClassVar[str] = "stage"
    label: ClassVar[str] = "Stage"

    def __init__(self, key: str, networks: dict[str, Network]) -> None:
        super().__init__()
        self._key = key
        self._networks = networks

    def answer(self, call: Call) -> Reply:
        if not hmac.compare_digest(
            call.headers.get("x-stage-key", "").encode(), self._key.encode()
        ):
            return Reply(status=403, data={"error": "not your stage"})
        if call.path == "/networks":
            listed = [
                {
                    "name": one.name,
                    "label": one.label,
                    "public": one.says_public,
                    "private": one.says_private,
                    "edits": type(one).edit is not Network.edit,
                    "removes": type(one).remove is not Network.remove,
                }
                for one in self._networks.values()
            ]
            return Reply(data=listed)
        told = call.query if call.method == "GET" else call.json()
        network = self._networks.get(str(told.get("network")))
        person = str(told.get("person", ""))
        if network is None or not person:
            return Reply(status=404, data={"error": "no such network"})
        if call.method == "GET":
            shown = [_line(one) for one in network.shown(person)]
            return Reply(data=shown)
        try:
            native_id = _done(network, call.path, person, told)
        except (LookupError, ValueError, AssertionError, StopIteration) as error:
            return Reply(
                status=409, data={"error": f"{network.label} does not take that: {_why(error)}"}
            )
        return Reply(status=201, data={"id": native_id})

    def options(self) -> dict[str, str]:
        return {}

    def address(self) -> str:
        return ""

    def say(self, person: str, text: str, *, public: bool = True, under: str = "") -> str:
        raise LookupError(f"nobody speaks on the stage itself: {person}, {text}, {public}, {under}")

    def shown(self, person: str) -> list[Shown]:
        return self._networks[person].shown("cleo") if person in self._networks else []


def _why(error: Exception) -> str:
    """What a network says; an id alone says nothing."""
    return "it stays as it is" if isinstance(error, KeyError | StopIteration) else str(error)


def _done(network: Network, path: str, person: str, told: dict[str, Any]) -> str:
    """Let somebody say, change or take back something. Returns its id."""
    text, under = str(told["text"]), str(told["under"])
    if path == "/edit":
        return network.edit(under, text) or under
    if path == "/remove":
        network.remove(under)
        return under
    return network.say(person, text, public=bool(told["public"]), under=under)


def _line(shown: Shown) -> dict[str, object]:
    return {
        "id": shown.id,
        "by": shown.by,
        "text": shown.text,
        "public": shown.is_public,
        "under": shown.under,
        "files": list(shown.files),
    }
