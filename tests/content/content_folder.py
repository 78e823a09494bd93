"""A content folder of one's own: a copy of the shipped one, with versions added and a live set written."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from engine.content import closure
from engine.content.library import Library
from engine.content.live import LiveSet, read_live, write_live

ROOT = Path(__file__).parents[2]
MOMENT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def copied(to: Path) -> Path:
    """Return a copy of the shipped content."""
    for folder in ("rules", "mappings", "environments"):
        shutil.copytree(ROOT / folder, to / folder)
    return to


def lean(content: Path) -> Path:
    """Leave only what ap_invoice@1 needs, with one vocabulary: a folder that is loaded quickly."""
    for folder, keep in (
        ("rules/flows", "ap_invoice.v1.yaml"), ("rules/tolerances", "sap_like.v1.yaml receiving_like.v1.yaml"),
        (
            "mappings/outbound",
            (
                "files.ap_invoice_csv.v1.yaml files.vendor_invoice.schema.json "
                "files.ap_invoice_reversal_csv.v1.yaml files.vendor_invoice_reversal.schema.json"
            ),
        ),
    ):  # fmt: skip
        for file in (content / folder).iterdir():
            if file.name not in keep.split():
                file.unlink()
    for file in (content / "mappings" / "inbound").glob("vocabulary.*.yaml"):
        if ".lv." not in file.name:
            file.unlink()
    dev = content / "environments" / "dev.yaml"
    lines = dev.read_text(encoding="utf-8").splitlines(keepends=True)
    dev.write_text(
        "".join("flows: [ap_invoice@1]\n" if one.startswith("flows:") else one for one in lines), encoding="utf-8"
    )
    return content


def changed(content: Path, file: str, old: str, new: str) -> None:
    """Put `new` in the place of the first `old` of a file."""
    text = (content / file).read_text(encoding="utf-8")
    assert old in text
    (content / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def next_version(content: Path, file: str, *changes: tuple[str, str]) -> str:
    """Write version 2 beside the version 1 of a file, with changes; return its place."""
    text = (content / file).read_text(encoding="utf-8").replace("version: 1\n", "version: 2\n", 1)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    second = file.replace(".v1.", ".v2.")
    (content / second).write_text(text, encoding="utf-8")
    return second


def stricter_flow(content: Path) -> str:
    """Write ap_invoice@2, which wants the total to be read more surely than version 1, and return it."""
    next_version(content, "rules/sets/ap_invoice.v1.yaml", ('total: "0.80"', 'total: "0.99"'))
    next_version(content, "rules/flows/ap_invoice.v1.yaml", ("ruleset: ap_invoice@1", "ruleset: ap_invoice@2"))
    return "ap_invoice@2"


def live_set(library: Library, *, after: LiveSet | None = None) -> LiveSet:
    """Return what makes the flows of a library live."""
    return closure.live_set(library, library.environment.flows, at=MOMENT, by="anna", after=after)


def promoted(content: Path, environment: str, flow: str) -> LiveSet:
    """Make a flow version live, without any gate."""
    live = live_set(Library.candidate(content, environment, flow), after=read_live(content, environment))
    write_live(content, environment, live)
    return live


def adopted(content: Path, environment: str) -> LiveSet:
    """Move the flows of an environment file into a live set, and return that."""
    live = live_set(Library.load(content, environment))
    file = content / "environments" / f"{environment}.yaml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith("flows:")), encoding="utf-8")
    write_live(content, environment, live)
    return live
