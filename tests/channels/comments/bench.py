"""Comments beside the newspaper."""

import json
from dataclasses import replace

from fairline.channels.comments import CommentsChannel
from fairline.demo.networks.comments_site import SECRET, CommentsSite, signed
from fairline.demo.networks.kit import Push, Shown
from fairline.suite.bench import Bench


class CommentsBench(Bench):
    says_public = True
    hand_overs = (("POST", "/answers"),)

    def __init__(self) -> None:
        self.channel = CommentsChannel()
        self.network = self.paper = CommentsSite()

    def edit(self, native_id: str, text: str) -> None:
        self.paper.change(native_id, text)

    def remove(self, native_id: str) -> None:
        self.paper.take_down(native_id)

    def forged(self, push: Push) -> list[Push]:
        other = {**push.headers, "webhook-id": "another"}
        return [*super().forged(push), replace(push, headers=other)]

    def stale(self, push: Push) -> Push:
        native_id = json.loads(push.body)["id"]
        headers = {**push.headers, "webhook-timestamp": "1614265330"}
        signature = signed(SECRET, native_id, "1614265330", push.body)
        return replace(push, headers={**headers, "webhook-signature": f"v1,{signature}"})

    def got(self) -> list[Shown]:
        return list(self.paper.answers.values())

    def expire(self) -> None:
        self.paper.secret = SECRET[:-8] + "AAAAAAA="
