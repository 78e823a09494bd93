"""Tax ids, registration, bank account and mail of the parties."""

import re
from collections.abc import Sequence

from engine.stages.extract.build import found
from engine.stages.extract.candidates import Marked, Spot, number_spots, right_of
from engine.stages.extract.choose import Choice, choose
from engine.stages.extract.labels import LabelHit

_BETWEEN = 3
"""Words that may stand between a party and its tax id's label: `Buyer's own VAT ID`."""
_UNPROVEN = 0.62
"""Weight of a labelled tax id whose checksum nobody knows."""
_IBAN_LIKE = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{6,30}")

Pages = Sequence[Sequence[Marked]]


def identities(pages: Pages) -> dict[str, Choice | None]:
    """Return tax ids of both parties, registration, IBAN and e-mail of the vendor."""
    vat: list[Spot] = []
    buyer: list[Spot] = []
    iban: list[Spot] = []
    email: list[Spot] = []
    for marked in (m for page in pages for m in page):
        is_foot = marked.line.box.top > 0.75 * marked.page_height
        buyer_at = [
            h.start
            for h in marked.labels
            if h.name == "buyer_tax_id" or (h.name == "tax_id" and _owner(h, marked) in ("buyer_tax_id", "nobody"))
        ]
        for one in marked.identifiers:
            spot = found(marked.line, one.start, one.end, one.value, 0.75 + 0.1 * is_foot)
            if one.kind == "vat":
                (buyer if any(at < one.start for at in buyer_at) else vat).append(spot)
            elif one.kind == "iban":
                iban.append(spot._replace(score=0.95 if one.is_valid else 0.4))
            elif one.kind == "email":
                email.append(spot._replace(score=0.6 + 0.1 * is_foot))
    iban += [s for page in pages for s in _labelled_codes("iban", page, _IBAN_LIKE)]
    vat += [s for page in pages for s in _tax_ids("tax_id", page)]
    buyer += [s for page in pages for s in _tax_ids("buyer_tax_id", page)]
    theirs = {s.value for s in buyer if s.score > 0.5}  # noqa: PLR2004
    registration = [s for page in pages for s in number_spots("registration_id", page)]
    return {
        "vendor_tax_id": choose([s for s in vat if s.value not in theirs], least=0.3), "buyer_tax_id": choose(buyer, least=0.4),
        "vendor_registration_id": choose(registration, least=0.5), "vendor_iban": choose(iban), "vendor_email": choose(email),
    }  # fmt: skip


def _labelled_codes(name: str, page: Sequence[Marked], shape: re.Pattern[str]) -> list[Spot]:
    """Return labelled codes whose checksum is wrong or unknown: better seen by a person than lost."""
    spots = []
    for marked in page:
        for hit in marked.labels:
            if hit.name != name:
                continue
            start, end = right_of(hit, marked)
            text = ""
            for stop in range(start, min(end, start + 9)):
                text += "".join(c for c in marked.line.words[stop].text if c.isalnum())
                if shape.fullmatch(text) and (stop + 1 == end or not marked.line.words[stop + 1].text[:1].isdigit()):
                    spots.append(found(marked.line, start, stop + 1, text, 0.45 * hit.strength))
                    break
    return spots


def _owner(hit: LabelHit, marked: Marked) -> str:
    """Return whose tax id a label means by the party word right before it: `Buyer VAT ID`."""
    cell = marked.line.cell_of
    near = [h for h in marked.labels if 0 <= hit.start - h.end < _BETWEEN and cell[h.start] == cell[hit.start]]
    before = {h.name for h in near}
    if "buyer" in before:
        return "buyer_tax_id"
    if "other_party" in before:
        return "nobody"
    return "vendor" if "vendor" in before else ""


def _tax_ids(name: str, page: Sequence[Marked]) -> list[Spot]:
    """Return labelled tax ids whose checksum is not known to us: digits right after the label."""
    spots = []
    for marked in page:
        for hit in marked.labels:
            if hit.name != name and not (hit.name == "tax_id" and _owner(hit, marked) == name):
                continue
            owner = _owner(hit, marked)
            if name == "tax_id" and owner not in ("", "vendor"):
                continue
            start, end = right_of(hit, marked)
            stop = start
            text = ""
            while stop < end and stop - start < 6 and marked.line.cell_of[stop] == marked.line.cell_of[start]:  # noqa: PLR2004
                word = marked.line.words[stop].text.strip(":,;()")
                if text and not any(c.isdigit() for c in word):
                    break
                text += word
                stop += 1
            compact = "".join(c for c in text if c.isalnum()).upper()
            if sum(c.isdigit() for c in compact) >= 6 and len(compact) <= 20 and stop > start and "%" not in text:  # noqa: PLR2004
                spots.append(
                    found(marked.line, start, stop, compact, _UNPROVEN * (1.5 if owner else 1.0) * hit.strength)
                )
    return spots
