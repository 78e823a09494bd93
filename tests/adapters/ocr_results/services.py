"""Answers of services with fields, as their documentation shows them, over the small invoice of `pages`."""

from typing import Any

from engine.model.page import Word
from tests.adapters.ocr_results.pages import HEIGHT, WIDTH, words

FIELDS = {"number": "RE-2025-2755", "date": "02.02.2025", "net": "200,00", "tax": "38,00", "total": "238,00 EUR", "vendor": "Nordlicht Papier GmbH"}  # fmt: skip


def place(text: str) -> Word:
    """Return where a text stands on the page, as one word."""
    parts = text.split()
    every = words()
    at = next(i for i in range(len(every)) if [w.text for w in every[i : i + len(parts)]] == parts)
    found = every[at : at + len(parts)]
    return Word(text, found[0].x0, found[0].top, found[-1].x1, found[-1].bottom)


def expense(pages: int = 1) -> dict[str, Any]:
    """AWS AnalyzeExpense, one document a page."""
    return {
        "DocumentMetadata": {"Pages": pages},
        "ExpenseDocuments": [_expense_document(page) for page in range(1, pages + 1)],
        "AnalyzeExpenseModelVersion": "1.0",
    }


def _expense_document(page: int) -> dict[str, Any]:
    summary = [
        _aws("INVOICE_RECEIPT_ID", FIELDS["number"], 99.1, page), _aws("INVOICE_RECEIPT_DATE", FIELDS["date"], 98.0, page),
        _aws("SUBTOTAL", FIELDS["net"], 97.0, page), _aws("TAX", FIELDS["tax"], 96.0, page),
        _aws("TOTAL", FIELDS["total"], 99.0, page) | {"Currency": {"Code": "EUR", "Confidence": 90.0}},
        _aws("NAME", FIELDS["vendor"], 95.0, page) | {"GroupProperties": [{"Types": ["VENDOR"], "Id": "1"}]},
        _aws("OTHER", "Hamburg", 50.0, page),
    ]  # fmt: skip
    rows = [
        {"LineItemExpenseFields": [_aws("ITEM", "Ordner grau", 99, page), _aws("QUANTITY", "10", 98, page), _aws("PRICE", "120,00", 97, page), _aws("EXPENSE_ROW", "1 Ordner grau 10 12,00 120,00", 99, page)]},
        {"LineItemExpenseFields": [_aws("ITEM", "Papier A4", 99, page), _aws("QUANTITY", "20", 98, page), _aws("PRICE", "80,00", 97, page)]},
    ]  # fmt: skip
    blocks = [
        {"BlockType": "WORD", "Text": word.text, "Confidence": 99.0, "Page": page, "Geometry": _aws_geometry(word)}
        for word in words()
    ]
    return {"ExpenseIndex": page, "SummaryFields": summary, "LineItemGroups": [{"LineItems": rows}], "Blocks": blocks}


def _aws(kind: str, text: str, confidence: float, page: int) -> dict[str, Any]:
    where = place(text) if text[:1] != "1" or len(text) < 7 else words()[0]
    return {
        "Type": {"Text": kind, "Confidence": confidence}, "PageNumber": page,
        "ValueDetection": {"Text": text, "Confidence": confidence, "Geometry": _aws_geometry(where)},
    }  # fmt: skip


def _aws_geometry(word: Word) -> dict[str, Any]:
    return {"BoundingBox": {
        "Left": word.x0 / WIDTH, "Top": word.top / HEIGHT, "Width": (word.x1 - word.x0) / WIDTH, "Height": (word.bottom - word.top) / HEIGHT,
    }}  # fmt: skip


def azure_invoice() -> dict[str, Any]:
    """Azure prebuilt-invoice 3.1."""
    items = [
        {"type": "object", "valueObject": {
            "Description": _azure("string", "Ordner grau", 0.9), "Quantity": _azure("number", "10", 0.9, 10),
            "UnitPrice": _azure("currency", "12,00", 0.9, {"amount": 12.0, "currencyCode": "EUR"}),
            "Amount": _azure("currency", "120,00", 0.9, {"amount": 120.0, "currencyCode": "EUR"}),
        }},
    ]  # fmt: skip
    taxes = [
        {
            "type": "object",
            "valueObject": {
                "Rate": _azure("string", "19 %", 0.8),
                "Amount": _azure("currency", "38,00", 0.8, {"amount": 38}),
            },
        }
    ]
    iban = {"type": "array", "valueArray": [{"type": "object", "valueObject": {"IBAN": {"type": "string", "content": "DE89 3704 0044 0532 0130 00", "confidence": 0.9}}}]}  # fmt: skip
    fields = {
        "InvoiceId": _azure("string", FIELDS["number"], 0.97), "InvoiceDate": _azure("date", FIELDS["date"], 0.96, "2025-02-02"),
        "SubTotal": _azure("currency", FIELDS["net"], 0.9, {"currencySymbol": "€", "amount": 200.0}),
        "TotalTax": _azure("currency", FIELDS["tax"], 0.9, {"amount": 38.00}),
        "InvoiceTotal": _azure("currency", FIELDS["total"], 0.95, {"amount": 238.0, "currencyCode": "EUR"}),
        "VendorName": _azure("string", FIELDS["vendor"], 0.93), "Items": {"type": "array", "valueArray": items},
        "TaxDetails": {"type": "array", "valueArray": taxes}, "PaymentDetails": iban, "CustomerId": None,
    }  # fmt: skip
    page = {
        "pageNumber": 1, "unit": "inch", "width": WIDTH / 72, "height": HEIGHT / 72,
        "words": [{"content": w.text, "confidence": 0.99, "polygon": _azure_polygon(w)} for w in words()],
        "barcodes": [{"kind": "QRCode", "value": "BCD 002", "confidence": 1, "polygon": [1, 1, 2, 1, 2, 2, 1, 2]}],
    }  # fmt: skip
    document = {
        "docType": "invoice",
        "boundingRegions": [{"pageNumber": 1, "polygon": [0, 0, 1, 0, 1, 1, 0, 1]}],
        "fields": fields,
        "confidence": 1,
    }
    return {
        "status": "succeeded",
        "analyzeResult": {
            "apiVersion": "2023-07-31",
            "modelId": "prebuilt-invoice",
            "pages": [page],
            "documents": [document],
        },
    }


def _azure(kind: str, text: str, confidence: float, value: Any = None) -> dict[str, Any]:
    typed = f"value{kind.capitalize()}"
    word = place(text)
    field = {
        "type": kind,
        "content": text,
        "confidence": confidence,
        "boundingRegions": [{"pageNumber": 1, "polygon": _azure_polygon(word)}],
    }
    return field | {typed: text if value is None else value}


def _azure_polygon(word: Word) -> list[float]:
    x0, top, x1, bottom = (side / 72 for side in word.box)
    return [x0, top, x1, top, x1, bottom, x0, bottom]


def azure_receipt_2_1() -> dict[str, Any]:
    """Form Recognizer 2.1 prebuilt receipt without text details: no words at all."""

    def field(text: str, **typed: Any) -> dict[str, Any]:
        x0, top, x1, bottom = (side * 2 for side in place(text).box)
        return {
            "text": text,
            "page": 1,
            "confidence": 0.9,
            "boundingBox": [x0, top, x1, top, x1, bottom, x0, bottom],
        } | typed

    item = {
        "type": "object",
        "valueObject": {"Name": field("Ordner grau"), "TotalPrice": field("120,00", valueNumber=120)},
    }
    fields = {
        "MerchantName": field(FIELDS["vendor"]), "TransactionDate": field(FIELDS["date"], valueDate="2025-02-02"),
        "Total": field(FIELDS["total"], valueNumber=238.0), "Items": {"type": "array", "valueArray": [item]},
    }  # fmt: skip
    page = {"page": 1, "angle": 0.5, "width": WIDTH * 2, "height": HEIGHT * 2, "unit": "pixel", "language": "de"}
    document = {"docType": "prebuilt:receipt", "pageRange": [1, 1], "fields": fields}
    return {
        "status": "succeeded",
        "analyzeResult": {"version": "2.1.0", "readResults": [page], "documentResults": [document]},
    }


def google_invoice() -> dict[str, Any]:
    """Google Document AI invoice parser."""
    text = " ".join(word.text for word in words())
    tokens, at = [], 0
    for word in words():
        segment = {"startIndex": str(at), "endIndex": str(at + len(word.text) + 1)}
        at += len(word.text) + 1
        tokens.append(
            {
                "layout": {
                    "textAnchor": {"textSegments": [segment]},
                    "confidence": 0.98,
                    "boundingPoly": _google_poly(word),
                }
            }
        )
    entities = [
        _google("invoice_id", f"Nr. {FIELDS['number']}", 0.9, FIELDS["number"]),
        _google("invoice_date", FIELDS["date"], 0.95) | {"normalizedValue": {"text": "2025-02-02", "dateValue": {"year": 2025, "month": 2, "day": 2}}},
        _google("net_amount", FIELDS["net"], 0.9) | {"normalizedValue": {"moneyValue": {"units": "200"}}},
        _google("total_tax_amount", FIELDS["tax"], 0.9), _google("supplier_name", FIELDS["vendor"], 0.9),
        _google("total_amount", FIELDS["total"], 0.9) | {"normalizedValue": {"moneyValue": {"currencyCode": "EUR", "units": "238"}}},
        {"type": "line_item", "mentionText": "1 Ordner grau 10 12,00 120,00", "confidence": 1, "properties": [
            _google("line_item/description", "Ordner grau", 0.8), _google("line_item/quantity", "10", 0.8), _google("line_item/amount", "120,00", 0.8),
        ]},
        {"type": "vat", "properties": [_google("vat/tax_rate", "19 %", 0.8), _google("vat/tax_amount", "38,00", 0.8)]},
    ]  # fmt: skip
    barcode = {
        "layout": {"boundingPoly": _google_poly(words()[0])},
        "barcode": {"format": "CODE_128", "rawValue": "4711"},
    }
    page = {
        "pageNumber": 1, "dimension": {"width": WIDTH * 2, "height": HEIGHT * 2, "unit": "pixels"}, "layout": {"orientation": "PAGE_UP"},
        "tokens": tokens, "detectedBarcodes": [barcode], "detectedLanguages": [{"languageCode": "de", "confidence": 0.9}],
    }  # fmt: skip
    return {"mimeType": "application/pdf", "text": text + " ", "pages": [page], "entities": entities}


def _google(kind: str, text: str, confidence: float, at: str = "") -> dict[str, Any]:
    ref = {"boundingPoly": _google_poly(place(at or text))}
    return {"type": kind, "mentionText": text, "confidence": confidence, "pageAnchor": {"pageRefs": [ref]}}


def _google_poly(word: Word) -> dict[str, Any]:
    x0, top, x1, bottom = word.box
    corners = ((x0, top), (x1, top), (x1, bottom), (x0, bottom))
    return {"normalizedVertices": [{"x": x / WIDTH, "y": y / HEIGHT} for x, y in corners]}


def splitter() -> dict[str, Any]:
    """Google procurement splitter: pages without words, an entity for each document."""
    kinds = [("invoice_statement", ["0"]), ("receipt_statement", ["1"]), ("other", ["2", "3"])]
    entities = [
        {"type": kind, "confidence": 0.9, "pageAnchor": {"pageRefs": [{} if p == "0" else {"page": p} for p in pages]}}
        for kind, pages in kinds
    ]
    return {"pages": [{"pageNumber": number} for number in range(1, 5)], "entities": entities}


def own() -> dict[str, Any]:
    """Our own JSON with everything in it."""
    page = {"width": WIDTH, "height": HEIGHT, "language": "de", "words": [
        {"text": w.text, "box": list(w.box), "confidence": 0.97} for w in words()
    ], "codes": [{"symbology": "qr", "text": "BCD", "box": [10, 10, 60, 60]}]}  # fmt: skip
    fields = {
        "invoice_number": {"raw": FIELDS["number"], "confidence": 0.9, "page": 1, "box": list(place(FIELDS["number"]).box)},
        "total": {"raw": FIELDS["total"], "value": "238.00", "confidence": 0.9, "page": 1, "box": list(place("238,00 EUR").box)},
    }  # fmt: skip
    document = {
        "pages": [1, 1],
        "type": "invoice",
        "type_confidence": 0.9,
        "fields": fields,
        "lines": [{"amount": {"raw": "120,00"}}],
        "taxes": [{"rate": {"raw": "19 %"}}],
    }
    return {
        "format": "postroom-ocr",
        "version": 1,
        "engine": "my-ocr@2",
        "unit": "point",
        "pages": [page],
        "documents": [document],
    }
