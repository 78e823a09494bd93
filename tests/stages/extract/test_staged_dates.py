"""Days of staged terms, of other documents and of items are not the document's own."""

import pytest

from tests.stages.extract.layout import extracted


def _values(text: str) -> dict[str, str]:
    return {field.name: field.value for field in extracted(text).fields}


@pytest.mark.parametrize(
    "terms",
    [
        """
        Zahlbar bis 21.02.2025 mit 2 % Skonto = 682,70 EUR,
        bis 13.03.2025 ohne Abzug.
        """,
        """
        Zahlbar bis       Abzug         Skontobetrag
        21.02.2025        3 %           20,90
        01.03.2025        2 %           13,93
        13.03.2025        netto         0,00
        """,
    ],
    ids=["sentence over two lines", "table"],
)
def test_the_day_without_a_discount_is_the_due_date(terms: str) -> None:
    head = """
        Rechnung Nr. 4711
        Rechnungsdatum: 11.02.2025
    """

    assert _values(head.rstrip() + "\n" + terms)["due_date"] == "2025-03-13"


def test_a_day_tied_to_the_number_of_a_delivery_note_is_not_the_invoices() -> None:
    values = _values("""
    Facture n° FA2505-31
    Date : 3 mai 2025
    Bon de livraison n° BL2504-77 du 29/04/2025

    Total TTC        120,00 €
    """)

    assert values["issue_date"] == "2025-05-03"


def test_a_day_tied_to_the_documents_own_number_is_its_date() -> None:
    values = _values("""
    Facture n° FA2505-31 du 03/05/2025
    Bon de livraison n° BL2504-77 du 29/04/2025

    Total TTC        120,00 €
    """)

    assert values["issue_date"] == "2025-05-03"


def test_the_first_of_a_column_of_days_is_not_surely_the_date_of_issue() -> None:
    head = [
        "The Larkhill Hotel",
        "",
        f"{'Bill to':50}Invoice no. 118204",
        f"{'Nordvik AS':50}Folio date    14 Jun 2025",
    ]
    items = [("Date", "Description", "Charges"), ("11 Jun 2025", "Room", "140.00"), ("11 Jun 2025", "Bar", "11.40")]
    rows = [f"{day:20}{what:40}{amount:>10}" for day, what, amount in [*items, ("12 Jun 2025", "Room", "140.00")]]

    assert _values("\n".join([*head, *[""] * 22, *rows]))["issue_date"] == "2025-06-14"
