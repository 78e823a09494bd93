"""From pages of words to named, typed values with their places and confidence."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.content.vocabulary import LabelName, Vocabulary
from engine.model.field import Row
from engine.model.page import Reading
from engine.model.record import Classification, Extraction
from engine.stages.extract.blocks import blocks_of
from engine.stages.extract.build import Origin, field, found, line_rows, spot_of, tax_row
from engine.stages.extract.candidates import (
    Marked,
    Spot,
    amount_spots,
    date_spots,
    number_spots,
    plain,
    right_of,
)
from engine.stages.extract.choose import Choice, Sums, choose, choose_sums, ranked
from engine.stages.extract.currency import choose_currency
from engine.stages.extract.identities import identities
from engine.stages.extract.lexicon import Lexicon, fold, lexicon_of
from engine.stages.extract.lines_of_text import sheets_of
from engine.stages.extract.loose import loose_rows
from engine.stages.extract.marks import Conventions, mark
from engine.stages.extract.names import name_in
from engine.stages.extract.parties import address_of, addressees, labelled_party, sender_line
from engine.stages.extract.table import read_table
from engine.stages.extract.taxes import TaxRow, tax_rows
from engine.stages.extract.vendors import vendor_names

_ORDERS = frozenset({"purchase_order", "order_form"})

Pages = Sequence[Sequence[Marked]]


def extract(
    reading: Reading, *, document_id: str, classification: Classification, vocabularies: Mapping[str, Vocabulary]
) -> Extraction:
    """Return what stands on the printed pages. Embedded data is not looked at."""
    lexicon = lexicon_of(vocabularies)
    sheets = sheets_of(reading)
    pages, conventions = mark(sheets, lexicon, classification.language)
    origin = Origin({p.number: p.by for p in reading.pages}, lexicon.ref(classification.language))
    table = read_table(pages, lexicon)
    if not table.rows:
        table = loose_rows(pages, _printed_sums(pages))
    lines = line_rows(table.rows, origin)
    rates = tax_rows(pages, skip=table.used)
    sums = _sums(pages, rates, lines, table.used)
    header: dict[str, Choice | None] = {
        **_dates(pages, conventions, classification), **_numbers(pages, classification), **identities(pages),
        "subtotal": sums.subtotal, "tax_total": sums.tax_total, "total": sums.total, "amount_due": sums.amount_due,
        "discount_total": sums.discount_total, "charge_total": sums.charge_total,
        "currency": choose_currency(pages, sums, lexicon), "payment_terms": _terms(pages, lexicon),
    }  # fmt: skip
    header |= _parties(pages, classification, lexicon)
    fields = tuple(field(name, choice, origin) for name, choice in header.items() if choice is not None)
    return Extraction(
        document_id=document_id, classification=classification, page_count=reading.page_count or len(reading.pages),
        fields=fields, lines=lines, taxes=tuple(tax_row(row, origin, agrees=sums.agrees) for row in rates),
    )  # fmt: skip


def _printed_sums(pages: Pages) -> list[Decimal]:
    """Return the labelled net and gross sums that a list of items may add up to."""
    names: tuple[LabelName, ...] = ("subtotal", "total", "amount_due")
    return [Decimal(s.value) for name in names for page in pages for s in amount_spots(name, page) if s.score > 0.5]  # noqa: PLR2004


def _flat(pages: Pages) -> list[Marked]:
    return [marked for page in pages for marked in page]


def _dates(pages: Pages, conventions: Conventions, classification: Classification) -> dict[str, Choice | None]:
    """Return issue and due date; of unlabelled dates the topmost serves as a last resort."""
    issue = [s for page in pages for s in date_spots("issue_date", page)]
    if classification.type in _ORDERS:
        issue += [s for page in pages for s in date_spots("order_date", page)]
    due = [s for page in pages for s in date_spots("due_date", page)]
    claimed = {(s.line.page, s.line.index, s.start) for s in due if s.score > 0.5}  # noqa: PLR2004
    for name in ("other_date", "order_date"):
        if name == "order_date" and classification.type in _ORDERS:
            continue
        claimed |= {(s.line.page, s.line.index, s.start) for p in pages for s in date_spots(name, p) if s.score > 0.6}  # noqa: PLR2004
    issue = [
        s if (s.line.page, s.line.index, s.start) not in claimed else s._replace(score=s.score * 0.6) for s in issue
    ]
    issue += _loose_dates(pages, claimed)
    chosen = _unsure_order(choose(issue), conventions)
    due_choice = _unsure_order(choose(due, least=0.35), conventions)
    if chosen and due_choice and due_choice.spot.value < chosen.spot.value:
        due_choice = due_choice._replace(confidence=round(due_choice.confidence * 0.7, 3))
    return {"issue_date": chosen, "due_date": due_choice}


def _loose_dates(pages: Pages, claimed: set[tuple[int, int, int]]) -> list[Spot]:
    spots = []
    for rank, (marked, span) in enumerate((m, d) for m in _flat(pages) for d in m.dates):
        if (span.line.page, span.line.index, span.start) in claimed:
            continue
        is_alone = span.end - span.start == len(marked.line.words) or marked.line.box.top < 0.35 * marked.page_height
        score = (0.38 if is_alone else 0.25) - 0.02 * min(rank, 5)
        spots.append(Spot(span.value.isoformat(), span.raw, span.line, span.start, span.end, score, span.other.isoformat() if span.other else None))  # fmt: skip
    return spots


def _unsure_order(choice: Choice | None, conventions: Conventions) -> Choice | None:
    """Take confidence away when day and month may be swapped and no other date settles it."""
    if choice is None or choice.spot.other is None:
        return choice
    if conventions.order_is_proven:
        return choice._replace(spot=choice.spot._replace(other=None))
    return choice._replace(confidence=round(choice.confidence * 0.8, 3))


def _numbers(pages: Pages, classification: Classification) -> dict[str, Choice | None]:
    own = [s for page in pages for s in number_spots("invoice_number", page)]
    order = [s for page in pages for s in number_spots("po_number", page)]
    decoys = {s.value for page in pages for s in number_spots("other_number", page) if s.score > 0.6}  # noqa: PLR2004
    strong_orders = {s.value for s in order if s.score > 0.75}  # noqa: PLR2004
    own = [s._replace(score=s.score * (0.6 if s.value in decoys or s.value in strong_orders else 1.0)) for s in own]
    order = [s._replace(score=s.score * (0.6 if s.value in decoys else 1.0)) for s in order]
    number = choose(own, least=0.25)
    if classification.type in _ORDERS:
        return {"po_number": choose([*order, *(s._replace(score=s.score * 0.5) for s in own)], least=0.25)}
    taken = number.spot.value if number else ""
    po = choose([s for s in order if s.value != taken], least=0.4)
    return {"invoice_number": number, "po_number": po}


def _sums(pages: Pages, rates: Sequence[TaxRow], lines: Sequence[Row], used: frozenset[tuple[int, int]]) -> Sums:
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
    total += _unlabelled(pages, subtotal, tax) if total or due else _largest(pages)
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


def _terms(pages: Pages, lexicon: Lexicon) -> Choice | None:
    """Return the first labelled terms that speak of days or of paying at once; others only when nothing does."""
    known = lexicon.terms.days | lexicon.terms.net | lexicon.terms.immediately
    spots: list[Spot] = []
    for marked in _flat(pages):
        for hit in marked.labels:
            if hit.name != "payment_terms" or hit.start != marked.line.cells[marked.line.cell_of[hit.start]][0]:
                continue
            start, end = right_of(hit, marked)
            end = next((i for i in range(start, end) if marked.line.cell_of[i] > marked.line.cell_of[start]), end)
            text = marked.line.part(start, end).strip(" :")
            speaks = any(word in known or word.isdigit() for word in marked.line.folded[start:end])
            if any(c.isalnum() for c in text):
                spots.append(found(marked.line, start, end, text, (0.85 if speaks else 0.5) * hit.strength))
    return choose(spots)


def _parties(pages: Pages, classification: Classification, lexicon: Lexicon) -> dict[str, Choice | None]:
    if not pages:
        return {}
    first = pages[0]
    blocks = blocks_of(first)
    sender = sender_line(first, lexicon)
    buyers = [spot for spot, _ in labelled_party("buyer", first, blocks, lexicon)]
    labelled = ranked(buyers)
    named = [spot for spot, _ in labelled_party("vendor", first, blocks, lexicon)]
    names = [*named, *vendor_names(pages, blocks, buyer=labelled[0] if labelled else None, lexicon=lexicon)]
    if sender is not None:
        names.append(name_in(sender, 0.8, lexicon))
    vendor = choose(names, least=0.3)
    buyers += addressees(first, blocks, vendor=vendor.spot.value if vendor else "", sender=sender, lexicon=lexicon)
    buyer = choose([s for s in buyers if not vendor or fold(s.value) != fold(vendor.spot.value)], least=0.3)
    address = None
    if vendor:
        key = fold(vendor.spot.value)
        for block in blocks:
            name = next((c for c in block.cells if fold(c.text).startswith(key)), None)
            hit = address_of(block, vendor.spot._replace(line=name.line), lexicon) if name else None
            if hit:
                cells = hit[1]
                whole = found(cells[0].line, cells[0].start, cells[0].end, hit[0], 0.7)
                address = Choice(whole._replace(raw=hit[0]), 0.6)
                break
    if classification.type in _ORDERS and not named:
        # an order is written by the buyer: the letterhead is the buyer's and the addressee sells
        return {"vendor_name": buyer, "buyer_name": vendor}
    return {"vendor_name": vendor, "vendor_address": address, "buyer_name": buyer}
