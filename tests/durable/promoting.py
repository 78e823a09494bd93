"""A promotion in a process of its own that is killed at a given moment. Arguments: home, content folder, report, moment."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from engine.runtime.house import House, open_house
from engine.runtime.promotion import kept, switch
from tests.house import test_settings


def main() -> None:
    home, content, report, moment = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    tell, rename = switch._tell, Path.replace

    def told(house: House, kind: Any, **rest: Any) -> None:
        if moment == "before the ledger" or kind == "promoted":
            die()
        tell(house, kind, **rest)

    def renamed(path: Path, target: Path) -> None:
        if moment == "after the rename":
            rename(path, target)
        die()

    traps: dict[str, tuple[Any, str, Any]] = {
        "before the ledger": (switch, "_tell", told), "after the intent": (switch, "write_live", die),
        "in the middle of the file": (os, "fsync", die), "before the rename": (Path, "replace", renamed),
        "after the rename": (Path, "replace", renamed), "before the end is told": (switch, "_tell", told),
    }  # fmt: skip
    place, name, trap = traps[moment]
    house = open_house(test_settings(home, content=content), out=home / "out")
    found = kept.find(house, report)
    setattr(place, name, trap)
    switch.promote(house, found, by="anna")


def die(*_: Any, **__: Any) -> None:
    """Be killed."""
    os.kill(os.getpid(), signal.SIGKILL)
