"""Which rules a person has let pass: only as long as they say the same of the same values."""

from collections.abc import Iterable, Sequence

from engine.model.decision import RuleOutcome
from engine.model.record import Record
from engine.model.value import digest
from engine.model.waiver import Waiver


def basis(record: Record) -> str:
    """Return one SHA-256 (hex) over type and values of a record; how sure they are and where they stand does not count."""
    return digest([record.type, *([path, field.value] for path, field in record.walk())])


def waived(outcomes: Sequence[RuleOutcome], waivers: Iterable[Waiver], *, on: str) -> tuple[str, ...]:
    """Return the ids of the rules that fired and that a person let pass; `on` is the basis of the record now."""
    given = {(one.rule, one.facts) for one in waivers if one.basis == on}
    return tuple(one.id for one in outcomes if one.fired and (one.id, one.facts) in given)
