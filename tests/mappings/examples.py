"""Turns the plain data of a matrix example into the values that transform takes."""

from collections.abc import Mapping
from typing import Any, cast

from engine.content.environment import Environment
from engine.content.matrix import Matrix, MatrixExample
from engine.model.document import DocumentType
from engine.model.field import Field, Provenance, Row
from engine.model.record import Candidate, Classification, Match, Record
from engine.stages.transform import Mapped, transform

READ = Provenance(how="read", page=1)


def map_example(matrix: Matrix, example: MatrixExample) -> Mapped:
    return transform(
        record_of(
            example.record, document_id=example.document.get("id", "d0"), kind=example.document.get("type", "invoice")
        ),
        matrix=matrix,
        vendor=match_of("vendor", example.vendor),
        order=match_of("purchase_order", example.order),
        environment=environment_of(example.env, example.xref),
    )


def record_of(plain: Mapping[str, Any], *, document_id: str = "d0", kind: str = "invoice") -> Record:
    header = {name: value for name, value in plain.items() if isinstance(value, str)}
    classification = Classification(
        type=cast("DocumentType", kind), type_confidence=1.0, language="en", language_confidence=1.0
    )
    return Record(
        document_id=document_id, revision=1, classification=classification, fields=row_of(header),
        lines=tuple(row_of(row) for row in plain.get("lines", ())),
        taxes=tuple(row_of(row) for row in plain.get("taxes", ())),
    )  # fmt: skip


def row_of(plain: Mapping[str, str]) -> Row:
    return tuple(Field(name=n, value=v, raw=v, confidence=1.0, provenance=READ) for n, v in plain.items())


def match_of(kind: Any, party: Mapping[str, str]) -> Match:
    if not party:
        return Match(kind=kind, outcome="none")
    attributes = tuple((name, value) for name, value in party.items() if name not in ("id", "name"))
    chosen = Candidate(kind=kind, id=party["id"], name=party.get("name", ""), attributes=attributes)
    return Match(kind=kind, outcome="one", chosen=chosen, candidates=(chosen,))


def environment_of(env: Mapping[str, str] = {}, xref: Mapping[str, Mapping[str, str]] = {}) -> Environment:
    entity = {
        "code": env.get("company_code", "1000"), "name": env.get("company_name", "Muster Handels GmbH"),
        "tax_id": env.get("company_tax_id"), "country": env.get("company_country", "DE"),
    }  # fmt: skip
    return Environment.model_validate({
        "name": "dev", "kind": "development", "flows": ["ap_invoice@1"],
        "targets": {"erp": {"adapter": "files"}}, "company": {"entities": [entity]}, "xref": xref,
    })  # fmt: skip
