"""Writes what recognition services answer about a paper: our own JSON, and an AnalyzeExpense of AWS Textract.

Words and boxes are those that were drawn; confidences are drawn from the seed.
"""

import json
import random
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from admin.samples.model import Paper
from admin.samples.pages.draft import Draft
from admin.samples.pages.layouts import Layout
from admin.samples.pages.sheet import Sheet, Written

Service = Literal["postroom", "textract"]
_PARTY = {"vendor": "VENDOR_NAME", "buyer": "RECEIVER_NAME"}


def write(paper: Paper, layout: Layout, sheet: Sheet, service: Service, rng: random.Random) -> bytes:
    """Return the answer of a service about a drawn sheet, as UTF-8 JSON on one line."""
    answer = _own(sheet, paper, rng) if service == "postroom" else _expense(paper, layout, sheet, rng)
    return (json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _own(sheet: Sheet, paper: Paper, rng: random.Random) -> dict[str, Any]:
    pages = [
        {
            "width": sheet.width, "height": sheet.height, "language": paper.language,
            "words": [
                {"text": word.text, "box": [round(side, 1) for side in word[2:]], "confidence": _sure(rng)}
                for word in sheet.words if word.page == number
            ],
        }
        for number in range(1, sheet.page + 1)
    ]  # fmt: skip
    return {"format": "postroom-ocr", "version": 1, "engine": "sample-ocr@1.0", "unit": "point", "pages": pages}


def _sure(rng: random.Random) -> float:
    return round(rng.uniform(0.94, 0.999), 3)


def _expense(paper: Paper, layout: Layout, sheet: Sheet, rng: random.Random) -> dict[str, Any]:
    draft = Draft(sheet, layout, paper)
    blocks = [_block(sheet, [word], "WORD", rng) for word in sheet.words]
    fields = [
        _field(sheet, kind, label, value, rng)
        for kind, label, value in (
            (_PARTY["vendor"], "", paper.seller.name), (_PARTY["buyer"], "", paper.buyer.name),
            ("INVOICE_RECEIPT_ID", draft.facts()[0][0], paper.number), ("INVOICE_RECEIPT_DATE", draft.facts()[1][0], draft.day(paper.issued)),
            ("SUBTOTAL", draft.say("net"), draft.amount(paper.sums.net)), ("TAX", draft.say("tax", ""), draft.amount(paper.sums.tax)),
            ("TOTAL", draft.say("total"), draft.money(paper.sums.total)),
        )
    ]  # fmt: skip
    items = [
        {
            "LineItemExpenseFields": [
                _field(sheet, "ITEM", "", item.description, rng), _field(sheet, "QUANTITY", "", draft.number(item.quantity), rng),
                _field(sheet, "UNIT_PRICE", "", draft.amount(item.unit_price), rng), _field(sheet, "PRICE", "", draft.amount(item.amount), rng),
            ]
        }
        for item in paper.items
    ]  # fmt: skip
    expense = {
        "ExpenseIndex": 1, "SummaryFields": fields, "Blocks": blocks,
        "LineItemGroups": [{"LineItemGroupIndex": 1, "LineItems": items}],
    }  # fmt: skip
    return {"DocumentMetadata": {"Pages": sheet.page}, "ExpenseDocuments": [expense]}


def _block(sheet: Sheet, words: Sequence[Written], kind: str, rng: random.Random) -> dict[str, Any]:
    text = " ".join(word.text for word in words)
    return {
        "BlockType": kind, "Text": text, "Page": words[0].page, "Confidence": _percent(rng), "Geometry": _geometry(sheet, words),
    }  # fmt: skip


def _field(sheet: Sheet, kind: str, label: str, value: str, rng: random.Random) -> dict[str, Any]:
    found = _place(sheet.words, value)
    field = {
        "Type": {"Text": kind, "Confidence": _percent(rng)}, "PageNumber": found[0].page if found else 1,
        "ValueDetection": {"Text": value, "Confidence": _percent(rng), **({"Geometry": _geometry(sheet, found)} if found else {})},
    }  # fmt: skip
    printed = _place(sheet.words, label.strip()) if label else []
    if printed:
        field["LabelDetection"] = {
            "Text": label.strip(), "Confidence": _percent(rng), "Geometry": _geometry(sheet, printed),
        }  # fmt: skip
    return field


def _place(words: Sequence[Written], text: str) -> list[Written]:
    """Return the words that make up a text, where it stands first; none where it is drawn in another way."""
    wanted = text.split()
    for at in range(len(words) - len(wanted) + 1):
        if [word.text.rstrip(":") for word in words[at : at + len(wanted)]] == wanted:
            return list(words[at : at + len(wanted)])
    return []


def _geometry(sheet: Sheet, words: Iterable[Written]) -> dict[str, Any]:
    boxes = list(words)
    left, top = min(word.x0 for word in boxes) / sheet.width, min(word.top for word in boxes) / sheet.height
    right, bottom = max(word.x1 for word in boxes) / sheet.width, max(word.bottom for word in boxes) / sheet.height
    names = ("Left", "Top", "Width", "Height")
    sides = (left, top, right - left, bottom - top)
    return {"BoundingBox": {name: round(side, 5) for name, side in zip(names, sides, strict=True)}}


def _percent(rng: random.Random) -> float:
    return round(100 * _sure(rng), 2)
