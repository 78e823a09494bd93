"""Processes of `postroom` and of scripted hubs, forked from one that has imported and read everything.

A process of its own for each command costs seconds of imports and of reading the content folder, all the same each time.
These are real processes too (own environment, own signals, own exit code), but they begin where that is done.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

_SERVER = get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.warmed"])


class Forked:
    """A process that runs a function without arguments, given as `module:function`; like `subprocess.Popen` with pipes."""

    def __init__(
        self, main: str, arguments: Sequence[object] = (), *, environment: Mapping[str, str], folder: Path | None = None
    ) -> None:
        self.args = [main, *map(str, arguments)]
        self._outputs = [Path(tempfile.mkstemp(prefix="forked-")[1]) for _ in ("stdout", "stderr")]
        given = (self.args, dict(environment), str(folder or Path.cwd()), [str(one) for one in self._outputs])
        self._process = _SERVER.Process(target=_child, args=given)
        self._process.start()

    @property
    def pid(self) -> int:
        """The process, which leads a group of its own."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended: its exit code, or minus the number of the signal."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Return how it ended, or None."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises TimeoutExpired."""
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end and return what it wrote. Raises TimeoutExpired."""
        self.wait(timeout)
        told = [one.read_text(encoding="utf-8") if one.exists() else "" for one in self._outputs]
        return told[0], told[1]

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still lives."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Kill it with all that it started, and forget what it wrote."""
        for send in (os.killpg, os.kill):
            with suppress(ProcessLookupError):
                send(self.pid, signal.SIGKILL)
        self._process.join()
        for one in self._outputs:
            one.unlink(missing_ok=True)


def postroom(
    *arguments: object, environment: Mapping[str, str], folder: Path | None = None, timeout: float = 170
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end and return what came of it. Raises TimeoutExpired."""
    process = Forked("admin.cli.main:main", arguments, environment=environment, folder=folder)
    try:
        output, errors = process.communicate(timeout)
        return subprocess.CompletedProcess(process.args, process.returncode or 0, output, errors)
    finally:
        process.end()


def _child(arguments: Sequence[str], environment: Mapping[str, str], folder: str, outputs: Sequence[str]) -> None:
    os.setsid()
    import_module("tests.warmed")  # there already; else it says why it could not be imported
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    random.seed()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for number, file in enumerate(outputs, start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_TRUNC), number)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(0), os.fdopen(1, "w", encoding="utf-8"), os.fdopen(2, "w", encoding="utf-8", buffering=1),
    )  # fmt: skip
    sys.argv = ["postroom", *arguments[1:]]
    module, _, function = arguments[0].partition(":")
    getattr(import_module(module), function)()
