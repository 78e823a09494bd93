"""Where the page names its values."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from engine.content.vocabulary import ColumnName, LabelName
from engine.model.field import Box
from engine.stages.extract.lexicon import LONGEST_PHRASE, LabelEntry, Lexicon, fold
from engine.stages.extract.lines_of_text import Line

_WINDOW, _PREFIX = 8, 3
_SPACED_OUT = 26
_FUZZY_SHORTEST, _FUZZY_LONG = 5, 9
_OWN = frozenset(
    {"invoice_number", "issue_date", "credit_note_number", "delivery_note_number", "po_number", "order_date"}
)
_STRONG = 0.9
_SUMS = frozenset({"subtotal", "total", "amount_due"})
_TERMS = frozenset({"payment_terms", "due_date"})
_SWALLOWED = frozenset({"subtotal", "total", "tax_total", "discount_total", "charge_total", "issue_date"})
_PARTIES = frozenset({"buyer", "vendor", "other_party"})
_OWN_PREFIXES = frozenset({"INV", "FAC"})
_SHORT_NUMBER, _FEWEST_DIGITS, _NUMBER_LABEL = 3, 3, 0.5
"""Letters that may begin a number, digits that go on with it, and how strong the label before them is."""
_SENTENCE = 9
"""A cell of more words is a sentence, not a label with its value."""


class LabelHit(NamedTuple):
    """A label on a line: words[start:end] of it."""

    name: LabelName
    strength: float
    language: str
    line: Line
    start: int
    end: int

    @property
    def box(self) -> Box:
        """The box of its words."""
        return self.line.box_of(self.start, self.end)


class HeadingHit(NamedTuple):
    """A column heading on a line: words[start:end] of it."""

    name: ColumnName
    line: Line
    start: int
    end: int

    @property
    def box(self) -> Box:
        """The box of its words."""
        return self.line.box_of(self.start, self.end)


@lru_cache(maxsize=32768)
def _mended(word: str, words: tuple[str, ...]) -> str:
    limit = 2 if len(word) >= _FUZZY_LONG else 1
    hit = process.extractOne(word, words, scorer=Levenshtein.distance, score_cutoff=limit)
    return hit[0] if hit else word


def words_of(line: Line, lexicon: Lexicon, *, is_ocr: bool) -> tuple[str, ...]:
    """Return the folded words of a line; on a scan, words one letter off a label word are taken for it."""
    known: tuple[str, ...] | None = line.read_as.get((lexicon, is_ocr))
    if known is None:
        words = [_readable(word, lexicon) for word in line.folded] if is_ocr else line.folded
        known = line.read_as[lexicon, is_ocr] = tuple([_head(word, lexicon) for word in words])
    return known


def _head(word: str, lexicon: Lexicon) -> str:
    """Return the title that an unknown compound ends in: `Baurechnung` is a `Rechnung`."""
    if len(word) <= _LONGEST_PREFIXLESS or word[-4:] not in lexicon.head_tails or word in lexicon.labels:
        return word
    return next((head for head in lexicon.heads if word.endswith(head) and len(word) >= len(head) + _FEWEST), word)


_FEWEST, _LONGEST_PREFIXLESS = 3, 8
_AS_LETTERS = str.maketrans("01589", "olsbg")
_MOST_DIGITS = 2


def _readable(word: str, lexicon: Lexicon) -> str:
    """Return a recognised word as the label word that it is or is one letter off from; `be1eg` reads `beleg`."""
    if len(word) < _FUZZY_SHORTEST or word in lexicon.labels or word in lexicon.headed:
        return word
    digits = sum(c.isdigit() for c in word)
    if digits:
        if digits > _MOST_DIGITS or 2 * digits >= len(word):
            return word
        letters = word.translate(_AS_LETTERS)
        known = letters in lexicon.labels or letters in lexicon.fuzzy_set
        return letters if known and letters.isalpha() else word
    return _mended(word, lexicon.fuzzy_tuple)


def windows(line: Line, words: tuple[str, ...], lexicon: Lexicon) -> Sequence[tuple[int, list[tuple[int, str]]]]:
    """Return for each start the (end, joined text) of word runs within one cell that may be a phrase, longest first.

    Only runs are kept that name a label or a column, or two labels with a slash between them.
    """
    return line.remembered((words, lexicon), lambda: list(_windows(line, words, lexicon)))


def _windows(line: Line, words: tuple[str, ...], lexicon: Lexicon) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    cells, ends, prefixes = line.cell_of, line.cells, lexicon.prefixes
    for start, first in enumerate(words):
        if not first or (len(first) >= _PREFIX and first[:_PREFIX] not in prefixes):
            continue
        runs: list[tuple[int, str]] = []
        joined, is_short = "", True
        reach = _SPACED_OUT if len(first) == 1 else _WINDOW
        for end in range(start, min(start + reach, ends[cells[start]][1])):
            if not words[end]:
                continue
            joined += words[end]
            if len(joined) > LONGEST_PHRASE:
                break
            if is_short and len(joined) >= _PREFIX:
                if joined[:_PREFIX] not in prefixes:
                    break
                is_short = False
            is_either = end == start and "/" in line.texts[start]
            if joined in lexicon.labels or joined in lexicon.columns or is_either:
                runs.append((end + 1, joined))
        if runs:
            yield start, runs[::-1]


def labels_on(line: Line, words: tuple[str, ...], lexicon: Lexicon, *, language: str | None) -> list[LabelHit]:
    """Return the labels of a line: at each place the longest phrase, with every meaning it may have."""
    hits: list[LabelHit] = []
    free = 0
    for start, runs in windows(line, words, lexicon):
        if start < free:
            continue
        for end, key in runs:
            if end == start + 1 and "_" in line.texts[start]:
                continue  # a placeholder or a code, such as SELLER_NAME
            entries = lexicon.labels.get(key) or (
                _either(line.texts[start], lexicon) if end == start + 1 and "/" in line.texts[start] else None
            )
            if entries:
                free = _with_colon(line, words, end)
                best: dict[str, LabelHit] = {}
                for hit in (_hit(line, start, free, entry, language) for entry in entries):
                    if hit.name not in best or hit.strength > best[hit.name].strength:
                        best[hit.name] = hit
                hits.extend(best.values())
                break
    hits = [hit for hit in hits if not _names_nobody(hit) and not _is_prefix(hit, hits)]
    return _titled(_qualified(line, words, _before_terms(line, hits), lexicon), line, words, lexicon) if hits else []


def _names_nobody(hit: LabelHit) -> bool:
    """Tell whether a short party word is a part of a name or place: the `Co.` of a firm, the province of `Torino (TO)`."""
    text = hit.line.part(hit.start, hit.end)
    is_region = text[:1] == "(" and text.rstrip(",.;").endswith(")") and text.strip("(),.;").isupper()
    return hit.name in _PARTIES and (is_region or (text[:2] == "Co" and "/" not in text and len(text) <= _SHORT_NUMBER))


def _is_prefix(hit: LabelHit, hits: list[LabelHit]) -> bool:
    """Tell whether capitals right after a number's label begin the number: `Rechnungsnummer VR 2025 0048`."""
    words = hit.line.words
    text = words[hit.start].text
    if hit.end != hit.start + 1 or hit.end >= len(words) or len(text) > _SHORT_NUMBER:
        return False
    is_letters = text.isalpha() and text.isupper() and (hit.name == "registration_id" or text in _OWN_PREFIXES)
    starts_number = sum(c.isdigit() for c in words[hit.end].text) >= _FEWEST_DIGITS
    return is_letters and starts_number and any(
        h.name in _OWN and h.end == hit.start and h.strength >= _NUMBER_LABEL for h in hits
    )  # fmt: skip


def _before_terms(line: Line, hits: list[LabelHit]) -> list[LabelHit]:
    """Leave out sums and dates of issue named after payment terms: in `Terms: 30 days net` nothing is net."""
    out: list[LabelHit] = []
    for hit in hits:
        cell = line.cell_of[hit.start]
        is_led = any(
            h.name in _TERMS and line.cell_of[h.start] == cell and h.start == line.cells[cell][0]
            and line.words[h.end - 1].text.endswith(":")
            for h in out
        )  # fmt: skip
        if not (is_led and hit.name in _SWALLOWED):
            out.append(hit)
    return out


def _titled(hits: list[LabelHit], line: Line, words: tuple[str, ...], lexicon: Lexicon) -> list[LabelHit]:
    """Lift weak labels that follow a title in its cell: in `Invoice (380) no. 5 of 1 May` they are the invoice's."""
    out = list(hits)
    for index, hit in enumerate(out):
        before = [h for h in out[:index] if line.cell_of[h.start] == line.cell_of[hit.start]]
        is_after_title = before and all(h.name in _OWN for h in before)
        if hit.name in _OWN and hit.strength < _STRONG and is_after_title and hit.start > before[0].start:
            cell_start = line.cells[line.cell_of[hit.start]][0]
            key = "".join(words[before[0].start : before[0].end])
            is_title = key in lexicon.titles or before[0].strength >= _STRONG
            if before[0].start == cell_start and is_title:
                out[index] = hit._replace(strength=_STRONG)
    return out


def _qualified(line: Line, words: tuple[str, ...], hits: list[LabelHit], lexicon: Lexicon) -> list[LabelHit]:
    """Read `incl. VAT` and `(excl. VAT)` as part of the label before them: it names the gross or the net amount."""
    out: list[LabelHit] = []
    for hit in hits:
        if hit.name != "tax_total" or not _qualifier(words, hit, lexicon):
            if not (_is_in_brackets(line, hit.start) and out):
                out.append(hit)
            continue
        name: LabelName = "subtotal" if _qualifier(words, hit, lexicon) == "excluding" else "total"
        cell = line.cell_of[hit.start]
        before = [h for h in out if h.name in _SUMS and line.cell_of[h.start] == cell]
        if before:
            end = max(hit.end, before[-1].end)
            out = [h for h in out if h not in before]
            out.append(before[-1]._replace(name=name, end=end, strength=max(h.strength for h in before)))
        elif line.words[hit.start - 1].text[:1] != "(":
            out.append(hit._replace(name=name, start=hit.start - 1, strength=0.8 * hit.strength))
    return out


def _qualifier(words: tuple[str, ...], hit: LabelHit, lexicon: Lexicon) -> str:
    before = words[hit.start - 1] if hit.start else ""
    if before in lexicon.excluding:
        return "excluding"
    return "including" if before in lexicon.including else ""


def _is_in_brackets(line: Line, index: int) -> bool:
    text = line.part(line.cells[line.cell_of[index]][0], index + 1)
    last_open = text.rfind("(")
    return last_open >= 0 and ")" not in text[last_open : len(text) - len(line.words[index].text) + 1]


def _either(text: str, lexicon: Lexicon) -> list[LabelEntry] | None:
    """Return the meanings of `Buyer/Customer` when both halves mean the same."""
    halves = [lexicon.labels.get(fold(half), []) for half in text.split("/")]
    shared = set.intersection(*({entry.name for entry in half} for half in halves))
    return [entry for entry in halves[0] if entry.name in shared] or None


def headings_on(line: Line, words: tuple[str, ...], lexicon: Lexicon) -> list[HeadingHit]:
    """Return the column headings of a line."""
    hits: list[HeadingHit] = []
    free = 0
    for start, runs in windows(line, words, lexicon):
        if start < free:
            continue
        for end, key in runs:
            name = lexicon.columns.get(key)
            if name:
                free = end
                hits.append(HeadingHit(name, line, start, end))
                break
    return hits


def _with_colon(line: Line, words: tuple[str, ...], end: int) -> int:
    while end < len(words) and not words[end] and not any(c.isalnum() for c in line.words[end].text):
        end += 1
    return end


def _hit(line: Line, start: int, end: int, entry: LabelEntry, language: str | None) -> LabelHit:
    """Weigh a label: less in a foreign language, inside a sentence, or after other words of its cell."""
    strength = entry.strength
    if entry.language != language:
        strength *= 0.95 if entry.language == "en" else 0.85
    cell_start, cell_end = line.cells[line.cell_of[start]]
    if start > cell_start:
        strength *= 0.8 if entry.strength == 1.0 else 0.6
    if cell_end - cell_start > _SENTENCE:
        strength *= 0.7
    if line.words[end - 1].text.endswith((":", "#")):
        strength *= 1.08
    return LabelHit(entry.name, strength, entry.language, line, start, end)


def is_whole(hit: LabelHit) -> bool:
    """Tell whether a label fills its cell or ends in a colon; else it may be the first word of a name."""
    cell_start, cell_end = hit.line.cells[hit.line.cell_of[hit.start]]
    return (hit.start == cell_start and hit.end == cell_end) or hit.line.words[hit.end - 1].text.endswith(":")
