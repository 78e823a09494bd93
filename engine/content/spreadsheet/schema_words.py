"""What a JSON Schema says about a field, in words."""

import re
from collections.abc import Mapping
from typing import Any

_COUNT = r"\{(?:(?P<low>\d+),)?(?P<high>\d+)\}"
_FORMS = (
    (re.compile(rf"\^\[A-Z\]{_COUNT}\$"), "{} capital letters"),
    (re.compile(rf"\^\[A-Z0-9\]{_COUNT}\$"), "{} capital letters or digits"),
    (re.compile(rf"\^\[0-9\]{_COUNT}\$"), "{} digits"),
    (re.compile(rf"\^-\?\[0-9\](?:\{{\d+(?:,\d+)?\}}|\+)\\\.\[0-9\]{_COUNT}\$"), "a number with {} decimals"),
    (
        re.compile(rf"\^-\?\[0-9\](?:\{{\d+(?:,\d+)?\}}|\+)\(\\\.\[0-9\]{_COUNT}\)\?\$"),
        "a number with {} decimals or none",
    ),
)


def at_path(schema: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """Return the schema at a target path such as `lines[].amount`; empty where it says nothing."""
    for part in path.split("."):
        schema = schema.get("properties", {}).get(part.removesuffix("[]"), {})
        if part.endswith("[]"):
            schema = schema.get("items", {})
    return schema


def described(schema: Mapping[str, Any]) -> str:
    """Return title and description."""
    parts = [str(schema[key]).rstrip(".") for key in ("title", "description") if schema.get(key)]
    return ": ".join(parts)


def takes(schema: Mapping[str, Any]) -> str:
    """Return what a field may hold: `text, 1 to 35 characters`."""
    if "const" in schema:
        return f"only {schema['const']}"
    if "enum" in schema:
        return " or ".join(str(value) for value in schema["enum"])
    kind = schema.get("type")
    if kind == "string":
        return ", ".join(["text", *_length(schema), *_pattern(schema)])
    if kind in {"integer", "number"}:
        return ", ".join(["whole number" if kind == "integer" else "number", *_between(schema)])
    if kind == "array":
        return ", ".join(["list", *_count(schema)])
    return str(kind or "")


def _length(schema: Mapping[str, Any]) -> list[str]:
    low, high = schema.get("minLength", 0), schema.get("maxLength")
    if high is None:
        return [f"at least {low} characters"] if low > 1 else []
    return [
        f"{high} characters" if low == high else f"{low} to {high} characters" if low else f"up to {high} characters"
    ]


def _pattern(schema: Mapping[str, Any]) -> list[str]:
    parts = [_form(str(schema["pattern"]))] if "pattern" in schema else []
    return [*parts, *([str(schema["format"])] if "format" in schema else [])]


def _form(pattern: str) -> str:
    """Return a regular expression of a common kind in words, another one as it is."""
    if pattern.startswith(("^[0-9]{4}-[0-9]{2}-[0-9]{2}", "^[0-9]{4}-(0[1-9]|1[0-2])-")):
        return "a date such as 2026-12-31"
    for found, said in _FORMS:
        if match := found.fullmatch(pattern):
            low, high = match["low"], match["high"]
            return said.format(f"{low} to {high}" if low and low != high else high)
    return f"in the form {pattern}"


def _between(schema: Mapping[str, Any]) -> list[str]:
    low, high = schema.get("minimum"), schema.get("maximum")
    parts = [f"at least {low}"] if low is not None else []
    parts += [f"at most {high}"] if high is not None else []
    return [*parts, *([f"a multiple of {schema['multipleOf']}"] if "multipleOf" in schema else [])]


def _count(schema: Mapping[str, Any]) -> list[str]:
    low, high = schema.get("minItems"), schema.get("maxItems")
    return [*([f"at least {low}"] if low else []), *([f"at most {high}"] if high is not None else [])]
