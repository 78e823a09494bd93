"""Layouts: where the parts of a document stand. Each is drawn from the facts and told what it printed."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from stress.canvas import Align, Canvas, width_of
from stress.facts import Facts, Party

Pair = tuple[str, str]
LEFT, RIGHT = 50.0, 545.0
Truth = dict[str, str]


def draw(f: Facts) -> tuple[Canvas, Truth, str]:
    """Draw one document and return it with what it says and the names of its layouts."""
    rng = f.rng
    c = Canvas()
    truth: Truth = {}
    head = rng.choice(list(HEADS))
    meta = rng.choice(list(METAS))
    if f.type == "purchase_order":
        # an order is written by the buyer
        y = HEADS[head](c, f, f.buyer, f.vendor, "vendor")
    else:
        y = HEADS[head](c, f, f.vendor, f.buyer, "bill_to")
    truth |= {"vendor_name": f.vendor.name, "buyer_name": f.buyer.name}
    pairs = _meta_pairs(f, truth)
    colon = rng.choice([":", ":", "", " :"])
    y = METAS[meta](c, f, pairs, y, colon)
    y = _items(c, f, y + 14)
    has_sums = f.type != "goods_receipt"
    if has_sums:
        y = _totals(c, f, y + 10, truth)
    if "payment_terms" in truth and not any(v == truth["payment_terms"] for _, v in pairs):
        c.put(LEFT, y + 12, f"{f.word('terms_label')}: {truth['payment_terms']}")
        y += 24
    _foot(c, f, f.buyer if f.type == "purchase_order" else f.vendor, truth)
    return c, truth, f"{head}/{meta}"


def _label(text: str, colon: str) -> str:
    return text if text.endswith((":", "#")) else f"{text}{colon}"


def _meta_pairs(f: Facts, truth: Truth) -> list[Pair]:
    """Return label and value of the header in random order, decoys between them."""
    rng = f.rng
    key = {"purchase_order": "po_number", "goods_receipt": "delivery_note_number"}.get(f.type, "invoice_number")
    truth[key] = f.number
    truth["issue_date"] = f.issued.isoformat()
    own: list[Pair] = [(f.word("number"), f.number), (f.word("date"), f.day(f.issued))]
    if rng.random() < 0.15:
        own.reverse()
    more: list[Pair] = []
    if f.type == "invoice" and rng.random() < 0.6:
        more.append((f.word("due"), f.day(f.due)))
        truth["due_date"] = f.due.isoformat()
    if f.type in {"invoice", "goods_receipt", "credit_note"} and rng.random() < 0.5:
        more.append((f.word("po"), f.po))
        truth["po_number"] = f.po
    if f.type == "credit_note" and rng.random() < 0.7:
        more.append((f.word("preceding"), f.preceding))
        truth["preceding_invoice_number"] = f.preceding
    if f.type in {"invoice", "purchase_order"} and rng.random() < 0.5:
        truth["payment_terms"] = rng.choice(f.words["terms"]["text"]).format(n=f.days)
        if rng.random() < 0.5:
            more.append((rng.choice(f.words["terms"]["label"]), truth["payment_terms"]))
        if f.type == "invoice":
            truth["due_date"] = f.due.isoformat()
    decoys: list[Pair] = [
        (f.word("customer"), str(rng.randrange(1000, 999999))), (f.word("our_ref"), f"{rng.randrange(100, 99999)}"),
        (f.word("contact"), rng.choice(["A. Novak", "Maria Silva", "J. Smith"])),
        (f.word("phone"), rng.choice(["+44 20 7946 0123", "030 1234567", "(512) 555-0147"])),
        (f.word("delivery_no"), f"L{rng.randrange(1000, 99999)}"),
    ]  # fmt: skip
    if f.type == "goods_receipt":
        decoys.pop()
    if f.type in {"invoice", "purchase_order"}:
        decoys.append((f.word("delivery_date"), f.day(f.issued.replace(day=max(1, f.issued.day - 5)))))
    rng.shuffle(decoys)
    rest = more + decoys[: rng.randrange(0, 4)]
    rng.shuffle(rest)
    return own + rest if rng.random() < 0.7 else rest[:1] + own + rest[1:]


def _party(c: Canvas, p: Party, x: float, y: float, *, align: Align = "left", size: float = 9) -> float:
    c.put(x, y, p.name, align=align, size=size)
    c.put(x, y + size + 3, p.street, align=align)
    c.put(x, y + size + 15, p.town, align=align)
    return y + size + 30


def _letterhead(c: Canvas, f: Facts, writer: Party, reader: Party, key: str) -> float:
    right = f.rng.random() < 0.5
    _party(c, writer, RIGHT if right else LEFT, 40, align="right" if right else "left", size=f.rng.choice([9, 14]))
    y = 120.0
    if f.rng.random() < 0.6:
        c.put(LEFT, y, _label(f.word(key), f.rng.choice([":", ""])))
        y += 13
    _party(c, reader, LEFT, y)
    c.put(LEFT if f.rng.random() < 0.5 else 380, 195, f.word("titles"), size=16)
    return 225.0


def _window(c: Canvas, f: Facts, writer: Party, reader: Party, key: str) -> float:
    """Draw a letter: small sender line above the address window, the logo as text at the right."""
    sep = f.rng.choice([" · ", ", ", " - ", " | "])
    c.put(LEFT, 118, sep.join([writer.name, writer.street, writer.town]), size=6)
    _party(c, reader, LEFT, 132)
    if f.rng.random() < 0.5:
        c.put(RIGHT, 40, writer.name, size=15, align="right")
    c.put(LEFT, 215, f.word("titles"), size=14)
    return 240.0


def _boxes(c: Canvas, f: Facts, writer: Party, reader: Party, key: str) -> float:
    """Draw both parties side by side under their labels, the title above."""
    c.put(f.rng.choice([LEFT, 400]), 40, f.word("titles"), size=18)
    own = "bill_to" if key == "vendor" else "vendor"
    x = (LEFT, 310.0) if f.rng.random() < 0.6 else (310.0, LEFT)
    colon = f.rng.choice([":", ""])
    for at, label, party in ((x[0], own, writer), (x[1], key, reader)):
        c.put(at, 80, _label(f.word(label), colon))
        _party(c, party, at, 93)
        if f.rng.random() < 0.4 and party.vat:
            c.put(at, 130, f"{f.word('vat')}{colon} {party.vat}")
    return 160.0


def _delivery(c: Canvas, f: Facts, writer: Party, reader: Party, key: str) -> float:
    """Draw a letterhead with bill-to and ship-to columns."""
    c.put(LEFT, 35, writer.name, size=16)
    c.put(LEFT, 56, f"{writer.street}, {writer.town}", size=8)
    c.put(RIGHT, 35, f.word("titles"), size=18, align="right")
    c.put(LEFT, 95, _label(f.word(key), ":"))
    _party(c, reader, LEFT, 108)
    c.put(300, 95, _label(f.word("ship_to"), ":"))
    for i, text in enumerate([reader.name, "Depot 4", reader.town]):
        c.put(300, 108 + 12 * i, text)
    return 165.0


HEADS: dict[str, Callable[[Canvas, Facts, Party, Party, str], float]] = {
    "letterhead": _letterhead, "window": _window, "boxes": _boxes, "delivery": _delivery,
}  # fmt: skip


def _right_column(c: Canvas, f: Facts, pairs: Sequence[Pair], y: float, colon: str) -> float:
    """Draw label and value side by side in two columns at the right."""
    x, value = f.rng.choice([(330.0, 450.0), (350.0, RIGHT), (LEFT, 190.0)])
    for label, text in pairs:
        c.put(x, y, _label(label, colon))
        c.put(value, y, text, align="right" if value == RIGHT else "left")
        y += 13
    return y


def _inline(c: Canvas, f: Facts, pairs: Sequence[Pair], y: float, colon: str) -> float:
    """Draw label and value in one run of words, one or two pairs a line."""
    per = f.rng.choice([1, 2])
    for start in range(0, len(pairs), per):
        for i, (label, text) in enumerate(pairs[start : start + per]):
            c.put(LEFT + 260 * i, y, f"{_label(label, colon)} {text}")
        y += 13
    return y


def _table(c: Canvas, f: Facts, pairs: Sequence[Pair], y: float, colon: str) -> float:
    """Draw a header table: labels in one row, values in the row below."""
    size = f.rng.choice([3, 4, 5])
    for start in range(0, len(pairs), size):
        part = pairs[start : start + size]
        step = (RIGHT - LEFT) / len(part)
        small = 6.5 if len(part) > 4 else 8
        for i, (label, text) in enumerate(part):
            room = step - 5
            width = max(width_of(label, small), width_of(text, small))
            tight = small if width < room else small * room / width
            c.put(LEFT + i * step, y, label, size=tight)
            c.put(LEFT + i * step, y + 14, text, size=tight)
        y += 34
    return y


def _boxed(c: Canvas, f: Facts, pairs: Sequence[Pair], y: float, colon: str) -> float:
    """Draw a grid of boxes two or three wide: small label on top, larger value below, slightly indented."""
    size = f.rng.choice([2, 3])
    step = (RIGHT - LEFT) / size
    for start in range(0, len(pairs), size):
        for i, (label, text) in enumerate(pairs[start : start + size]):
            c.put(LEFT + i * step, y, label, size=6.5)
            c.put(LEFT + i * step + f.rng.choice([0, 6, 20]), y + 10, text, size=10)
        y += 28
    return y


def _above(c: Canvas, f: Facts, pairs: Sequence[Pair], y: float, colon: str) -> float:
    """Draw one column at the right, each value under its label."""
    for label, text in pairs:
        c.put(400, y, _label(label, colon), size=7)
        c.put(400, y + 9, text, size=9)
        y += 24
    return y


def _off_baseline(c: Canvas, f: Facts, pairs: Sequence[Pair], y: float, colon: str) -> float:
    """Draw two columns whose values stand a few points off the baseline of their labels."""
    shift = f.rng.choice([-4.5, 4.5, 5.5])
    for label, text in pairs:
        c.put(330, y, _label(label, colon), size=8)
        c.put(450, y + shift, text, size=9)
        y += 18
    return y


def _values_above(c: Canvas, f: Facts, pairs: Sequence[Pair], y: float, colon: str) -> float:
    """Draw values over their small captions, as forms do."""
    step = (RIGHT - LEFT) / 3
    for start in range(0, len(pairs), 3):
        for i, (label, text) in enumerate(pairs[start : start + 3]):
            c.put(LEFT + i * step, y, text, size=10)
            c.put(LEFT + i * step, y + 12, label, size=6)
        y += 36
    return y


def _prose(c: Canvas, f: Facts, pairs: Sequence[Pair], y: float, colon: str) -> float:
    """Draw number and date as a heading, without labels of their own; the rest at the right."""
    title = f.rng.choice(f.words["titles"][f.type])
    text = f.rng.choice(f.words["prose"])
    c.put(LEFT, y, text.format(title=title, number=f.number, date=f.day(f.issued)), size=12)
    own = {f.number, f.day(f.issued)}
    rest = [p for p in pairs if p[1] not in own]
    if "{date}" not in text:
        if f.rng.random() < 0.5:
            c.put(RIGHT, y - 18, f"{f.vendor.town.split()[-1]}, {f.day(f.issued)}", align="right")
        else:
            rest.insert(0, next(p for p in pairs if p[1] == f.day(f.issued)))
    return _right_column(c, f, rest, y + 20, colon)


METAS: dict[str, Callable[[Canvas, Facts, Sequence[Pair], float, str], float]] = {
    "right_column": _right_column, "inline": _inline, "table": _table, "boxed": _boxed, "above": _above,
    "off_baseline": _off_baseline, "values_above": _values_above, "prose": _prose,
}  # fmt: skip


def _items(c: Canvas, f: Facts, y: float) -> float:
    xs = (LEFT, 330.0, 420.0, RIGHT)
    priced = f.type != "goods_receipt"
    for i, (x, text) in enumerate(zip(xs, f.words["headings"], strict=True)):
        if priced or i < 2:
            c.put(x, y, text, align="left" if i == 0 else "right", size=8.5)
    y += 15
    for name, quantity, price, amount, _ in f.items:
        c.put(LEFT, y, name)
        c.put(xs[1], y, str(quantity), align="right")
        if priced:
            c.put(xs[2], y, f.money(price), align="right")
            c.put(xs[3], y, f.money(amount), align="right")
        y += 13
    return y


def _sum_rows(f: Facts, truth: Truth) -> list[tuple[str, Decimal]]:
    """Return the rows of the sum table, and tell what they say."""
    rng = f.rng
    net = f.subtotal - f.discount + f.shipping
    truth |= {"total": str(f.total), "tax_total": str(f.tax), "subtotal": str(net), "currency": f.currency}
    rows: list[tuple[str, Decimal]] = []
    if f.discount:
        rows.append((f.word("discount"), -f.discount if rng.random() < 0.7 else f.discount))
    if f.shipping:
        rows.append((f.word("shipping"), f.shipping))
    rows.append((f.word("subtotal"), net))
    for rate, (_, tax) in f.taxes.items():
        label = f.word("tax")
        while len(f.taxes) > 1 and "{r}" not in label:
            label = f.word("tax")
        rows.append((label.format(r=rate), tax))
    rows.append((f.word("total"), f.total))
    if f.paid:
        rows += [(f.word("paid"), -f.paid if rng.random() < 0.6 else f.paid), (f.word("due_amount"), f.total - f.paid)]
        truth["amount_due"] = str(f.total - f.paid)
    elif rng.random() < 0.25 and f.type == "invoice":
        rows.append((f.word("due_amount"), f.total))
    return rows


def _totals(c: Canvas, f: Facts, y: float, truth: Truth) -> float:
    rng = f.rng
    rows = _sum_rows(f, truth)
    style = rng.choice(["right", "right", "wide", "row"])
    sign = rng.choice(
        ["{}", "{} " + f.symbol, f.symbol + "{}", f.currency + " {}", "{} " + f.currency, f.symbol + " {}"]
    )
    header_only = rng.random() < 0.3
    if header_only:
        c.put(
            LEFT,
            y,
            f"{ {'en': 'Currency', 'de': 'Währung', 'fr': 'Devise', 'es': 'Moneda', 'it': 'Valuta', 'nl': 'Valuta', 'pl': 'Waluta', 'pt': 'Moeda', 'lv': 'Valūta', 'sv': 'Valuta', 'da': 'Valuta', 'nb': 'Valuta', 'fi': 'Valuutta', 'cs': 'Měna'}[f.language] }: {f.currency}",
        )
        sign = "{}"
    elif sign == "{}":
        sign = "{} " + f.symbol
    if style == "row" and len(rows) <= 4:
        step = (RIGHT - LEFT) / len(rows)
        for i, (label, value) in enumerate(rows):
            c.put(LEFT + (i + 1) * step, y + 14, label, size=7, align="right")
            c.put(LEFT + (i + 1) * step, y + 26, sign.format(f.money(value)), align="right")
        return y + 44
    x = LEFT if style == "wide" else 360
    colon = rng.choice([":", "", ""])
    upper = rng.random() < 0.15
    for label, value in rows:
        text = _label(label.upper() if upper else label, colon)
        if width_of(text, 9) + width_of(sign.format(f.money(value)), 9) > RIGHT - x - 12:
            c.put(x - 90, y, text)
        else:
            c.put(x, y, text)
        c.put(RIGHT, y, sign.format(f.money(value)), align="right")
        y += 13
    return y


def _foot(c: Canvas, f: Facts, writer: Party, truth: Truth) -> None:
    """Draw the company data at the foot: three or four columns, or running lines."""
    rng = f.rng
    side = "buyer" if f.type == "purchase_order" else "vendor"
    groups: list[list[str]] = [[writer.name, writer.street, writer.town]]
    ids = [f"{f.word('vat')}{rng.choice([':', ''])} {writer.vat}".replace("::", ":")]
    truth[f"{side}_tax_id"] = writer.vat
    if writer.register:
        ids.append(f"{writer.register[0]} {writer.register[1]}")
        if side == "vendor":
            truth["vendor_registration_id"] = writer.register[1]
    groups.append(
        [
            f"{f.word('phone')} +49 30 901820",
            f"info@{''.join(c for c in writer.name.split()[0].lower() if c.isascii())}.example",
        ]
    )
    groups.append(ids)
    if writer.iban:
        spaced = " ".join(writer.iban[i : i + 4] for i in range(0, len(writer.iban), 4))
        groups.append(
            [
                rng.choice(["Banca Test", "Sparkasse", "ING"]),
                f"{f.word('iban')} {rng.choice([spaced, writer.iban])}",
                "BIC TESTDEFF",
            ]
        )
        if side == "vendor":
            truth["vendor_iban"] = writer.iban
    rng.shuffle(groups)
    if rng.random() < 0.6:
        step = (RIGHT - LEFT) / len(groups)
        for i, group in enumerate(groups):
            for j, text in enumerate(group):
                c.put(LEFT + i * step, 780 + 9 * j, text, size=5.5)
    else:
        for j, group in enumerate(groups):
            c.put(LEFT, 770 + 11 * j, rng.choice([" · ", " | ", ", "]).join(group), size=7)
