"""Dossiers: papers of one applicant that come one by one, and count together once all are there.

A dossier is a document whose bytes say which paper opened it and nothing else, so it is opened once. What the papers in it
say is put together each time it is read. A reminder is a document too: what it says stands in its bytes.
"""

import json
from collections.abc import Mapping
from typing import Literal

from engine.model.document import DocumentType
from engine.model.value import Value, canonical_json


class DossierFile(Value):
    """What stands in the bytes of a dossier, or of a reminder of what is missing in one."""

    version: Literal[1] = 1
    type: DocumentType
    opened_by: str | None = None
    """Id of the document that opened it; None for a reminder."""
    of: str | None = None
    """Id of the dossier that is reminded of; None for a dossier."""
    number: int | None = None
    """Which reminder it is, from 1."""
    says: Mapping[str, str] = {}
    """Values of a reminder, by the name of their field."""


def encoded(file: DossierFile) -> bytes:
    """Return the one spelling: canonical JSON in UTF-8."""
    return canonical_json(file.model_dump(mode="json", exclude_none=True)).encode("utf-8", "backslashreplace")


def decoded(content: bytes) -> DossierFile:
    """Return what `encoded` wrote. Raises ValueError for other bytes."""
    return DossierFile.model_validate(json.loads(content))
