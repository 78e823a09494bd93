import pytest

from engine.content.facts import FactCatalogue
from engine.model.decision import FactValue
from engine.stages.wording import fill

CATALOGUE = FactCatalogue.model_validate(
    {
        "name": "facts", "version": 1,
        "facts": {
            "currency": {"type": "text", "meaning": "m", "missing": "w"},
            "total": {"type": "integer", "unit": "minor", "meaning": "m", "missing": "w"},
            "sure": {"type": "integer", "unit": "per mille", "meaning": "m"},
            "age": {"type": "integer", "unit": "days", "meaning": "m"},
            "ok": {"type": "boolean", "meaning": "m"},
        },
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"total": 1250, "currency": "EUR"}, "12.50 EUR"),
        ({"total": -5, "currency": "EUR"}, "-0.05 EUR"),
        ({"total": 1250, "currency": "JPY"}, "1250 JPY"),
        ({"total": 1250, "currency": "KWD"}, "1.250 KWD"),
        ({"total": 1250}, "12.50"),
        ({"total": None}, ""),
        ({}, ""),
    ],
)
def test_an_amount_is_written_in_its_currency(facts: dict[str, FactValue], text: str) -> None:
    assert fill("{total}", facts, CATALOGUE) == text


def test_other_facts_are_written_as_people_say_them() -> None:
    facts: dict[str, FactValue] = {"sure": 456, "age": 3, "ok": True, "currency": "a {total} b"}

    assert fill("{sure}, {age} days, {ok}, {currency}", facts, CATALOGUE) == "45.6 %, 3 days, yes, a {total} b"
