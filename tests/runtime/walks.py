"""Steps of the walk, taken one by one in this process."""

from pathlib import Path

from engine.runtime import intake, steps
from engine.runtime.house import House


def arrived(house: House, file: Path) -> str:
    """Take a file in and return its id."""
    with file.open("rb") as stream:
        return intake.accept(house, stream, name=file.name, source="test").document.id


def understood(house: House, file: Path) -> str:
    """Take a file in, read and understand it, and return its id."""
    document = arrived(house, file)
    steps.read(house, document, 1)
    steps.understand(house, document, 1)
    return document
