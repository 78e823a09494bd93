"""What kind of document it is, and in which language."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from statistics import median

from engine.content.vocabulary import Vocabulary
from engine.model.document import DocumentType
from engine.model.page import Reading
from engine.model.record import Classification
from engine.stages.extract.labels import windows, words_of
from engine.stages.extract.lexicon import Lexicon, lexicon_of
from engine.stages.extract.lines_of_text import Line, Sheet, sheets_of
from engine.stages.kinds.asides import Signs, aside_of, with_aside
from engine.stages.kinds.language import KNOWN, fit_of, language_of
from engine.stages.kinds.structure import Shape, invoice_labels
from engine.stages.kinds.titles import Title, titles_of
from engine.stages.kinds.words import KindWords, Phrase, kind_words_of
from engine.stages.papers.letters import letter_on
from engine.stages.papers.words import letters_of

_TITLE_PAGES, _CUE_PAGES = 2, 3
_LATER_PAGE = 0.6
_LEAST = 0.3
_AS_LABEL, _AS_TITLE = 0.55, 0.95
_LARGE = 1.2
"""Times the usual height of print from which on a label is a title: `Invoice No. 4711` over the whole page."""
_CUES_MOST, _CUE_FADES, _SHORT_CUE = 0.55, 0.7, 4
_FOREIGN_CUE = 0.4
_ROLL_TITLE = 0.5
"""Tills print `Tax invoice` over receipts."""
_BILLED, _BILLED_RECEIPT = frozenset({"buyer", "subtotal", "tax_total", "total"}), 0.6
_ON_ACCOUNT = frozenset({"buyer", "due_date", "payment_terms", "iban"})
"""Labels of papers that are paid later."""
_NOTED = 0.5
"""What a title says at least; wordings alone say less."""
_RIGHT = 0.75
"""How often a kind is right grows like this power of how far it leads: measured on real and on drawn pages."""
_FOREIGN = 0.4
"""The most that the type is sure of a paper in a language without vocabulary: below every threshold of use."""
_AS_LETTER = 0.7
"""How sure a paper is a letter that has a greeting and a closing, and nothing that says it to be anything else."""
_FEW = 3
_FORMS: tuple[DocumentType, ...] = ("order_form", "onboarding_packet", "change_request")
_WITH_MONEY: tuple[DocumentType, ...] = ("invoice", "credit_note", "receipt")

Scores = dict[DocumentType, float]


def classify(reading: Reading, vocabularies: Mapping[str, Vocabulary]) -> Classification:
    """Return type and language with their confidence; `unknown` when no title, wording or shape fits."""
    if reading.embedded is not None and not any(page.words for page in reading.pages):
        return _embedded(reading)
    lexicon, words = lexicon_of(vocabularies), kind_words_of(vocabularies)
    sheets = sheets_of(reading.model_copy(update={"pages": reading.pages[:_CUE_PAGES]}))
    phrases = [phrases_of(sheet, words, lexicon) for sheet in sheets]
    language, language_confidence = language_of(sheets, lexicon, chain.from_iterable(phrases))
    fit = fit_of(sheets, words, language)
    if fit.language != language:
        language, language_confidence = fit.language, round(min(language_confidence, fit.share), 3)
    scores: Scores = {}
    titles = _titles(sheets, phrases, words, lexicon, language)
    for title in titles:
        if not title.is_denied:
            scores[title.type] = max(scores.get(title.type, 0.0), title.weight)
    is_numbered = _add_labels(scores, sheets, lexicon)
    cues = _cues(phrases, language)
    for type_, weight in cues.items():
        scores[type_] = scores.get(type_, 0.0) + weight
    if sheets:
        _add_shape(scores, Shape(sheets[0]), cues, invoice_labels(sheets[0], lexicon))
    _deny(scores, titles)
    signs = Signs(is_numbered, _lists_bills(sheets, titles, lexicon), cues.get("bank_statement", 0.0))
    named = aside_of(titles, words, signs)
    if named is not None:
        scores = with_aside(scores, named)
    type_, confidence = _best(scores)
    is_hinted = max(scores.values(), default=0.0) < _NOTED
    if named is None and is_hinted and (letter := _letter(type_, sheets, vocabularies)) is not None:
        type_, confidence = letter, _AS_LETTER
    if fit.is_foreign and type_ != "receipt":
        confidence = round(min(confidence, _FOREIGN * fit.share / KNOWN), 3)
    return Classification(
        type=type_, type_confidence=confidence, language=language, language_confidence=language_confidence,
        evidence=_evidence(type_, titles, phrases), is_foreign=fit.is_foreign and type_ != "receipt",
        aside=named.aside if named and named.type == type_ else None,
    )  # fmt: skip


def _letter(
    hinted: DocumentType, sheets: Sequence[Sheet], vocabularies: Mapping[str, Vocabulary]
) -> DocumentType | None:
    """Return the type of letters that the pages are worded as, or None; `hinted` is what single wordings speak for."""
    for name, words in letters_of(vocabularies).items():
        over = words.paper.letter.over if words.paper.letter is not None else ()
        if (hinted == "unknown" or hinted in over) and letter_on(sheets, words) is not None:
            return name
    return None


def phrases_of(sheet: Sheet, words: KindWords, lexicon: Lexicon) -> list[Phrase]:
    """Return the phrases of a page that tell of a kind of document, in reading order."""
    is_ocr = sheet.page.how == "ocr"
    return [
        phrase
        for line in sheet.lines
        for phrase in words.phrases_on(line, words_of(line, lexicon, is_ocr=True) if is_ocr else line.folded)
    ]


def _embedded(reading: Reading) -> Classification:
    embedded = reading.embedded
    type_ = embedded.type if embedded else "unknown"
    return Classification(
        type=type_, type_confidence=0.0 if type_ == "unknown" else 1.0, language=embedded.language if embedded else None,
        language_confidence=1.0 if embedded and embedded.language else 0.0, evidence=("embedded data",),
    )  # fmt: skip


def _titles(
    sheets: Sequence[Sheet], phrases: Sequence[Sequence[Phrase]], words: KindWords, lexicon: Lexicon,
    language: str | None,
) -> list[Title]:  # fmt: skip
    out: list[Title] = []
    for number, (sheet, found) in enumerate(zip(sheets[:_TITLE_PAGES], phrases, strict=False)):
        share = _LATER_PAGE if number else 1.0
        titles = titles_of(sheet, found, Shape(sheet), words, lexicon, language)
        out.extend(title._replace(weight=title.weight * share) for title in titles)
    return out


def _add_labels(scores: Scores, sheets: Sequence[Sheet], lexicon: Lexicon) -> bool:
    """Count labels such as `invoice number`: they say what the document is, less than its title does unless large.

    Returns whether there is a number of an invoice.
    """
    labelled: Scores = {}
    for number, sheet in enumerate(sheets[:_TITLE_PAGES]):
        usual = median([line.height for line in sheet.lines]) if sheet.lines else 10.0
        share = _LATER_PAGE if number else 1.0
        for line in sheet.lines:
            weight = share * (_AS_TITLE if line.height > _LARGE * usual else _AS_LABEL)
            for key in _leading_labels(line, sheet, lexicon):
                _from_label(lexicon, key, labelled, weight)
    for type_, weight in labelled.items():
        # a title and labels of the same kind confirm each other; labels alone still tell
        scores[type_] = max(weight, scores.get(type_, 0.0) + 0.4 * weight)
    return "invoice" in labelled


def _lists_bills(sheets: Sequence[Sheet], titles: Sequence[Title], lexicon: Lexicon) -> bool:
    """Tell whether invoices are named, be it as heading of a column."""
    return any(title.type == "invoice" for title in titles) or any(
        entry.name == "invoice_number" and entry.strength == 1.0
        for sheet in sheets for line in sheet.lines for word in line.folded for entry in lexicon.labels.get(word, ())
    )  # fmt: skip


def _leading_labels(line: Line, sheet: Sheet, lexicon: Lexicon) -> Iterable[str]:
    """Yield the labels at the beginning of a cell, but not those in a row of column headings."""
    words = words_of(line, lexicon, is_ocr=sheet.page.how == "ocr")
    starts = {start for start, _ in line.cells}
    heads = sum("".join(line.folded[a:b]) in lexicon.columns for a, b in line.cells)
    if heads >= _FEW:
        return
    for start, runs in windows(line, words, lexicon):
        if start in starts:
            key = next((key for _, key in runs if key in lexicon.labels), None)
            if key:
                yield key


def _from_label(lexicon: Lexicon, key: str, best: Scores, weight: float) -> None:
    if any(entry.name == "invoice_number" and entry.strength == 1.0 for entry in lexicon.labels[key]):
        longest = max((t for t in lexicon.titles if key.startswith(t)), key=len, default="")
        for entry in lexicon.titles.get(longest, ()):
            best[entry.type] = max(best.get(entry.type, 0.0), weight)


def _cues(phrases: Sequence[Sequence[Phrase]], language: str | None) -> Scores:
    """Return what wordings from anywhere say, by type: each different one adds less than the one before."""
    counts: dict[DocumentType, dict[str, float]] = {}
    for phrase in chain.from_iterable(phrases):
        for meaning in phrase.meanings:
            if not meaning.is_title:
                own = 1.0 if meaning.language in {language, "en"} else _FOREIGN_CUE
                long = 1.0 if len(phrase.key) >= _SHORT_CUE else 0.5
                known = counts.setdefault(meaning.type, {})
                known[phrase.key] = max(known.get(phrase.key, 0.0), own * long)
    return {
        type_: _CUES_MOST * (1 - _CUE_FADES ** sum(found.values())) for type_, found in counts.items()
    }  # fmt: skip


def _add_shape(scores: Scores, shape: Shape, cues: Mapping[DocumentType, float], labels: frozenset[str]) -> None:
    """Count what the first page looks like."""
    _till(scores, shape, cues, labels)
    _billed(scores, shape, cues, labels)
    if len(shape.dated_rows) >= _FEW and (shape.has_iban or cues.get("bank_statement")):
        _add(scores, "bank_statement", 0.35 if shape.has_iban else 0.2)
    if shape.clauses >= _FEW and shape.clauses > shape.amounts:
        _add(scores, "contract", 0.45)
    if not shape.amounts:
        _moneyless(scores, cues)
    if shape.blanks > _FEW:
        for type_ in _FORMS:
            _add(scores, type_, 0.25 if cues.get(type_) else 0.0)


def _add(scores: Scores, type_: DocumentType, weight: float) -> None:
    if weight:
        scores[type_] = scores.get(type_, 0.0) + weight


def _till(scores: Scores, shape: Shape, cues: Mapping[DocumentType, float], labels: frozenset[str]) -> None:
    """Count paper and print of a till."""
    is_till = shape.is_roll and (shape.has_clock or "receipt" in cues or shape.is_strip)
    if is_till or shape.is_strip:
        for type_ in _WITH_MONEY[:2]:
            if type_ in scores:
                scores[type_] *= _ROLL_TITLE
    _add(scores, "receipt", 0.45 if is_till else 0.0)
    _add(scores, "receipt", 0.25 if is_till and cues.get("receipt") and not labels & _ON_ACCOUNT else 0.0)
    if shape.is_strip:
        _add(scores, "receipt", 0.5 if cues.get("receipt") else 0.3)


def _billed(scores: Scores, shape: Shape, cues: Mapping[DocumentType, float], labels: frozenset[str]) -> None:
    """Count the labels of sums and payment as an invoice's.

    A sheet that names a buyer and adds up what is owed, without a word of having been paid, bills even when it is
    numbered as a receipt.
    """
    noted = scores.get("credit_note", 0.0)
    bills: DocumentType = "credit_note" if noted > max(_NOTED, scores.get("invoice", 0.0)) else "invoice"
    _add(scores, bills, min(0.06 * len(labels), 0.3))
    if labels >= _BILLED and not (shape.is_roll or shape.is_strip or cues.get("receipt")):
        _add(scores, bills, 0.35)
        scores["receipt"] = _BILLED_RECEIPT * scores.get("receipt", 0.0)


def _moneyless(scores: Scores, cues: Mapping[DocumentType, float]) -> None:
    """Count that there are no amounts: goods are delivered so, not billed."""
    _add(scores, "goods_receipt", 0.12 if cues.get("goods_receipt") else 0.0)
    for type_ in _WITH_MONEY:
        if type_ in scores:
            scores[type_] *= 0.85


def _deny(scores: Scores, titles: Iterable[Title]) -> None:
    """Take away what the document says that it is not: `this is not an invoice`."""
    denied = {title.type for title in titles if title.is_denied}
    for type_ in denied - {"unknown"}:
        if type_ in scores:
            scores["unknown"] = scores.get("unknown", 0.0) + 0.4
            scores[type_] *= 0.5


def _evidence(type_: DocumentType, titles: Sequence[Title], phrases: Sequence[Sequence[Phrase]]) -> tuple[str, ...]:
    named = sorted((t for t in titles if t.type == type_ and not t.is_denied), key=lambda t: -t.weight)
    hints = [
        phrase.text for phrase in chain.from_iterable(phrases)
        if any(meaning.type == type_ and not meaning.is_title for meaning in phrase.meanings)
    ]  # fmt: skip
    return tuple(dict.fromkeys([*(title.text for title in named), *hints]))[:5]


def _best(scores: Mapping[DocumentType, float]) -> tuple[DocumentType, float]:
    order = sorted(scores.items(), key=lambda pair: -pair[1])
    if not order or order[0][1] < _LEAST:
        return "unknown", 0.3
    best = order[0][1]
    second = order[1][1] if len(order) > 1 else 0.0
    lead = (best - second) / best
    return order[0][0], round(min(0.98, (min(best, 1.0) * (0.6 + 0.38 * lead)) ** _RIGHT), 3)
