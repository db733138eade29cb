"""One line of the doctor: what was looked at, how it is, and what to do."""

import msgspec


class Verdict(msgspec.Struct, frozen=True):
    """`level` is `ok`, `warn` or `fail`; `advice` says what to do when it is not ok."""

    name: str
    level: str
    text: str
    advice: str = ""


def ok(name: str, text: str) -> Verdict:
    return Verdict(name, "ok", text)


def warn(name: str, text: str, advice: str) -> Verdict:
    return Verdict(name, "warn", text, advice)


def fail(name: str, text: str, advice: str) -> Verdict:
    return Verdict(name, "fail", text, advice)
