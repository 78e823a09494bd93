from pathlib import Path

from engine.content.vocabulary import load_vocabularies
from engine.model.page import Labelled, Opinion, Printed, Table
from engine.stages.papers.opinions import named_by
from engine.stages.papers.words import words_of

WORDS = words_of(load_vocabularies(Path(__file__).parents[3]), "remittance")


def printed(*texts: str) -> tuple[Printed, ...]:
    return tuple(Printed(raw=text, confidence=1.0) for text in texts)


def named(**said: object) -> Opinion:
    assert WORDS is not None
    return named_by(Opinion.model_validate({"by": "forms@1", **said}), WORDS)


def test_pairs_are_named_by_their_labels_in_any_language() -> None:
    pairs = [
        Labelled(label=label, value=printed(value)[0])
        for label, value in (("Valuta:", "20.03.2026"), ("Shoe size", "43"), ("Total paid", ""))
    ]

    assert [(one.name, one.value, one.confidence) for one in named(pairs=pairs).fields] == [
        ("payment_date", "20.03.2026", 0.9)
    ]


def test_rows_are_named_by_headings_that_may_be_the_first_row() -> None:
    head, row = printed("Invoice no", "Our text", "Amount paid"), printed("AR-1", "paper", "98.00")
    tables = [Table(rows=(head, row)), Table(headings=("Name", "Town"), rows=(printed("Ann", "York"),))]

    assert [[(one.name, one.value) for one in line] for line in named(tables=tables).lines] == [
        [("invoice_number", "AR-1"), ("amount", "98.00")]
    ]
