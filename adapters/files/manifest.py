"""The manifest of this adapter, read once, and its schemas as checks."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from adapters.shared.manifest import load_manifest
from engine.ports import Manifest


@functools.cache
def manifest() -> Manifest:
    """Return the manifest. Raises ContentError when the file is broken."""
    return load_manifest(Path(__file__).parent)


def complaint(about: Literal["options", "settings"], data: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return (path, what is wrong) of data that breaks the schema, None for good data. Never shows a setting's value."""
    error = best_match(_validator(about).iter_errors(data))
    if error is None:
        return None
    path = ".".join(str(part) for part in error.absolute_path)
    if error.validator in {"oneOf", "anyOf"} and all("required" in choice for choice in error.validator_value):
        names = ", ".join(" and ".join(choice["required"]) for choice in error.validator_value)
        return path, f"{'exactly' if error.validator == 'oneOf' else 'at least'} one of these is needed: {names}"
    if about == "settings" and error.validator not in {"required", "additionalProperties", "enum"}:
        return path, f"does not fit ({error.validator})"
    return path, error.message


@functools.cache
def _validator(about: Literal["options", "settings"]) -> Draft202012Validator:
    schema = manifest().options_schema if about == "options" else manifest().settings_schema
    return Draft202012Validator(dict(schema))
