"""The custom inbox keeps the promises of a channel."""

from fairline.suite.bench import Bench
from fairline.suite.promises import Promises
from tests.channels.custom.bench import CustomBench


class TestCustom(Promises):
    def bench(self) -> Bench:
        return CustomBench()
