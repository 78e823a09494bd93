"""Canonical schemas: what a record of a kind may hold. `invoice` is the first version, `invoice@2` the second, side by side."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from jsonschema.exceptions import SchemaError

from engine.content.json_schema import parse_schema
from engine.model.document import BUILT_IN
from engine.model.errors import ContentError

FOLDER = Path("mappings") / "canonical"
_END = ".schema.json"
_VERSIONED = re.compile(r"(?P<name>.+)\.v(?P<version>[1-9][0-9]*)")


def schema_file(folder: Path, record: str) -> Path:
    """Return the file of a record's schema: `invoice.schema.json`, or `invoice.v2.schema.json` for `invoice@2`."""
    return folder / f"{record.replace('@', '.v')}{_END}"


def schema_files(folder: Path) -> Mapping[str, Path]:
    """Return every schema file there is, by record."""
    found: dict[str, Path] = {}
    for file in sorted(folder.glob(f"*{_END}")):
        name = file.name.removesuffix(_END)
        versioned = _VERSIONED.fullmatch(name)
        found[f"{versioned['name']}@{versioned['version']}" if versioned else name] = file
    return found


def known_types(root: Path) -> tuple[str, ...]:
    """Return the types of documents that there are: those that programs know, and each that has a canonical schema."""
    written = (record.partition("@")[0] for record in schema_files(root / FOLDER))
    return tuple(dict.fromkeys((*BUILT_IN, *written)))


def load_schemas(folder: Path, wanted: Collection[str] | None = None) -> Mapping[str, Mapping[str, Any]]:
    """Return canonical schemas by record: all, or those of `wanted` records that are there.

    Raises ContentError for a file that is no JSON Schema 2020-12.
    """
    files = schema_files(folder)
    return {record: _load(file) for record, file in files.items() if wanted is None or record in wanted}


def _load(file: Path) -> Mapping[str, Any]:
    try:
        return parse_schema(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise ContentError(f"cannot be read as JSON: {e}", file=str(file)) from e
    except SchemaError as e:
        path = "/".join(str(part) for part in e.absolute_path)
        raise ContentError(f"is no JSON Schema 2020-12: {e.message}", file=str(file), path=path) from e
