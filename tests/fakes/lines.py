"""A server that talks in lines, one thread for each connection: the ground of the mail fakes."""

import socket
import socketserver
import ssl
import threading
from contextlib import suppress
from types import TracebackType
from typing import BinaryIO, Self


class Peer:
    """One connection, as the server sees it."""

    def __init__(self, connection: socket.socket) -> None:
        # Small answers must not wait for each other (Nagle and delayed acknowledgement: 40 ms each).
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection = connection
        self._file: BinaryIO = connection.makefile("rb")

    def read_line(self) -> bytes:
        """A line with its end; b'' when the client has gone."""
        return self._file.readline(1_000_000)

    def read(self, size_bytes: int) -> bytes:
        return self._file.read(size_bytes)

    def say(self, *lines: str | bytes) -> None:
        for line in lines:
            data = line.encode() if isinstance(line, str) else line
            self._connection.sendall(data + b"\r\n")

    def say_raw(self, data: bytes) -> None:
        self._connection.sendall(data)

    def encrypt(self, context: ssl.SSLContext) -> None:
        self._connection = context.wrap_socket(self._connection, server_side=True)
        self._file = self._connection.makefile("rb")

    def close(self) -> None:
        self._file.close()
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()


class LineServer:
    """Subclasses say in `talk` what happens on a connection. `connections` counts them."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        fake = self
        self.connections = 0

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                fake.connections += 1
                peer = Peer(self.request)
                with suppress(OSError, ValueError):
                    fake.talk(peer)
                peer.close()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server((self.host, 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def talk(self, peer: Peer) -> None:
        peer.say("hello")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
