"""What runs inside the server's worker process: the app, made there, and its end."""

import asyncio
import os
import signal
import sys
import threading

from litestar import Litestar

from fairline.app import build_app
from fairline.commands.web_server import END_STREAMS
from fairline.core.log import set_up_logging
from fairline.core.memory import settle_memory
from fairline.core.settings import load_settings
from fairline.wiring import Office

LOOK_EVERY_S = 1.0
SWITCH_S = 0.0005


def serve_and_work() -> Litestar:
    """The app with its worker threads."""
    return _make(works=True)


def serve_only() -> Litestar:
    """The app alone: the work is done by `fairline worker` elsewhere."""
    return _make(works=False)


def _make(*, works: bool) -> Litestar:
    settings = load_settings()
    set_up_logging(settings.log_level, as_json=settings.log_json)
    office = Office(settings)
    app = build_app(office, works=works)
    loop = asyncio.get_event_loop_policy().get_event_loop()

    def end_streams() -> None:
        # Joins threads, so it must not hold up the loop that lets the streams end.
        threading.Thread(target=office.live.stop, name="end-streams", daemon=True).start()

    loop.add_signal_handler(END_STREAMS, end_streams)
    threading.Thread(target=_outlive_nobody, name="parent", daemon=True).start()
    settle_memory()
    # Requests share this process with the workers: with Python's own 5 ms a request that gives way
    # four times waits 20 ms for work that nobody waits for.
    sys.setswitchinterval(SWITCH_S)
    return app


def _outlive_nobody() -> None:
    """When the supervising process was killed, end too: the port must come free."""
    parent = os.getppid()
    pause = threading.Event()
    while os.getppid() == parent:
        pause.wait(LOOK_EVERY_S)
    os.kill(os.getpid(), END_STREAMS)
    os.kill(os.getpid(), signal.SIGTERM)
