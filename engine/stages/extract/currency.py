"""The currency of a document: a label, the signs on its amounts, or the country it comes from."""

import re
from collections import Counter
from collections.abc import Sequence

from engine.stages.extract.amounts import CROWNS, SYMBOLS, Amount, currency_of
from engine.stages.extract.build import found, spot_of
from engine.stages.extract.candidates import Marked, Spot, plain
from engine.stages.extract.choose import Choice, Sums
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.places import right_of

_TOTALS_VOTES = 3
_ENOUGH_VOTES = 3
_AGREED = 0.8
"""Share of the signs on a scan that say the same; one lone sign is easily misread."""
_CLEAR = 0.95
"""Confidence of recognition from which on the sign at the total is believed against a company form or a place."""
_DOLLARS = frozenset({"AUD", "BRL", "CAD", "HKD", "MXN", "NZD", "SGD"})
"""Currencies that print a bare `$` at home."""
_AT_HOME = {"GB": "GBP", "PL": "PLN", "DK": "DKK", "SE": "SEK", "CZ": "CZK", "HU": "HUF", "RO": "RON"} | dict.fromkeys(
    ("AT", "BE", "DE", "ES", "FI", "FR", "IE", "IT", "LV", "NL", "PT"), "EUR"
)
"""Currency at home, by the country of a VAT number (ISO 3166)."""
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DC|FL|GA|HI|IA|ID|IL|IN|KS|KY|LA|MA|MD|ME|MI|MN|MO|MS|MT|NC|ND|NE|NH|NJ|NM|NV|NY|OH|OK|OR"
    "|PA|RI|SC|SD|TN|TX|UT|VA|VT|WA|WI|WV|WY"
)
"""Without Delaware: before five digits its letters are those of German post codes."""
_STATE_AND_ZIP = re.compile(rf"\b(?:{_STATES}),? \d{{5}}(?:-\d{{4}})?\b")
_SLASHED, _MONTHS = re.compile(r"\b(\d{1,2})/(\d{1,2})/(?:\d{2}|\d{4})\b"), 12
_SHORT_WORD = 3
_CROWNS_OF = frozenset({"DKK", "NOK", "SEK"})

Pages = Sequence[Sequence[Marked]]


def choose_currency(pages: Pages, sums: Sums, lexicon: Lexicon, language: str | None = None) -> Choice | None:
    """Return the currency: named by a label, carried by most amounts (the total's counts more), or hinted at.

    `kr` is the crown of the country that the page points to, else of the country of the language.
    """
    hints = _currency_hints(pages, lexicon)
    hint = hints[0] if hints else None
    crown = hint.value if hint and hint.value in _CROWNS_OF else _crown_of(language, lexicon)
    labelled = _labelled(pages, lexicon)
    if labelled is not None and labelled.value == CROWNS:
        labelled = labelled._replace(value=crown) if crown else None
    if labelled is not None:
        return Choice(labelled, 0.97)
    voted = _voted(pages, sums, hints, crown)
    if voted is not None:
        return voted
    named = _named_currency(pages, lexicon)
    if named is not None and (hint is None or hint.value == named.value or len(named.raw) > 1):
        return Choice(named, 0.75 if hint and hint.value == named.value else 0.6)
    return Choice(hint, 0.55) if hint else None


def _crown_of(language: str | None, lexicon: Lexicon) -> str | None:
    known = lexicon.vocabularies.get(language or "")
    words = known.currency_words if known else {}
    return next((code for code, printed in words.items() if CROWNS in map(fold, printed)), None)


def _labelled(pages: Pages, lexicon: Lexicon) -> Spot | None:
    for marked in (m for page in pages for m in page):
        for hit in (h for h in marked.labels if h.name == "currency"):
            start, end = right_of(hit, marked)
            for index in range(start, min(end, start + 2)):
                code = currency_of(marked.line.words[index].text, lexicon)
                if code:
                    return found(marked.line, index, index + 1, code, 1.0)
    return None


def _voted(pages: Pages, sums: Sums, hints: Sequence[Spot], crown: str | None) -> Choice | None:
    """Return the currency that most amounts carry; one lone symbol against the country's hint may be misread."""
    amounts = _signed(pages, crown)
    votes: Counter[str] = Counter()
    total = sums.total.spot.value if sums.total else None
    for amount in amounts:
        votes[amount.currency or ""] += 1 + _TOTALS_VOTES * (plain(amount.value) == total)
    if not votes:
        return None
    code, count = votes.most_common(1)[0]
    share = count / sum(votes.values())
    is_hinted = bool(hints) and hints[0].value == code
    if hints and not is_hinted:
        own = [a for a in amounts if a.currency == code]
        is_spelt = any(code in a.raw for a in own)
        if hints[0].value in _DOLLARS and code == "USD" and not is_spelt:
            own_dollar = spot_of(own[0], 1.0)._replace(value=code)
            if is_american(pages, hints[0].value):
                return Choice(own_dollar, 0.7, ((hints[0], 0.2),))
            return Choice(hints[0], 0.75, ((own_dollar, 0.2),))
        is_backed = any(hint.value == code for hint in hints) or any(map(_is_clear, own))
        is_sure = share >= _AGREED and (count >= 2 * _ENOUGH_VOTES or is_backed)
        is_scan = any(m.is_ocr for page in pages for m in page)
        if count < _ENOUGH_VOTES or (is_scan and not is_spelt and not is_sure):
            return None
    sure = 0.5 + 0.47 * share * min(count + is_hinted, _ENOUGH_VOTES) / _ENOUGH_VOTES
    place = next(a for a in amounts if a.currency == code)
    return Choice(spot_of(place, 1.0)._replace(value=code), round(sure, 3))


def is_american(pages: Pages, hint: str) -> bool:
    """Tell whether a state with its ZIP code, or a date with the month first, says more than a word of another country.

    Canada (`hint` CAD) writes dates either way.
    """
    texts = [m.line.text for page in pages for m in page]
    if any(_STATE_AND_ZIP.search(text) for text in texts):
        return True
    dates = [match for text in texts for match in _SLASHED.finditer(text)] if hint != "CAD" else []
    return any(int(match[1]) <= _MONTHS < int(match[2]) for match in dates) and not any(
        int(match[2]) <= _MONTHS < int(match[1]) for match in dates
    )


def _signed(pages: Pages, crown: str | None) -> list[Amount]:
    """Return the amounts that carry a currency; `kr` is the given crown."""
    printed = [a for page in pages for m in page for a in m.amounts if a.currency]
    amounts = [
        a._replace(currency=crown) if a.currency == CROWNS else a for a in printed if crown or a.currency != CROWNS
    ]
    if any(a.decimals for a in amounts if a.currency == "MYR"):
        return amounts
    return [a for a in amounts if a.currency != "MYR"]  # `Rm 214` is a room


def _is_clear(amount: Amount) -> bool:
    """Whether each word of an amount was recognised with hardly a doubt."""
    return all(word.confidence >= _CLEAR for word in amount.line.words[amount.start : amount.end])


def _named_currency(pages: Pages, lexicon: Lexicon) -> Spot | None:
    """Return a currency that stands alone somewhere, such as in a heading: `Total (RM)`, `Einzel/€`."""
    for marked in (m for page in pages for m in page):
        for index, word in enumerate(marked.line.words):
            text = word.text.strip("()[]:,;./")
            is_word = text.isalpha() and not text.isupper() and len(text) <= _SHORT_WORD and text not in SYMBOLS
            # `Rm 214` is a room
            code = currency_of(text, lexicon) if not (text.islower() or is_word) else None
            if code is None and "€" in text:
                code = "EUR"
            if code and code != CROWNS:
                return found(marked.line, index, index + 1, code, 0.5)
    return None


def _currency_hints(pages: Pages, lexicon: Lexicon) -> list[Spot]:
    """Return the currencies of the countries that words on the page point to, the one with most words first."""
    votes: Counter[str] = Counter()
    places: dict[str, Spot] = {}
    for marked in (m for page in pages for m in page):
        words = marked.line.folded
        for index, word in enumerate(words):
            if word not in lexicon.hint_starts:
                continue
            code = lexicon.currency_hints.get(word) or next(
                (c for n in (2, 3) if (c := lexicon.currency_hints.get("".join(words[index : index + n])))), None
            )
            if code:
                votes[code] += 1
                places.setdefault(code, found(marked.line, index, index + 1, code, 0.4))
        for span in marked.identifiers:
            code = _AT_HOME.get(span.value[:2]) if span.kind == "vat" and span.is_valid else None
            if code:
                votes[code] += 1
                places.setdefault(code, found(marked.line, span.start, span.end, code, 0.4))
    return [places[code] for code, _ in votes.most_common()]
