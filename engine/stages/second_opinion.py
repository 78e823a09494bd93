"""Weighs what a recognition service says against what we read from its words ourselves.

A service's field is a second opinion, not the truth. Where both agree the value is surer; what only the service has is
taken with its own confidence; where they differ sums, checksums and confidence decide, and the other one is kept beside.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import product

from engine.content.vocabulary import Vocabulary
from engine.model.field import Alternative, Field, Row, by_name
from engine.model.finding import Finding
from engine.model.page import Opinion, Reading
from engine.model.record import Classification, Extraction
from engine.stages.extract.lexicon import fold
from engine.stages.opinion_labels import named
from engine.stages.opinion_values import AMOUNTS, NUMBERS, TAX_IDS, Habits, is_proven
from engine.stages.papers.opinions import named_by
from engine.stages.papers.words import words_of

_LEAST = 0.3
"""Services list fields that they hardly believe in; a value that nothing else speaks for needs at least this."""
_ALONE = 0.95
_ADDED = 0.5
"""How far a second reader of the same picture closes the gap to certainty: their errors are not independent."""
_PROOF = 0.5
_MOST = 0.99
_BY_SUM = 0.9
_CENT = Decimal("0.02")
_UNSETTLED = 0.4
_FIRM = 0.8
_DOUBTFUL = 0.5
"""Below this confidence our type gives way. A surer one stays: a model made for invoices calls everything an invoice."""
_SHORTEST_NAME = 3
_SUMS = ("subtotal", "tax_total", "total")
_NAMES = frozenset({"vendor_name", "buyer_name", "vendor_address", "description", "payment_terms"})

Pair = tuple[Field | None, Field | None]


def with_opinion(classification: Classification, reading: Reading) -> Classification:
    """Return the classification with what the service says of type and language where we did not know, or agreed.

    Several documents in one reading leave the type unsettled, so that a person looks at it.
    """
    known = _known(reading)
    language = next((page.language for page in reading.pages if page.language), None)
    changed: dict[str, object] = {}
    if classification.language is None and language is not None:
        changed |= {"language": language, "language_confidence": _FIRM}
    if len(known) > 1:
        changed["type_confidence"] = min(classification.type_confidence, _UNSETTLED)
        return classification.model_copy(update=changed)
    kind = known[0].type if known else "unknown"
    if kind != "unknown":
        evidence = (*classification.evidence, known[0].by)
        if kind == classification.type:
            sure = _surer(classification.type_confidence, known[0].type_confidence)
            changed |= {"type_confidence": sure, "evidence": evidence}
        elif classification.type == "unknown" or classification.type_confidence < min(
            _DOUBTFUL, known[0].type_confidence
        ):
            changed |= {"type": kind, "type_confidence": known[0].type_confidence, "evidence": evidence}
    return classification.model_copy(update=changed)


def second_opinion(printed: Extraction, reading: Reading, vocabularies: Mapping[str, Vocabulary]) -> Extraction:
    """Return the extraction after a service was heard; without a service's opinion it stays as it is."""
    known = _known(reading)
    if not known:
        return printed
    language, kind = printed.classification.language, printed.classification.type
    words = words_of(vocabularies, kind)
    habits = Habits(reading, vocabularies, language, paper=words.paper if words else None)
    opinion = (
        named(known[0], habits.lexicon, language=language, kind=kind) if words is None else named_by(known[0], words)
    )
    said, unclear = _typed(opinion.fields, habits, "")
    lines = [_typed(row, habits, f"lines[{index}].") for index, row in enumerate(opinion.lines) if _is_believed(row)]
    taxes = [_typed(row, habits, f"taxes[{index}].") for index, row in enumerate(opinion.taxes) if _is_believed(row)]
    notes = [*unclear, *(note for _, row in (*lines, *taxes) for note in row)]
    fields = _header(printed.fields, said)
    header = by_name(fields)
    targets = {header[name].decimal() for name in ("subtotal", "total") if name in header}
    chosen, differ = _lines(printed.lines, [row for row, _ in lines if row], targets, opinion.by)
    findings = (*printed.findings, *notes[:20], *differ, *_several(known))
    breakdown = printed.taxes or tuple(row for row, _ in taxes if row)
    return printed.model_copy(update={"fields": fields, "lines": chosen, "taxes": breakdown, "findings": findings})


def _known(reading: Reading) -> tuple[Opinion, ...]:
    """Return the opinions on documents of these pages that say anything of them."""
    numbers = {page.number for page in reading.pages}
    heard = (
        one for one in reading.opinions if one.fields or one.lines or one.pairs or one.tables or one.type != "unknown"
    )
    return tuple(
        one for one in heard if one.pages is None or any(one.pages[0] <= number <= one.pages[1] for number in numbers)
    )


def _typed(row: Row, habits: Habits, where: str) -> tuple[Row, list[Finding]]:
    """Return the fields that are values of their kind, and findings for those that are not."""
    fields: list[Field] = []
    notes: list[Finding] = []
    for field in row:
        typed = habits.typed(field)
        if typed is not None:
            fields.append(typed)
        elif field.confidence >= _LEAST:
            notes.append(_unclear(field, where))
    return tuple(fields), notes


def _is_believed(row: Row) -> bool:
    return any(field.confidence >= _LEAST for field in row)


def _unclear(field: Field, where: str) -> Finding:
    return Finding(
        code="unclear_opinion", severity="info", fields=(f"{where}{field.name}",),
        message="The recognition service names something here that is no such value; it was not taken.",
        evidence=((field.provenance.by, field.raw[:200]), ("confidence", f"{field.confidence:.2f}")),
    )  # fmt: skip


def _header(ours: Row, theirs: Row) -> Row:
    """Return one field a name: ours in their order, then those that only the service has."""
    mine, said = by_name(ours), by_name(theirs)
    names = dict.fromkeys((*mine, *said))
    pairs: dict[str, Pair] = {name: (mine.get(name), said.get(name)) for name in names}
    led = _by_sums(pairs)
    settled = (led.get(name) or _settled(*pair) for name, pair in pairs.items())
    return tuple(field for field in settled if field is not None)


def _settled(ours: Field | None, theirs: Field | None) -> Field | None:
    """Return one field of two opinions, or None when the only one is not believed by its own service."""
    if ours is None or theirs is None:
        return ours or _alone(theirs)
    if agree(ours.name, ours.value, theirs.value):
        return _joined(ours, theirs)
    if (
        any(agree(ours.name, ours.value, one.value) for one in theirs.alternatives)
        and theirs.confidence < ours.confidence
    ):
        return _beside(ours, theirs, doubt=0.25)
    mine, other = _support(ours), _support(theirs)
    return _beside(ours, theirs) if mine >= other else _beside(theirs, ours)


def _alone(field: Field | None) -> Field | None:
    if field is None or field.confidence < _LEAST:
        return None
    is_broken = field.name == "vendor_iban" and not is_proven(field.name, field.value)
    sure = field.confidence * (_UNSETTLED if is_broken else _ALONE)
    return field.model_copy(update={"confidence": round(sure, 4)})


def _joined(ours: Field, theirs: Field) -> Field:
    """Return our field, surer, with where it stands and what the service still thought of."""
    others = {one.value: one for one in (*theirs.alternatives, *ours.alternatives) if one.value != ours.value}
    origin = ours.provenance
    value = theirs.value if _is_labelled(ours, theirs) else ours.value
    by = f"{origin.by}+{theirs.provenance.by}"
    seen = {"by": by, "box": origin.box or theirs.provenance.box, "page": origin.page or theirs.provenance.page}
    return ours.model_copy(
        update={
            "value": value, "confidence": _surer(ours.confidence, theirs.confidence),
            "provenance": origin.model_copy(update=seen), "alternatives": tuple(others.values()),
        }
    )  # fmt: skip


def _is_labelled(ours: Field, theirs: Field) -> bool:
    """Tell whether ours is theirs with its label still before it: `From: Nordlicht Papier`."""
    label = ours.value.removesuffix(theirs.value).rstrip()
    return ours.name in _NAMES and label != ours.value and label.endswith(":")


def _beside(chosen: Field, other: Field, *, doubt: float = 0.5, sure: float | None = None) -> Field:
    """Return the chosen field with the other reading beside it."""
    least = round(chosen.confidence * (1 - doubt * other.confidence), 4) if sure is None else sure
    rival = Alternative(value=other.value, raw=other.raw, confidence=round(min(other.confidence, 1 - least), 4))
    rest = (one for one in (*chosen.alternatives, *other.alternatives) if one.value not in {chosen.value, rival.value})
    kept = {one.value: one for one in rest}
    return chosen.model_copy(update={"confidence": least, "alternatives": (rival, *kept.values())})


def _support(field: Field) -> float:
    return field.confidence + (_PROOF if is_proven(field.name, field.value) else 0.0)


def _surer(one: float, other: float) -> float:
    high, low = max(one, other), min(one, other)
    return max(high, round(min(_MOST, high + _ADDED * (1 - high) * low), 4))


def _by_sums(pairs: Mapping[str, Pair]) -> dict[str, Field]:
    """Return net, tax and total where they are disputed and exactly the chosen ones add up; else nothing."""
    options = [[field for field in pairs.get(name, (None, None)) if field is not None] for name in _SUMS]
    if not all(options) or all(_is_settled(pairs[name]) for name in _SUMS):
        return {}
    sets = [chosen for chosen in product(*options) if _adds_up(chosen, pairs)]
    if not sets:
        return {}
    best = max(sets, key=lambda chosen: sum(field.confidence for field in chosen))
    return {field.name: _by_sum(field, pairs[field.name]) for field in best}


def _by_sum(field: Field, pair: Pair) -> Field:
    ours, theirs = pair
    other = theirs if field is ours else ours
    if other is None:
        return field.model_copy(update={"confidence": max(field.confidence, _BY_SUM)})
    if agree(field.name, field.value, other.value):
        return _joined(field, other)
    return _beside(field, other, sure=max(_BY_SUM, field.confidence))


def _is_settled(pair: Pair) -> bool:
    ours, theirs = pair
    return ours is not None and theirs is not None and agree(ours.name, ours.value, theirs.value)


def _adds_up(chosen: Sequence[Field], pairs: Mapping[str, Pair]) -> bool:
    """Tell whether net, tax and total add up with a tax, so that they prove one another."""
    net, tax, total = (field.decimal() for field in chosen)
    if not tax:
        return False
    extra = [Decimal(0)]
    for name, sign in (("discount_total", -1), ("charge_total", 1)):
        amounts = [abs(field.decimal()) * sign for field in pairs.get(name, (None, None)) if field is not None]
        extra += [before + amount for before in extra for amount in amounts]
    return any(abs(net + tax + one - total) <= _CENT for one in extra)


def _lines(
    ours: tuple[Row, ...], theirs: list[Row], targets: Iterable[Decimal], by: str
) -> tuple[tuple[Row, ...], tuple[Finding, ...]]:
    """Return the line items that add up to the document's sums; else those with more to say."""
    if not theirs or not ours:
        return ours or tuple(theirs), ()
    wanted = set(targets)
    mine, other = (_fits(rows, wanted) for rows in (ours, theirs))
    is_ours = mine if mine != other else _weight(ours) >= _weight(theirs)
    chosen, rest = (ours, tuple(theirs)) if is_ours else (tuple(theirs), ours)
    if len(ours) == len(theirs):
        return tuple(_row(row, beside) for row, beside in zip(chosen, rest, strict=True)), ()
    differ = Finding(
        code="opinion_lines_differ", severity="info", fields=("lines",),
        message="The recognition service counts other line items than we do. Compare them when the sums do not add up.",
        evidence=((by, str(len(theirs))), ("read", str(len(ours))), ("taken", "read" if is_ours else by)),
    )  # fmt: skip
    return chosen, (differ,)


def _row(chosen: Row, other: Row) -> Row:
    """Return a row with the cells that only the other has, and the other's reading beside those that differ."""
    beside = by_name(other)
    cells = [_cell(field, beside.get(field.name)) for field in chosen]
    have = {field.name for field in chosen}
    return (*cells, *(field for field in other if field.name not in have and field.confidence >= _LEAST))


def _cell(field: Field, other: Field | None) -> Field:
    if other is None:
        return field
    return _joined(field, other) if agree(field.name, field.value, other.value) else _beside(field, other, doubt=0.3)


def _fits(rows: Sequence[Row], wanted: set[Decimal]) -> bool:
    amounts = [field.decimal() for row in rows for field in row if field.name == "amount"]
    return len(amounts) == len(rows) and sum(amounts, Decimal(0)) in wanted


def _weight(rows: Sequence[Row]) -> int:
    return sum(1 for row in rows for field in row if field.name in NUMBERS or field.name == "description")


def _several(known: Sequence[Opinion]) -> tuple[Finding, ...]:
    if len(known) == 1:
        return ()
    several = Finding(
        code="several_documents", severity="warning",
        message="The recognition service found several documents in this file; the first was read. Send them apart.",
        evidence=tuple((one.type, "-".join(str(n) for n in one.pages or ())) for one in known[:10]),
    )  # fmt: skip
    return (several,)


def agree(name: str, one: str, other: str) -> bool:
    """Tell whether two canonical values of a field say the same."""
    if one == other:
        return True
    if name in NUMBERS:
        return _size(name, one) == _size(name, other)
    if name in TAX_IDS or name.endswith(("_number", "_id", "_iban")):
        return _compact(one) == _compact(other)
    if name in _NAMES:
        short, long = sorted((fold(one), fold(other)), key=len)
        return len(short) >= _SHORTEST_NAME and (short == long or long.startswith(short) or long.endswith(short))
    return fold(one) == fold(other)


def _size(name: str, value: str) -> Decimal:
    """Return an amount; header sums without their sign, which credit notes print or not."""
    return abs(Decimal(value)) if name in AMOUNTS else Decimal(value)


def _compact(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
