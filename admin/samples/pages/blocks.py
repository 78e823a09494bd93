"""The blocks around the table: letterhead, recipient, facts, sums, foot."""

from collections.abc import Callable

from admin.samples.pages.draft import Draft
from admin.samples.words import country

_GREY = "#555555"


def letterhead(draft: Draft) -> None:
    """Draw the sender at the top of the first page and move `y` below it."""
    _HEADS[draft.layout.head](draft)


def _contact(draft: Draft) -> list[str]:
    seller = draft.paper.seller
    lines = [seller.street, seller.place, f"{draft.say('phone')} {seller.phone}"]
    return [*lines, seller.email] if draft.layout.has_email else lines


def _head_left(draft: Draft) -> None:
    sheet, ink = draft.sheet, draft.layout.ink
    sheet.box(draft.left, draft.y - 14, 20, 20, fill=ink)
    sheet.disc(draft.left + 13, draft.y - 6, 5, fill="#ffffff")
    sheet.text(
        draft.left + 28, draft.y + 2, draft.paper.seller.name, size=draft.sheet.points + 5, bold=True, colour=ink
    )
    draft.y += 20
    for line in _contact(draft):
        sheet.text(draft.left, draft.y, line, size=sheet.points - 0.5, colour=_GREY)
        draft.y += draft.leading
    draft.y += 14


def _head_right(draft: Draft) -> None:
    sheet, ink = draft.sheet, draft.layout.ink
    sheet.text(
        draft.right, draft.y, draft.paper.seller.name, size=sheet.points + 5, bold=True, align="right", colour=ink
    )
    draft.y += 16
    for line in _contact(draft):
        sheet.text(draft.right, draft.y, line, size=sheet.points - 0.5, align="right", colour=_GREY)
        draft.y += draft.leading
    sheet.line(draft.left, draft.y, draft.right, draft.y, width=1.2, colour=ink)
    draft.y += 28


def _head_centre(draft: Draft) -> None:
    sheet, middle = draft.sheet, draft.sheet.width / 2
    sheet.disc(middle, draft.y - 18, 9, fill=draft.layout.ink)
    sheet.text(
        middle,
        draft.y + 10,
        draft.paper.seller.name,
        size=sheet.points + 7,
        bold=True,
        align="centre",
        colour=draft.layout.ink,
    )
    draft.y += 26
    sheet.text(middle, draft.y, "  ·  ".join(_contact(draft)), size=sheet.points - 1.5, align="centre", colour=_GREY)
    sheet.line(draft.left, draft.y + 8, draft.right, draft.y + 8, width=0.5, colour=draft.layout.ink)
    draft.y += 44


def _head_band(draft: Draft) -> None:
    sheet = draft.sheet
    sheet.box(0, 0, sheet.width, 74, fill=draft.layout.ink)
    name = draft.paper.seller.name
    size = sheet.points + (8 if sheet.measure(name, size=sheet.points + 8, bold=True) < 280 else 5)
    sheet.text(draft.left, 46, name, size=size, bold=True, colour="#ffffff")
    y = 22.0
    for line in _contact(draft):
        sheet.text(draft.right, y, line, size=sheet.points - 1, align="right", colour="#ffffff")
        y += sheet.points * 1.3
    draft.y = 110


def _head_window(draft: Draft) -> None:
    sheet = draft.sheet
    sheet.text(draft.right, draft.y, draft.paper.seller.name, size=sheet.points + 4, bold=True, align="right")
    sheet.line(draft.right - 180, draft.y + 6, draft.right, draft.y + 6, width=2, colour="#999999")
    seller = draft.paper.seller
    draft.y = 134
    sheet.text(draft.left, draft.y, f"{seller.name} · {seller.street} · {seller.place}", size=6.5, colour=_GREY)
    draft.y += 18


def _head_typed(draft: Draft) -> None:
    sheet = draft.sheet
    sheet.text(draft.left, draft.y, draft.paper.seller.name.upper(), size=sheet.points + 2, bold=True)
    for line in _contact(draft):
        draft.y += draft.leading
        sheet.text(draft.left, draft.y, line)
    draft.y += draft.leading * 2


_HEADS: dict[str, Callable[[Draft], None]] = {
    "left": _head_left, "right": _head_right, "centre": _head_centre, "band": _head_band, "window": _head_window, "typed": _head_typed,
}  # fmt: skip


def opening(draft: Draft) -> None:
    """Draw recipient, title and facts of the first page and move `y` to where the table may begin."""
    top = draft.y
    bottom = _recipient(draft)
    draft.y = bottom
    _METAS[draft.layout.meta](draft, top)


def _recipient(draft: Draft) -> float:
    sheet, buyer = draft.sheet, draft.paper.buyer
    x = draft.left if draft.layout.recipient == "left" else draft.sheet.width / 2 + 30
    y = draft.y
    if draft.layout.head not in {"window", "typed", "centre"}:
        label = {"purchase_order": "supplier", "goods_receipt": "ship_to"}.get(draft.paper.type, "bill_to")
        sheet.text(x, y, draft.say(label), size=sheet.points - 1, bold=True, colour=draft.layout.ink)
        y += draft.leading * 1.2
    lines = [buyer.name, buyer.street, buyer.place]
    if buyer.country != draft.country and buyer.country == "DE":
        lines.append(country(draft.paper.language, buyer.country))
    for line in lines:
        sheet.text(x, y, line)
        y += draft.leading
    return y


def _title(draft: Draft, *, suffix: str = "") -> None:
    draft.y += 30
    draft.sheet.text(
        draft.left, draft.y, draft.title + suffix, size=draft.sheet.points + 7, bold=True, colour=draft.layout.ink
    )


def _meta_side(draft: Draft, top: float) -> None:
    sheet = draft.sheet
    facts = draft.facts()
    at_right = draft.layout.recipient == "left"
    wide = max(sheet.measure(value) for _, value in facts)
    x = draft.right - max(205.0, wide + 120) if at_right else draft.left
    y = top
    for label, value in facts:
        sheet.text(x, y, f"{label}:" if draft.layout.wording != 1 else label)
        if at_right:
            sheet.text(draft.right, y, value, align="right", bold=value == draft.paper.number)
        else:
            sheet.text(x + 112, y, value, bold=value == draft.paper.number)
        y += draft.leading * 1.1
    draft.y = max(draft.y, y)
    _title(draft)
    draft.y += 24


def _meta_grid(draft: Draft, _top: float) -> None:
    _title(draft)
    draft.y += 14
    sheet, facts = draft.sheet, draft.facts()
    step = (draft.right - draft.left) / len(facts)
    small = sheet.points - 1.5
    for at, (label, value) in enumerate(facts):
        x = draft.left + at * step
        sheet.text(x, draft.y + 10, label, size=small, colour=_GREY)
        sheet.text(x, draft.y + 23, value, bold=True)
    sheet.line(draft.left, draft.y, draft.right, draft.y, colour=draft.layout.ink)
    sheet.line(draft.left, draft.y + 30, draft.right, draft.y + 30, colour=draft.layout.ink)
    draft.y += 52


def _meta_boxed(draft: Draft, _top: float) -> None:
    _title(draft)
    draft.y += 14
    sheet, facts = draft.sheet, draft.facts()
    step = (draft.right - draft.left) / len(facts)
    for at, (label, value) in enumerate(facts):
        x = draft.left + at * step
        sheet.box(x, draft.y, step, 15, fill="#e4e4e4", stroke="#333333")
        sheet.box(x, draft.y + 15, step, 18, stroke="#333333")
        sheet.text(x + step / 2, draft.y + 10.5, label, size=sheet.points - 2, bold=True, align="centre")
        sheet.text(x + step / 2, draft.y + 27.5, value, size=sheet.points - 0.5, align="centre")
    draft.y += 56


def _meta_inline(draft: Draft, _top: float) -> None:
    facts = draft.facts()
    draft.y += 30
    draft.sheet.text(draft.left, draft.y, f"{facts[0][0]} {facts[0][1]}", size=draft.sheet.points + 5, bold=True)
    draft.y += draft.leading * 1.5
    for label, value in facts[1:]:
        draft.sheet.text(draft.left, draft.y, f"{label}: {value}")
        draft.y += draft.leading
    draft.y += 20


def _meta_stack(draft: Draft, top: float) -> None:
    sheet, y = draft.sheet, top
    x = draft.right - 120
    for label, value in draft.facts():
        sheet.text(x, y, label, size=sheet.points - 1.5, colour=_GREY)
        sheet.text(x, y + draft.leading, value, bold=True)
        y += draft.leading * 2.4
    draft.y = max(draft.y, y - 30)
    _title(draft)
    draft.y += 24


_METAS: dict[str, Callable[[Draft, float], None]] = {
    "side": _meta_side, "grid": _meta_grid, "boxed": _meta_boxed, "inline": _meta_inline, "stack": _meta_stack,
}  # fmt: skip


def closing(draft: Draft) -> None:
    """Write terms, notes and, where the layout has them there, tax number and bank under the sums."""
    sheet = draft.sheet
    lines: list[str] = []
    if draft.paper.terms:
        lines.append(f"{draft.say('terms')}: {draft.paper.terms}")
    if draft.paper.note:
        lines.extend(sheet.wrap(draft.paper.note, width=draft.right - draft.left))
    if draft.layout.foot == "body":
        lines.extend(["", *draft.identity()])
        if draft.bank():
            lines.append(f"{draft.say('bank')}: " + ", ".join(draft.bank()))
    if draft.paper.type == "invoice":
        lines.extend(["", draft.say("thanks")])
    for line in lines:
        draft.y += draft.leading
        sheet.text(draft.left, draft.y, line)


def unseen(draft: Draft) -> None:
    """Write what nobody shall see but a machine that reads the text layer, white on white."""
    if draft.paper.hidden:
        draft.y += draft.leading
        draft.sheet.text(draft.left, draft.y, draft.paper.hidden, colour="#ffffff")


def foot(draft: Draft, *, of_pages: int) -> None:
    """Draw the foot of the current page."""
    sheet = draft.sheet
    y = sheet.height - 62
    if of_pages > 1 or draft.layout.foot != "body":
        sheet.text(
            sheet.width - 40,
            sheet.height - 18,
            draft.say("page", sheet.page, of_pages),
            size=7,
            align="right",
            colour=_GREY,
        )
    if draft.layout.foot == "columns":
        _foot_columns(draft, y)
    elif draft.layout.foot == "line":
        parts = [draft.paper.seller.name, *draft.identity(), *draft.bank()]
        sheet.line(draft.left, y + 10, draft.right, y + 10, width=0.4, colour=draft.layout.ink)
        for at, line in enumerate(sheet.wrap("  |  ".join(parts), width=draft.right - draft.left, size=7)):
            sheet.text(sheet.width / 2, y + 21 + at * 9.5, line, size=7, align="centre", colour="#333333")


def _foot_columns(draft: Draft, y: float) -> None:
    sheet, seller = draft.sheet, draft.paper.seller
    sheet.line(draft.left, y, draft.right, y, width=0.5, colour="#888888")
    bank = [draft.say("bank"), *draft.bank()] if draft.bank() else []
    columns = ([seller.name, seller.street, seller.place], [seller.web, *draft.identity()], bank)
    step = (draft.right - draft.left) / 3
    for at, column in enumerate(columns):
        for row, line in enumerate(column):
            sheet.text(draft.left + at * step, y + 11 + row * 9, line, size=6.8, colour="#333333")
