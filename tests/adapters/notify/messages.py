"""Operations for the tests of messages."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from engine.model.operation import Operation


def operation(kind: str, n: object, payload: Mapping[str, Any], **changed: Any) -> Operation:
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    return Operation(
        key=f"flow/notices/{kind}/{n}", document_id="d1", revision=1, target="notices", object=kind, payload=payload,
        mapping=f"notify.{kind}@1", payload_digest=digest, **changed,
    )  # fmt: skip


def mail(n: object = 1, **changed: Any) -> Operation:
    payload = {"to": "office@birch.example", "subject": "Changed", "text": "street: 4 Mill Lane -> 9 Quay", **changed}
    return operation("mail", n, payload)
