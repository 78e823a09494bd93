"""Fields for tests of the canonical stage."""

from engine.model.field import Alternative, Field, How, Provenance, Row


def field(
    name: str, value: str, *, raw: str | None = None, other: str = "", how: How = "read", by: str = "drawn@1"
) -> Field:
    """Return a field as it was read from a page; `other` is the reading that was not chosen."""
    return Field(
        name=name, value=value, raw=value if raw is None else raw, confidence=0.9,
        provenance=Provenance(how=how, page=1, by=by),
        alternatives=(Alternative(value=other, raw=value if raw is None else raw, confidence=0.3),) if other else (),
    )  # fmt: skip


def named(*fields: Field) -> dict[str, Field]:
    return {one.name: one for one in fields}


def row(**values: str) -> Row:
    return tuple(field(name, value) for name, value in values.items())
