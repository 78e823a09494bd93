"""Refresh tokens that change with every use, kept so that a crash never loses the only good one.

The order is: lock the file against other threads and processes, read what is good now, spend it, write what came back
(a new file with mode 0600, synced, renamed over the old one, folder synced), and only then use the access token. One
moment cannot be closed from this side: a server that has taken the old token and whose answer never reaches the disk.
The old token is kept, so the servers with a period of grace still take it; with others a person consents anew.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adapters.shared.auth.tokens import Token
from adapters.shared.http import Unsent
from engine.model.errors import Unauthorised

_LEAST_LIFE = 60.0
"""Seconds that an access token of another process has to have left to be taken over."""


@dataclass(frozen=True)
class _Kept:
    refresh: str = field(repr=False)
    access: str = field(default="", repr=False)
    good_until: float = 0.0
    """Seconds since 1970: other processes read it."""


class RefreshStore:
    """One refresh token in a file, shared by the threads and processes of a machine."""

    def __init__(
        self, folder: Path | Callable[[], Path], *, seed: str, of: Sequence[str], clock: Callable[[], float] = time.time
    ) -> None:
        """`seed` is the token of the binding: another one (a new consent) starts a new file. `of` names whose it is."""
        self._folder = folder
        self._seed = seed
        self._clock = clock
        self._name = hashlib.sha256("\0".join([*of, seed]).encode()).hexdigest()[:20]
        self._unsaved: _Kept | None = None
        self._last: _Kept | None = None
        self._lock = threading.Lock()

    def renewed(self, spend: Callable[[str], Token], *, refused: str = "") -> Token:
        """Return an access token: another process's when it is good, else the one that the refresh token is spent for.

        Raises Unsent when the folder cannot be written (before anything is spent) or the server cannot be asked,
        Unauthorised when it no longer takes the refresh token.
        """
        try:
            with self._locked() as file:
                kept = self._unsaved or self._read(file)
                self._write(file, kept)
                left = kept.good_until - self._clock()
                if kept.access and kept.access != refused and left > _LEAST_LIFE:
                    return Token(kept.access, left)
                return self._spent(file, kept, spend)
        except OSError as e:
            message = "The folder in which the refresh token is kept cannot be written."
            raise Unsent(message, detail=f"{e.filename or ''}: {e.strerror}") from e

    def held(self) -> Sequence[str]:
        """Return the tokens that this process knows of: they appear in no message."""
        return (self._seed, *((self._last.refresh, self._last.access) if self._last is not None else ()))

    def _spent(self, file: Path, kept: _Kept, spend: Callable[[str], Token]) -> Token:
        try:
            token = spend(kept.refresh)
        except Unauthorised as e:
            message = f"{e.message} The consent has ended: somebody who may has to give it again."
            raise Unauthorised(message, detail=e.detail) from e
        # kept in memory too: a disk that is full just now must not cost the only good token
        self._unsaved = _Kept(token.refresh or kept.refresh, token.text, self._clock() + token.life)
        self._write(file, self._unsaved)
        return token

    @contextlib.contextmanager
    def _locked(self) -> Iterator[Path]:
        folder = self._folder() if callable(self._folder) else self._folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lock, (folder / f"refresh-{self._name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder / f"refresh-{self._name}.json"

    def _read(self, file: Path) -> _Kept:
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
            return _Kept(said["refresh"], said["access"], said["good_until"])
        except FileNotFoundError:
            return _Kept(self._seed)
        except (ValueError, KeyError, TypeError) as e:
            raise Unsent("The file of the refresh token is damaged.", detail=str(file)) from e

    def _write(self, file: Path, kept: _Kept) -> None:
        self._last = kept
        new = file.with_suffix(".new")
        body = {"refresh": kept.refresh, "access": kept.access, "good_until": kept.good_until}
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            json.dump(body, out)
            out.flush()
            os.fsync(out.fileno())
        new.replace(file)
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._unsaved = None
