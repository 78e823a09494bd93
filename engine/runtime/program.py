"""What program this is: a digest of the code that judges. Another program may judge the same content otherwise."""

import sys
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_LIBRARIES = (
    "babel", "durable-rules", "jinja2", "jsonschema", "lxml", "markupsafe", "numpy", "pydantic", "pydantic-core",
    "python-stdnum", "rapidfuzz", "sqlalchemy",
)  # fmt: skip
"""Libraries that take part in judging and mapping."""


@lru_cache(maxsize=1)
def digest() -> str:
    """Return the SHA-256 (hex) of the sources of the engine, of the versions of libraries that judge, and of Python.

    The whole engine counts, also what a judgement never calls: to be wrong about that costs more than to judge again.
    """
    found = sha256(f"{sys.implementation.cache_tag} {sys.version}\n".encode())
    for name in _LIBRARIES:
        found.update(f"{name} {_version(name)}\n".encode())
    for file in sorted(_ROOT.rglob("*.py")):
        content = file.read_bytes()
        found.update(f"{file.relative_to(_ROOT).as_posix()} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
