from engine.model.field import by_name
from tests.stages.extract.layout import extracted


def _rows(*texts: str) -> list[dict[str, str]]:
    return [{name: field.value for name, field in by_name(row).items()} for row in extracted(*texts).lines]


PLAIN = """
Rechnung Nr. 4711          Datum: 17.05.2024

Pos   Bezeichnung            Menge   Einheit   Einzelpreis     Betrag

1     Schraube M8               10   Stk              0,50       5,00
2     Mutter M8                 20   Stk              0,25       5,00
      verzinkt
3     Beratung                 1,5   Std            100,00     150,00

      Nettobetrag                                              160,00
      MwSt 19 %                                                 30,40
      Gesamtbetrag                                             190,40
"""


def test_rows_are_read_by_column() -> None:
    first = _rows(PLAIN)[0]

    assert first == {
        "line_number": "1", "description": "Schraube M8", "unit": "Stk", "quantity": "10", "unit_price": "0.50",
        "amount": "5.00",
    }  # fmt: skip


def test_a_second_line_of_text_belongs_to_the_item() -> None:
    assert _rows(PLAIN)[1]["description"] == "Mutter M8\nverzinkt"


def test_the_sums_are_no_items() -> None:
    assert [row["amount"] for row in _rows(PLAIN)] == ["5.00", "5.00", "150.00"]


def test_a_table_goes_on_over_the_page_without_its_carried_sum() -> None:
    first = """
    Rechnung Nr. 4711
    Pos   Bezeichnung            Menge     Einzelpreis     Betrag
    1     Schraube M8               10            0,50       5,00
          Übertrag                                           5,00
    """
    second = """
    Pos   Bezeichnung            Menge     Einzelpreis     Betrag
          Übertrag                                           5,00
    2     Mutter M8                 20            0,25       5,00
          Nettobetrag                                       10,00
    """

    assert [row["description"] for row in _rows(first, second)] == ["Schraube M8", "Mutter M8"]


def test_the_sum_of_a_group_does_not_end_the_table() -> None:
    text = """
    Invoice no. 4711
    Description            Quantity   Unit price     Amount
    Bolt                          2         5.00      10.00
    Subtotal                                          10.00
    Nut                           4         5.00      20.00
    Washer                        1         5.00       5.00
    Total                                             35.00
    """

    assert [row["description"] for row in _rows(text)] == ["Bolt", "Nut", "Washer"]


def test_negative_lines_and_discounts_are_kept() -> None:
    text = """
    Invoice no. 4711
    Description            Quantity   Unit price   Discount     Amount
    Bolt                          2         5.00       10 %       9.00
    Returned crate               -1         4.00                 -4.00
    Total                                                         5.00
    """
    rows = _rows(text)

    assert (rows[0]["discount"], rows[1]["quantity"], rows[1]["amount"]) == ("10", "-1", "-4.00")


def test_an_unknown_heading_keeps_its_column_to_itself() -> None:
    text = """
    Invoice no. 4711
    Description            Quantity   Frobnication   Unit price     Amount
    Bolt                          2             77         5.00      10.00
    Total                                                            10.00
    """
    (row,) = _rows(text)

    assert (row["quantity"], row["unit_price"]) == ("2", "5.00")


def test_a_list_without_headings_is_believed_when_it_adds_up() -> None:
    text = """
    Corner Shop
    2 Coffee                      5.00
    Croissant                     2.50

    Total                         7.50
    """

    assert [(r["description"], r["amount"]) for r in _rows(text)] == [("Coffee", "5.00"), ("Croissant", "2.50")]


def test_lines_before_the_items_of_a_list_are_left_out() -> None:
    text = """
    Corner Ltd
    Invoice no. 4711             open Mo-Fr
    opened before                18.30
    Coffee                        5.00
    Croissant                     2.50
    Total                         7.50
    """

    assert [row["description"] for row in _rows(text)] == ["Coffee", "Croissant"]


def test_a_list_that_does_not_add_up_is_left_to_people() -> None:
    text = """
    Corner Ltd
    Invoice no. 4711             Date: 2024-05-17
    Coffee                        5.00
    Croissant                     2.50
    Total                         9.99
    """

    assert _rows(text) == []


def test_a_product_that_proves_itself_is_surer() -> None:
    text = """
    Invoice no. 4711
    Description            Quantity   Unit price     Amount
    Bolt                          2         5.00      10.00
    Nut                           3         5.00      99.00
    Total                                            109.00
    """
    good, bad = (by_name(row)["amount"].confidence for row in extracted(text).lines)

    assert good > bad


def test_columns_without_headings_are_found_by_arithmetic() -> None:
    text = """
    Invoice no. 4711
    Bolt galvanised               12         5.00      60.00
    Nut                            4         2.50      10.00
    Washer                       100         0.10      10.00
    Total                                              80.00
    """
    rows = _rows(text)

    assert [(r["description"], r["quantity"], r["unit_price"], r["amount"]) for r in rows] == [
        ("Bolt galvanised", "12", "5.00", "60.00"), ("Nut", "4", "2.50", "10.00"), ("Washer", "100", "0.10", "10.00"),
    ]  # fmt: skip


def test_arithmetic_is_believed_over_a_heading_that_contradicts_it() -> None:
    text = """
    Invoice no. 4711
    Description            Quantity   Unit price     Frobnication     Amount
    Bolt                       5.00           77                2      10.00
    Nut                        4.00           88                3      12.00
    Total                                                              22.00
    """

    assert {frozenset((r["quantity"], r["unit_price"])) for r in _rows(text)} == {
        frozenset(("5", "2")), frozenset(("4", "3"))
    }  # fmt: skip


def test_items_printed_as_label_and_value_are_read() -> None:
    text = """
    Invoice no. 4711

    Description:   Bolt
    Quantity:      2 pcs
    Unit price:    5.00
    Amount:        10.00

    Description:   Nut
    Quantity:      4 pcs
    Unit price:    2.50
    Amount:        10.00

    Total:         20.00
    """
    rows = _rows(text)

    assert [(r["description"], r["quantity"], r["unit"], r["amount"]) for r in rows] == [
        ("Bolt", "2", "pcs", "10.00"), ("Nut", "4", "pcs", "10.00"),
    ]  # fmt: skip


def test_a_table_goes_on_over_a_page_without_headings() -> None:
    first = """
    Rechnung Nr. 4711
    Pos   Bezeichnung            Menge     Einzelpreis     Betrag
    1     Schraube M8               10            0,50       5,00
          Übertrag                                           5,00
    """
    second = """
          Übertrag                                           5,00
    2     Mutter M8                 20            0,25       5,00
          Nettobetrag                                       10,00
    """

    assert [row["description"] for row in _rows(first, second)] == ["Schraube M8", "Mutter M8"]


def test_text_above_its_amounts_belongs_to_the_item_below() -> None:
    text = """
    Invoice no. 4711
    Pos   Description            Quantity   Unit price     Amount
    1     Steel bolt
          galvanised                    2         5.00      10.00

    2     Brass nut
          polished                      4         2.50      10.00
          Total                                             20.00
    """

    assert [r["description"] for r in _rows(text)] == ["Steel bolt\ngalvanised", "Brass nut\npolished"]


def test_a_quantity_printed_with_its_unit_is_taken_apart() -> None:
    text = """
    Rechnung Nr. 4711
    Bezeichnung            Menge   Einzelpreis     Betrag
    Schraube               12Stk          5,00      60,00
    Sand                  2,5kg           4,00      10,00
    Summe                                           70,00
    """
    rows = _rows(text)

    assert [(r["quantity"], r["unit"]) for r in rows] == [("12", "Stk"), ("2.5", "kg")]


def test_a_heading_of_two_lines_names_one_column() -> None:
    text = """
    Invoice no. 4711
                                                 Unit           Line
    Description            Quantity              price          total
    Bolt                          2               5.00          10.00
    Total                                                       10.00
    """
    (row,) = _rows(text)

    assert (row["unit_price"], row["amount"]) == ("5.00", "10.00")


def test_a_list_of_discounts_after_the_items_has_no_items() -> None:
    text = """
    Invoice no. 4711
    Description            Quantity   Unit price     Amount
    Bolt                          2         5.00      10.00
    Nut                           4         5.00      20.00

    Description                       VAT %          Amount
    Special discount                     20           -3.00
    """

    assert [row["amount"] for row in _rows(text)] == ["10.00", "20.00"]


def test_a_number_beside_its_row_is_the_rows() -> None:
    text = """
    Invoice no. 4711
    Description            Quantity   Unit price     Amount
    Bolt                          2         5.00
                                                      10.00
    Nut                           4         5.00
                                                      20.00
    Total                                             30.00
    """

    assert [(r["quantity"], r["amount"]) for r in _rows(text)] == [("2", "10.00"), ("4", "20.00")]


def test_a_code_before_a_description_is_the_items_code() -> None:
    text = """
    Invoice no. 4711
    Description            Quantity   Unit price     Amount
    [A-17] Bolt                   2         5.00      10.00
    Total                                             10.00
    """
    (row,) = _rows(text)

    assert (row["item_code"], row["description"]) == ("A-17", "Bolt")


def test_goods_without_prices_are_read_from_a_delivery_note() -> None:
    text = """
    Delivery note no. 4711
    Pos   Article no    Description            Quantity   Unit
    1     A-100         Bolt                         12   pcs
    2     A-200         Nut                           4   pcs
    """

    assert [(r["item_code"], r["quantity"]) for r in _rows(text)] == [("A-100", "12"), ("A-200", "4")]


def test_a_quantity_that_a_long_text_pushes_under_its_unit_keeps_its_line() -> None:
    text = """
    Delivery note no. 4711
    Pos   Article no    Description                    Qty  Unit
    1     A-100         Bolt                            12  pcs
    2     A-200         Filter cartridge 120 mm               6  pcs
    3     A-300         Nut                              4  pcs
    """

    assert [(r["item_code"], r["quantity"]) for r in _rows(text)] == [("A-100", "12"), ("A-200", "6"), ("A-300", "4")]


def test_numbers_in_running_text_stay_in_the_description() -> None:
    text = """
    Invoice no. 4711
    Description               Quantity   Unit price     Amount
    Mineral water                    2         5.00      10.00
    case of 12 x 1.5 l PET
    Total                                                10.00
    """
    (row,) = _rows(text)

    assert row["description"] == "Mineral water\ncase of 12 x 1.5 l PET"


def test_a_size_at_the_end_of_a_text_is_no_quantity() -> None:
    text = """
    Invoice no. 4711
    Article no    Quantity      Unit price     Amount
    Description
    A-100               50            1.45      72.50
    Gelling sugar extra 250g
    A-200                2            5.00      10.00
    Deposit 20 x 0.5l
    Total                                       82.50
    """

    assert [row["description"] for row in _rows(text)] == ["Gelling sugar extra 250g", "Deposit 20 x 0.5l"]


def test_a_note_that_names_a_sum_stays_in_its_item() -> None:
    text = """
    Invoice no. 4711
    Description               Quantity   Unit price     Amount
    Bolt                             2         5.00      10.00
    Gross total price: 6.50
    Nut                              1         2.00       2.00
    Subtotal                                             12.00
    Total                                                12.00
    """

    assert [row["description"] for row in _rows(text)] == ["Bolt\nGross total price: 6.50", "Nut"]


def test_two_headings_with_a_narrow_gap_are_two_columns_under_a_second_language() -> None:
    text = """
    Rechnung Nr. 4711
    Pos.  Bezeichnung         Menge      Einzelpreis     Betrag
    Item  Description         Qty        Unit price      Amount
    1     Schraube                2             5,00      10,00
    2     Mutter                  1             2,00       2,00
    Summe                                                 12,00
    """

    assert [(r["line_number"], r["description"]) for r in _rows(text)] == [("1", "Schraube"), ("2", "Mutter")]


def test_an_item_whose_last_line_names_a_sum_is_still_an_item() -> None:
    text = """
    Invoice no. 4711
    Description               Quantity   Unit price     Amount
    Bolt                             2         5.00      10.00
    Nut of brass
    Gross total price                3         2.00       6.00
    Subtotal                                             16.00
    Total                                                16.00
    """

    assert [row["amount"] for row in _rows(text)] == ["10.00", "6.00"]


def test_the_base_of_a_price_is_neither_price_nor_quantity() -> None:
    text = """
    Invoice no. 4711
    Description               Quantity        Unit price     Amount
    Bolt                           500   12.50 / 100 pcs      62.50
    Nut                             40    8.00 /  10 pcs      32.00
    Total                                                     94.50
    """

    assert [(r["quantity"], r["unit_price"]) for r in _rows(text)] == [("500", "12.50"), ("40", "8.00")]
