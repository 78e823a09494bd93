"""What stands in the sandbox's account from the start: a small company with two subsidiaries."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]


def masters() -> dict[str, list[dict[str, Any]]]:
    """Return rows by table of SuiteQL."""
    named = {name: _listed(rows) for name, rows in _LISTS.items()}
    return {
        **named,
        "account": [
            {"id": "58", "acctnumber": "6000", "accountsearchdisplayname": "Office supplies", "accttype": "Expense", "isinactive": "F"},
            {"id": "59", "acctnumber": "6815", "accountsearchdisplayname": "Paper", "accttype": "Expense", "isinactive": "F"},
            {"id": "60", "acctnumber": "6999", "accountsearchdisplayname": "Old", "accttype": "Expense", "isinactive": "T"},
            {"id": "111", "acctnumber": "2000", "accountsearchdisplayname": "Payables", "accttype": "AcctPay", "isinactive": "F"},
        ],
        "currency": [
            {"id": "1", "name": "US Dollar", "symbol": "USD"}, {"id": "2", "name": "Euro", "symbol": "EUR"},
            {"id": "3", "name": "Swiss Franc", "symbol": "CHF"},
        ],
        "customer": [_party("301", "C-100", "Fjord Handel AS", "NO998877665MVA", "2"), _party("302", "C-200", "Alpine Shops AG", "", "3")],
        "entityaddress": [
            {"nkey": "9001", "addr1": "Hafenstr. 7", "city": "Hamburg", "zip": "20457", "country": "DE"},
        ],
        "item": [
            {"id": "501", "itemid": "A-100", "displayname": "Paper A4", "upccode": "4006381333931", "isinactive": "F", "expenseaccount": "59", "lastmodifieddate": "2026-11-02 08:00:00"},
            {"id": "502", "itemid": "A-200", "displayname": "Toner", "isinactive": "F", "lastmodifieddate": "2026-11-20 08:00:00"},
            {"id": "503", "itemid": "A-300", "displayname": "Freight", "isinactive": "F", "lastmodifieddate": "2026-11-02 08:00:00"},
        ],
        "salestaxitem": [
            {"id": "901", "itemid": "VAT19", "rate": "19.00%", "country": "DE", "isinactive": "F"},
            {"id": "902", "itemid": "VAT0", "rate": "0%", "country": "DE", "isinactive": "F"},
        ],
        "term": [
            {"id": "4", "name": "Net 30", "daysuntilnetdue": "30", "isinactive": "F"},
            {"id": "5", "name": "2% 10 Net 30", "daysuntilnetdue": "30", "daysuntilexpiry": "10", "discountpercent": "2", "isinactive": "F"},
        ],
        "vendor": [
            {**_party("201", "V-100", "Papier Nord GmbH", "DE123456788", "2"), "terms": "4", "expenseaccount": "59", "defaultbillingaddress": "9001"},
            _party("202", "V-200", "Toner & Söhne KG", "DE987654321", "2"),
            {**_party("203", "V-300", "Gone Ltd", "GB999999973", "1"), "isinactive": "T"},
        ],
        "file": [],
        "previoustransactionlinelink": [],
    }  # fmt: skip


_LISTS: Mapping[str, Sequence[tuple[str, str]]] = {
    "classification": [("1", "Retail"), ("2", "Software"), ("3", "Services")],
    "department": [("1", "Purchasing"), ("2", "Sales")],
    "expensecategory": [("1", "Travel")],
    "location": [("1", "Hamburg"), ("2", "Oslo")],
    "subsidiary": [("1", "Parent Company"), ("2", "Northern Branch")],
}


def standing() -> dict[str, list[dict[str, Any]]]:
    """Return records that stand there from the start, by their kind."""
    ordered = {
        "id": "701", "tranId": "PO-1001", "tranDate": "2026-10-01", "entity": {"id": "201"}, "currency": {"id": "2"},
        "subsidiary": {"id": "1"}, "status": "B", "lastModifiedDate": "2026-11-01T09:30:00Z",
        "item": {"items": [
            {"line": 1, "item": {"id": "501"}, "quantity": 100, "rate": Decimal("10.005"), "amount": Decimal("1000.50"), "description": "Paper A4",
             "quantityReceived": 60, "quantityBilled": 40},
            {"line": 3, "item": {"id": "502"}, "quantity": 2, "rate": 80, "amount": 160, "description": "Toner"},
        ]},
    }  # fmt: skip
    received = {
        "id": "711", "tranId": "IR-9", "tranDate": "2026-10-20", "entity": {"id": "201"}, "createdFrom": {"id": "701"},
        "lastModifiedDate": "2026-11-03T10:00:00Z", "item": {"items": [{"line": 1, "orderLine": 1, "item": {"id": "501"}, "quantity": 60}]},
    }  # fmt: skip
    sold = {
        "id": "721", "tranId": "SO-77", "tranDate": "2026-10-05", "entity": {"id": "301"}, "currency": {"id": "2"},
        "lastModifiedDate": "2026-11-04T10:00:00Z",
        "item": {"items": [{"line": 1, "item": {"id": "501"}, "quantity": 5, "rate": 20, "amount": 100}]},
    }  # fmt: skip
    return {"purchaseOrder": [ordered], "itemReceipt": [received], "salesOrder": [sold]}


def _listed(rows: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"id": identity, "name": name, "isinactive": "F"} for identity, name in rows]


def _party(identity: str, number: str, name: str, vat: str, currency: str) -> dict[str, Any]:
    return {
        "id": identity, "entityid": number, "companyname": name, "vatregnumber": vat, "currency": currency, "isinactive": "F",
        "email": f"billing@{number.lower()}.example", "lastmodifieddate": "2026-11-01 12:00:00", "subsidiary": "1",
    }  # fmt: skip
