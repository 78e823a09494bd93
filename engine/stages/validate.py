"""Checks a record against its schema, its own arithmetic and the checksums of its numbers. Findings, never exceptions."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, cast

from jsonschema.exceptions import ValidationError as SchemaError
from stdnum import get_cc_module, iban
from stdnum.exceptions import ValidationError

from engine.content.strict_yaml import dotted
from engine.model.convention import Check, CheckKind, Inference
from engine.model.finding import Finding
from engine.model.money import minor_at_least
from engine.model.record import Record
from engine.stages.money.infer import infer
from engine.stages.schema_check import validator_of

_VAT_COUNTRIES = frozenset({
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "XI"
})  # fmt: skip
_SAME_SCHEME = {"EL": "GR", "XI": "GB"}
_MOST_SCHEMA_FINDINGS = 20
_MOST_SUM_FINDINGS = 20
_LINES: frozenset[CheckKind] = frozenset({"line", "sum"})
_TOTALS: frozenset[CheckKind] = frozenset({"total", "due"})
_TAXES: frozenset[CheckKind] = frozenset({"tax"})


def validate(
    record: Record, *, schema: Mapping[str, Any], tolerance_minor: int, money: Inference | None = None
) -> tuple[Finding, ...]:
    """Return everything about a record that does not hold.

    `tolerance_minor` is the difference in minor units of the currency that still counts as equal. `money` is what
    explains the amounts, where that is known already. Codes: `missing_field`, `schema_error`, `sum_lines`, `sum_total`, `sum_tax`, `iban_invalid`, `tax_id_invalid`, `due_before_issue`.
    """
    return (
        *_schema(record, schema),
        *_sums(record, money or infer(record), tolerance_minor),
        *_checksums(record),
        *_dates(record),
    )


@lru_cache(maxsize=4096)
def iban_is_valid(number: str) -> bool:
    """Return whether an IBAN (ISO 13616) has the right length for its country and a right checksum."""
    try:
        iban.validate(number)
    except ValidationError:
        return False
    return True


@lru_cache(maxsize=4096)
def tax_id_is_valid(number: str) -> bool | None:
    """Return whether a VAT id is right by the scheme of its country prefix, or None when there is no such scheme."""
    compact = "".join(sign for sign in number.upper() if sign.isalnum())
    prefix = "CH" if compact.startswith("CHE") else compact[:2]
    if prefix not in _VAT_COUNTRIES:
        return None
    scheme = get_cc_module(_SAME_SCHEME.get(prefix, prefix).lower(), "vat")
    if scheme is None:
        return None
    digits = compact if prefix == "CH" else compact[2:]
    if prefix == "CH" and not compact.endswith(("MWST", "TVA", "IVA", "TPV")):
        scheme = get_cc_module("ch", "uid")
    if prefix == "NO" and not compact.endswith("MVA"):
        digits += "MVA"
    return bool(scheme.is_valid(digits))


def _schema(record: Record, schema: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield one finding for each value, however many clauses of the schema it breaks."""
    errors = validator_of(schema).iter_errors(record.plain())
    told: set[str] = set()
    for error in sorted(errors, key=lambda error: [str(part) for part in error.absolute_path]):
        for finding in _schema_findings(error):
            if told.isdisjoint(finding.fields):
                yield finding
            told.update(finding.fields)
            if len(told) >= _MOST_SCHEMA_FINDINGS:
                return


def _schema_findings(error: SchemaError) -> Iterator[Finding]:
    path = dotted(tuple(error.absolute_path))
    if error.validator == "required":
        for name in cast("list[str]", error.validator_value):
            if name not in cast("dict[str, Any]", error.instance):
                yield _missing(f"{path}.{name}" if path else name)
        return
    yield Finding(
        code="schema_error",
        severity="error",
        message=f"{path or 'The record'} does not have the form it must have: {error.message[:300]}",
        fields=(path,) if path else (),
        evidence=(("rule", str(error.validator)), ("found", str(error.instance)[:200])),
    )


def _missing(path: str) -> Finding:
    message = f"{path} was not read. Enter it from the document."
    return Finding(code="missing_field", severity="error", message=message, fields=(path,))


def _sums(record: Record, money: Inference, tolerance_minor: int) -> Iterator[Finding]:
    """Yield one finding for each equation that does not hold, the first ones of very many."""
    currency = record.value("currency")
    wrong = [check for check in money.misfits if minor_at_least(check.delta, currency) > tolerance_minor]
    for code, kinds in (("sum_lines", _LINES), ("sum_total", _TOTALS), ("sum_tax", _TAXES)):
        for check in islice((check for check in wrong if check.kind in kinds), _MOST_SUM_FINDINGS):
            yield _mismatch(code, check)


def _mismatch(code: str, one: Check) -> Finding:
    field = one.figures[0]
    return Finding(
        code=code,
        severity="error",
        message=f"{field} says {one.stated}, but {one.parts} gives {one.computed}. Compare with the document.",
        fields=(field,),
        evidence=((one.parts, str(one.computed)), (field, str(one.stated)), ("difference", str(one.delta))),
    )


def _checksums(record: Record) -> Iterator[Finding]:
    account = record.value("vendor_iban")
    if account is not None and not iban_is_valid(account):
        yield Finding(
            code="iban_invalid", severity="error", fields=("vendor_iban",), evidence=(("vendor_iban", account),),
            message=f"The IBAN {account} is not valid: its length or checksum is wrong. Compare with the document.",
        )  # fmt: skip
    for name in ("vendor_tax_id", "buyer_tax_id"):
        number = record.value(name)
        if number is not None and tax_id_is_valid(number) is False:
            yield Finding(
                code="tax_id_invalid", severity="warning", fields=(name,), evidence=((name, number),),
                message=f"The VAT id {number} is not valid in its country. Compare with the document.",
            )  # fmt: skip


def _dates(record: Record) -> Iterator[Finding]:
    issued, due = day(record, "issue_date"), day(record, "due_date")
    if issued is not None and due is not None and due < issued:
        yield Finding(
            code="due_before_issue", severity="warning", fields=("due_date", "issue_date"),
            message=f"It is due on {due}, before it was issued on {issued}. One of the dates is misread or wrong.",
            evidence=(("issue_date", issued.isoformat()), ("due_date", due.isoformat())),
        )  # fmt: skip


def day(record: Record, name: str) -> date | None:
    """Return a header date, or None when it is not there or no date."""
    text = record.value(name)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return None
