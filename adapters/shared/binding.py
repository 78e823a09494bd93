"""Checks a binding of an environment file against the manifest of its adapter."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from pydantic import Field

from engine.model.errors import ContentError
from engine.model.value import Value
from engine.ports import Manifest

Settings = TypeVar("Settings", bound=Value)
Secret = Annotated[str | None, Field(repr=False)]
"""A credential in a typed binding: it does not show when the binding is printed."""


def typed(manifest: Manifest, settings: Mapping[str, Any], kind: type[Settings]) -> Settings:
    """Return a binding as a value of `kind`. Raises ContentError that names the setting and never shows its value."""
    given = {name: value for name, value in settings.items() if value is not None}
    error = best_match(Draft202012Validator(dict(manifest.settings_schema)).iter_errors(given))
    if error is not None:
        path = ".".join(["settings", *map(str, error.absolute_path)])
        raise ContentError(_words(error), file="environment", path=path)
    return kind.model_validate(given)


def _words(error: Any) -> str:
    if error.validator in {"oneOf", "anyOf"} and all("required" in choice for choice in error.validator_value):
        names = ", or ".join(" and ".join(choice["required"]) for choice in error.validator_value)
        return f"{'exactly' if error.validator == 'oneOf' else 'at least'} one of these is needed: {names}"
    if error.validator in {"required", "additionalProperties"}:
        return str(error.message)
    if error.validator == "enum":
        return f"is none of: {', '.join(map(str, error.validator_value))}"
    return f"does not fit ({error.validator})"
