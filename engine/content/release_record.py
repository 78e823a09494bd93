"""Who agreed to a version: one file `rules/releases/<kind>.<name>.vN.yaml` beside the lock, in a form fit for git.

ref: flow/ap_invoice@2
digest: ...            # of everything it pins
approvals:             # each holds for this digest only
  - {team: finance, who: anna, at: ..., digest: ...}
by: bert               # who released it, and when; missing until everybody agreed
at: ...
content:               # what it pinned then
  - {ref: ruleset/ap_invoice@2, digest: ...}
"""

import json
from datetime import datetime
from pathlib import Path

from pydantic import Field, model_validator

from engine.content import strict_yaml
from engine.content.live import ContentRef, Digest, Pin
from engine.model.value import Value

FOLDER = Path("rules") / "releases"
_HEAD = "# Who agreed to this version, and what it pins. Written by `postroom release`.\n"


class Approval(Value):
    """One team's agreement, given by a person for exactly one digest."""

    team: str = Field(min_length=1)
    who: str = Field(min_length=1)
    at: datetime
    digest: Digest


class ReleaseRecord(Value):
    """What is known of one version's release."""

    ref: ContentRef
    digest: Digest
    approvals: tuple[Approval, ...] = ()
    by: str | None = None
    at: datetime | None = None
    content: tuple[Pin, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> "ReleaseRecord":
        if (self.by is None) is not (self.at is None):
            raise ValueError("`by` and `at` go together: both are there once it is released")
        return self

    @property
    def is_released(self) -> bool:
        """Whether everybody agreed and it was released."""
        return self.by is not None


def record_file(root: Path, ref: str) -> Path:
    """Return the file of a reference `kind/name@version`, whether it is there or not."""
    return root / FOLDER / f"{ref.replace('/', '.').replace('@', '.v')}.yaml"


def read_record(root: Path, ref: str) -> ReleaseRecord | None:
    """Return what is known of a release, or None. Raises ContentError with file, line and path."""
    file = record_file(root, ref)
    if not file.exists():
        return None
    source = strict_yaml.load(file)
    record = strict_yaml.parse(source, ReleaseRecord)
    if record.ref != ref:
        raise source.error(f"a file of this name is about {ref}", "ref")
    return record


def every_record(root: Path) -> list[ReleaseRecord]:
    """Return what is known of every release. Raises ContentError with file, line and path."""
    return [strict_yaml.parse(strict_yaml.load(file), ReleaseRecord) for file in sorted((root / FOLDER).glob("*.yaml"))]


def write_record(root: Path, record: ReleaseRecord) -> Path:
    """Write the file of a release, one line an entry, and return it."""
    file = record_file(root, record.ref)
    file.parent.mkdir(parents=True, exist_ok=True)
    written = record.model_dump(mode="json", exclude_none=True)
    lines = [_HEAD.rstrip("\n")]
    lines += [f"{name}: {_text(written[name])}" for name in ("ref", "digest", "by", "at") if name in written]
    for name in ("approvals", "content"):
        if written[name]:
            lines.append(f"{name}:")
            lines += [
                "  - {" + ", ".join(f"{key}: {_text(value)}" for key, value in one.items()) + "}"
                for one in written[name]
            ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return file


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
