"""Reading a JSON Schema: checked once a text."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator


@lru_cache(maxsize=256)
def parse_schema(text: str) -> Mapping[str, Any]:
    """Return a JSON Schema 2020-12; never change it, others are given the same one.

    Raises ValueError for what is no JSON, jsonschema's SchemaError for what is no schema.
    """
    schema: dict[str, Any] = json.loads(text)
    # a hundred times quicker than jsonschema's own check, which took half of the time in which all content is loaded;
    # where it has doubts, jsonschema says what is wrong
    if not jsonschema_rs.meta.is_valid(schema):
        Draft202012Validator.check_schema(schema)
    return schema
