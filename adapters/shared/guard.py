"""Dangerous work in child processes: hostile files may crash, hang or eat memory there, never here.

A guard keeps a few children alive between calls, so that a small file does not pay for a new interpreter. Parent and
child speak JSON, one object a line. Each child is held to an address space limit, each answer to a time limit.
"""

import atexit
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from adapters.shared.turns import described
from engine.model.errors import ReadError

_MIB = 1024 * 1024
_MAX_ANSWER_BYTES = 64 * _MIB
_ROOT = str(Path(__file__).resolve().parents[2])
_ONE_THREAD = ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_GIVES_BACK = {
    "MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": str(8 * 1024 * 1024), "MALLOC_TRIM_THRESHOLD_": str(64 * 1024 * 1024)
}  # fmt: skip
"""What glibc returns to the system between pages: a recognising child held 574 MiB at most in place of 650 to 815, and
387 in place of 634 afterwards, for the same processor time. Smaller limits save more and cost a quarter more time."""


class ChildDied(Exception):
    """The child ended, ran out of memory or out of time before it answered. Its work may be skipped, not repeated."""


class Guard:
    """A pool of children that all run one handler, `package.module:function`.

    The handler takes one request (JSON object) and yields answers (JSON objects). It runs with `memory_mib` of address
    space. A child that grew beyond `keep_mib` of resident memory ends after its request. Safe to use from any thread and
    after a fork.
    """

    def __init__(self, handler: str, *, memory_mib: int, keep_mib: int = 400) -> None:
        self.handler = handler
        self.memory_mib = memory_mib
        self.keep_mib = keep_mib
        self._idle: list[_Child] = []
        self._busy = 0
        self._pid = os.getpid()
        self._free = threading.Condition()
        self._turns = tempfile.TemporaryFile(prefix="postroom-")  # noqa: SIM115 - lives as long as the guard
        atexit.register(self.close)

    def ask(self, request: Mapping[str, Any], *, seconds: float, at_most: int) -> Iterator[dict[str, Any]]:
        """Yield the answers to one request; each may take `seconds`. At most `at_most` requests run at once.

        Raises ReadError as the handler raised it, and ChildDied when no answer came.
        """
        child = self._take(at_most)
        is_well = False
        try:
            for answer in child.ask(request, seconds=seconds):
                if "done" in answer:
                    is_well = bool(answer["done"])
                    return
                yield answer
        except ReadError:
            is_well = True
            raise
        finally:
            self._give_back(child, is_well=is_well)

    def close(self) -> None:
        """End all idle children. They are started again when they are needed."""
        with self._free:
            idle, self._idle = self._idle, []
            is_ours = self._pid == os.getpid()
        for child in idle:
            if is_ours:
                child.end()

    def _take(self, at_most: int) -> "_Child":
        with self._free:
            if self._pid != os.getpid():
                # a fork: these children belong to the other process
                self._idle, self._busy, self._pid = [], 0, os.getpid()
            while self._busy >= max(1, at_most):
                self._free.wait()
            self._busy += 1
            while self._idle:
                child = self._idle.pop()
                if child.is_alive:
                    return child
                child.end()
        try:
            return _Child(
                self.handler, memory_mib=self.memory_mib, keep_mib=self.keep_mib, turns=self._turns.fileno(),
                at_most=at_most,
            )  # fmt: skip
        except BaseException:
            with self._free:
                self._busy -= 1
                self._free.notify()
            raise

    def _give_back(self, child: "_Child", *, is_well: bool) -> None:
        with self._free:
            self._busy -= 1
            if is_well and child.is_alive:
                self._idle.append(child)
            else:
                child.end()
            self._free.notify()


class _Child:
    """One process with a pipe in and a pipe out."""

    def __init__(self, handler: str, *, memory_mib: int, keep_mib: int, turns: int, at_most: int) -> None:
        environment = (
            _GIVES_BACK | dict(os.environ) | dict.fromkeys(_ONE_THREAD, "1") | described(turns, at_most=at_most)
        )
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [_ROOT, os.environ.get("PYTHONPATH")]))
        self._buffer = bytearray()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "adapters.shared.guard_child", handler, str(memory_mib), str(keep_mib)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=environment, start_new_session=True, bufsize=0, pass_fds=(turns,),
        )  # fmt: skip

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def ask(self, request: Mapping[str, Any], *, seconds: float) -> Iterator[dict[str, Any]]:
        """Send one request and yield its answers up to and including `done`."""
        assert self._process.stdin is not None  # noqa: S101 - opened above
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
        except OSError as e:
            raise ChildDied("the child process had ended") from e
        while True:
            answer = json.loads(self._line(time.monotonic() + seconds))
            if "code" in answer:
                raise ReadError(answer["message"], code=answer["code"], detail=answer["detail"])
            if "died" in answer:
                raise ChildDied(answer["died"])
            yield answer
            if "done" in answer:
                return

    def end(self) -> None:
        """Kill the process and what it started."""
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait()

    def _line(self, deadline: float) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - opened above
        pipe = self._process.stdout.fileno()
        start = 0
        while (end := self._buffer.find(b"\n", start)) < 0:
            start = len(self._buffer)
            ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise ChildDied("no answer within the time limit")
            chunk = os.read(pipe, _MIB)
            if not chunk:
                raise ChildDied(f"the child process ended with status {self._process.wait()}")
            self._buffer += chunk
            if len(self._buffer) > _MAX_ANSWER_BYTES:
                raise ChildDied("the answer was larger than the limit")
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line
