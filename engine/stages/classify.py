"""What kind of document it is, and in which language."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

from engine.content.vocabulary import Vocabulary
from engine.model.document import DocumentType
from engine.model.page import Reading
from engine.model.record import Classification
from engine.stages.extract.labels import headings_on, windows, words_of
from engine.stages.extract.lexicon import Lexicon, lexicon_of
from engine.stages.extract.lines_of_text import Line, Sheet, sheets_of

_TITLE_PAGES = 2
_LATER_PAGE = 0.6
_AMONG_ITEMS = 0.3
_MONEY = frozenset({"amount", "gross_amount", "unit_price"})
_FEW = 3
_LEAST = 0.3
_STRIP = 1.75
"""Times higher than wide: no sheet of paper is, a till roll is."""
_AS_LABEL, _AS_TITLE = 0.55, 0.95
_LARGE = 1.2
"""Times the usual height of print from which on a label is a title: `Invoice No. 4711` over the whole page."""
_LABEL_LANGUAGE_WEIGHT = 1.5


def classify(reading: Reading, vocabularies: Mapping[str, Vocabulary]) -> Classification:
    """Return type and language with their confidence; `unknown` when no title or cue word fits."""
    if reading.embedded is not None and not any(page.words for page in reading.pages):
        return _embedded(reading)
    lexicon = lexicon_of(vocabularies)
    sheets = sheets_of(reading)
    language, language_confidence = _language(sheets, lexicon)
    scores, evidence = _type_scores(sheets, lexicon, language)
    type_, type_confidence = _best(scores)
    return Classification(
        type=type_, type_confidence=type_confidence, language=language, language_confidence=language_confidence,
        evidence=tuple(evidence[type_][:5]),
    )  # fmt: skip


def _embedded(reading: Reading) -> Classification:
    embedded = reading.embedded
    known: dict[str, DocumentType] = {name: name for name in DocumentType.__args__}  # type: ignore[attr-defined]
    type_ = known.get(embedded.type if embedded else "unknown", "unknown")
    return Classification(
        type=type_, type_confidence=0.0 if type_ == "unknown" else 1.0, language=embedded.language if embedded else None,
        language_confidence=1.0 if embedded and embedded.language else 0.0, evidence=("embedded data",),
    )  # fmt: skip


def _language(sheets: Sequence[Sheet], lexicon: Lexicon) -> tuple[str | None, float]:
    """Return the language whose small words and labels are most frequent, and by how much it leads."""
    counts: Counter[str] = Counter()
    words: Counter[str] = Counter(word for sheet in sheets[:3] for line in sheet.lines for word in line.folded if word)
    for language, stop_words in lexicon.stop_words.items():
        counts[language] += sum(min(words[word], 12) for word in stop_words)
    weighted: dict[str, float] = dict(counts)
    for word, count in words.items():
        entries = lexicon.labels.get(word, ())
        languages = {entry.language for entry in entries}
        for language in languages:
            weighted[language] = weighted.get(language, 0.0) + _LABEL_LANGUAGE_WEIGHT * min(count, 3) / len(languages)
    order = sorted(weighted.items(), key=lambda pair: -pair[1])
    if not order or order[0][1] < 2:  # noqa: PLR2004 - one hit may be chance
        return None, 0.0
    best, second = order[0][1], order[1][1] if len(order) > 1 else 0.0
    return order[0][0], round(min(0.99, best / (best + second) + min(best, 40) / 200), 3)


class _Scores:
    """What titles, cue words and labels say about the type, line by line."""

    def __init__(self, lexicon: Lexicon, language: str | None) -> None:
        self.best: dict[DocumentType, float] = {}
        self.labelled: dict[DocumentType, float] = {}
        self.cues: Counter[DocumentType] = Counter()
        self.evidence: dict[DocumentType, list[str]] = {name: [] for name in _types()}
        self._lexicon = lexicon
        self._language = language

    def read(self, line: Line, sheet: Sheet, usual: float, *, share: float) -> None:
        """Weigh the phrases of a line; `share` says how much its page counts."""
        words = words_of(line, self._lexicon, is_ocr=sheet.page.how == "ocr")
        free = 0
        for start, runs in windows(line, words, self._lexicon):
            if start < free:
                continue
            for end, key in runs:
                self.cues.update(self._lexicon.cues.get(key, ()))
                if key in self._lexicon.titles:
                    weight = share * _title_weight(line, (start, end), sheet, usual, self._lexicon)
                    self._title(key, line.part(start, end), weight)
                elif key in self._lexicon.labels:
                    if start == line.cells[line.cell_of[start]][0]:
                        is_large = line.height > _LARGE * usual
                        _from_label(self._lexicon, key, self.labelled, _AS_TITLE if is_large else _AS_LABEL)
                else:
                    continue
                free = end
                break

    def _title(self, key: str, text: str, weight: float) -> None:
        for entry in self._lexicon.titles[key]:
            own = 1.0 if entry.language == self._language else 0.9 if entry.language == "en" else 0.75
            if weight * own > self.best.get(entry.type, 0.0):
                self.best[entry.type] = weight * own
                self.evidence[entry.type].insert(0, text)


def _type_scores(
    sheets: Sequence[Sheet], lexicon: Lexicon, language: str | None
) -> tuple[dict[DocumentType, float], dict[DocumentType, list[str]]]:
    """Return a score by type from titles (weighed by size, place and standing alone) and cue words."""
    scores = _Scores(lexicon, language)
    for number, sheet in enumerate(sheets[:_TITLE_PAGES]):
        usual = median([line.height for line in sheet.lines]) if sheet.lines else 10.0
        share = _LATER_PAGE if number else 1.0
        for line in sheet.lines:
            if _is_heading(line, lexicon):
                share *= _AMONG_ITEMS
            scores.read(line, sheet, usual, share=share)
    best = scores.best
    for type_, weight in scores.labelled.items():
        # a title and labels of the same kind confirm each other; labels alone still tell
        best[type_] = max(weight, best.get(type_, 0.0) + 0.4 * weight)
    for type_, count in scores.cues.items():
        best[type_] = best.get(type_, 0.0) + min(0.12 * count, 0.48)
    _shape(sheets, best, scores.cues)
    return best, scores.evidence


def _types() -> tuple[DocumentType, ...]:
    return DocumentType.__args__  # type: ignore[attr-defined, no-any-return]


def _from_label(lexicon: Lexicon, key: str, best: dict[DocumentType, float], weight: float) -> None:
    """Count a label such as `invoice number`: it says what the document is, less than its title does unless it is large."""
    if any(entry.name == "invoice_number" and entry.strength == 1.0 for entry in lexicon.labels[key]):
        longest = max((t for t in lexicon.titles if key.startswith(t)), key=len, default="")
        for entry in lexicon.titles.get(longest, ()):
            best[entry.type] = max(best.get(entry.type, 0.0), weight)


def _title_weight(line: Line, span: tuple[int, int], sheet: Sheet, usual: float, lexicon: Lexicon) -> float:
    """Return how much a title phrase weighs: large, high on the page and alone in its cell is a title."""
    start, end = span
    place = line.box.top / max(sheet.page.height, 1.0)
    cell_start, cell_end = line.cells[line.cell_of[start]]
    height = max(word.bottom - word.top for word in line.words[start:end])
    others = sum(
        1
        for index in range(cell_start, cell_end)
        if not start <= index < end and line.folded[index] not in lexicon.title_words and line.folded[index].isalpha()
    )
    alone = _alone(others, leads=start == cell_start)
    headings = headings_on(line, line.folded, lexicon)
    if len({hit.name for hit in headings}) >= _FEW and sum(h.end - h.start for h in headings) > len(line.words) / 2:
        return 0.3 * alone  # a word of a row of column headings
    size = min(1.3, 0.8 + 0.4 * (height / max(usual, 1.0) - 1.0)) if height > usual else 0.75
    high = 1.0 if place < 0.35 else 0.75 if place < 0.6 else 0.5  # noqa: PLR2004
    is_key = line.words[end - 1].text.endswith(":") or (end < len(line.words) and line.words[end].text == ":")
    return alone * size * high * (0.6 if is_key else 1.0)


def _is_heading(line: Line, lexicon: Lexicon) -> bool:
    """Tell whether a line is a row of column headings; titles stand above it, names of other papers below."""
    hits = headings_on(line, line.folded, lexicon)
    names = {hit.name for hit in hits}
    return len(names) >= _FEW + 1 and sum(h.end - h.start for h in hits) > len(line.words) / 2 and bool(names & _MONEY)


def _alone(others: int, *, leads: bool) -> float:
    """Return a factor for the words around a phrase in its cell; leading them is better than following."""
    if others == 0:
        return 1.0
    if leads:
        return 0.85 if others <= _FEW else 0.5
    return 0.45 if others <= 2 * _FEW else 0.2


def _shape(sheets: Sequence[Sheet], best: dict[DocumentType, float], cues: Counter[DocumentType]) -> None:
    """Count a long narrow strip with till words as a receipt, also when it calls itself an invoice."""
    if not sheets or not sheets[0].lines:
        return
    page = sheets[0].page
    boxes = [line.box for line in sheets[0].lines]
    width = max(box.x1 for box in boxes) - min(box.x0 for box in boxes)
    height = max(box.bottom for box in boxes) - min(box.top for box in boxes)
    is_strip = page.height > _STRIP * page.width or height > _STRIP * width > 0
    if is_strip:
        best["receipt"] = best.get("receipt", 0.0) + (0.8 if cues["receipt"] else 0.45)
    elif cues["receipt"] >= 3:  # noqa: PLR2004
        best["receipt"] = best.get("receipt", 0.0) + 0.25


def _best(scores: Mapping[DocumentType, float]) -> tuple[DocumentType, float]:
    order = sorted(scores.items(), key=lambda pair: -pair[1])
    if not order or order[0][1] < _LEAST:
        return "unknown", 0.3
    best = order[0][1]
    second = order[1][1] if len(order) > 1 else 0.0
    lead = (best - second) / best
    return order[0][0], round(min(0.98, min(best, 1.0) * (0.6 + 0.38 * lead)), 3)
