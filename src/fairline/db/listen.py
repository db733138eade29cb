"""The one LISTEN connection of a process on PostgreSQL."""

import threading
from collections.abc import Callable

import psycopg

from fairline.db.engine import Database

# How long it may take to notice that the process ends; waking costs next to nothing.
TURN_S = 0.2


def listen(
    database: Database,
    channels: tuple[str, ...],
    told: Callable[[str, str], None],
    stop: threading.Event,
) -> None:
    """Call `told(channel, payload)` for each notification until `stop`. Raises psycopg.Error when
    the connection is lost.
    """
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        for channel in channels:
            connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
        while not stop.is_set():
            for notice in connection.notifies(timeout=TURN_S):
                told(notice.channel, notice.payload)
                if stop.is_set():
                    return
