"""What is different between two versions, two content folders or two git revisions, in words."""

import io
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from engine.content import closure
from engine.content.diff.changes import Change, changes
from engine.content.diff.meaning import Meaning, meaning, refs_of, settings
from engine.content.shelf import Shelf, everything
from engine.model.errors import ContentError, PostroomError
from engine.runtime.release import find

_REF = re.compile(r"([a-z]+/)?[a-z][a-z0-9_.]*@[1-9][0-9]*")
_FOLDERS = ("rules", "mappings", "environments")
_GIT_SECONDS = 60


def compared(root: Path, before: str, after: str) -> tuple[Change, ...]:
    """Return what is different between two versions (`ap_invoice@1`), folders or git revisions of the content folder.

    A flow is compared with all that it pins. Raises ContentError for content that is broken or not there, and
    PostroomError for something that is none of the three.
    """
    if _REF.fullmatch(before) and _REF.fullmatch(after):
        return versions(root, before, after)
    with opened(root, before) as old, opened(root, after) as new:
        return folders(old, new)


def versions(root: Path, before: str, after: str) -> tuple[Change, ...]:
    """Return what is different between two versions of the same thing."""
    shelf = everything(root)
    old, new = find(shelf, before), find(shelf, after)
    if old.partition("/")[0] != new.partition("/")[0]:
        raise ContentError(f"{old} and {new} are not of one kind", file=str(root))
    found = list(changes(new, meaning(shelf, old), meaning(shelf, new)))
    if old.startswith("flow/"):
        was, now = (_pinned(shelf, ref) for ref in (old, new))
        for name in now.keys() & was.keys():
            if was[name] != now[name]:
                found += changes(now[name], meaning(shelf, was[name]), meaning(shelf, now[name]))
    return tuple(found)


def _pinned(shelf: Shelf, ref: str) -> Mapping[str, str]:
    """Return what a flow pins by `kind/name`, itself excluded."""
    pins = (one for one, _ in closure.closure(shelf, ref.removeprefix("flow/")) if one != ref)
    return {one.partition("@")[0]: one for one in pins}


def folders(before: Path, after: Path) -> tuple[Change, ...]:
    """Return what is different between two content folders: every piece, environments, live sets, owners.

    A new version is told by what is different from the version before it.
    """
    old, new = everything(before), everything(after)
    found = list(_settings(settings(before), settings(after)))
    for ref in sorted({*refs_of(old), *refs_of(new)}):
        if ref not in new.digests:
            found.append(_whole("removed", ref))
        elif ref not in old.digests:
            found.append(_whole("added", ref))
            earlier = _version_before(new, ref)
            found += changes(ref, meaning(new, earlier), meaning(new, ref)) if earlier else ()
        elif old.digests[ref] != new.digests[ref]:
            found += changes(ref, meaning(old, ref), meaning(new, ref))
    return tuple(found)


def _settings(before: Mapping[str, Meaning], after: Mapping[str, Meaning]) -> Iterator[Change]:
    for ref in dict.fromkeys((*before, *after)):
        if ref not in after:
            yield _whole("removed", ref)
        elif ref not in before:
            yield _whole("added", ref)
        else:
            yield from changes(ref, before[ref], after[ref])


def _whole(kind: str, ref: str) -> Change:
    return Change.model_validate(
        {"kind": kind, "ref": ref, "path": (), "before": None, "after": None, "words": f"{ref} {kind}"}
    )


def _version_before(shelf: Shelf, ref: str) -> str | None:
    """Return the highest lower version of a piece."""
    name, _, version = ref.partition("@")
    versions_there = [
        int(one.partition("@")[2]) for one in shelf.digests if one.partition("@")[0] == name and "@" in one
    ]
    lower = [one for one in versions_there if version and one < int(version)]
    return f"{name}@{max(lower)}" if lower else None


@contextmanager
def opened(root: Path, where: str) -> Iterator[Path]:
    """Open a content folder, or a git revision of the content folder as a folder of its own that goes away afterwards."""
    place = Path(where)
    if place.is_dir():
        missing = [name for name in _FOLDERS if not (place / name).is_dir()]
        if missing:
            raise PostroomError(f"{where} is no content folder: it has no {', '.join(missing)}.")
        yield place
        return
    with tempfile.TemporaryDirectory(prefix="postroom-diff-") as there:
        _unpack(root, where, Path(there))
        yield Path(there)


def _unpack(root: Path, revision: str, there: Path) -> None:
    """Lay the content folder of a git revision out. Raises PostroomError when git has no such revision."""
    git = shutil.which("git")
    if git is None or revision.startswith("-"):
        raise PostroomError(f"{revision} is no version such as ap_invoice@1, no folder and no git revision.")
    done = subprocess.run(
        [git, "-C", str(root), "archive", "--format=tar", revision, "--", *_FOLDERS],
        capture_output=True, check=False, timeout=_GIT_SECONDS,
    )  # fmt: skip
    if done.returncode != 0:
        raise PostroomError(
            f"{revision} is no version such as ap_invoice@1, no folder and no git revision of {root}.",
            detail=done.stderr.decode(errors="replace").strip(),
        )
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(there, filter="data")
