"""Comments keep the promises of a channel."""

from fairline.suite.bench import Bench
from fairline.suite.promises import Promises
from tests.channels.comments.bench import CommentsBench


class TestComments(Promises):
    def bench(self) -> Bench:
        return CommentsBench()
