"""The custom inbox beside the village forum."""

import json
from dataclasses import replace

from fairline.channels.custom import CustomChannel
from fairline.demo.networks.kit import Push, Shown
from fairline.demo.networks.village import SECRET, Village, signed
from fairline.suite.bench import Bench


class CustomBench(Bench):
    says_public = True
    hand_overs = (("POST", "/answers"),)

    def __init__(self) -> None:
        self.channel = CustomChannel()
        self.network = self.village = Village()

    def edit(self, native_id: str, text: str) -> None:
        author = self._author(native_id)
        self.village.tell(
            {"type": "edit", "id": "e1", "of": [native_id], "author": author, "text": text}
        )

    def remove(self, native_id: str) -> None:
        self.village.tell(
            {"type": "delete", "id": "d1", "of": [native_id], "author": self._author(native_id)}
        )

    def _author(self, native_id: str) -> dict[str, str]:
        return {"id": next(by for by, one in self.village.said if one.id == native_id)}

    def forged(self, push: Push) -> list[Push]:
        other = {**push.headers, "webhook-id": "another"}
        return [*super().forged(push), replace(push, headers=other)]

    def stale(self, push: Push) -> Push:
        told = json.loads(push.body)
        headers = {**push.headers, "webhook-timestamp": "1614265330"}
        signature = signed(SECRET, told["id"], "1614265330", push.body)
        return replace(push, headers={**headers, "webhook-signature": f"v1,{signature}"})

    def got(self) -> list[Shown]:
        return [one for _, one in self.village.taken.values()]

    def expire(self) -> None:
        self.village.secret = SECRET[:-8] + "AAAAAAA="
