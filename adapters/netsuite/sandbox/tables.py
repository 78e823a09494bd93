"""Records as the tables of SuiteQL show them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapters.netsuite.sandbox.contract import SQL_TYPES

Record = Mapping[str, Any]


def table(name: str, masters: Mapping[str, Sequence[Record]], records: Mapping[str, Sequence[Record]]) -> list[Record]:
    """Return the rows of one table: a list, parties, transactions or their lines."""
    if name in {"vendor", "customer"}:
        return [*masters[name], *(_party(one) for one in records.get(name, ()))]
    deals = [(kind, one) for kind in SQL_TYPES for one in records.get(kind, ())]
    if name == "transaction":
        return [_deal(kind, one) for kind, one in deals]
    if name == "transactionline":
        return [line for _, one in deals for line in _lines(one)]
    if name == "previoustransactionlinelink":
        return [link for one in records.get("itemReceipt", ()) for link in _links(one)]
    return list(masters.get(name, ()))


def _party(one: Record) -> Record:
    flat = {name.lower(): value for name, value in one.items() if not isinstance(value, Mapping | list)}
    return {
        **flat, "entityid": one.get("entityId") or one.get("companyName"), "currency": _id(one, "currency"),
        "terms": _id(one, "terms"), "subsidiary": _id(one, "subsidiary"), "isinactive": bool(one.get("isInactive", False)),
        "lastmodifieddate": _moment(one),
    }  # fmt: skip


def _deal(kind: str, one: Record) -> Record:
    return {
        "id": one["id"], "type": SQL_TYPES[kind], "tranid": one.get("tranId"), "externalid": one.get("externalId"),
        "entity": _id(one, "entity") or _id(one, "customer"), "trandate": one.get("tranDate"), "status": one.get("status"),
        "currency": _id(one, "currency"), "subsidiary": _id(one, "subsidiary"), "foreigntotal": one.get("total"),
        "terms": _id(one, "terms"), "lastmodifieddate": _moment(one),
    }  # fmt: skip


def _lines(one: Record) -> Iterable[Record]:
    yield {"transaction": one["id"], "id": "0", "linesequencenumber": "0", "mainline": "T", "taxline": "F"}
    for number, row in enumerate([*_rows(one, "item"), *_rows(one, "expense")], 1):
        yield {
            "transaction": one["id"], "id": row.get("line", number), "linesequencenumber": number, "mainline": "F",
            "taxline": "F", "item": _id(row, "item"), "memo": row.get("description", row.get("memo")),
            "quantity": row.get("quantity"), "rate": row.get("rate"), "foreignamount": row.get("amount"),
            "quantityshiprecv": row.get("quantityReceived"), "quantitybilled": row.get("quantityBilled"),
            "expenseaccount": _id(row, "account"), "createdfrom": _id(one, "createdFrom"),
            "expectedreceiptdate": row.get("expectedReceiptDate"), "isclosed": bool(row.get("isClosed", False)),
        }  # fmt: skip


def _links(one: Record) -> Iterable[Record]:
    for number, row in enumerate(_rows(one, "item"), 1):
        yield {
            "previousdoc": _id(one, "createdFrom"), "previousline": row.get("orderLine"), "nextdoc": one["id"],
            "nextline": row.get("line", number), "linktype": "ShipRcpt",
        }  # fmt: skip


def _rows(one: Record, name: str) -> Sequence[Record]:
    sublist = one.get(name)
    return list(sublist.get("items", ())) if isinstance(sublist, Mapping) else []


def _id(one: Record, name: str) -> str | None:
    value = one.get(name)
    return str(value["id"]) if isinstance(value, Mapping) and "id" in value else None


def _moment(one: Record) -> str:
    return str(one.get("lastModifiedDate", "")).replace("T", " ").rstrip("Z")
