"""Our kinds of master data as SuiteQL answers them: tables, columns and how a row becomes ours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adapters.netsuite.suiteql import day

Row = Mapping[str, str]
_ORDER_STATES = {"A": "blocked", "C": "cancelled", "G": "closed", "H": "closed", "Y": "open"}
"""Letters of a purchase order's status: pending approval, rejected, fully billed, closed. All others are open."""
_ACCOUNT_TYPES = {
    "Bank": "asset", "AcctRec": "asset", "OthCurrAsset": "asset", "FixedAsset": "asset", "OthAsset": "asset",
    "UnbilledRec": "asset", "DeferExpense": "asset", "AcctPay": "liability", "CredCard": "liability",
    "OthCurrLiab": "liability", "LongTermLiab": "liability", "DeferRevenue": "liability", "Equity": "equity",
    "Income": "income", "OthIncome": "income", "COGS": "expense", "Expense": "expense", "OthExpense": "expense",
}  # fmt: skip


@dataclass(frozen=True)
class Listing:
    """How a kind is asked for."""

    table: str
    """With its joins."""
    columns: tuple[str, ...]
    shape: Callable[[Row], dict[str, str]]
    keys: tuple[str, ...] = ("id",)
    """Whole numbers that order the rows and tell where a page ends."""
    where: tuple[str, ...] = ()
    changed: str = ""
    """Column that tells when a row was changed; empty: all rows are listed each time."""


def _plain(value: str) -> str:
    """Return a number as SuiteQL spells it without sign: what is owed to others carries one there."""
    return value.lstrip("-")


def _closed(row: Row) -> str:
    return "closed" if row.get("isinactive") == "T" else ""


def _party(row: Row) -> dict[str, str]:
    name = row.get("legalname") or row.get("companyname") or row.get("entityid", "")
    return {
        "id": row["id"], "name": name, "tax_id": row.get("vatregnumber", "").replace(" ", ""), "email": row.get("email", ""),
        "phone": row.get("phone", ""), "website": row.get("url", ""), "street": row.get("addr1", ""),
        "postcode": row.get("zip", ""), "city": row.get("city", ""), "country": row.get("country", ""),
        "currency": row.get("symbol", ""), "payment_terms": row.get("termsname", ""), "gl_account": row.get("acctnumber", ""),
        "registration_id": "", "status": _closed(row),
    }  # fmt: skip


def _item(row: Row) -> dict[str, str]:
    return {
        "code": row["itemid"], "description": row.get("displayname", ""), "gtin": row.get("upccode", ""),
        "gl_account": row.get("acctnumber", ""), "status": _closed(row),
    }  # fmt: skip


def _account(row: Row) -> dict[str, str]:
    return {
        "number": row.get("acctnumber", ""), "name": row.get("accountsearchdisplayname", ""),
        "type": _ACCOUNT_TYPES.get(row.get("accttype", ""), ""), "status": "blocked" if row.get("isinactive") == "T" else "",
    }  # fmt: skip


def _department(row: Row) -> dict[str, str]:
    return {"code": row["name"], "name": row["name"], "status": "blocked" if row.get("isinactive") == "T" else ""}


def _tax_code(row: Row) -> dict[str, str]:
    rate = row.get("rate", "").strip().rstrip("%").strip() or "0"
    return {"code": row["itemid"], "name": row["itemid"], "rate": rate, "country": row.get("country", "")}


def _terms(row: Row) -> dict[str, str]:
    return {
        "code": row["name"], "text": row["name"], "due_days": row.get("daysuntilnetdue", ""),
        "discount_days": row.get("daysuntilexpiry", ""), "discount_percent": row.get("discountpercent", ""),
    }  # fmt: skip


def _order(row: Row) -> dict[str, str]:
    letter = row.get("status", "").rpartition(":")[2]
    return {
        "number": row["tranid"], "vendor_id": row["entity"], "currency": row.get("symbol", ""),
        "total": _plain(row.get("foreigntotal", "")), "status": _ORDER_STATES.get(letter, "open"),
        "payment_terms": row.get("termsname", ""),
    }  # fmt: skip


def _order_line(row: Row) -> dict[str, str]:
    return {
        "number": row["tranid"], "line": row["line"], "item_code": row.get("itemid", ""), "description": row.get("memo", ""),
        "quantity": _plain(row.get("quantity", "")), "unit_price": _plain(row.get("rate", "")),
        "amount": _plain(row.get("foreignamount", "")), "received": _plain(row.get("quantityshiprecv", "")),
        "billed_quantity": _plain(row.get("quantitybilled", "")), "gtin": row.get("upccode", ""),
        "delivery_date": row.get("expected", ""),
    }  # fmt: skip


def _receipt(row: Row) -> dict[str, str]:
    return {
        "receipt": row["tranid"], "line": row["line"], "number": row["ordernumber"], "order_line": row["orderline"],
        "quantity": row.get("quantity", "0"), "received_on": row.get("received", ""),
    }  # fmt: skip


def _parties(table: str, *, is_vendor: bool) -> Listing:
    joins = (
        f"{table} p LEFT JOIN currency c ON c.id = p.currency LEFT JOIN term m ON m.id = p.terms "
        "LEFT JOIN entityaddress d ON d.nkey = p.defaultbillingaddress"
    )
    return Listing(
        joins + (" LEFT JOIN account a ON a.id = p.expenseaccount" if is_vendor else ""),
        (
            "p.id AS id", "p.entityid AS entityid", "p.companyname AS companyname",
            "p.vatregnumber AS vatregnumber", "p.email AS email", "p.phone AS phone", "p.url AS url",
            "p.isinactive AS isinactive", "c.symbol AS symbol", "m.name AS termsname", "d.addr1 AS addr1", "d.zip AS zip",
            "d.city AS city", "d.country AS country", *(("a.acctnumber AS acctnumber", "p.legalname AS legalname") if is_vendor else ()),
        ),
        _party, keys=("p.id",), changed="p.lastmodifieddate",
    )  # fmt: skip


_GOODS = ("l.mainline = 'F'", "l.taxline = 'F'")
KINDS: Mapping[str, Listing] = {
    "vendors": _parties("vendor", is_vendor=True),
    "customers": _parties("customer", is_vendor=False),
    "items": Listing(
        "item i LEFT JOIN account a ON a.id = i.expenseaccount",
        ("i.itemid AS itemid", "i.displayname AS displayname", "i.upccode AS upccode", "i.isinactive AS isinactive",
         "a.acctnumber AS acctnumber"),
        _item, keys=("i.id",), changed="i.lastmodifieddate",
    ),
    "gl_accounts": Listing(
        "account", ("acctnumber", "accountsearchdisplayname", "accttype", "isinactive"), _account,
        where=("acctnumber IS NOT NULL",),
    ),
    "cost_centres": Listing("department", ("name", "isinactive"), _department),
    "tax_codes": Listing("salestaxitem", ("itemid", "rate", "country"), _tax_code, where=("isinactive = 'F'",)),
    "payment_terms": Listing("term", ("name", "daysuntilnetdue", "daysuntilexpiry", "discountpercent"), _terms),
    "orders": Listing(
        "transaction t LEFT JOIN currency c ON c.id = t.currency LEFT JOIN term m ON m.id = t.terms",
        ("t.tranid AS tranid", "t.entity AS entity", "t.status AS status", "t.foreigntotal AS foreigntotal",
         "c.symbol AS symbol", "m.name AS termsname"),
        _order, keys=("t.id",), where=("t.type = 'PurchOrd'",), changed="t.lastmodifieddate",
    ),
    "order_lines": Listing(
        "transactionline l JOIN transaction t ON t.id = l.transaction LEFT JOIN item i ON i.id = l.item",
        ("t.tranid AS tranid", "l.id AS line", "i.itemid AS itemid", "i.upccode AS upccode", "l.memo AS memo",
         "l.quantity AS quantity", "l.rate AS rate", "l.foreignamount AS foreignamount",
         "l.quantityshiprecv AS quantityshiprecv", "l.quantitybilled AS quantitybilled",
         f"{day('l.expectedreceiptdate')} AS expected"),
        _order_line, keys=("t.id", "l.id"), where=("t.type = 'PurchOrd'", *_GOODS), changed="t.lastmodifieddate",
    ),
    "goods_receipts": Listing(
        "transactionline l JOIN transaction t ON t.id = l.transaction "
        "JOIN previoustransactionlinelink k ON k.nextdoc = l.transaction AND k.nextline = l.id "
        "JOIN transaction o ON o.id = k.previousdoc",
        ("t.tranid AS tranid", "l.id AS line", "o.tranid AS ordernumber", "k.previousline AS orderline",
         "l.quantity AS quantity", f"{day('t.trandate')} AS received"),
        _receipt, keys=("t.id", "l.id"), where=("t.type = 'ItemRcpt'", "o.type = 'PurchOrd'", *_GOODS),
        changed="t.lastmodifieddate",
    ),
}  # fmt: skip
"""Every kind that is listed. `line` of an order is the line's own number in NetSuite, which bills and receipts name."""

PARTY_TABLES = frozenset({"vendor", "customer"})
PARTY_COLUMNS: Mapping[str, Mapping[str, str]] = {
    kind: {
        f"{kind}_tax_id": "p.vatregnumber", f"{kind}_name": "p.companyname", f"{kind}_email": "p.email",
        "vendor_id" if kind == "vendor" else "customer_number": "p.entityid",
    }
    for kind in PARTY_TABLES
}  # fmt: skip
"""Canonical fields and the column that may hold each."""
