"""A house for a command: opened with the settings, closed when the command ends."""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.runtime.house import House, open_house
from engine.runtime.logs import configure
from engine.runtime.settings import Settings


@contextmanager
def opened(*, environment: str | None = None) -> Iterator[House]:
    """Open the house of the current settings (in another environment where one is named) and close it afterwards."""
    settings = Settings()
    configure(form=settings.log_format, level=settings.log_level)
    house = open_house(settings, environment=environment)
    try:
        yield house
    finally:
        house.close()
