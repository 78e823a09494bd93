"""Reading a JSON Schema: checked once a text, because the check against the meta-schema takes longer than all else."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator


@lru_cache(maxsize=256)
def parse_schema(text: str) -> Mapping[str, Any]:
    """Return a JSON Schema 2020-12; never change it, others are given the same one.

    Raises ValueError for what is no JSON, jsonschema's SchemaError for what is no schema.
    """
    schema: dict[str, Any] = json.loads(text)
    Draft202012Validator.check_schema(schema)
    return schema
