from engine.model.field import Alternative, Field, Provenance
from engine.model.record import Classification, Extraction
from engine.stages.vote import vote

_KIND = Classification(type="receipt", type_confidence=0.9, language=None, language_confidence=0.0)


def _field(name: str, value: str, sure: float, *others: tuple[str, float]) -> Field:
    return Field(
        name=name, value=value, raw=value, confidence=sure, provenance=Provenance(how="read", page=1, by="x@1"),
        alternatives=tuple(Alternative(value=v, raw=v, confidence=c) for v, c in others),
    )  # fmt: skip


def _extraction(*fields: Field, lines: tuple[tuple[Field, ...], ...] = ()) -> Extraction:
    return Extraction(document_id="d", classification=_KIND, page_count=1, fields=fields, lines=lines)


def test_two_engines_that_agree_are_surer_than_one() -> None:
    merged = vote(_extraction(_field("total", "5.00", 0.8)), _extraction(_field("total", "5.00", 0.7)))

    assert merged.fields[0].confidence > 0.8


def test_of_two_values_the_surer_stays_with_the_other_as_alternative() -> None:
    merged = vote(_extraction(_field("total", "5.00", 0.6)), _extraction(_field("total", "9.00", 0.9)))

    assert merged.value("total") == "9.00"
    assert [a.value for a in merged.fields[0].alternatives] == ["5.00"]
    assert merged.fields[0].confidence < 0.9


def test_an_alternative_that_the_other_engine_reads_may_win() -> None:
    first = _extraction(_field("issue_date", "2020-10-15", 0.62, ("2017-10-15", 0.2)))
    second = _extraction(_field("issue_date", "2017-10-15", 0.6))

    assert vote(first, second).value("issue_date") == "2017-10-15"


def test_a_value_of_one_engine_alone_is_kept_and_less_sure() -> None:
    merged = vote(_extraction(), _extraction(_field("currency", "EUR", 0.9)))

    assert merged.value("currency") == "EUR"
    assert merged.fields[0].confidence < 0.9


def test_names_that_differ_in_a_letter_are_the_same() -> None:
    merged = vote(
        _extraction(_field("vendor_name", "NORTH BAKERY LTD", 0.8)),
        _extraction(_field("vendor_name", "N0RTH BAKERY LTD", 0.7)),
    )

    assert merged.value("vendor_name") == "NORTH BAKERY LTD"
    assert merged.fields[0].confidence > 0.8


def test_the_items_come_from_the_engine_whose_items_add_up() -> None:
    wrong = _extraction(_field("total", "5.00", 0.9), lines=((_field("amount", "4.00", 0.9),),))
    right = _extraction(_field("total", "5.00", 0.9), lines=((_field("amount", "5.00", 0.6),),))

    assert vote(wrong, right).lines == right.lines
