from engine.model.field import by_name
from tests.stages.extract.layout import extracted


def _taxes(text: str) -> list[dict[str, str]]:
    return [{name: field.value for name, field in by_name(row).items()} for row in extracted(text).taxes]


def test_base_times_rate_is_tax_in_any_order() -> None:
    text = """
    Invoice no. 4711
    Gross        Tax       Rate      Net
    119.00     19.00       19 %   100.00
    """

    assert _taxes(text) == [{"rate": "19", "base": "100.00", "amount": "19.00"}]


def test_a_rate_in_force_is_no_base() -> None:
    text = """
    Rechnung Nr. 4711
    Steuersatz     Basisbetrag     Steuerbetrag
             7           16,90             1,18
    """

    assert _taxes(text) == [{"rate": "7", "base": "16.90", "amount": "1.18"}]


def test_an_exempt_row_has_rate_nought_and_its_category() -> None:
    text = """
    Rechnung Nr. 4711
    Umsatzsteuer        Basisbetrag     USt. %     Steuerbetrag
    Umsatzsteuer (E)          50,00          0             0,00
    """

    assert _taxes(text) == [{"rate": "0", "category": "E", "base": "50.00", "amount": "0.00"}]


def test_the_tax_of_one_discount_is_no_breakdown() -> None:
    text = """
    Rechnung Nr. 4711
    Abschlag Sondernachlass       19 % USt         -1,00
    USt     100,00     19 %     19,00
    """

    assert _taxes(text) == [{"rate": "19", "base": "100.00", "amount": "19.00"}]
