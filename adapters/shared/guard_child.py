"""The child's side of `guard`: read requests, run the handler, write answers, under a memory limit.

Run as `python -m adapters.shared.guard_child package.module:function MEMORY_MIB KEEP_MIB`: a child that ever grew
beyond KEEP_MIB of resident memory ends after its request, so that it gives the memory back.
"""

import gc
import importlib
import json
import os
import resource
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from adapters.shared.memory import give_back
from engine.model.errors import ReadError

_COLLECT_AFTER = 10_000
"""New objects between two looks for cycles."""

Handler = Callable[[dict[str, Any]], Iterator[dict[str, Any]]]


def main(arguments: list[str]) -> None:
    """Serve requests from standard input until it closes."""
    name, memory_mib, keep_mib = arguments
    # libraries that print must not write into the answers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limit = int(memory_mib) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    module, _, function = name.partition(":")
    handler: Handler = getattr(importlib.import_module(module), function)
    # what is imported stays for the child's life, and pages are thousands of small values without cycles
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    for line in sys.stdin.buffer:
        for answer in _answers(handler, json.loads(line), keep_kib=int(keep_mib) * 1024):
            answers.write(json.dumps(answer, separators=(",", ":")).encode() + b"\n")
            answers.flush()
        give_back()


def _answers(handler: Handler, request: dict[str, Any], *, keep_kib: int) -> Iterator[dict[str, Any]]:
    try:
        yield from handler(request)
    except ReadError as e:
        yield {"code": e.code, "message": e.message, "detail": e.detail}
    except MemoryError:
        yield {"died": "out of memory"}
    except Exception:  # noqa: BLE001 - the outermost loop of a worker: the parent is told, the child goes on
        yield {"died": traceback.format_exc(limit=-6)}
    else:
        yield {"done": _peak_kib() < keep_kib}


def _peak_kib() -> int:
    """Return the most memory (KiB) that this program held.

    The kernel's own figure for a process (`ru_maxrss`) begins with that of the parent it was forked from.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0])
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(sys.argv[1:])
