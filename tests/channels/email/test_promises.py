"""Mail keeps the promises of a channel."""

from fairline.suite.bench import Bench
from fairline.suite.promises import Promises
from tests.channels.email.bench import MailBench


class TestMail(Promises):
    def bench(self) -> Bench:
        return MailBench()
