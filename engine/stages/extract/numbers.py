"""The numbers by which documents are known: invoice, order, delivery note, the invoice that a credit note corrects."""

from collections.abc import Iterable, Sequence

from engine.content.vocabulary import LabelName
from engine.model.record import Classification
from engine.stages.extract.candidates import Marked, Spot, number_spots
from engine.stages.extract.choose import Choice, choose

_ORDERS = frozenset({"purchase_order", "order_form"})
_DECOYS: tuple[LabelName, ...] = (
    "other_number", "customer_number", "delivery_note_number", "preceding_invoice_number", "po_number",
    "credit_note_number", "invoice_number",
)  # fmt: skip
"""Names of numbers that stand beside the wanted one and look like it."""
_REFERRED: tuple[tuple[LabelName, ...], tuple[LabelName, ...]] = ((), ("preceding_invoice_number",))
_STRONG_ORDER, _CLAIMED, _TITLED = 0.75, 0.6, 0.4
_LEAST, _LEAST_SURE = 0.25, 0.4
_NAMED = 0.7
"""A weaker label names a number of any kind."""
_STRANGE = 0.5
"""Weight of a number that is named for another type of document."""

Pages = Sequence[Sequence[Marked]]


def numbers(pages: Pages, classification: Classification) -> dict[str, Choice | None]:
    """Return the document's own number under the name of its type, and the numbers it refers to."""
    named = {name: [s for page in pages for s in number_spots(name, page)] for name in _DECOYS}
    if classification.type in _ORDERS:
        return _of_order(named)
    if classification.type == "goods_receipt":
        return _of_delivery(named)
    own = [*named["invoice_number"], *named["credit_note_number"]]
    before: list[Spot] = list(named["preceding_invoice_number"])
    if classification.type == "credit_note":
        referred = _clear(before)
        own = [s for s in own if s.value not in referred] or own
        notes = [s for s in named["credit_note_number"] if s.score > _TITLED and s.value not in referred]
        if notes:
            # the number of the note is named as such: an invoice number beside it is that of the corrected invoice
            values = {s.value for s in notes}
            before += [s._replace(score=0.9 * s.score) for s in named["invoice_number"] if s.value not in values]
            own = [s for s in own if s.value in values] + [
                s._replace(score=_STRANGE * s.score, proof=0.0) for s in own if s.value not in values
            ]
    else:
        # `invoice reference` on an invoice is hardly another one's
        own += [s._replace(score=_STRANGE * s.score, proof=0.0) for s in before]
    decoys = _clear(
        s for name in ("other_number", "customer_number", "delivery_note_number", *_REFERRED[classification.type == "credit_note"])
        for s in named[name]
    ) | _clear(named["po_number"], _STRONG_ORDER)  # fmt: skip
    number = choose(_without(own, decoys, own), least=_LEAST)
    taken = {number.spot.value} if number else set()
    order = _without(
        named["po_number"], _clear([*named["other_number"], *named["customer_number"]]), named["po_number"]
    )
    chosen: dict[str, Choice | None] = {
        "invoice_number": number,
        "po_number": choose([s for s in order if s.value not in taken], least=_LEAST_SURE),
        "delivery_note_number": choose(
            [s for s in named["delivery_note_number"] if s.value not in taken and s.score > _CLAIMED], least=_LEAST_SURE
        ),
    }
    if classification.type == "credit_note":
        chosen["preceding_invoice_number"] = choose([s for s in before if s.value not in taken], least=_LEAST_SURE)
    return chosen


def _of_order(named: dict[LabelName, list[Spot]]) -> dict[str, Choice | None]:
    own = named["po_number"]
    decoys = _clear([*named["other_number"], *named["customer_number"]])
    spare = [_strange(s) for s in named["invoice_number"]]
    number = choose([*_without(own, decoys, own), *spare], least=_LEAST)
    taken = {number.spot.value} if number else set()
    account = choose([s for s in named["customer_number"] if s.value not in taken], least=_LEAST_SURE)
    return {"po_number": number, "customer_number": account}


def _of_delivery(named: dict[LabelName, list[Spot]]) -> dict[str, Choice | None]:
    own = named["delivery_note_number"]
    strange = [_strange(s) for s in named["invoice_number"]]
    decoys = _clear([*named["other_number"], *named["customer_number"]]) | _clear(named["po_number"], _STRONG_ORDER)
    number = choose([*_without(own, decoys, own), *strange], least=_LEAST)
    taken = {number.spot.value} if number else set()
    order = _without(named["po_number"], _clear(named["other_number"]), named["po_number"])
    return {
        "delivery_note_number": number,
        "po_number": choose([s for s in order if s.value not in taken], least=_LEAST_SURE),
    }


def _strange(spot: Spot) -> Spot:
    """Take weight from a number named for an invoice; a plain `Number` names whatever the document is."""
    return spot if spot.label < _NAMED else spot._replace(score=spot.score * _STRANGE)


def _clear(spots: Iterable[Spot], least: float = _CLAIMED) -> set[str]:
    return {s.value for s in spots if s.score > least}


def _without(spots: Iterable[Spot], decoys: set[str], own: Iterable[Spot]) -> list[Spot]:
    """Weigh down numbers that are clearly named for something else, unless their own label is as clear."""
    named = {s.value for s in own if s.proof and s.score > _STRONG_ORDER}
    return [s._replace(score=s.score * 0.6) if s.value in decoys and s.value not in named else s for s in spots]
