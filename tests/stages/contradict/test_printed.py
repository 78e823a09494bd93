import pytest

from engine.stages.contradict.printed import PrintedText
from tests.stages.contradict.papers import IBAN, page


def printed(text: str, how: str = "text_layer") -> PrintedText:
    return PrintedText((page(text, how=how),))


@pytest.mark.parametrize(
    "text", ["1.190,00", "1,190.00", "1 190,00", "1'190.00", "1190", "-1.190,00 EUR", "EUR 1190.00", "1.190,-"]
)
def test_an_amount_is_found_in_every_notation(text: str) -> None:
    assert printed(f"Summe {text} netto").has_amount("1190.00")


@pytest.mark.parametrize("text", ["119,00", "11.900,00", "1.190,01", "", "RE"])
def test_another_amount_is_not_found(text: str) -> None:
    assert not printed(text).has_amount("1190.00")


@pytest.mark.parametrize(
    "text", ["01.03.2026", "1.3.26", "03/01/2026", "2026-03-01", "1. März 2026", "1 mars 2026", "March 1, 2026", "20260301", "1 de marzo de 2026"]
)  # fmt: skip
def test_a_day_is_found_in_every_notation(text: str) -> None:
    assert printed(f"vom {text} an").has_date("2026-03-01")


@pytest.mark.parametrize("text", ["02.03.2026", "01.03.2025", "2. März 2026", "31.02.2026", ""])
def test_another_day_is_not_found(text: str) -> None:
    assert not printed(text).has_date("2026-03-01")


@pytest.mark.parametrize(
    "text", ["DE02 1203 0000 0000 2020 51", IBAN, f"IBAN:{IBAN}", f"({IBAN})", "DE02-1203-0000-0000-2020-51"]
)
def test_an_account_is_found_in_groups_and_solid(text: str) -> None:
    assert printed(f"Bank {text} BIC ABCDEF").ibans == {IBAN}


def test_what_recognition_gives_proves_no_absence() -> None:
    assert (printed("a").is_legible, printed("a", "ocr").is_legible, PrintedText(()).is_legible) == (True, False, False)
