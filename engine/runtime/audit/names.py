"""What stands where in a lineage bundle."""

from collections.abc import Mapping
from datetime import datetime

from engine.model.rights import FieldGroup
from engine.model.value import Value

FORMAT = "postroom-lineage@1"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
"""64 bytes: Ed25519 over the bytes of the manifest."""
KEY = "key.pem"
SOURCE = "source.bin"
DOCUMENT = "document.json"
CONTENT = "content.json"
LEDGER = "ledger.json"
OPERATIONS = "operations.json"
PAYLOADS = "payloads.json"
"""What people made of payloads, by operation."""
RECEIPTS = "receipts.json"
REVIEWS = "reviews.json"
CORRECTIONS = "corrections.json"


class Manifest(Value):
    """What a bundle is of, and the digest of everything in it but the manifest and its signature."""

    format: str
    document_id: str
    made_at: datetime
    made_by: str
    masked: tuple[FieldGroup, ...]
    head_seq: int
    head_hash: str
    """The head of the ledger's chain when the bundle was made: compare it with the hub's, or with one noted elsewhere."""
    key: str
    """SHA-256 (hex) of the 32 bytes of the public key."""
    members: Mapping[str, str]
    """SHA-256 (hex) by name."""


class ContentPiece(Value):
    """A piece of content that the decision rests on; without files it is not what it was any more."""

    ref: str
    digest: str
    files: tuple[str, ...]


def step_name(revision: int, kind: str) -> str:
    """Return where the result of a step stands."""
    return f"steps/{revision}/{kind}.json"
