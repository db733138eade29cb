"""Pigeon post keeps the promises of a channel."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "src")]

from loft import Loft  # noqa: E402

from fairline.demo.networks.kit import Shown  # noqa: E402
from fairline.suite.bench import Bench  # noqa: E402
from fairline.suite.promises import Promises  # noqa: E402
from pigeon_post import PigeonChannel  # noqa: E402


class PigeonBench(Bench):
    hand_overs = (("POST", "/letters"),)

    def __init__(self) -> None:
        self.channel = PigeonChannel()
        self.network = self.loft = Loft()

    def got(self) -> list[Shown]:
        return [one for _, one in self.loft.flown.values()]

    def expire(self) -> None:
        self.loft.key = "barley"


class TestPigeon(Promises):
    def bench(self) -> Bench:
        return PigeonBench()
