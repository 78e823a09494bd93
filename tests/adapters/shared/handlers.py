"""What guarded children run in tests of the guard."""

import os
import signal
from collections.abc import Iterator
from typing import Any

from engine.model.errors import ReadError


def handle(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Misbehave as the request asks."""
    match request["do"]:
        case "count":
            for number in range(request["to"]):
                yield {"number": number, "pid": os.getpid()}
        case "refuse":
            raise ReadError("no", code="encrypted", detail="why")
        case "crash":
            yield {"number": 0}
            os.kill(os.getpid(), signal.SIGSEGV)
        case "hang":
            signal.pause()
        case "eat":
            yield {"size": len(bytearray(1 << 31))}
        case "print":
            os.write(1, b"noise of a library\n")
            yield {"number": 1}
        case "surroundings":
            yield {name: value for name, value in os.environ.items() if name.startswith("MALLOC_")}
