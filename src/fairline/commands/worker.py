"""`fairline worker`: the work without the pages. Several may run on one PostgreSQL."""

import click

from fairline.commands.opening import with_settings
from fairline.core.settings import Settings


@click.command()
@with_settings
def worker(settings: Settings) -> None:
    """Fetch and send mail and run the jobs, without serving pages, until stopped.

    Run it beside `fairline serve --no-work`. Each piece of work is claimed in the database, so any
    number of workers may run on one PostgreSQL.
    """
    import signal
    import threading

    from fairline.commands.occupied import occupied
    from fairline.commands.work import receivers
    from fairline.core.log import log, set_up_logging
    from fairline.wiring import Office

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    set_up_logging(settings.log_level, as_json=settings.log_json)
    with occupied(settings.folder):
        office = Office(settings)
        running, poller, ledger = office.make_worker()
        try:
            with receivers(office):
                poller.refresh()
                running.start()
                log.info("working", threads=settings.workers)
                while not stop.wait(1.0):
                    pass
        finally:
            poller.stop(timeout_s=1.5)
            running.stop(timeout_s=1.5)
            ledger.close()
            office.close()
