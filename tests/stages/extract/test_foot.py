"""Where the items end and what stands between them and the total."""

import pytest

from engine.model.field import by_name
from tests.stages.extract.layout import extracted

FOOT = """
Acme Tools Ltd
Invoice No: INV-1      Date: 17 May 2024

Description            Quantity   Unit price     Amount
Bolt                         10         5.00      50.00
Nut                          20         2.50      50.00

{goods}                                        100.00
{less}                                          {discount}
{more}                                            10.00
Net amount                                       105.00
VAT 20%                                           21.00
Total                                        GBP 126.00
"""


def _foot(
    goods: str = "Goods total", less: str = "Discount 5 %", more: str = "Freight", discount: str = "-5.00"
) -> str:
    return FOOT.format(goods=goods, less=less, more=more, discount=discount)


@pytest.mark.parametrize("goods", ["Goods total", "Whatever it is called"], ids=["known label", "unknown label"])
def test_the_items_end_where_a_line_repeats_their_sum(goods: str) -> None:
    lines = extracted(_foot(goods)).lines

    assert [by_name(row)["amount"].value for row in lines] == ["50.00", "50.00"]


def test_discount_and_freight_lead_from_the_goods_to_the_net_sum() -> None:
    found = extracted(_foot())

    assert (found.value("discount_total"), found.value("charge_total")) == ("-5.00", "10.00")
    assert found.value("subtotal") == "105.00"


def test_a_rate_before_a_discount_is_not_its_amount() -> None:
    field = extracted(_foot(less="Less discount 5 %", discount="-5.00")).get("discount_total")

    assert field is not None
    assert field.raw == "-5.00"


def test_the_number_of_the_page_is_no_item() -> None:
    text = """
Acme Tools Ltd
Invoice No: INV-1      Date: 17 May 2024

Description            Quantity   Unit price     Amount
Bolt                         10         5.00      50.00
Nut                          20         2.50      50.00

Acme Tools Ltd                                Page    1
"""
    assert len(extracted(text).lines) == 2


def test_a_sum_brought_forward_is_no_item_whatever_its_label() -> None:
    first = """
Acme Tools Ltd
Invoice No: INV-1      Date: 17 May 2024

Description            Quantity   Unit price     Amount
Bolt                         10         5.00      50.00
Nut                          20         2.50      50.00
"""
    second = """
Description            Quantity   Unit price     Amount
As on the last page                              100.00
Screw                         1         7.00       7.00
Total                                            107.00
"""
    assert [by_name(row)["amount"].value for row in extracted(first, second).lines] == ["50.00", "50.00", "7.00"]


def test_a_number_in_the_description_is_not_the_quantity() -> None:
    text = """
Invoice No: INV-1      Date: 17 May 2024

Description              Quantity   Unit price     Amount
Hand soap, box of 12          5         2.00      10.00
Total                                             10.00
"""
    assert by_name(extracted(text).lines[0])["quantity"].value == "5"


def test_of_two_columns_of_text_the_one_with_codes_is_the_item_code() -> None:
    text = """
Rechnung Nr. 4711          Datum: 17.05.2024

Artikel      Beschreibung        Menge    Einzelpreis     Betrag
AB-100       Schraube lang          10           0,50       5,00
AB-200       Mutter breit           20           0,25       5,00
Gesamtbetrag                                               10,00
"""
    assert [by_name(row)["item_code"].value for row in extracted(text).lines] == ["AB-100", "AB-200"]


def test_terms_are_read_to_their_end() -> None:
    found = extracted(_foot() + "Terms: 30 days net\n")

    assert found.value("payment_terms") == "30 days net"
    assert found.value("subtotal") == "105.00"


@pytest.mark.parametrize(
    "foot",
    [
        """
VAT %   Net          VAT       Net total            100.00
19      100.00       19.00     VAT 19 %              19.00
                               Total                119.00
""",
        """
What it comes to                                    100.00
Postage                                               9.00
Total                                               109.00
""",
    ],
    ids=["a breakdown of taxes", "a sum without a known label and what comes on top"],
)
def test_what_stands_beside_the_sums_is_no_item(foot: str) -> None:
    text = f"""
Acme Tools Ltd
Invoice No: INV-1      Date: 17 May 2024

Description            Quantity   Unit price     Amount
Bolt                         10         5.00      50.00
Nut                          20         2.50      50.00
{foot}
"""
    assert [by_name(row)["description"].value for row in extracted(text).lines] == ["Bolt", "Nut"]


def test_the_number_of_the_page_is_no_quantity_of_goods_without_prices() -> None:
    gap = "\n" * 56
    text = f"""
Acme Tools Ltd
Delivery note 7781      Date: 17 May 2024

Article no.     Description                 Quantity
AB-100          Bolt long                         10
AB-200          Nut wide                          20
{gap}
Acme Tools Ltd | VAT GB123456789
Page 1 of                                         1
"""
    assert [by_name(row)["quantity"].value for row in extracted(text).lines] == ["10", "20"]


def test_a_sum_of_a_single_item_and_what_comes_on_top_are_no_items() -> None:
    text = """
Acme Tools Ltd
Invoice No: INV-1      Date: 17 May 2024

Description            Quantity   Unit price     Amount
Bolt                         10         5.00      50.00

Goods                                             50.00
Postage                                            9.00
Net amount                                        59.00
VAT 20%                                           11.80
Total                                             70.80
"""
    assert [by_name(row)["description"].value for row in extracted(text).lines] == ["Bolt"]
