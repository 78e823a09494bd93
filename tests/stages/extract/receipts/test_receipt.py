import re
from decimal import Decimal
from itertools import combinations

import pytest

from engine.model.page import Reading
from tests.stages.extract.receipts.paper import paper, read_slip
from tests.stages.extract.receipts.slips import SLIPS, Slip


def _plain(text: str | None) -> str:
    return re.sub(r"[^a-z0-9]", "", (text or "").lower())


@pytest.mark.parametrize("slip", SLIPS, ids=lambda s: s.id)
def test_the_sum_to_pay_is_read_whatever_the_language(slip: Slip) -> None:
    assert read_slip(slip.text).value("total") == slip.total


@pytest.mark.parametrize("slip", SLIPS, ids=lambda s: s.id)
def test_the_sum_is_read_when_recognition_drops_spaces(slip: Slip) -> None:
    assert read_slip(slip.text, glued=True).value("total") == slip.total


@pytest.mark.parametrize("slip", SLIPS, ids=lambda s: s.id)
def test_the_sum_is_read_from_a_page_that_stands_askew(slip: Slip) -> None:
    assert read_slip(slip.text, fall=0.035).value("total") == slip.total


@pytest.mark.parametrize("slip", SLIPS, ids=lambda s: s.id)
def test_the_date_of_sale_is_read_in_the_habit_of_the_country(slip: Slip) -> None:
    assert read_slip(slip.text).value("issue_date") == slip.issue_date


@pytest.mark.parametrize("slip", SLIPS, ids=lambda s: s.id)
def test_the_merchant_is_the_name_at_the_head_of_the_slip(slip: Slip) -> None:
    assert _plain(slip.vendor_name) in _plain(read_slip(slip.text).value("vendor_name"))


@pytest.mark.parametrize("slip", SLIPS, ids=lambda s: s.id)
def test_the_currency_is_printed_or_that_of_the_country(slip: Slip) -> None:
    assert read_slip(slip.text).value("currency") == slip.currency


@pytest.mark.parametrize("slip", [s for s in SLIPS if s.vendor_tax_id], ids=lambda s: s.id)
def test_the_tax_number_of_the_merchant_is_read(slip: Slip) -> None:
    assert _plain(read_slip(slip.text).value("vendor_tax_id")) == _plain(slip.vendor_tax_id)


@pytest.mark.parametrize("slip", [s for s in SLIPS if s.invoice_number], ids=lambda s: s.id)
def test_the_number_of_the_receipt_is_told_from_other_numbers(slip: Slip) -> None:
    assert read_slip(slip.text).value("invoice_number") == slip.invoice_number


@pytest.mark.parametrize("slip", [s for s in SLIPS if s.tax_total], ids=lambda s: s.id)
def test_the_tax_of_all_rates_is_added_up(slip: Slip) -> None:
    assert read_slip(slip.text).value("tax_total") == slip.tax_total


def test_items_with_quantity_and_price_are_read() -> None:
    slip = next(s for s in SLIPS if s.id == "spanish_simplified_invoice")

    lines = read_slip(slip.text).lines

    rows = [{f.name: f.value for f in row} for row in lines]
    assert rows == [
        {"description": "BOMBILLA LED", "amount": "9.90", "quantity": "2", "unit_price": "4.95"},
        {"description": "CINTA AISLANTE", "amount": "2.30", "quantity": "1", "unit_price": "2.30"},
    ]


def test_a_proven_sum_is_surer_than_one_nothing_confirms() -> None:
    proven = read_slip("SHOP LTD\nTea  2.00\nCake  3.50\nTOTAL  5.50\nCash  10.00\nChange  4.50").get("total")
    bare = read_slip("SHOP LTD\nTea  2.00\nCake  3.50\nTOTAL  5.60").get("total")

    assert proven is not None
    assert bare is not None
    assert proven.confidence > bare.confidence


def test_what_the_customer_hands_over_is_not_the_sum() -> None:
    read = read_slip("CORNER SHOP LTD\nBread  2.40\nMilk  1.10\nSale  3.50\nCash  20.00\nChange  16.50")

    assert read.value("total") == "3.50"


def test_a_lost_decimal_mark_is_put_back_where_change_proves_it() -> None:
    read = read_slip("CORNER SHOP LTD\nBread  2.40\nMilk  1.10\nTOTAL  350\nCash  20.00\nChange  16.50")

    assert read.value("total") == "3.50"


def test_an_illegible_sum_is_what_the_items_and_the_change_agree_on() -> None:
    total = read_slip("CORNER SHOP LTD\nBread  2.40\nMilk  1.10\nCash  20.00\nTotal  ?\nChange  16.50").get("total")

    assert total is not None
    assert (total.value, total.provenance.how) == ("3.50", "inferred")


def test_change_that_the_items_contradict_makes_no_sum() -> None:
    read = read_slip("CORNER SHOP LTD\nBread  2.40\nMilk  1.10\nCash  20.00\nTotal  ?\nChange  16.80")

    assert read.value("total") != "3.20"


def test_the_number_of_a_card_is_no_sum() -> None:
    read = read_slip("CORNER SHOP LTD\nCard payment\nEUR 16.50\nCard 2\nPayment made")

    assert read.value("total") == "16.50"


def test_other_readings_of_the_sum_are_kept() -> None:
    total = read_slip(SLIPS[0].text).get("total")

    assert total is not None
    assert [Decimal(a.value) for a in total.alternatives]


def test_values_keep_the_box_of_their_own_characters() -> None:
    slip = next(s for s in SLIPS if s.id == "norwegian_cash_rounding")
    total = read_slip(slip.text).get("total")

    assert total is not None
    assert total.provenance.box is not None
    assert total.provenance.box.x1 - total.provenance.box.x0 < 40


@pytest.mark.parametrize("text", ["", "?", "12", "- - -", "0.00", "Total", "TOTAL 0.00\n0.00"], ids=repr)
def test_scraps_are_read_without_a_crash(text: str) -> None:
    assert read_slip(text).document_id == "slip"


def test_a_page_without_words_yields_nothing() -> None:
    assert paper("") == Reading(pages=paper("").pages, page_count=1)
    assert read_slip("").fields == ()


def test_no_two_slips_share_an_id() -> None:
    assert all(a.id != b.id for a, b in combinations(SLIPS, 2))


def test_a_legal_form_that_was_read_as_digits_still_marks_the_company() -> None:
    read = read_slip(
        "NARROW BAR\nMorgentau Gastro Sp. z 0.0.\nul. Dluga 1\n00-238 Warszawa\nSUMA PLN  12,00\nKarta  12,00"
    )

    name = read.get("vendor_name")
    assert name is not None
    assert name.value == "NARROW BAR"
    assert name.alternatives[0].value == "Morgentau Gastro Sp. z 0.0"


def test_a_company_right_below_its_own_logo_is_the_name_in_full() -> None:
    read = read_slip("SUNMART\nSunmart Olga Reis e.K.\nSeeweg 4\n78462 Konstanz\nSumme  5,00\nBar  5,00")

    assert read.value("vendor_name") == "Sunmart Olga Reis e.K"


def test_the_registered_company_below_a_brand_is_the_merchant_in_malaysia() -> None:
    read = read_slip("WOK STAR\nNASI HIJAU SDN BHD\nNO 5 JALAN LIMA\n50480 KUALA LUMPUR\nTOTAL RM  5.00\nCASH  5.00")

    assert read.value("vendor_name") == "NASI HIJAU SDN BHD"


def test_the_name_that_a_line_of_thanks_repeats_is_the_merchant() -> None:
    read = read_slip(
        "SOUPS AND SANDWICHES DAILY\nRiverside\nLadle House - Ghent\nKaai 3\n9000 Gent\nTotal EUR  5,00\nCash  5,00\n"
        "Thank you for visiting Ladle House Ghent"
    )

    assert read.value("vendor_name") == "Ladle House - Ghent"


@pytest.mark.parametrize("mark", ["Sales Associate: Paula", "< Back    Help", "Thanks for ordering!", "-- TILL_03 --"])
def test_a_mark_of_the_till_or_the_screen_is_no_merchant(mark: str) -> None:
    read = read_slip(f"{mark}\nKontola\n3 Mill Road\nBath BA1 5AQ\nTotal  5.00\nCash  5.00")

    assert read.value("vendor_name") == "Kontola"


def test_a_vat_id_with_a_wrong_checksum_is_doubted() -> None:
    right = read_slip("SHOP GMBH\nUSt-IdNr. DE136695976\nSumme  5,00\nBar  5,00").get("vendor_tax_id")
    wrong = read_slip("SHOP GMBH\nUSt-IdNr. DE136695975\nSumme  5,00\nBar  5,00").get("vendor_tax_id")

    assert right is not None
    assert wrong is not None
    assert wrong.confidence < 0.6 < right.confidence


def test_a_number_among_those_of_the_card_terminal_yields_to_the_till_s_own() -> None:
    read = read_slip(
        "SHOP GMBH\nSumme  5,00\nGirocard  5,00\nTerminal-ID  5501\nTrace-Nr. 700123\nBeleg-Nr. 4392\nVU-Nr. 99\n"
        "MwSt A 19%  4,20  0,80\nVielen Dank\nFiliale 7\nBon-Nr. 1520"
    )

    assert read.value("invoice_number") == "1520"


def test_a_third_of_the_sum_is_no_tax() -> None:
    read = read_slip(
        "CORNER SHOP LTD\nTea  4.49\nCake  4.79\n0.72 VAT 19%  4.49\nTOTAL  9.28\nCash  10.00\nChange  0.72"
    )

    assert read.value("tax_total") != "4.49"
