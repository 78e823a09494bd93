"""Makes the files of a recipe, with their truth."""

import random
from collections.abc import Callable
from decimal import Decimal
from types import ModuleType
from typing import NamedTuple

import numpy as np
from PIL import Image

from admin.samples import bundle, ids, mail, notation, ocr, payment_codes, plain, truth
from admin.samples.compose import Wish, order_number, reckon, rounded, write, write_receipt
from admin.samples.model import Expect, Paper, Sample
from admin.samples.pages import invoice, letter, receipt, till
from admin.samples.pages.layouts import LAYOUTS, Layout, layout
from admin.samples.pages.table import columns_of
from admin.samples.raster import image_pdf, photo, scan, thermal
from admin.samples.recipe import POST, Form, Recipe
from admin.samples.words import say
from admin.samples.world import company, vendor
from admin.samples.xml import hybrid
from admin.samples.xml import invoice as xml

PASSWORD = "lindenhof"  # noqa: S105 - opens the one encrypted sample, and nothing else
_ENDINGS = {
    "photo": "jpg",
    "png": "png",
    "tiff": "tif",
    "ubl": "xml",
    "cii": "xml",
    "mail": "eml",
    "body": "eml",
    "text": "txt",
    "ocr": "json",
}
_WORDED = {"text": plain.TEXT, "body": plain.BODY}
"""How papers look that are words and no pages."""


class Made(NamedTuple):
    """A file, the truth rows that belong to it (a mail has one for each attachment), and the paper."""

    name: str
    data: bytes
    samples: tuple[Sample, ...]
    paper: Paper
    parts: tuple[Paper, ...] = ()
    """The papers of a bundle."""


def paper(recipe: Recipe, seed: int) -> Paper:
    """Return the paper of a recipe, flaws of content included."""
    if recipe.original is not None:
        written = paper(recipe.original, seed)
    else:
        rng = random.Random(f"{seed}/{recipe.name}")
        written = _write(rng, recipe)
    return _coded(_flawed(written, recipe, seed), recipe, seed)


def _write(rng: random.Random, recipe: Recipe) -> Paper:
    seller, wish = vendor(recipe.vendor), recipe.wish
    if wish.type == "receipt":
        return write_receipt(rng, seller)
    if recipe.order:
        wish = Wish(**{**vars(wish), "po_number": order_number(rng)})
    if "discount" not in _look(recipe).columns and recipe.kind not in {"ubl", "cii"}:
        wish = Wish(**{**vars(wish), "line_discounts": False})
    if recipe.kind in _WORDED:
        # one line of text an item
        wish = Wish(**{**vars(wish), "details": False})
    if wish.type == "purchase_order":
        # a customer writes it to the buying company
        return write(rng, seller, wish, buyer=company(), currency=seller.currency)
    return write(rng, seller, wish)


def _flawed(paper: Paper, recipe: Recipe, seed: int) -> Paper:
    if recipe.flaw == "wrong_sum":
        sums = paper.sums.model_copy(update={"total": paper.sums.total + Decimal("90.00")})
        return paper.model_copy(update={"sums": sums})
    if recipe.flaw == "new_account":
        rng = random.Random(f"{seed}/{recipe.name}/account")
        account = {"iban": ids.iban(rng, paper.seller.country), "bic": ids.bic(rng, paper.seller.country)}
        return paper.model_copy(update={"seller": paper.seller.model_copy(update=account)})
    if recipe.flaw == "hidden_total":
        other = rounded(paper.sums.total * 10, paper.currency)
        amount = notation.money(other, country=paper.seller.country, currency=paper.currency, style="code_after")
        return paper.model_copy(update={"hidden": f"{say(paper.language, 'total')} {amount}"})
    # the code of the original names the original's total
    return _dearer(paper).model_copy(update={"code": ""}) if recipe.flaw == "other_total" else paper


def _coded(paper: Paper, recipe: Recipe, seed: int) -> Paper:
    """Return the paper with its payment code; a swapped one sends the money to another account."""
    if not recipe.code:
        return paper
    rng = random.Random(f"{seed}/{recipe.name}/code")
    other = ids.iban(rng, paper.seller.country) if recipe.flaw == "swapped_code" else ""
    code = payment_codes.giro(paper, iban=other) if recipe.code == "giro" else payment_codes.swiss(paper)
    return paper.model_copy(update={"code": code})


def _dearer(paper: Paper) -> Paper:
    """Return the paper with one more of its first item, added up anew."""
    first = paper.items[0]
    quantity = first.quantity + 1
    amount = rounded(quantity * first.unit_price * (100 - first.discount) / 100, paper.currency)
    items = (first.model_copy(update={"quantity": quantity, "amount": amount}), *paper.items[1:])
    sums = reckon(items, currency=paper.currency, discount_percent=paper.discount_percent, freight=paper.sums.charge)
    return paper.model_copy(update={"items": items, "sums": sums})


def make(recipe: Recipe, seed: int, *, name: str, original_name: str = "") -> Made:
    """Return the file of a recipe under `name` (without ending), with its truth."""
    if recipe.is_same_file and recipe.original is not None:
        copied = make(recipe.original, seed, name=name)
        update = {"expect": recipe.expect, "duplicate_of": original_name, "about": recipe.about}
        return copied._replace(samples=tuple(sample.model_copy(update=update) for sample in copied.samples))
    if recipe.parts:
        return _bundle(recipe, seed, f"{name}.pdf")
    written = paper(recipe, seed)
    ending = _ENDINGS.get(recipe.kind, "pdf")
    if recipe.kind == "mail":
        return _mail(recipe, written, seed, f"{name}.{ending}")
    data, pages = _data(recipe, written, seed)
    file = f"{name}.{ending}"
    # the body of a mail becomes a document under the mail's subject
    inside = f"#{mail.subject(written).replace('/', '-')}.html" if recipe.kind == "body" else ""
    sample = describe(recipe, written, file=file + inside, pages=pages)
    return Made(file, data, (sample.model_copy(update={"duplicate_of": original_name or None}),), written)


def describe(recipe: Recipe, written: Paper, *, file: str, pages: int, expect: Expect | None = None) -> Sample:
    """Return the truth of one file."""
    look = None if recipe.kind in {"ubl", "cii"} else _look(recipe)
    name, step = look.name if look else "en16931", 10 if look and look.wording else 1
    shown = columns_of(look, written) if look else xml.COLUMNS
    fields = truth.fields(written, look)
    if written.type == "receipt":
        name, fields, shown = _slip(layout(recipe.layout)).LAYOUT, truth.receipt_fields(written), receipt.COLUMNS
    if recipe.kind == "broken" or written.type == "unknown":
        return Sample(
            file=file, kind=recipe.kind, type="unknown", language=written.language if written.type == "unknown" else None,
            layout="letter" if written.type == "unknown" else "none", pages=pages, expect=recipe.expect, about=recipe.about,
        )  # fmt: skip
    return Sample(
        file=file, kind=recipe.kind, type=written.type, language=written.language, layout=name, pages=pages, fields=fields,
        lines=truth.lines(written, shown, step=step, glue=" " if look else " - "), taxes=truth.taxes(written), expect=expect or recipe.expect, about=recipe.about,
    )  # fmt: skip


def _data(recipe: Recipe, written: Paper, seed: int) -> tuple[bytes, int]:
    if recipe.kind in {"ubl", "cii"}:
        return xml.write(written, "ubl" if recipe.kind == "ubl" else "cii"), 1
    if recipe.kind == "broken":
        return _BREAK[recipe.flaw](written, layout(recipe.layout)), 0
    if recipe.kind in {*_WORDED, "ocr"}:
        return _read_already(recipe, written, seed)
    pdf, pages = _pdf(written, layout(recipe.layout))
    if recipe.kind == "hybrid":
        data = _dearer(written) if recipe.flaw == "contradiction" else written
        return hybrid.attach(pdf, xml.write(data, "cii")), pages
    if recipe.kind == "digital":
        return pdf, pages
    return _picture(recipe.kind, pdf, recipe.form, written, np.random.default_rng([seed, *recipe.name.encode()])), pages


def _read_already(recipe: Recipe, written: Paper, seed: int) -> tuple[bytes, int]:
    """Return words without a picture, and the number of pages: a text, a mail, or what a service answers about the drawn paper."""
    if recipe.kind == "text":
        return plain.text(written).encode(), 1
    if recipe.kind == "body":
        return mail.write_body(written, plain.body(written)), 1
    look = layout(recipe.layout)
    sheet = invoice.lay_out(written, look)
    return ocr.write(written, look, sheet, recipe.service, random.Random(f"{seed}/{recipe.name}/ocr")), sheet.page


def _look(recipe: Recipe) -> Layout:
    return _WORDED.get(recipe.kind) or layout(recipe.layout)


def _pdf(written: Paper, look: Layout) -> tuple[bytes, int]:
    if written.type == "receipt":
        return _slip(look).draw(written), 1
    if written.type == "unknown":
        return letter.draw(written, look), 1
    return invoice.draw(written, look)


def _slip(look: Layout) -> ModuleType:
    """Return who draws a till receipt: the plain strip for the house's first layout, the busy one for all others."""
    return receipt if look.name == LAYOUTS[0].name else till


def _picture(kind: str, pdf: bytes, form: Form, written: Paper, noise: np.random.Generator) -> bytes:
    pages = scan.render(pdf, dpi=form.dpi, mode="RGB" if kind == "photo" else "L")
    if form.fading or form.creases:
        pages = [thermal.worn(page, noise, fading=form.fading, creases=form.creases) for page in pages]
    if kind == "photo":
        return scan.jpeg(
            photo.photographed(pages[0], noise, tilt=form.tilt, darkness=form.darkness), quality=58, dpi=72
        )
    stamped = written.issued if form.has_stamp else None
    pages = [scan.scanned(page, noise, angle=form.angle, dirt=form.dirt, stamped=stamped) for page in pages]
    if not form.has_grey:
        pages = [scan.black_and_white(page) for page in pages]
    writers: dict[str, Callable[[list[Image.Image]], bytes]] = {
        "scan": lambda images: image_pdf.wrap(images, dpi=form.dpi),
        "png": lambda images: scan.png(images[0], dpi=form.dpi),
        "tiff": lambda images: scan.tiff(images, dpi=form.dpi),
    }
    return writers[kind](pages)


def _mail(recipe: Recipe, written: Paper, seed: int, file: str) -> Made:
    """Return a mail with the paper as PDF and a second one of the same vendor, as XML where it has a VAT number for that."""
    second = write(random.Random(f"{seed}/{recipe.name}/second"), written.seller, Wish(lines=(1, 3)))
    as_data = written.seller.country in {"DE", "AT", "FR", "NL", "IT", "ES", "BE"}
    pdf, pages = _pdf(written, layout(recipe.layout))
    names = (f"{_safe(written.number)}.pdf", f"{_safe(second.number)}.{'xml' if as_data else 'pdf'}")
    other = xml.write(second, "ubl") if as_data else _pdf(second, layout(recipe.layout))[0]
    data = mail.write(written, list(zip(names, (pdf, other), strict=True)))
    samples = (
        describe(recipe, written, file=f"{file}#{names[0]}", pages=pages),
        describe(
            recipe.model_copy(update={"kind": "ubl" if as_data else "digital"}),
            second,
            file=f"{file}#{names[1]}",
            pages=1,
            expect=POST,
        ).model_copy(update={"kind": "mail"}),
    )
    return Made(file, data, samples, written)


def _bundle(recipe: Recipe, seed: int, file: str) -> Made:
    """Return several papers in one file, with a truth row for each: `bundle.pdf#bundle, pages 2-3.pdf`."""
    papers = [paper(part, seed) for part in recipe.parts]
    drawn = [_pdf(written, layout(part.layout)) for part, written in zip(recipe.parts, papers, strict=True)]
    noise = np.random.default_rng([seed, *recipe.name.encode()])
    form = recipe.form if recipe.is_scanned else None
    made = bundle.stack(drawn, form=form, has_separators=recipe.has_separators, noise=noise)
    stem = file.removesuffix(".pdf")
    samples = tuple(
        describe(part, written, file=f"{file}#{stem}, {bundle.pages_in_words(pages)}.pdf", pages=len(pages)).model_copy(
            update={"kind": "bundle", "about": recipe.about}
        )
        for part, written, pages in zip(recipe.parts, papers, made.pages, strict=True)
    )
    return Made(file, made.data, samples, papers[0], tuple(papers))


def _safe(number: str) -> str:
    return number.replace("/", "-").replace(" ", "_")


def _truncated(written: Paper, look: Layout) -> bytes:
    pdf, _ = _pdf(written, look)
    # any longer, and a good reader mends it to a blank page
    return pdf[: len(pdf) // 6]


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BREAK: dict[str, Callable[[Paper, Layout], bytes]] = {
    "truncated": _truncated,
    "empty": lambda _paper, _look: b"",
    "encrypted": lambda written, look: invoice.draw(written, look, password=PASSWORD)[0],
    # the old binary format of word processors, under the name of a PDF
    "not_a_pdf": lambda written, _look: _OLE + f"Invoice {written.number}".encode("utf-16-le").ljust(504, b"\0"),
}
