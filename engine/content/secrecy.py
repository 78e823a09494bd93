"""No secret stands in a content file: credentials are references, `{env: NAME}`, `{file: PATH}` or `{keyring: service/name}`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeGuard

from engine.model.errors import ContentError

PLACES = frozenset({"env", "file", "keyring"})
SECRET_NAME = re.compile(r"(^|_)(password|passphrase|secret|token|api_key|private_key|client_secret|access_key)$")
_TEXT = frozenset({".yaml", ".yml", ".json", ".csv", ".j2", ".lock", ".md", ".txt"})
_NAMED = re.compile(
    r"""(?im)(?:^|[\s{,"'])((?:[a-z0-9]+[_-])*(?:password|passphrase|secret|token|api[_-]?key|private[_-]?key|client[_-]?secret|access[_-]?key))"""
    r"""["']?\s*:\s*(?:"([^"\s]{4,})"|'([^'\s]{4,})'|([^\s"'{}\[\],#|>&*!]{4,}))\s*(?:$|[,}#])"""
)
"""A key of a secret with one word behind it; text with blanks is a sentence, and `{`, `[` begin something else."""
_NAME = re.compile(r"(?i)passw|passphrase|secret|token|api[_-]?key|private[_-]?key|access[_-]?key")
"""What every such name holds: quicker to look for."""
_SHAPES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("a private key", "PRIVATE KEY", re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")),
    ("an address with a password", "://", re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@'\"{}]*:[^\s/@'\"{}]+@[^\s'\"]")),
    ("an AWS access key", "IA", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a GitHub token", "_", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})")),
    ("a GitLab token", "glpat-", re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}")),
    ("a Slack token", "xox", re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}")),
    ("a payment key", "k_", re.compile(r"\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}")),
    ("a Google key", "AIza", re.compile(r"\bAIza[0-9A-Za-z_-]{35}")),
    ("a mail service key", "SG.", re.compile(r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}")),
    ("a signed token", "eyJ", re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}")),
    ("a storage account key", "=", re.compile(r"(?i)\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/=]{20,}")),
    ("a model service key", "sk-", re.compile(r"\bsk-(?:[a-z]+-)*[A-Za-z0-9_]{32,}")),
)  # fmt: skip
"""What it is, what stands in each of them in just this spelling (quicker to look for), and the shape."""
_REMEDY = "write {env: NAME}, {file: PATH} or {keyring: service/name} instead, and change the secret: it is known now"


def is_reference(value: object) -> TypeGuard[Mapping[str, str]]:
    """Tell whether a value names the one place where a credential is kept."""
    return (
        isinstance(value, Mapping)
        and len(value) == 1
        and all(key in PLACES and isinstance(place, str) and place for key, place in value.items())
    )


def refuse_secrets(files: Iterable[Path]) -> None:
    """Refuse files in which a secret is written out. Raises ContentError with file and line; never with the secret."""
    for file in files:
        if file.suffix in _TEXT and file.is_file():
            for line, what in secrets_in(file.read_bytes()):
                raise ContentError(f"{what} may not stand in a file; {_REMEDY}", file=str(file), line=line)


def content_files(root: Path) -> Iterator[Path]:
    """Yield every file of the content folder that people write, in a fixed order."""
    for folder in ("environments", "mappings", "rules"):
        yield from sorted(file for file in (root / folder).rglob("*") if file.is_file())


def golden_files(root: Path) -> Iterator[Path]:
    """Yield the golden cases of the content folder, in a fixed order."""
    yield from sorted((root / "golden").glob("*/*.json"))


@lru_cache(maxsize=512)
def secrets_in(text: bytes) -> tuple[tuple[int, str], ...]:
    """Return (line, what) of the secrets in a file. Key names count, and the shapes of keys, tokens and addresses."""
    return tuple(_found(text.decode("utf-8", errors="replace")))


def _found(text: str) -> Iterator[tuple[int, str]]:
    lines = text.splitlines()
    # most files hold none: each shape is looked for once in the whole of it
    whole = "\n".join(lines)
    is_named = _NAME.search(whole) is not None and _NAMED.search(whole) is not None
    if not (is_named or any(hint in whole and shape.search(whole) for _, hint, shape in _SHAPES)):
        return
    for number, line in enumerate(lines, start=1):
        for what, _, shape in _SHAPES:
            if shape.search(line):
                yield number, what
        if named := _NAMED.search(line):
            yield number, f"a secret ({named[1]})"
