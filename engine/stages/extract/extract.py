"""From pages of words to named, typed values with their places and confidence."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.content.vocabulary import LabelName, Vocabulary
from engine.model.field import Row
from engine.model.page import Reading
from engine.model.record import Classification, Extraction
from engine.stages.extract.blocks import Block, Cell, blocks_of, has_postcode
from engine.stages.extract.build import Origin, field, found, line_rows, spot_of, tax_row
from engine.stages.extract.candidates import (
    Marked,
    Spot,
    amount_spots,
    plain,
    without_labels,
)
from engine.stages.extract.choose import Choice, Sums, choose, choose_sums, ranked
from engine.stages.extract.currency import choose_currency
from engine.stages.extract.evidence import Evidence, evidence_of
from engine.stages.extract.identities import identities
from engine.stages.extract.issued import dates
from engine.stages.extract.lexicon import Lexicon, fold, lexicon_of
from engine.stages.extract.lines.line_table import line_table
from engine.stages.extract.lines_of_text import sheets_of
from engine.stages.extract.marks import mark
from engine.stages.extract.names import BULLETS, is_form, is_initialled, name_in, without_digits
from engine.stages.extract.numbers import numbers
from engine.stages.extract.parties import address_of, addressees, labelled_party, sender_line
from engine.stages.extract.receipts.receipt import extract_receipt
from engine.stages.extract.receipts.slip import is_slip
from engine.stages.extract.receipts.wording import wording_of
from engine.stages.extract.taxes import TaxRow, tax_rows
from engine.stages.extract.terms import terms_of
from engine.stages.extract.vendors import labelled_in_full, names_street, vendor_names

_ORDERS = frozenset({"purchase_order", "order_form"})
_ADDRESS_LINES = 2
"""Street and town; more lines hold something else as well."""
_SENDER_PARTS = 3
_SET_OFF, _ASIDE = 1.5, 60.0
"""Line heights below and points beside a name in which its address begins."""
_MISNAMED, _PERSON = 0.3, 0.6
_OF_DOCUMENT: frozenset[LabelName] = frozenset(
    {"po_number", "order_date", "issue_date", "delivery_date", "payment_terms", "invoice_number"}
)
"""Labels that no party's address block holds."""

Pages = Sequence[Sequence[Marked]]


def extract(
    reading: Reading, *, document_id: str, classification: Classification, vocabularies: Mapping[str, Vocabulary]
) -> Extraction:
    """Return what stands on the printed pages. Embedded data is not looked at."""
    return extract_with_evidence(
        reading, document_id=document_id, classification=classification, vocabularies=vocabularies
    )[0]


def extract_with_evidence(
    reading: Reading, *, document_id: str, classification: Classification, vocabularies: Mapping[str, Vocabulary]
) -> tuple[Extraction, Mapping[str, Evidence]]:
    """Return what stands on the printed pages, and by field name what speaks for each header value.

    Receipts come without evidence: they are read on a path of their own.
    """
    lexicon = lexicon_of(vocabularies)
    sheets = sheets_of(reading)
    wording = wording_of(vocabularies)
    if wording is not None and is_slip(sheets, classification.type, wording):
        return extract_receipt(reading, document_id=document_id, classification=classification, wording=wording), {}
    pages, conventions = mark(sheets, lexicon, classification.language)
    origin = Origin({p.number: p.by for p in reading.pages}, lexicon.ref(classification.language))
    table = line_table(pages, sheets, lexicon, _printed_sums(pages))
    lines = line_rows(table.rows, origin)
    rates = tax_rows(pages, skip=table.used)
    is_priceless = classification.type == "goods_receipt"
    sums = _sums(without_labels(pages, table.headings), rates, lines, table.used, is_priceless=is_priceless)
    is_order = classification.type in _ORDERS and not _is_reply(classification, lexicon)
    parties, block = _parties(pages, lexicon, is_order=is_order)
    known = numbers(pages, classification)
    header: dict[str, Choice | None] = {
        **dates(pages, conventions, classification, lexicon, table.headings, _own(known)), **known,
        **identities(
            pages, registers=lexicon.registers, buyers=() if is_order else block,
            vendors=block if is_order else None, yours=lexicon.yours,
        ),
        "subtotal": sums.subtotal, "tax_total": sums.tax_total, "total": sums.total, "amount_due": sums.amount_due,
        "discount_total": sums.discount_total, "charge_total": sums.charge_total,
        "currency": choose_currency(pages, sums, lexicon, classification.language), "payment_terms": terms_of(pages, lexicon),
    }  # fmt: skip
    header |= parties
    if any(marked.is_ocr for page in pages for marked in page[:1]):
        header |= {name: _without_digits(header.get(name)) for name in ("vendor_name", "buyer_name")}
    chosen = {name: choice for name, choice in header.items() if choice is not None}
    fields = tuple(field(name, choice, origin) for name, choice in chosen.items())
    extraction = Extraction(
        document_id=document_id, classification=classification, page_count=reading.page_count or len(reading.pages),
        fields=fields, lines=lines, taxes=tuple(tax_row(row, origin, agrees=sums.agrees) for row in rates),
    )  # fmt: skip
    return extraction, {name: evidence_of(choice) for name, choice in chosen.items()}


def _printed_sums(pages: Pages) -> list[Decimal]:
    """Return the labelled net and gross sums that a list of items may add up to."""
    names: tuple[LabelName, ...] = ("subtotal", "total", "amount_due")
    return [Decimal(s.value) for name in names for page in pages for s in amount_spots(name, page) if s.score > 0.5]  # noqa: PLR2004


def _own(known: Mapping[str, Choice | None]) -> Choice | None:
    """Return the document's own number, which comes first."""
    return next(iter(known.values()), None)


def _flat(pages: Pages) -> list[Marked]:
    return [marked for page in pages for marked in page]


def _sums(
    pages: Pages, rates: Sequence[TaxRow], lines: Sequence[Row], used: frozenset[tuple[int, int]], *, is_priceless: bool
) -> Sums:
    """Return the sums of the foot; the largest amount is no total on a document that seldom has prices."""

    def spots(*names: LabelName) -> list[Spot]:
        """Return labelled amounts; those on the rows of the line table are seldom sums."""
        return [s._replace(score=0.4 * s.score) if (s.line.page, s.line.index) in used else s for s in _spots(*names)]

    def _spots(*names: LabelName) -> list[Spot]:
        return [s for name in names for page in pages for s in amount_spots(name, page)]

    total, due = spots("total"), spots("amount_due")
    tax, subtotal = spots("tax_total"), spots("subtotal")
    if rates:
        last = rates[-1]
        tax_sum = sum((row.tax.value for row in rates), Decimal(0))
        tax.append(spot_of(last.tax, 0.6)._replace(value=plain(tax_sum)))
        bases = [row.base for row in rates if row.base]
        if bases and len(bases) == len(rates):
            base_sum = sum((base.value for base in bases), Decimal(0))
            subtotal.append(spot_of(bases[-1], 0.5)._replace(value=plain(base_sum)))
    # a total whose `excl. tax` was not understood may be the net sum
    subtotal += [s._replace(score=_MISNAMED * s.score, proof=0.0) for s in total]
    total += _unlabelled(pages, subtotal, tax) if total or due or is_priceless else _largest(pages)
    amounts = [Decimal(f.value) for row in lines for f in row if f.name == "amount"]
    return choose_sums(
        subtotal=subtotal, tax=tax, total=total, due=due, discount=spots("discount_total"),
        charge=spots("charge_total"), line_sum=sum(amounts, Decimal(0)) if amounts else None,
    )  # fmt: skip


def _unlabelled(pages: Pages, subtotal: Sequence[Spot], tax: Sequence[Spot]) -> list[Spot]:
    """Return printed amounts that are the sum of a labelled net and tax, whatever their own label says."""
    wanted = {
        Decimal(s.value) + Decimal(t.value) for s in ranked(subtotal)[:6] for t in ranked(tax)[:6] if Decimal(t.value)
    }
    return [
        spot_of(a, 0.25) for m in _flat(pages) for a in m.amounts if not a.is_percent and a.value in wanted and a.decimals
    ]  # fmt: skip


def _largest(pages: Pages) -> list[Spot]:
    """Return the largest amounts as a last resort when no label names a total."""
    money = [a for m in _flat(pages) for a in m.amounts if not a.is_percent and (a.decimals == 2 or a.currency)]  # noqa: PLR2004
    return [spot_of(a, 0.35 - 0.05 * rank) for rank, a in enumerate(sorted(money, key=lambda a: -a.value)[:3])]


def _is_reply(classification: Classification, lexicon: Lexicon) -> bool:
    """Tell whether the seller wrote the document, as a confirmation of an order."""
    title = fold(classification.evidence[0]) if classification.evidence else ""
    return any(word in title for word in lexicon.replies)


def _parties(pages: Pages, lexicon: Lexicon, *, is_order: bool) -> tuple[dict[str, Choice | None], Sequence[Cell]]:
    """Return the names and the vendor's address, and the cells of the block that the addressee's name stands in."""
    if not pages:
        return {}, ()
    first = pages[0]
    blocks = blocks_of(first)
    sender = sender_line(first, lexicon)
    buyers = [spot for spot, _ in labelled_party("buyer", first, blocks, lexicon)]
    labelled = ranked(buyers)
    announced = labelled_party("vendor", first, blocks, lexicon)
    named = [labelled_in_full(spot, block, pages, lexicon) for spot, block in announced]
    names = [*named, *vendor_names(pages, blocks, buyer=labelled[0] if labelled else None, lexicon=lexicon)]
    if any(_has_form(s, lexicon) for s in names):
        # `Seller: A. Novak` is a person where a company stands elsewhere
        names = [s if _has_form(s, lexicon) or s not in named else s._replace(score=_PERSON * s.score) for s in names]
    if sender is not None and not names_street(name_in(sender, 0.8, lexicon), sender, lexicon):
        names.append(name_in(sender, 0.8, lexicon))
    vendor = choose(names, least=0.3)
    buyers += addressees(first, blocks, vendor=vendor.spot.value if vendor else "", sender=sender, lexicon=lexicon)
    buyer = choose([s for s in buyers if not vendor or fold(s.value) != fold(vendor.spot.value)], least=0.3)
    if is_order:
        # an order is written by the buyer: the letterhead is the buyer's and the addressee sells
        seller = (
            choose([s for s in named if not is_initialled(s.value)], least=0.3)
            or buyer or choose(named, least=0.3) or _second_company(vendor, names, lexicon)
        )  # fmt: skip
        writer = choose(labelled, least=0.3) if named else None
        cells = _before_labels(_block_of(seller, writer or vendor, blocks), first)
        ordering = writer or _other(seller, vendor, names)
        own = _before_labels(_block_of(ordering, seller, blocks), first)
        return {
            "vendor_name": seller, "vendor_address": _address(seller, ordering, blocks, lexicon) or _address_in(cells),
            "buyer_name": ordering, "buyer_address": _address(ordering, seller, blocks, lexicon) or _address_in(own),
        }, cells  # fmt: skip
    cells = _block_of(buyer, vendor, blocks)
    return {
        "vendor_name": vendor,
        "vendor_address": _address(vendor, buyer, blocks, lexicon),
        "buyer_name": buyer,
    }, cells


def _before_labels(cells: Sequence[Cell], page: Sequence[Marked]) -> Sequence[Cell]:
    """Return the cells of a party as far as the details of the document, which may follow it closely."""
    of_document = {(m.line.index, h.start) for m in page for h in m.labels if h.name in _OF_DOCUMENT}
    stop = next((at for at, cell in enumerate(cells) if (cell.line.index, cell.start) in of_document), len(cells))
    return cells[:stop]


def _without_digits(choice: Choice | None) -> Choice | None:
    return choice and choice._replace(spot=choice.spot._replace(value=without_digits(choice.spot.value)))


def _has_form(spot: Spot, lexicon: Lexicon) -> bool:
    return any(is_form(spot.line, index, lexicon) for index in range(spot.start, spot.end))


def _second_company(letterhead: Choice | None, names: Sequence[Spot], lexicon: Lexicon) -> Choice | None:
    """Return the company beside that of the letterhead, where both stand in one run of lines as in a mail."""
    key = fold(letterhead.spot.value) if letterhead else ""
    return choose([s for s in names if _has_form(s, lexicon) and fold(s.value) != key], least=0.5) if key else None


def _other(seller: Choice | None, letterhead: Choice | None, names: Sequence[Spot]) -> Choice | None:
    """Return the name of the letterhead, or the best one that is not the seller's."""
    key = fold(seller.spot.value) if seller else ""
    if letterhead and fold(letterhead.spot.value) != key:
        return letterhead
    return choose([s for s in names if fold(s.value) != key], least=0.3)


def _block_of(choice: Choice | None, other: Choice | None, blocks: Sequence[Block]) -> Sequence[Cell]:
    """Return the cells of a block from a party's name down, as far as the other party's name."""
    if choice is None:
        return ()
    spot, rival = choice.spot, fold(other.spot.value) if other else "?"
    for block in blocks:
        at = next((i for i, c in enumerate(block.cells) if c.line is spot.line and c.start <= spot.start < c.end), None)
        if at is not None:
            rest = block.cells[at + 1 :]
            stop = next((i for i, c in enumerate(rest) if rival in fold(c.text)), len(rest))
            return (block.cells[at], *rest[:stop])
    return ()


def _address(vendor: Choice | None, buyer: Choice | None, blocks: Sequence[Block], lexicon: Lexicon) -> Choice | None:
    """Return the street and town below the vendor's name, or beside it in the sender's line."""
    if vendor is None:
        return None
    printed = vendor.spot.line.part(vendor.spot.start, vendor.spot.end)
    key, other = fold(printed), fold(buyer.spot.value) if buyer else "?"
    for block in blocks:
        name = next((c for c in block.cells if fold(c.text).startswith(key)), None)
        if name is None:
            continue
        rest = _rest_of(name, key)
        if rest:
            spot = found(name.line, name.start, name.end, rest, 0.8)
            return Choice(spot, 0.9)
        if any(other in fold(c.text) for c in block.cells):
            continue
        hit = address_of(block, vendor.spot._replace(line=name.line), lexicon)
        if hit:
            cells = hit[1]
            whole = found(cells[0].line, cells[0].start, cells[0].end, hit[0], 0.7)
            return Choice(whole._replace(raw=hit[0]), 0.9 if len(cells) <= _ADDRESS_LINES else 0.6)
    return _address_under(vendor.spot, other, blocks)


def _address_in(cells: Sequence[Cell]) -> Choice | None:
    """Return the street and town right below a name, in a run of lines where another party's may come before or after."""
    rest = cells[1 : 2 + _ADDRESS_LINES]
    town = next((at for at, cell in enumerate(rest) if has_postcode(cell.text)), None)
    if town is None:
        return None
    text = ", ".join(cell.text for cell in rest[: town + 1])
    return Choice(found(rest[0].line, rest[0].start, rest[0].end, text, 0.6)._replace(raw=text), 0.8)


def _address_under(name: Spot, other: str, blocks: Sequence[Block]) -> Choice | None:
    """Return the address right below a name that a logo or larger print sets off from it."""
    for block in (b for b in blocks if b.has_address):
        first = block.cells[0]
        gap = first.line.box.top - name.line.box.bottom
        is_near = 0 <= gap < _SET_OFF * name.line.height and abs(first.x0 - name.box.x0) < _ASIDE
        if not is_near or any(other in fold(cell.text) for cell in block.cells):
            continue
        at = next(i for i, cell in enumerate(block.cells) if has_postcode(cell.text))
        if at < _ADDRESS_LINES:
            cells = block.cells[: at + 1]
            text = ", ".join(cell.text for cell in cells)
            return Choice(found(cells[0].line, cells[0].start, cells[0].end, text, 0.6)._replace(raw=text), 0.8)
    return None


def _rest_of(cell: Cell, key: str) -> str:
    """Return street and town that follow the name in one row: `Name · Street 1 · 12345 Town`."""
    parts = [part.strip() for part in BULLETS.split(cell.text) if part.strip()]
    if len(parts) < _SENDER_PARTS or fold(parts[0]) != key or not has_postcode(parts[2]):
        return ""
    return f"{parts[1]}, {parts[2]}"
