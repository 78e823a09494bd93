"""Second copies of an invoice: the same claim, seen through another scanner, channel or hand."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from tests.stages.duplicates.invoices import Line, Paper

Copy = Callable[[random.Random, Paper], Paper]

_LOOKS_LIKE = {
    "0": "OOODQ", "O": "000DQ", "1": "IIlL7", "I": "11lL", "L": "1I", "5": "SSS6", "S": "555", "8": "BBB3", "B": "888",
    "2": "ZZ", "Z": "22", "6": "GGb", "G": "66C", "9": "gq", "D": "00O", "7": "1T", "3": "8", "E": "F", "F": "E",
    "A": "4", "4": "A", "T": "7", "Q": "0O", "C": "G", "R": "K", "V": "U", "M": "N",
}  # fmt: skip
"""What a bad scan makes of a sign; the more often it stands there, the more usual."""


def smudge(rng: random.Random, number: str, times: int = 1) -> str:
    """Return a number in which a bad scan changed signs into what they look like."""
    signs = list(number)
    places = [i for i, sign in enumerate(signs) if sign.upper() in _LOOKS_LIKE]
    for place in rng.sample(places, min(times, len(places))):
        signs[place] = rng.choice(_LOOKS_LIKE[signs[place].upper()])
    return "".join(signs)


def _blur(rng: random.Random, paper: Paper, odds: float = 0.25) -> Paper:
    """Return it with words of its lines misread and now and then a line or a field lost."""

    def line(one: Line) -> Line:
        text, code = one.description, one.item_code
        if rng.random() < odds:
            at = rng.randrange(len(text))
            text = text[:at] + rng.choice("aeiln1. ") + text[at + 1 :]
        if rng.random() < odds / 3:
            code = ""
        return replace(one, description=text, item_code=code)

    made = replace(paper, lines=tuple(line(one) for one in paper.lines))
    lost = [
        n for n in ("customer_number", "delivery_note_number", "due_date", "vendor_iban") if rng.random() < odds / 3
    ]
    return made.without(*lost)


def rescan(rng: random.Random, paper: Paper) -> Paper:
    return _blur(rng, paper)


def noisy_number(rng: random.Random, paper: Paper) -> Paper:
    return _blur(rng, replace(paper, number=smudge(rng, paper.number, rng.choice((1, 1, 1, 2, 2, 3)))))


def separators(rng: random.Random, paper: Paper) -> Paper:
    number = paper.number
    for sign in "-/. ":
        number = number.replace(sign, rng.choice(("", " ", "-", "/", ".")))
    return _blur(rng, replace(paper, number=number))


def prefix(rng: random.Random, paper: Paper) -> Paper:
    letters = len(paper.number) - len(paper.number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ-/. "))
    bare = paper.number[letters:]
    is_dropped = letters > 0 and len(bare) > 3 and rng.random() < 0.5
    put = rng.choice(("RE-", "RE", "INV", "INV-", "No. ", "Nr. ", "#", "FACT ", "R-", "Rechnung ", "Invoice "))
    return _blur(rng, replace(paper, number=bare if is_dropped else f"{put}{paper.number}"))


def leading_zeros(rng: random.Random, paper: Paper) -> Paper:
    number = paper.number.lstrip("0") if paper.number.startswith("0") else f"{'0' * rng.randint(1, 4)}{paper.number}"
    return _blur(rng, replace(paper, number=number))


def copy_suffix(rng: random.Random, paper: Paper) -> Paper:
    put = rng.choice(("-COPY", " COPY", " Kopie", "-K", " (2)", " Duplikat", " duplicata", "/1", "-01", "_2", " copia"))
    return _blur(rng, replace(paper, number=f"{paper.number}{put}"))


def reminder(rng: random.Random, paper: Paper) -> Paper:
    made = _blur(rng, paper)
    if rng.random() < 0.4:
        made = replace(made, issued=paper.issued + timedelta(days=rng.choice((14, 21, 30, 35, 45, 60))))
        if "due_date" in made.extra and rng.random() < 0.5:
            made = made.with_extra(due_date=(made.issued + timedelta(days=10)).isoformat())
    if rng.random() < 0.25:
        made = replace(made, total_read=paper.total + rng.choice((5, 10, 40)))
    elif rng.random() < 0.3:
        made = replace(made, number=smudge(rng, made.number))
    return made


def mail_body(rng: random.Random, paper: Paper) -> Paper:
    number = paper.number if rng.random() < 0.6 else paper.number.replace("-", "").replace("/", " ")
    lost = ("lines", "subtotal", "tax_total", "delivery_note_number", "vendor_iban", "customer_number", "buyer_tax_id")
    return replace(paper, number=number).without(*(name for name in lost if rng.random() < 0.8), "lines")


def edi(rng: random.Random, paper: Paper) -> Paper:
    number = "".join(c for c in paper.number if c.isalnum()).upper().rjust(rng.choice((1, 12, 16)), "0")
    lines = tuple(replace(line, description=line.item_code or f"ART {i}") for i, line in enumerate(paper.lines))
    return replace(paper, number=number, lines=lines).without("vendor_iban", "customer_number")


def sister_entity(rng: random.Random, paper: Paper) -> Paper:
    made = _blur(rng, paper) if rng.random() < 0.5 else paper
    return replace(made, buyer=("Muster Service GmbH", "DE811234567"))


def vendor_twice(rng: random.Random, paper: Paper) -> Paper:
    same = rng.choice(("tax_id", "iban", "both"))
    twin = replace(
        paper.vendor, id=f"9{paper.vendor.id}", name=paper.vendor.name.rpartition(" ")[0],
        tax_id=paper.vendor.tax_id if same != "iban" else "", iban=paper.vendor.iban if same != "tax_id" else "",
    )  # fmt: skip
    number = paper.number if rng.random() < 0.7 else smudge(rng, paper.number)
    made = _blur(rng, replace(paper, number=number))
    kept = {k: v for k, v in made.extra.items() if k != "vendor_iban"}
    return replace(made, vendor=twin, extra=kept)


def renumbered(rng: random.Random, paper: Paper) -> Paper:
    serial = paper.serial + rng.randint(1, 400)
    later = paper.issued + timedelta(days=rng.choice((0, 0, 0, 1, 2)))
    return replace(paper, serial=serial, number=paper.vendor.numbering(rng, serial, paper.issued), issued=later)


def misread_total(rng: random.Random, paper: Paper) -> Paper:
    digits = list(str(paper.total))
    at = rng.choice([i for i, sign in enumerate(digits) if sign.isdigit()])
    digits[at] = rng.choice([d for d in "1234567890" if d != digits[at]])
    number = paper.number if rng.random() < 0.6 else smudge(rng, paper.number)
    return _blur(rng, replace(paper, number=number, total_read=Decimal("".join(digits))))


def misread_date(rng: random.Random, paper: Paper) -> Paper:
    day = paper.issued
    if rng.random() < 0.5 and day.day <= 12:
        wrong = date(day.year, day.day, day.month)
    elif rng.random() < 0.5:
        is_leap_day = (day.month, day.day) == (2, 29)
        wrong = day.replace(year=day.year + rng.choice((-1, 1, -10)), day=28 if is_leap_day else day.day)
    else:
        wrong = day.replace(day=rng.randint(1, 28))
    number = paper.number if rng.random() < 0.6 else smudge(rng, paper.number)
    return _blur(rng, replace(paper, number=number, issued=wrong))


def lost_sign(rng: random.Random, paper: Paper) -> Paper:
    at = rng.randrange(len(paper.number))
    put = "" if rng.random() < 0.6 else paper.number[at] * 2
    return _blur(rng, replace(paper, number=paper.number[:at] + put + paper.number[at + 1 :]))


def lines_lost(rng: random.Random, paper: Paper) -> Paper:
    """A scan on which some lines were not read, or one amount wrongly; the foot was read well."""
    kept = tuple(line for line in paper.lines if rng.random() < 0.6) or paper.lines[:1]
    if rng.random() < 0.3:
        kept = (replace(kept[0], unit_price=kept[0].unit_price + rng.choice((1, 10, 100))), *kept[1:])
    number = paper.number if rng.random() < 0.7 else smudge(rng, paper.number)
    made = _blur(rng, replace(paper, lines=kept, number=number, total_read=paper.total))
    return made.with_extra(subtotal=str(paper.subtotal), tax_total=str(paper.tax))


def fax(rng: random.Random, paper: Paper) -> Paper:
    """Most of the small print is lost, the number suffered twice."""
    made = _blur(rng, replace(paper, number=smudge(rng, paper.number, rng.choice((0, 1, 2)))), odds=0.9)
    names = ("vendor_tax_id", "vendor_iban", "buyer_tax_id", "customer_number", "delivery_note_number", "due_date")
    return made.without(*(name for name in names if rng.random() < 0.5), *(("lines",) if rng.random() < 0.4 else ()))


def e_invoice(rng: random.Random, paper: Paper) -> Paper:
    """The same invoice as data: exact, with other words for the lines and for the names."""
    lines = tuple(replace(line, description=f"{line.item_code} {line.description}".upper()) for line in paper.lines)
    buyer = (rng.choice((paper.buyer[0].upper(), f"{paper.buyer[0]}, Einkauf")), paper.buyer[1])
    return replace(paper, lines=lines, buyer=buyer).with_extra(buyer_reference="04011000-1234512345-06")


def unknown_vendor(rng: random.Random, paper: Paper) -> Paper:
    """It was not matched with master data; what stands on the paper has to do."""
    made = _blur(rng, paper if rng.random() < 0.6 else replace(paper, number=smudge(rng, paper.number)))
    return replace(made, is_matched=False).without("vendor_iban" if rng.random() < 0.5 else "vendor_tax_id")


def typed_into_erp(rng: random.Random, paper: Paper) -> Paper:
    """As a clerk keyed it: no lines, references of at most sixteen signs, often without the label or in capitals."""
    number = paper.number.upper()
    if rng.random() < 0.4:
        number = "".join(sign for sign in number if sign.isalnum())
    if rng.random() < 0.3:
        number = number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ-/. ") or number
    made = replace(paper, number=number[:16], buyer=("", "")).without("lines", "subtotal", "tax_total", "due_date")
    lost = [name for name in ("po_number", "vendor_iban", "vendor_tax_id") if rng.random() < 0.5]
    return made.without("delivery_note_number", "customer_number", "contract_number", *lost)


def several_at_once(rng: random.Random, paper: Paper) -> Paper:
    ways = (
        noisy_number, separators, prefix, leading_zeros, edi, rescan, sister_entity, copy_suffix, e_invoice, vendor_twice,
        lines_lost,
    )  # fmt: skip
    first, second = rng.sample(ways, 2)
    return second(rng, first(rng, paper))


COPIES: Mapping[str, Copy] = {
    "rescan": rescan, "noisy number": noisy_number, "separators": separators, "prefix": prefix,
    "leading zeros": leading_zeros, "copy suffix": copy_suffix, "reminder": reminder, "mail body": mail_body,
    "edi": edi, "sister entity": sister_entity, "vendor twice": vendor_twice, "renumbered": renumbered,
    "misread total": misread_total, "misread date": misread_date, "lost sign": lost_sign, "lines lost": lines_lost,
    "fax": fax, "e-invoice": e_invoice, "unknown vendor": unknown_vendor, "typed into the ERP": typed_into_erp,
    "several at once": several_at_once,
}  # fmt: skip
