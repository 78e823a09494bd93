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


class Blocks:
    """Blocks of an AnalyzeDocument answer, each with the Id by which others name it."""

    def __init__(self, page: int = 1) -> None:
        self.page = page
        self.found: list[dict[str, Any]] = []

    def add(self, kind: str, where: Word | None, **more: Any) -> str:
        name = f"{self.page}-{len(self.found)}"
        block = {"BlockType": kind, "Id": name, "Confidence": 98.0, "Page": self.page, **more}
        if where is not None:
            block["Geometry"] = _aws_geometry(where)
        self.found.append(block)
        return name

    def words(self, text: str) -> list[str]:
        parts = text.split()
        every = words()
        at = next(i for i in range(len(every)) if [w.text for w in every[i : i + len(parts)]] == parts)
        return [self.add("WORD", word, Text=word.text, TextType="PRINTED") for word in every[at : at + len(parts)]]

    def pair(self, label: str, value: str) -> None:
        children = [{"Type": "CHILD", "Ids": self.words(value)}]
        answer = self.add("KEY_VALUE_SET", place(value), EntityTypes=["VALUE"], Relationships=children)
        relations = [{"Type": "VALUE", "Ids": [answer]}, {"Type": "CHILD", "Ids": self.words(label)}]
        self.add("KEY_VALUE_SET", place(label), EntityTypes=["KEY"], Relationships=relations)

    def query(self, text: str, answer: str, alias: str = "") -> None:
        result = self.add("QUERY_RESULT", place(answer), Text=answer)
        question = {"Text": text, **({"Alias": alias} if alias else {})}
        self.add("QUERY", None, Query=question, Relationships=[{"Type": "ANSWER", "Ids": [result]}])

    def table(self, rows: list[list[str]], *, heads: int = 1) -> None:
        cells = [
            self.add(
                "CELL", place(text) if text else None, RowIndex=number, ColumnIndex=column, RowSpan=1, ColumnSpan=1,
                EntityTypes=["COLUMN_HEADER"] if number <= heads else [],
                Relationships=[{"Type": "CHILD", "Ids": self.words(text)}] if text else [],
            )
            for number, row in enumerate(rows, start=1) for column, text in enumerate(row, start=1)
        ]  # fmt: skip
        self.add("TABLE", None, EntityTypes=["STRUCTURED_TABLE"], Relationships=[{"Type": "CHILD", "Ids": cells}])


GOODS = [
    ["Beschreibung", "Menge", "Einzelpreis", "Betrag"], ["Ordner grau", "10", "12,00", "120,00"],
    ["Papier A4", "20", "4,00", "80,00"],
]  # fmt: skip


def analysed() -> dict[str, Any]:
    """AWS AnalyzeDocument with FORMS, QUERIES and TABLES."""
    blocks = Blocks()
    blocks.pair("Rechnungsnummer:", FIELDS["number"])
    blocks.pair("Gesamtbetrag", FIELDS["total"])
    blocks.query("What is the invoice date?", FIELDS["date"])
    blocks.query("Who sends it?", FIELDS["vendor"], alias="VENDOR_NAME")
    blocks.table(GOODS)
    for word in words():
        blocks.add("WORD", word, Text=word.text)
    seen: set[tuple[str, str]] = set()
    kept = []
    for block in blocks.found:
        # a page has each word once; pairs and cells name the same blocks
        key = (block.get("Text", ""), str(block.get("Geometry")))
        if (
            block["BlockType"] != "WORD"
            or key not in seen
            or any(block["Id"] in str(b.get("Relationships")) for b in blocks.found)
        ):
            kept.append(block)
        seen.add(key)
    return {"DocumentMetadata": {"Pages": 1}, "Blocks": kept, "AnalyzeDocumentModelVersion": "1.0"}


def azure_layout() -> dict[str, Any]:
    """Azure prebuilt-layout 4.0 with the feature keyValuePairs."""
    answer = azure_invoice()
    result = answer["analyzeResult"]
    result |= {"modelId": "prebuilt-layout", "apiVersion": "2024-11-30", "documents": []}

    def part(text: str) -> dict[str, Any]:
        regions = [{"pageNumber": 1, "polygon": _azure_polygon(place(text))}]
        return {"content": text, "boundingRegions": regions, "spans": []}

    result["keyValuePairs"] = [
        {"key": part("Rechnungsnummer:"), "value": part(FIELDS["number"]), "confidence": 0.92},
        {"key": part("Gesamtbetrag"), "value": part(FIELDS["total"]), "confidence": 0.9},
        {"key": part("Rechnung"), "confidence": 0.3},
    ]
    cells = [
        {"kind": "columnHeader" if row == 0 else "content", "rowIndex": row, "columnIndex": column, **part(text)}
        for row, texts in enumerate(GOODS) for column, text in enumerate(texts)
    ]  # fmt: skip
    result["tables"] = [{"rowCount": 3, "columnCount": 4, "cells": cells, "spans": []}]
    return answer


def azure_sdk() -> dict[str, Any]:
    """What `AnalyzeResult.to_dict()` of azure-ai-formrecognizer 3.3 writes: snake_case, plain values, points."""

    def field(kind: str, text: str, value: Any, confidence: float = 0.9) -> dict[str, Any]:
        polygon = _azure_polygon(place(text))
        points = [{"x": x, "y": y} for x, y in zip(polygon[0::2], polygon[1::2], strict=True)]
        regions = [{"page_number": 1, "polygon": points}]
        return {
            "value_type": kind,
            "value": value,
            "content": text,
            "bounding_regions": regions,
            "spans": [],
            "confidence": confidence,
        }

    item = {
        "Description": field("string", "Ordner grau", "Ordner grau"), "Quantity": field("float", "10", 10.0),
        "Amount": field("currency", "120,00", {"amount": 120.0, "symbol": None, "code": "EUR"}),
    }  # fmt: skip
    fields = {
        "InvoiceId": field("string", FIELDS["number"], FIELDS["number"]), "InvoiceDate": field("date", FIELDS["date"], "2025-02-02"),
        "InvoiceTotal": field("currency", FIELDS["total"], {"amount": 238.0, "symbol": "€", "code": "EUR"}),
        "VendorAddress": field("address", "Speicherhof 12", {"house_number": "12", "road": "Speicherhof", "city": None}),
        "Items": {"value_type": "list", "value": [{"value_type": "dictionary", "value": item, "confidence": 0.9}], "confidence": None},
    }  # fmt: skip
    page = {
        "page_number": 1, "angle": 0.0, "width": WIDTH / 72, "height": HEIGHT / 72, "unit": "inch",
        "words": [
            {"content": w.text, "confidence": 0.99, "polygon": [{"x": x / 72, "y": y / 72} for x, y in ((w.x0, w.top), (w.x1, w.top), (w.x1, w.bottom), (w.x0, w.bottom))]}
            for w in words()
        ],
    }  # fmt: skip
    document = {"doc_type": "invoice", "bounding_regions": [], "spans": [], "fields": fields, "confidence": 1.0}
    return {
        "api_version": "2023-07-31",
        "model_id": "prebuilt-invoice",
        "content": "",
        "pages": [page],
        "documents": [document],
    }


def google_form() -> dict[str, Any]:
    """Google Document AI form parser: form fields and tables beside the tokens of a page."""
    answer = google_invoice()
    answer["entities"] = []
    text: str = answer["text"]

    def layout(part: str) -> dict[str, Any]:
        at = text.index(part)
        anchor = {"textSegments": [{"startIndex": str(at), "endIndex": str(at + len(part))}]}
        return {"textAnchor": anchor, "confidence": 0.9, "boundingPoly": _google_poly(place(part))}

    page = answer["pages"][0]
    page["formFields"] = [
        {"fieldName": layout("Rechnungsnummer:"), "fieldValue": layout(FIELDS["number"])},
        {"fieldName": layout("Gesamtbetrag"), "fieldValue": layout(FIELDS["total"]), "valueType": ""},
    ]
    rows = [{"cells": [{"layout": layout(one), "rowSpan": 1, "colSpan": 1} for one in row]} for row in GOODS]
    page["tables"] = [{"layout": {}, "headerRows": rows[:1], "bodyRows": rows[1:]}]
    return answer
