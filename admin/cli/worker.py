"""`postroom worker`: process documents until told to stop."""

import signal
import threading

import typer

from engine.runtime.house import open_house
from engine.runtime.logs import configure
from engine.runtime.settings import Settings
from engine.runtime.worker import Worker

_LOOK_SECONDS = 0.5


def worker() -> None:
    """Process queued documents; any number of workers share the work and take over what a dead one left."""
    settings = Settings()
    configure(form=settings.log_format, level=settings.log_level)
    house = open_house(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    one = Worker(house)
    one.start()
    typer.echo(f"Worker {one.executor_id} runs. Stop it with Ctrl-C; running documents end first.", err=True)
    # a signal that the system gives to another thread is seen only when this one wakes up
    while not stop.wait(_LOOK_SECONDS):
        pass
    one.stop()
    house.close()
