"""The sums under the table."""

from collections.abc import Callable

from admin.samples.pages.draft import Draft

Row = tuple[str, str, bool]
"""Label, amount, and whether it is the one that counts."""


def height(draft: Draft) -> float:
    """Return how many points the sums and the closing text will take."""
    return (len(rows(draft)) + 7) * draft.leading * 1.25


def rows(draft: Draft) -> list[Row]:
    """Return the sums from the first to the grand total."""
    sums, lines = draft.paper.sums, list[Row]()
    if sums.discount or sums.charge:
        lines.append((draft.say("lines"), draft.amount(sums.lines), False))
    if sums.discount:
        lines.append(
            (draft.say("less", draft.number(draft.paper.discount_percent)), draft.amount(-sums.discount), False)
        )
    if sums.charge:
        lines.append((draft.say("freight"), draft.amount(sums.charge), False))
    lines.append((draft.say("net"), draft.amount(sums.net), False))
    for tax in sums.taxes:
        if tax.category != "O":
            key, values = ("tax", [draft.number(tax.rate)])
            if len(sums.taxes) > 1 and draft.layout.wording == 0:
                key, values = "tax_on", [draft.number(tax.rate), draft.amount(tax.base)]
            lines.append((draft.say(key, *values), draft.amount(tax.amount), False))
    label = {"credit_note": "credit_total", "purchase_order": "order_total"}.get(draft.paper.type, "total")
    lines.append((draft.say(label), draft.money(sums.total), True))
    return lines


def draw(draft: Draft) -> None:
    """Draw the sums in the manner of the layout and move `y` below them."""
    draft.y += draft.leading
    _MANNERS[draft.layout.totals](draft)
    draft.y += draft.leading


def _wide_of(draft: Draft) -> float:
    sheet = draft.sheet
    return (
        max(sheet.measure(label, bold=True) + sheet.measure(value, bold=True) for label, value, _ in rows(draft)) + 40
    )


def _right(draft: Draft) -> None:
    sheet = draft.sheet
    x = draft.right - max(205.0, _wide_of(draft))
    for label, value, counts in rows(draft):
        if counts:
            sheet.line(x, draft.y + 4, draft.right, draft.y + 4, width=0.8)
            draft.y += 3
        draft.y += draft.leading * 1.15
        sheet.text(x, draft.y, label, bold=counts)
        sheet.text(draft.right - 3, draft.y, value, align="right", bold=counts)
    sheet.line(x, draft.y + 5, draft.right, draft.y + 5, width=0.8)
    sheet.line(x, draft.y + 7, draft.right, draft.y + 7, width=0.8)


def _box(draft: Draft) -> None:
    sheet, lines = draft.sheet, rows(draft)
    width = max(215.0, _wide_of(draft))
    x, step = draft.right - width, draft.leading * 1.35
    sheet.box(x, draft.y, width, step * len(lines) + 8, stroke="#000000", fill="#f5f5f5")
    for label, value, counts in lines:
        draft.y += step
        sheet.text(x + 8, draft.y, label, bold=counts)
        sheet.text(draft.right - 8, draft.y, value, align="right", bold=counts)
    draft.y += 8


def _wide(draft: Draft) -> None:
    sheet = draft.sheet
    x = draft.right - max(190.0, _wide_of(draft))
    for label, value, counts in rows(draft):
        if counts:
            draft.y += 8
            sheet.box(draft.left, draft.y, draft.right - draft.left, draft.leading * 1.9, fill=draft.layout.ink)
            draft.y += draft.leading * 1.3
            sheet.text(x, draft.y, label, size=sheet.points + 2, bold=True, colour="#ffffff")
            sheet.text(
                draft.right - 6, draft.y, value, size=sheet.points + 2, bold=True, align="right", colour="#ffffff"
            )
            draft.y += draft.leading * 0.6
        else:
            draft.y += draft.leading * 1.2
            sheet.text(x, draft.y, label)
            sheet.text(draft.right - 6, draft.y, value, align="right")


def _left(draft: Draft) -> None:
    sheet = draft.sheet
    draft.y += 10
    for label, value, counts in rows(draft):
        size = sheet.points + 3 if counts else 0
        draft.y += draft.leading * (1.7 if counts else 1.25)
        sheet.text(draft.left, draft.y, label, bold=counts, size=size)
        sheet.text(draft.left + 230, draft.y, value, align="right", bold=counts, size=size)


def _recap(draft: Draft) -> None:
    sheet, top = draft.sheet, draft.y
    step = draft.leading * 1.25
    names = (draft.say("rate"), draft.say("base"), draft.say("tax_amount"))
    taxes = [tax for tax in draft.paper.sums.taxes if tax.category != "O"]
    y = top
    cells = [names, *((draft.number(t.rate), draft.amount(t.base), draft.amount(t.amount)) for t in taxes)]
    for at, row in enumerate(cells):
        for column, text in enumerate(row):
            sheet.box(draft.left + column * 68, y, 68, step, stroke="#555555", fill="" if at else "#e4e4e4")
            sheet.text(
                draft.left + column * 68 + 63, y + step - 4, text, align="right", bold=not at, size=sheet.points - 0.5
            )
        y += step
    _right(draft)
    draft.y = max(draft.y, y)


_MANNERS: dict[str, Callable[[Draft], None]] = {
    "right": _right,
    "box": _box,
    "wide": _wide,
    "left": _left,
    "recap": _recap,
}
