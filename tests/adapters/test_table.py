"""The README's tables say what the manifests say: each object of each adapter once, with what it was checked against."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from adapters.shared.manifest import load_manifest
from engine.ports import Manifest

ROOT = Path(__file__).parents[2]
PARTS = 4


class Row(NamedTuple):
    adapter: str
    objects: Sequence[str]
    operations: str
    checked: str


def _tables() -> tuple[list[Row], dict[str, str]]:
    """Return the rows of what is written, and of what is read by adapter."""
    section = (
        (ROOT / "README.md").read_text(encoding="utf-8").partition("## What it posts into")[2].partition("\n## ")[0]
    )
    written, read, name = [], {}, ""
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|") or cells[0] == "adapter" or set(cells[0]) == {"-"}:
            continue
        name = re.sub(r"\[(\w+)\].*", r"\1", cells[0]) or name
        if len(cells) == PARTS:
            written.append(Row(name, re.findall(r"`([^`]+)`", cells[1]), cells[2], cells[3]))
        else:
            read[name] = cells[1]
    return written, read


def _manifests() -> list[Manifest]:
    folders = sorted(file.parent for file in (ROOT / "adapters").glob("*/manifest.yaml"))
    return [load_manifest(folder) for folder in folders]


WRITTEN, READ = _tables()
TARGETS = [one for one in _manifests() if "target" in one.kind]
READING = [one for one in _manifests() if {"directory", "source"} & set(one.kind)]


@pytest.mark.parametrize("manifest", TARGETS, ids=lambda one: one.name)
def test_each_object_of_a_manifest_stands_in_one_row(manifest: Manifest) -> None:
    counted = Counter(name for row in WRITTEN if row.adapter == manifest.name for name in row.objects)
    anything = manifest.objects == ("*",)

    assert set(counted) == set(manifest.objects)
    assert anything or set(counted.values()) == {1}


def test_the_table_names_no_adapter_that_is_none() -> None:
    assert {row.adapter for row in WRITTEN} == {one.name for one in TARGETS}


@pytest.mark.parametrize("row", WRITTEN, ids=lambda row: f"{row.adapter} {row.objects[0]}")
def test_a_row_says_what_is_done_and_what_it_was_checked_against(row: Row) -> None:
    assert (bool(row.operations), bool(row.checked)) == (True, True)


@pytest.mark.parametrize("manifest", READING, ids=lambda one: one.name)
def test_what_an_adapter_reads_is_said_and_changes_where_it_tells_of_them(manifest: Manifest) -> None:
    told = READ[manifest.name]

    assert ("source" in manifest.kind) <= ("changes" in told or "posted" in told)


def test_stand_in_alone_is_said_where_nothing_else_was_there() -> None:
    assert {name for row in WRITTEN if row.checked == "stand-in" for name in row.objects} == {
        "file", "files", "packages", "messages", "slack", "teams",
    }  # fmt: skip
