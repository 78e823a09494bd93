"""`postroom worker`: process documents until told to stop."""

import signal
import threading

import typer

from engine.runtime.house import open_house
from engine.runtime.logs import configure
from engine.runtime.settings import Settings
from engine.runtime.worker import Worker


def worker() -> None:
    """Process queued documents; any number of workers share the work and take over what a dead one left."""
    settings = Settings()
    configure(form=settings.log_format, level=settings.log_level)
    house = open_house(settings)
    one = Worker(house)
    one.start()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    typer.echo(f"Worker {one.executor_id} runs. Stop it with Ctrl-C; running documents end first.", err=True)
    stop.wait()
    one.stop()
    house.close()
