"""The house as it is now: a promotion is noticed by running workers, and none of them restarts for it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import structlog

from engine.content.library import Library
from engine.content.live import live_file, read_live
from engine.model.errors import ContentError
from engine.runtime.house import House, check_bindings
from engine.stages.decide import RuleBook

log = structlog.get_logger()


class _Seen(NamedTuple):
    """How the live file looked: cheap to ask, and another one for every file that is put in its place."""

    modified_ns: int
    size: int
    inode: int


_NEVER = _Seen(-1, -1, -1)


class Knowledge:
    """Hands out the house with the library that is live now.

    A step works with the house that it was given from its begin to its end. When what was promoted cannot be loaded, the
    library that was there keeps serving, and `problem` says why.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._file = live_file(house.settings.content_folder(), house.library.environment.name)
        self._seen = _look(self._file) if _is_live(house) else _NEVER
        self._lock = Lock()
        self.problem = ""
        """Why the newest live set is not in force; empty when it is."""

    def house(self) -> House:
        """Return the house with what is live now."""
        seen = _look(self._file)
        if seen != self._seen and self._lock.acquire(
            blocking=False
        ):  # whoever finds it taken goes on with what there is
            try:
                self._take(seen)
            finally:
                self._lock.release()
        return self._house

    def _take(self, seen: _Seen | None) -> None:
        """Load what is live now. What cannot be loaded is looked at again when the file changes once more."""
        name = self._house.library.environment.name
        before = self._house.library.environment.flows
        try:
            self._house = renewed(self._house)
        except (ContentError, OSError) as e:
            self.problem = str(e)
            log.warning("promotion_not_taken", environment=name, still=list(before), why=str(e))
        else:
            self.problem = ""
            log.info("promotion_taken", environment=name, flows=list(self._house.library.environment.flows))
        self._seen = seen


def _is_live(house: House) -> bool:
    """Tell whether the library of a house is what is live; a promotion may have come while the house was opened."""
    try:
        return read_live(house.settings.content_folder(), house.library.environment.name) == house.library.live
    except ContentError:
        return False


def _look(file: Path) -> _Seen | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return _Seen(status.st_mtime_ns, status.st_size, status.st_ino)


def renewed(house: House) -> House:
    """Return the house with its content and bindings loaded again; database and blobs stay. Raises ContentError.

    Connections to targets stay where their bindings are what they were.
    """
    library = Library.load(house.settings.content_folder(), house.library.environment.name)
    check_bindings(library, house.plugs)
    fresh = replace(house, library=library, rulebooks=rulebooks(library))
    is_bound_alike = library.environment.targets == house.library.environment.targets
    return fresh if is_bound_alike else replace(fresh, _targets={})


def rulebooks(library: Library) -> Mapping[str, RuleBook]:
    """Return the compiled rules of every ruleset."""
    return {ref: RuleBook(ruleset, library.facts) for ref, ruleset in library.rulesets.items()}
