"""The lock of released content: what was released stays as it was; a change is a new version.

`rules/released.lock` holds one line a file: `kind/name@version sha256`.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from engine.model.errors import ContentError

_HEAD = "# Released content, kind/name@version and SHA-256. It stays as it is; a change is a new version.\n"
_LINE = re.compile(r"([a-z]+/[a-z][a-z0-9_.]*(?:@[1-9][0-9]*)?) ([0-9a-f]{64})")


def digest_files(files: Sequence[Path]) -> str:
    """Return the SHA-256 (hex) over the names and bytes of files, in the order given. Line ends count as LF."""
    return digest_contents((file.name, file.read_bytes()) for file in files)


def digest_contents(files: Iterable[tuple[str, bytes]]) -> str:
    """Return the same over (name, bytes) of files that lie elsewhere."""
    whole = hashlib.sha256()
    for name, raw in files:
        content = raw.replace(b"\r\n", b"\n")
        whole.update(f"{name}\0{len(content)}\0".encode())
        whole.update(content)
    return whole.hexdigest()


def read_lock(file: Path) -> Mapping[str, str]:
    """Return the digest of every released reference. A missing file releases nothing. Raises ContentError by line."""
    if not file.exists():
        return {}
    released: dict[str, str] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise ContentError("a line reads `kind/name@version sha256`", file=str(file), line=number)
        if found.group(1) in released:
            raise ContentError(f"{found.group(1)} stands twice", file=str(file), line=number)
        released[found.group(1)] = found.group(2)
    return released


def check(digests: Mapping[str, str], *, lock: Path, only_there: bool = False) -> None:
    """Refuse content that differs from what was released, or that was released and is gone. Raises ContentError.

    `only_there`: `digests` are not all there are, so that nothing is said of what is missing.
    """
    for ref, released in read_lock(lock).items():
        name, _, version = ref.partition("@")
        if ref not in digests:
            if only_there:
                continue
            raise ContentError(
                f"{ref} is released but its file is gone; put it back, documents were judged by it",
                file=str(lock),
                path=ref,
            )
        if digests[ref] != released:
            raise ContentError(
                f"{ref} is released and its file was changed; undo the change and make a new version "
                f"({name}@{int(version or 1) + 1})",
                file=str(lock), path=ref,
            )  # fmt: skip


def release(digests: Mapping[str, str], refs: Sequence[str], *, lock: Path) -> None:
    """Add references to the lock. What is released already stays as it stands. Raises ContentError for an unknown one."""
    released = dict(read_lock(lock))
    for ref in refs:
        if ref not in digests:
            raise ContentError(f"there is no {ref}; there are: {', '.join(sorted(digests))}", file=str(lock))
        released.setdefault(ref, digests[ref])
    lines = (f"{ref} {released[ref]}\n" for ref in sorted(released))
    fresh = lock.with_name(f".{lock.name}.new")
    fresh.write_text(_HEAD + "".join(lines), encoding="utf-8", newline="\n")
    fresh.replace(lock)
