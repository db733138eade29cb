"""Granian, taught our manners: one worker process that is started anew when it dies, and an end
within seconds even while streams are open.

Granian waits for open answers before it stops, and a live screen's stream is never finished. So at
the first word of stopping each worker is told by SIGUSR1 to end its streams; whoever still hangs
after `KILL_AFTER_S` is killed. What was in work is then taken up from the database's rows.
"""

import contextlib
import multiprocessing
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import MPServer

from fairline.core.errors import Unavailable
from fairline.core.settings import Settings

KILL_AFTER_S = 3
END_STREAMS = signal.SIGUSR1


class WebServer(MPServer):
    """The supervising process."""

    def signal_handler_interrupt(self, *arguments: Any, **more: Any) -> None:
        for running in self.wrks:
            if (pid := running.inner.pid) is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, END_STREAMS)
        super().signal_handler_interrupt(*arguments, **more)  # type: ignore[no-untyped-call]


def run_server(settings: Settings, *, works: bool) -> None:
    """Serve until SIGTERM or SIGINT. Raises Unavailable when the port is taken."""
    check_port(settings.host, settings.port)
    # A forked worker would share our open database files; a spawned one starts clean.
    multiprocessing.set_start_method("spawn", force=True)
    certificate, key = settings.tls_certificate, settings.tls_private_key
    server = WebServer(
        f"fairline.commands.web_worker:{'serve_and_work' if works else 'serve_only'}",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=1,
        loop=Loops.uvloop if sys.platform != "win32" else Loops.auto,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER_S,
        ssl_cert=Path(certificate) if certificate else None,
        ssl_key=Path(key) if key else None,
        log_level=LogLevels.warning,
    )
    server.serve()


def check_port(host: str, port: int) -> None:
    """Raises Unavailable when somebody else listens there: two servers would share the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Unavailable(
                f"Cannot listen on {host}:{port}: {error.strerror}. Choose another with --port.",
                code="port_taken",
            ) from error
