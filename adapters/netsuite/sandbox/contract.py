"""What NetSuite takes in the bodies of records: our own writing of the facts in Oracle's REST API browser.

`text:45` a text of so many characters, `number:2` a JSON number of so many decimals at most, `ref:item` a reference into a
list, `date`, `flag`, `whole`, `choice:A|B` a list entry by its id, `lines:NAME` a sublist, `told` what NetSuite alone fills in.
A sign `!` before it: it must be there.
"""

from collections.abc import Mapping

Fields = Mapping[str, str]

_TAXED: Fields = {"taxCode": "ref:salestaxitem", "taxRate1": "number:5", "tax1Amt": "number:2", "grossAmt": "number:2"}
_TAGS: Fields = {"department": "ref:department", "class": "ref:classification", "location": "ref:location"}
_DEAL: Fields = {
    "externalId": "text:255", "tranDate": "date", "memo": "text:4000", "subsidiary": "ref:subsidiary",
    "currency": "ref:currency", "exchangeRate": "number:15", "id": "told", "createdDate": "told", "lastModifiedDate": "told",
    "total": "told", "status": "told", "refName": "told", **_TAGS,
}  # fmt: skip
_BILL: Fields = {
    **_DEAL, "entity": "!ref:vendor", "tranId": "text:45", "account": "ref:account", "dueDate": "date",
    "expense": "lines:expense", "item": "lines:bill_item", "userTotal": "number:2",
}  # fmt: skip
_SALE: Fields = {
    **_DEAL, "entity": "!ref:customer", "otherRefNum": "text:45", "item": "!lines:sale_item", "terms": "ref:term",
    "shipDate": "date", "startDate": "date", "endDate": "date", "email": "text:254", "message": "text:999", "tranId": "text:45",
}  # fmt: skip
_PARTY: Fields = {
    "externalId": "text:255", "entityId": "text:83", "companyName": "text:83", "isPerson": "flag",
    "firstName": "text:32", "lastName": "text:32", "email": "text:254", "phone": "text:32", "url": "text:100",
    "vatRegNumber": "text:20", "subsidiary": "!ref:subsidiary", "currency": "ref:currency", "terms": "ref:term",
    "comments": "text:4000", "isInactive": "flag", "creditLimit": "number:2", "addressBook": "lines:address", "id": "told",
    "dateCreated": "told", "lastModifiedDate": "told", "balance": "told",
}  # fmt: skip

LINES: Mapping[str, Fields] = {
    "expense": {
        "account": "ref:account", "category": "ref:expensecategory", "amount": "!number:2", "memo": "text:4000",
        "isBillable": "flag", "customer": "ref:customer", "orderDoc": "text:20", "orderLine": "text:20", "line": "told",
        **_TAXED, **_TAGS,
    },
    "bill_item": {
        "item": "!ref:item", "quantity": "number:8", "rate": "number:8", "amount": "number:2", "description": "text:4000",
        "units": "text:20", "orderDoc": "ref:transaction", "orderLine": "whole", "isBillable": "flag",
        "customer": "ref:customer", "line": "told", **_TAXED, **_TAGS,
    },
    "order_item": {
        "item": "!ref:item", "quantity": "number:8", "rate": "number:8", "amount": "number:2", "description": "text:4000",
        "units": "text:20", "expectedReceiptDate": "date", "vendorName": "text:60", "isClosed": "flag", "line": "told",
        **_TAXED, **_TAGS,
    },
    "sale_item": {
        "item": "!ref:item", "quantity": "number:8", "rate": "number:8", "amount": "number:2", "description": "text:4000",
        "units": "text:20", "price": "choice:-1|1|2|3|4|5", "expectedShipDate": "date", "line": "told", **_TAXED, **_TAGS,
    },
    "invoice_item": {
        "item": "!ref:item", "quantity": "number:8", "rate": "number:8", "amount": "number:2", "description": "text:4000",
        "units": "text:20", "price": "choice:-1|1|2|3|4|5", "line": "told", **_TAXED, **_TAGS,
    },
    "receipt_item": {
        "orderLine": "!whole", "itemReceive": "flag", "quantity": "number:8", "location": "ref:location", "line": "told",
        "item": "ref:item",
    },
    "apply": {"doc": "!ref:transaction", "apply": "flag", "amount": "number:2", "disc": "number:2", "line": "told"},
    "address": {"defaultBilling": "flag", "defaultShipping": "flag", "label": "text:150", "addressBookAddress": "within:address_text"},
    "address_text": {
        "addr1": "text:150", "addr2": "text:150", "city": "text:50", "zip": "text:36", "country": "choice:*", "state": "text:30",
        "addressee": "text:83", "attention": "text:83", "addrPhone": "text:32",
    },
}  # fmt: skip

RECORDS: Mapping[str, Fields] = {
    "vendorBill": {**_BILL, "terms": "ref:term", "approvalStatus": "choice:1|2|3|11", "paymentHold": "flag"},
    "vendorCredit": {**_BILL, "apply": "lines:apply", "autoApply": "flag"},
    "purchaseOrder": {
        **_DEAL, "entity": "!ref:vendor", "tranId": "text:45", "otherRefNum": "text:45", "dueDate": "date", "terms": "ref:term",
        "message": "text:999", "item": "lines:order_item", "expense": "lines:expense", "shipDate": "date",
    },
    "itemReceipt": {**_DEAL, "createdFrom": "told", "item": "lines:receipt_item", "tranId": "text:45"},
    "salesOrder": _SALE,
    "invoice": {**_SALE, "item": "!lines:invoice_item", "dueDate": "date", "createdFrom": "told"},
    "customerPayment": {
        **_DEAL, "customer": "!ref:customer", "payment": "!number:2", "tranId": "text:45", "apply": "lines:apply",
        "autoApply": "flag", "account": "ref:account", "undepFunds": "choice:*", "checkNumber": "text:45",
    },
    "customer": _PARTY,
    "vendor": {**_PARTY, "legalName": "text:83", "accountNumber": "text:100", "expenseAccount": "ref:account"},
}  # fmt: skip

TRANSFORMS: Mapping[str, frozenset[str]] = {
    "purchaseOrder": frozenset({"itemReceipt", "vendorBill"}),
    "salesOrder": frozenset({"invoice"}),
    "vendor": frozenset({"vendorBill", "purchaseOrder"}),
    "vendorBill": frozenset({"vendorCredit"}),
    "customer": frozenset({"customerPayment", "invoice", "salesOrder"}),
    "invoice": frozenset({"customerPayment"}),
}
SQL_TYPES: Mapping[str, str] = {
    "vendorBill": "VendBill", "vendorCredit": "VendCred", "purchaseOrder": "PurchOrd", "itemReceipt": "ItemRcpt",
    "salesOrder": "SalesOrd", "invoice": "CustInvc", "customerPayment": "CustPymt",
}  # fmt: skip
"""`transaction.type` of each record that is a transaction. External ids are unique among all of them together."""

TABLES: Mapping[str, tuple[str, ...]] = {
    "account": ("id", "acctnumber", "accountsearchdisplayname", "accttype", "isinactive"),
    "classification": ("id", "name", "isinactive"),
    "currency": ("id", "name", "symbol"),
    "customer": (
        "id", "entityid", "externalid", "companyname", "vatregnumber", "email", "phone", "url", "currency", "terms",
        "isinactive", "lastmodifieddate", "defaultbillingaddress", "subsidiary",
    ),
    "department": ("id", "name", "isinactive"),
    "entityaddress": ("nkey", "addr1", "city", "zip", "country"),
    "expensecategory": ("id", "name", "isinactive"),
    "file": ("id", "name", "folder"),
    "item": ("id", "itemid", "displayname", "upccode", "isinactive", "expenseaccount", "lastmodifieddate"),
    "location": ("id", "name", "isinactive"),
    "previoustransactionlinelink": ("previousdoc", "previousline", "nextdoc", "nextline", "linktype"),
    "salestaxitem": ("id", "itemid", "rate", "country", "isinactive"),
    "subsidiary": ("id", "name", "isinactive"),
    "term": ("id", "name", "daysuntilnetdue", "daysuntilexpiry", "discountpercent", "isinactive"),
    "transaction": (
        "id", "type", "tranid", "externalid", "entity", "trandate", "status", "currency", "subsidiary", "foreigntotal", "terms",
        "lastmodifieddate",
    ),
    "transactionline": (
        "transaction", "id", "linesequencenumber", "mainline", "taxline", "item", "memo", "quantity", "rate", "foreignamount",
        "quantityshiprecv", "quantitybilled", "expenseaccount", "createdfrom", "expectedreceiptdate", "isclosed",
    ),
    "vendor": (
        "id", "entityid", "externalid", "companyname", "legalname", "vatregnumber", "email", "phone", "url", "currency", "terms",
        "isinactive", "lastmodifieddate", "defaultbillingaddress", "subsidiary", "expenseaccount", "accountnumber",
    ),
}  # fmt: skip
"""Tables of SuiteQL and the columns of them that are modelled."""
