"""Asking DNS: a real name server on loopback, and one that does not answer."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import dns.message
import dns.rcode
import dns.rrset
import pytest

from fairline.channels.email.dns import DnsResolver

RECORDS = {
    ("_dmarc.acme.test.", "TXT"): '"v=DMARC1; " "p=reject"',
    ("acme.test.", "MX"): "10 mail.acme.test.",
}


@contextmanager
def name_server() -> Iterator[tuple[int, list[str]]]:
    """Answers from RECORDS; everything else does not exist. Counts what it was asked."""
    asked: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.1)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    wire, client = server.recvfrom(4096)
                except TimeoutError:
                    continue
                query = dns.message.from_wire(wire)
                (question,) = query.question
                name, kind = question.name.to_text(), question.rdtype.name
                asked.append(f"{name} {kind}")
                answer = dns.message.make_response(query)
                if record := RECORDS.get((name, kind)):
                    answer.answer.append(dns.rrset.from_text(name, 300, "IN", kind, record))
                else:
                    answer.set_rcode(dns.rcode.NXDOMAIN)
                server.sendto(answer.to_wire(), client)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], asked
        finally:
            stop.set()
            thread.join()


def test_records_come_as_text_and_are_kept() -> None:
    with name_server() as (port, asked):
        resolver = DnsResolver(("127.0.0.1",), port=port)
        assert resolver("_dmarc.acme.test", "TXT") == ["v=DMARC1; p=reject"]
        assert resolver("acme.test", "MX") == ["10 mail.acme.test"]
        assert resolver("_dmarc.acme.test", "TXT") == ["v=DMARC1; p=reject"]
    assert asked.count("_dmarc.acme.test. TXT") == 1


def test_what_does_not_exist_is_an_empty_answer() -> None:
    with name_server() as (port, _):
        assert DnsResolver(("127.0.0.1",), port=port)("nothing.test", "TXT") == []


def test_a_silent_server_is_asked_once_and_then_left_alone() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        resolver = DnsResolver(("127.0.0.1",), port=silent.getsockname()[1])
        with pytest.raises(OSError, match="no answer"):
            resolver("acme.test", "TXT")
        start = time.monotonic()
        with pytest.raises(OSError, match="a moment ago"):
            resolver("else.test", "TXT")
        assert time.monotonic() - start < 1


@pytest.mark.parametrize("name", ["a..b", "x" * 300, "\ud800", ""])
def test_a_name_that_is_none_is_no_crash(name: str) -> None:
    with name_server() as (port, _):
        try:
            DnsResolver(("127.0.0.1",), port=port)(name, "TXT")
        except OSError:
            return
