"""What is live in an environment where promotion decides: `environments/live/<env>.yaml`.

Written by `postroom promote`, `postroom rollback` and `postroom env adopt`, read by people and by git:

    set: 7
    flows:   [{ref: ap_invoice@2, digest: ...}]        # in order; the digest is that of everything the flow rests on
    reading: [{ref: vocabulary/de@1, digest: ...}]     # what documents are read with, whatever flow they take
    content: [{ref: ruleset/ap_invoice@2, digest: ...}]  # every file behind the flows, so that a changed one can be named
    before:  [{set: 6, ...}]                           # earlier sets, newest first

An environment has either this file or `flows:` in its own, never both. Nothing but a promotion changes it.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field

from engine.content import strict_yaml
from engine.content.flow import Ref
from engine.model.errors import ContentError
from engine.model.value import Value

FOLDER = Path("environments") / "live"
MOST_BEFORE = 20
"""Earlier sets that are kept."""
_HEAD = (
    "# Which versions are live. Written by `postroom promote`, `postroom rollback` and `postroom env adopt`;\n"
    "# written by hand it is refused as soon as a digest does not fit.\n"
)

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ContentRef = Annotated[str, Field(pattern=r"^[a-z]+/[a-z][a-z0-9_.]*(@[1-9][0-9]*)?$")]
"""`kind/name@version`."""


class LiveFlow(Value):
    """One flow version, and the digest of its closure (`closure.digest_of`)."""

    ref: Ref
    digest: Digest


class Canary(LiveFlow):
    """A version that takes a share of the documents of its flow."""

    percent: int = Field(ge=1, le=100)


class Pin(Value):
    """One piece of content with its digest."""

    ref: ContentRef
    digest: Digest


class Earlier(Value):
    """A set that was live before."""

    model_config = ConfigDict(populate_by_name=True)

    number: int = Field(alias="set", ge=1)
    flows: tuple[LiveFlow, ...] = Field(min_length=1)
    reading: tuple[Pin, ...] = ()
    at: datetime
    by: str = Field(min_length=1)
    report: Digest | None = None
    """Digest of the gate's report; None: it was not gated (adopted by hand)."""


class LiveSet(Earlier):
    """What is live now, and what was before."""

    content: tuple[Pin, ...] = ()
    bindings: Digest | None = None
    """Of the bindings that differ from where the version was tried, as somebody agreed to them."""
    canary: Canary | None = None
    shadow: LiveFlow | None = None
    before: tuple[Earlier, ...] = Field(default=(), max_length=MOST_BEFORE)

    @property
    def refs(self) -> tuple[str, ...]:
        """The live flow versions, in order."""
        return tuple(flow.ref for flow in self.flows)

    @property
    def others(self) -> tuple[LiveFlow, ...]:
        """Canary and shadow, where there are any."""
        return tuple(one for one in (self.canary, self.shadow) if one is not None)

    @property
    def pins(self) -> Mapping[str, str]:
        """Digest of every piece of content that is live, by reference."""
        return {pin.ref: pin.digest for pin in (*self.content, *self.reading)}

    def drawn(self, flow: str, document_id: str) -> str | None:
        """Return the version that takes a document instead of the live one of a flow (name), or None.

        The same document is drawn again, and so is each that was drawn at a smaller percentage.
        """
        if self.canary is None or self.canary.ref.partition("@")[0] != flow:
            return None
        place = int(hashlib.sha256(f"{self.canary.ref} {document_id}".encode()).hexdigest(), 16) % 100
        return self.canary.ref if place < self.canary.percent else None

    def as_earlier(self) -> Earlier:
        """Return the set as it is remembered when another one takes its place."""
        return Earlier(
            number=self.number, flows=self.flows, reading=self.reading, at=self.at, by=self.by, report=self.report
        )

    def remembered(self) -> tuple[Earlier, ...]:
        """Return this set and those before it, newest first: `before` of the set that follows."""
        return (self.as_earlier(), *self.before)[:MOST_BEFORE]


def live_file(root: Path, environment: str) -> Path:
    """Return where the live set of an environment stands, whether it is there or not."""
    return root / FOLDER / f"{environment}.yaml"


def read_live(root: Path, environment: str) -> LiveSet | None:
    """Return the live set of an environment, or None when it has none. Raises ContentError with file, line and path."""
    file = live_file(root, environment)
    if not file.exists():
        return None
    source = strict_yaml.load(file)
    live = strict_yaml.parse(source, LiveSet)
    names = [ref.partition("@")[0] for ref in live.refs]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise source.error(f"{twice} is live twice; one version of a flow is live at a time", "flows")
    return live


def write_live(root: Path, environment: str, live: LiveSet) -> None:
    """Put a live set in the place of the one before. A crash at any moment leaves one of the two, whole.

    Raises ContentError when the file cannot be written.
    """
    file = live_file(root, environment)
    temporary = file.with_name(f".{environment}.{secrets.token_hex(4)}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text_of(live))
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
        _sync_folder(file.parent)
    except OSError as e:
        temporary.unlink(missing_ok=True)
        raise ContentError(f"cannot be written: {e.strerror or e}", file=str(file)) from e


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk; systems that cannot open a folder do it by themselves."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def text_of(live: LiveSet) -> str:
    """Return the file of a live set: one line an entry, in a fixed order, so that git shows what changed."""
    lines = [_HEAD.rstrip("\n"), *_set_lines(live)]
    for name, one in (("canary", live.canary), ("shadow", live.shadow)):
        if one is not None:
            lines.append(f"{name}: {_entry(one)}")
    lines += [f"bindings: {_text(live.bindings)}"] if live.bindings else []
    lines += _list("content", live.content)
    if live.before:
        lines.append("before:")
        for earlier in live.before:
            first, *rest = _set_lines(earlier)
            lines += [f"  - {first}", *(f"    {line}" for line in rest)]
    return "\n".join(lines) + "\n"


def _set_lines(one: Earlier) -> list[str]:
    lines = [f"set: {one.number}", f"at: {_text(one.at.isoformat())}", f"by: {_text(one.by)}"]
    if one.report is not None:
        lines.append(f"report: {_text(one.report)}")
    return [*lines, *_list("flows", one.flows), *_list("reading", one.reading)]


def _list(name: str, entries: Sequence[Value]) -> list[str]:
    return [f"{name}:", *(f"  - {_entry(one)}" for one in entries)] if entries else []


def _entry(one: Value) -> str:
    written = one.model_dump(mode="json", exclude_none=True)
    return "{" + ", ".join(f"{key}: {_text(value)}" for key, value in written.items()) + "}"


def _text(value: object) -> str:
    """Return a scalar as YAML and JSON both write it."""
    return json.dumps(value, ensure_ascii=False)
