"""Tax ids, registration, bank account and mail of the parties."""

import re
from collections.abc import Sequence

from engine.stages.extract.blocks import Cell
from engine.stages.extract.build import found
from engine.stages.extract.candidates import Marked, Spot, number_spots
from engine.stages.extract.choose import Choice, choose
from engine.stages.extract.identifiers import Identifier, is_iban, is_vat
from engine.stages.extract.labels import LabelHit, is_whole
from engine.stages.extract.owners import headed_by
from engine.stages.extract.places import above, below, level, right_of, under

_BEFORE, _ENDING = 5, 2
"""Words before an account that may say whose it is, and letters that their case adds."""
_COUNTRY = 2
"""Letters of a country before a tax id."""
_BETWEEN = 3
"""Words that may stand between a party and its tax id's label: `Buyer's own VAT ID`."""
_UNPROVEN = 0.62
"""Weight of a labelled tax id whose checksum nobody knows."""
_PROVEN = 0.97
"""How sure a labelled VAT id with a right checksum is."""
_LONE = 0.92
_TAX_ID_WORDS, _TAX_ID_DIGITS, _TAX_ID_LONGEST = 6, 6, 20
_OWNERS = {"": "vendor", "vendor": "seller"}
"""A plain label means the vendor on most documents; one that names the seller does so on all."""
_CLOSE = 0.1
"""What an id gains whose label is right behind the buyer's name."""
_PLAIN = frozenset({"", "vendor"})
"""Owners of ids whose label names nobody."""
_NAMED = frozenset({"buyer", "vendor"})
_REGISTERED, _LEAST_REGISTER = 0.8, 0.35
_IBAN_WORDS, _IBAN_SHORTEST = 9, 15
_TO_LETTERS, _TO_DIGITS = str.maketrans("01258", "OIZSB"), str.maketrans("OQILZSB", "0011258")
"""Signs that recognition confuses; used only where a checksum then proves them."""
_NUMBER_SIGN = re.compile(r"^[nN](?:\.0(?=\d{9}$)|[.º°]+(?=\d))")
"""`n.º` without a space before the number; recognised as `n.0` before the nine digits of a Portuguese one."""
_IBAN_LIKE = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{6,30}")

Pages = Sequence[Sequence[Marked]]


def identities(
    pages: Pages, *, registers: frozenset[str], buyers: Sequence[Cell] = (), vendors: Sequence[Cell] | None = None,
    yours: frozenset[str] = frozenset(),
) -> dict[str, Choice | None]:  # fmt: skip
    """Return tax ids of both parties, registration, IBAN and e-mail of the vendor.

    `registers` are folded names of registers that belong to the number (`HRB 123`); `buyers` is the buyer's address block.
    An account that is called the reader's in one of the folded words `yours` is debited, not credited.
    `vendors` is the vendor's block of a document that the buyer wrote: what stands outside of it is the buyer's.
    """
    if vendors is not None:
        return _of_order(pages, vendors)
    vat: list[Spot] = []
    buyer: list[Spot] = []
    iban: list[Spot] = []
    email: list[Spot] = []
    for page in pages:
        owners = _owners(page)
        for marked in page:
            is_foot = marked.line.box.top > 0.75 * marked.page_height
            for one in marked.identifiers:
                spot = found(marked.line, one.start, one.end, one.value, 0.75 + 0.1 * is_foot)
                if one.kind == "vat":
                    owner = owners.get((marked.line.index, one.start)) or ""
                    is_close = owner == "buyer_tax_id" and _is_close(one, marked)
                    spot = spot._replace(score=spot.score + _CLOSE * is_close)
                    owner = _in_block(owner, one, page) if owner in _PLAIN else owner
                    theirs = owner == "buyer_tax_id" or (not owner and _stands_in(one, buyers))
                    proven = spot._replace(proof=_PROVEN if owner else 0.0)
                    (buyer if theirs else vat).append(proven) if owner != "nobody" else None
                elif one.kind == "iban" and not _is_debited(one, marked, yours):
                    iban.append(spot._replace(score=0.95 if one.is_valid else 0.4))
                elif one.kind == "email":
                    email.append(spot._replace(score=0.6 + 0.1 * is_foot))
    iban += [s for page in pages for s in _labelled_ibans(page)]
    for spot, owner in (pair for page in pages for pair in _tax_ids("tax_id", page)):
        (buyer if not owner and _stands_in(spot, buyers) else vat).append(spot)
    buyer += [s for page in pages for s, _ in _tax_ids("buyer_tax_id", page)]
    theirs_too = {s.value for s in buyer if s.score > 0.5}  # noqa: PLR2004
    vendor = choose([s for s in vat if s.value not in theirs_too], least=0.3)
    own = vendor.spot.value if vendor else ""
    numbers = [_with_register(s, registers) for page in pages for s in number_spots("registration_id", page)]
    return {
        "vendor_tax_id": vendor, "buyer_tax_id": choose([s for s in buyer if s.value != own], least=0.4),
        "vendor_registration_id": choose([s for s in numbers if s.value != own], least=_LEAST_REGISTER),
        "vendor_iban": choose(iban), "vendor_email": _only(choose(email)),
    }  # fmt: skip


def _of_order(pages: Pages, vendors: Sequence[Cell]) -> dict[str, Choice | None]:
    """Return the tax ids of a document on the buyer's letterhead: account, register and mail on it are not the vendor's."""
    vendor: list[Spot] = []
    buyer: list[Spot] = []
    for page in pages:
        owners = _owners(page)
        for marked in page:
            for one in (i for i in marked.identifiers if i.kind == "vat"):
                owner = owners.get((marked.line.index, one.start)) or ""
                is_close = owner == "buyer_tax_id" and _is_close(one, marked)
                owner = _in_block(owner, one, page) if owner in _PLAIN else owner
                spot = found(marked.line, one.start, one.end, one.value, 0.85 + _CLOSE * is_close)
                spot = spot._replace(proof=_PROVEN if owner else 0.0)
                if owner != "nobody":
                    (vendor if owner == "seller" or _stands_in(spot, vendors) else buyer).append(spot)
        for spot, owner in _tax_ids("tax_id", page):
            (vendor if owner == "vendor" or _stands_in(spot, vendors) else buyer).append(spot)
        buyer += [spot for spot, _ in _tax_ids("buyer_tax_id", page)]
    theirs = choose(vendor, least=0.3)
    own = theirs.spot.value if theirs else ""
    return {"vendor_tax_id": theirs, "buyer_tax_id": choose([s for s in buyer if s.value != own], least=0.3)}


def _in_block(owner: str, one: Identifier, page: Sequence[Marked]) -> str:
    """Return whose id it is when its own label does not say: that of the party whose block it stands in."""
    party = headed_by(one.line, one.start, page)
    return owner if party is None else "buyer_tax_id" if party == "buyer" else party


def _is_close(one: Identifier, marked: Marked) -> bool:
    """Tell whether nothing stands between the buyer's name for it and the label: `Buyer VAT ID`, not `Buyer Req. VAT ID`."""
    before = [h for h in marked.labels if h.end <= one.start]
    if not before or before[-1].name == "buyer_tax_id":
        return True
    return any(h.name == "buyer" and h.end == before[-1].start for h in before)


def _is_debited(one: Identifier, marked: Marked, yours: frozenset[str]) -> bool:
    """Tell whether an account is called the reader's: `from your account DE89 ...`, not `your payment to DE89 ...`."""
    folded = marked.line.folded
    accounts = {h.start for h in marked.labels if h.name in {"iban", "other_number"}} | {one.start}
    return any(
        at + 1 in accounts and _is_yours(folded[at], yours) for at in range(max(0, one.start - _BEFORE), one.start)
    )


def _is_yours(word: str, yours: frozenset[str]) -> bool:
    """Tell whether a word is a possessive of the reader in any case: `ihre`, `ihrem`."""
    stems = (word[:length] for length in range(max(_ENDING + 1, len(word) - _ENDING), len(word)))
    return word in yours or any(stem in yours for stem in stems)


def _only(email: Choice | None) -> Choice | None:
    """Return the address, surer when it is the only one."""
    return email._replace(confidence=max(email.confidence, _LONE)) if email and not email.others else email


def _owners(page: Sequence[Marked]) -> dict[tuple[int, int], str]:
    """Return whose VAT id stands at (line, word), by the label beside it, else above it; `nobody`: a third party's."""
    owners: dict[tuple[int, int], str] = {}
    for marked in page:
        for hit in marked.labels:
            if hit.name not in {"tax_id", "buyer_tax_id"}:
                continue
            owner = hit.name if hit.name == "buyer_tax_id" else _OWNERS.get(_owner(hit, marked), _owner(hit, marked))
            start, end = right_of(hit, marked)
            beside = [(marked.line.index, i.start) for i in marked.identifiers if i.kind == "vat" and start <= i.start < end]  # fmt: skip
            for place in beside[:1] or _under(hit, page):
                if place not in owners or owner != "vendor":
                    owners[place] = owner
    return owners


def _under(hit: LabelHit, page: Sequence[Marked]) -> list[tuple[int, int]]:
    for lower, low, high in below(hit, page):
        return [
            (lower.line.index, i.start)
            for i in lower.identifiers
            if i.kind == "vat" and low <= i.start < high and _overlap(hit, lower, i.start, i.end)
        ]
    return []


def _overlap(hit: LabelHit, lower: Marked, start: int, end: int) -> bool:
    words = lower.line.words
    return words[start].x0 < hit.box.x1 and words[end - 1].x1 > hit.box.x0


def _stands_in(one: Identifier | Spot, cells: Sequence[Cell]) -> bool:
    return any(cell.line is one.line and cell.start <= one.start < cell.end for cell in cells)


def _with_register(spot: Spot, registers: frozenset[str]) -> Spot:
    """Return the number with the register's name that is printed before it: `HRB 123`."""
    line, start = spot.line, spot.start
    if start and line.folded[start - 1] in registers and not line.words[start - 1].text.endswith(":"):
        raw = line.part(start - 1, spot.end)
        value = f"{line.words[start - 1].text} {spot.value}"
        return spot._replace(value=value, raw=raw, start=start - 1, score=max(spot.score, _REGISTERED))
    return spot


def _labelled_ibans(page: Sequence[Marked]) -> list[Spot]:
    """Return labelled accounts whose checksum is wrong: better seen by a person than lost.

    On scans a country read in digits or a check digit read as letter is put right when the checksum then holds.
    """
    spots = []
    for marked in page:
        for hit in marked.labels:
            if hit.name != "iban":
                continue
            start, end = right_of(hit, marked)
            text = ""
            for stop in range(start, min(end, start + _IBAN_WORDS)):
                text += "".join(c for c in marked.line.words[stop].text.upper() if c.isalnum())
                mended = _letters(text[:2]) + _digits(text[2:4]) + text[4:]
                if marked.is_ocr and len(text) >= _IBAN_SHORTEST and is_iban(mended):
                    spots.append(found(marked.line, start, stop + 1, mended, 0.9 * hit.strength))
                    break
                is_last = stop + 1 == end or not marked.line.words[stop + 1].text[:1].isdigit()
                if _IBAN_LIKE.fullmatch(text) and is_last:
                    spots.append(found(marked.line, start, stop + 1, text, 0.45 * hit.strength))
                    break
    return spots


def _letters(text: str) -> str:
    return text.translate(_TO_LETTERS)


def _digits(text: str) -> str:
    return text.translate(_TO_DIGITS)


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


def _tax_ids(name: str, page: Sequence[Marked]) -> list[tuple[Spot, str]]:
    """Return labelled tax ids whose checksum is not known to us, digits right after the label, and whom the label names."""
    spots: list[tuple[Spot, str]] = []
    for marked in page:
        for hit in marked.labels:
            owner = _owner(hit, marked)
            if hit.name != name and not (hit.name == "tax_id" and owner == name):
                continue
            if name == "tax_id" and owner not in ("", "vendor"):
                continue
            spot = _tax_id_after(hit, marked, *right_of(hit, marked)) or _tax_id_around(hit, page)
            if spot is not None:
                is_named = hit.name == "buyer_tax_id" or any(
                    h.name in _NAMED and h.end == hit.start for h in marked.labels
                )
                weight = 1.5 if is_named else 1.1 if spot.value[:_COUNTRY].isalpha() or owner else 1.0
                spots.append((spot._replace(score=_UNPROVEN * weight * hit.strength), owner))
    return spots


def _tax_id_around(hit: LabelHit, page: Sequence[Marked]) -> Spot | None:
    """Return the number level with a label that fills its cell, over a caption, or right below."""
    if not is_whole(hit):
        return None
    places = [*level(hit, page), *(p for p in (above(hit, page), under(hit, page)) if p is not None)]
    found_here = (_tax_id_after(hit, marked, start, end) for marked, start, end in places)
    return next((spot for spot in found_here if spot is not None), None)


def _tax_id_after(hit: LabelHit, marked: Marked, start: int, end: int) -> Spot | None:
    """Return the number that a range begins with, without what it is called: `Tax ID (EIN)`; a country before it stays."""
    line = marked.line
    if start >= end or (line is not hit.line and any(start <= h.start < end for h in marked.labels)):
        return None
    stop, text = start, ""
    while stop < end and stop - start < _TAX_ID_WORDS and line.cell_of[stop] == line.cell_of[start]:
        word = _NUMBER_SIGN.sub("", line.words[stop].text.strip(":,;()"))
        if any(c.isdigit() for c in word):
            text += word
        elif text:
            break
        else:
            start += len(word) != _COUNTRY or line.words[stop].text != word
            text = "" if start > stop else word
        stop += 1
    compact = "".join(c for c in text if c.isalnum()).upper()
    mended = _letters(compact[:_COUNTRY]) + compact[_COUNTRY:]
    compact = mended if marked.is_ocr and is_vat(mended) else compact
    value = compact if compact[:_COUNTRY].isalpha() else text.strip(".,;:")
    is_fit = sum(c.isdigit() for c in value) >= _TAX_ID_DIGITS and len(value) <= _TAX_ID_LONGEST
    return found(line, start, stop, value, 0.0) if is_fit and stop > start and "%" not in text else None
