"""Reads a paper by what content says of its type: labelled values, ticked sentences, a table."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain

from engine.content.paper_type import PaperField, Side
from engine.content.vocabulary import Vocabulary
from engine.model.field import Alternative, Field, Provenance, Row
from engine.model.finding import Finding
from engine.model.page import Reading
from engine.model.record import Classification, Extraction
from engine.stages.extract.amounts import CROWNS, currency_of
from engine.stages.extract.evidence import Evidence
from engine.stages.extract.extract import extract_with_evidence
from engine.stages.extract.lexicon import fold
from engine.stages.extract.lines_of_text import Sheet, sheets_of
from engine.stages.opinion_values import Habits, line_of
from engine.stages.papers.blocks import Block, parted
from engine.stages.papers.letters import Letter, letter_on, parts_of
from engine.stages.papers.running import CLEAR, printed, rounded, running, settled_date
from engine.stages.papers.signatures import marks_in
from engine.stages.papers.spots import spots_on
from engine.stages.papers.table import Cell, Table, table_of
from engine.stages.papers.ticks import ticked
from engine.stages.papers.words import PaperWords, words_of

_CELL, _TICKED, _PARTY, _TOLD = 0.9, 0.9, 0.9, 0.85
"""Confidence of a clear print in a table, of a ticked sentence, share of a party's, of a currency beside amounts."""
_DISPUTED = 0.6
_SENTENCE, _RUNNING = 9, 0.5
"""Words that a short text has at most, and the share of confidence that a longer one keeps."""
_MOST_SHOWN = 60
_BLANK = "_.-\u2013\u2014\u2026 "
"""Signs of a line on which nobody wrote."""
_PARTIES: Mapping[Side, str] = {"sender": "vendor_name", "sender_address": "vendor_address", "addressee": "buyer_name"}


def read_print(
    reading: Reading, *, document_id: str, classification: Classification, vocabularies: Mapping[str, Vocabulary]
) -> tuple[Extraction, Mapping[str, Evidence]]:
    """Return what stands on the printed pages, by the labels of its type where content describes it.

    Other types are read as business documents, with what speaks for each header value.
    """
    words = words_of(vocabularies, classification.type)
    if words is None:
        return extract_with_evidence(
            reading, document_id=document_id, classification=classification, vocabularies=vocabularies
        )
    return _labelled(reading, document_id, classification, words, vocabularies), {}


def _labelled(
    reading: Reading, document_id: str, classification: Classification, words: PaperWords,
    vocabularies: Mapping[str, Vocabulary],
) -> Extraction:  # fmt: skip
    paper, habits = words.paper, Habits(reading, vocabularies, classification.language, paper=words.paper)
    names = _names(sheets_of(reading), words, habits, classification.language)
    whole = [parted(sheet, words, names) for sheet in sheets_of(reading)]
    sheets = [one.rest for one in whole]
    by = {page.number: f"{page.by}+{paper.ref}" for page in reading.pages}
    table = table_of(sheets, words)
    lines = tuple(row for cells in table.rows if (row := _row(cells, habits, paper.lines, by)))
    lost: dict[str, str] = {}
    language = classification.language
    inside = (field for one in whole for block in one.blocks for field in _signed(block, words, habits, by, language))
    said = list(running(sheets, words, habits, by, language, lost))
    labelled = (
        one
        for one in _candidates(sheets, words, table, habits, by, language, lost)
        if not any(_is_within(told, one) for told in said)
    )
    found = _chosen(chain(labelled, said, inside))
    found |= {field.name: field for field in _ticks(sheets, paper.fields, by) if field.name not in found}
    letter = letter_on(sheets, words) if words.greetings else None
    parts = _of_letter(letter, sheets, words, habits, by)
    # words of labels stand in subjects as well: `Question about your invoice 4711`
    found = {**found, **{name: one for name, one in parts.items() if _goes_on(one, found.get(name))}}
    sides = _sides(reading, classification, vocabularies, words, found)
    found |= {field.name: field for field in sides if letter is None or not letter.holds(field.provenance)}
    found |= {field.name: field for field in _currency(sheets, paper.fields, habits, by) if field.name not in found}
    fields = tuple(found[name] for name in paper.fields if name in found)
    return Extraction(
        document_id=document_id, classification=classification, page_count=reading.page_count or len(reading.pages),
        fields=fields, lines=lines, findings=tuple(_unread(name, print_) for name, print_ in lost.items() if name not in found),
    )  # fmt: skip


def _names(
    sheets: Sequence[Sheet], words: PaperWords, habits: Habits, language: str | None
) -> Mapping[str, str]:  # fmt: skip
    """Return the folded names of the parties that head blocks, as labels or sentences say them; by block."""
    named = {name: words.paper.fields[name] for name in words.paper.headed_by.values()}
    said: dict[str, str] = {}
    for sheet in sheets if named else ():
        for spot in spots_on(sheet, words, named, used=frozenset(), language=language):
            if not _is_place(spot.raw, words):
                said.setdefault(spot.name, fold(spot.raw))
    for field in running(sheets, words, habits, {}, language, {}) if named.keys() - said.keys() else ():
        said.setdefault(field.name, fold(field.raw))
    return {block: said[field] for block, field in words.paper.headed_by.items() if field in said}


def _is_place(raw: str, words: PaperWords) -> bool:
    """Tell whether a print below the heading of a block is a place to sign, and no name."""
    line = line_of(raw)
    return line is not None and any(words.inside(one).labels_on(line, is_ocr=False) for one in words.paper.blocks)


def _signed(
    block: Block, words: PaperWords, habits: Habits, by: Mapping[int, str], language: str | None
) -> Iterator[Field]:  # fmt: skip
    """Yield what a block says under its own labels, and whether it was signed."""
    own = words.inside(block.name)
    plain = {name: field for name, field in own.fields.items() if field.kind != "signature"}
    for spot in spots_on(block.sheet, own, plain, used=frozenset(), language=language):
        typed = habits.typed(printed(spot, by)) if spot.raw.strip(_BLANK) else None
        if typed is not None:
            yield settled_date(typed, habits) if plain[spot.name].kind == "date" else typed
    yield from running([block.sheet], own, habits, by, language, {})
    for mark in marks_in(block, own, language=language):
        where = Provenance(how="read", page=mark.page, box=rounded(mark.box), by=by.get(mark.page, ""))
        yield Field(name=mark.name, value=mark.how, raw=mark.raw, confidence=mark.sure, provenance=where)


def _is_within(told: Field, labelled: Field) -> bool:
    """Tell whether a sentence holds the same print as stands behind a label, without what goes on behind it.

    Of another value only where that label is the less sure: `VAT | registration number 4711` over the end of a line.
    """
    one, other = told.provenance.box, labelled.provenance.box
    if told.provenance.page != labelled.provenance.page or one is None or other is None:
        return False
    is_there = max(one.x0, other.x0) < min(one.x1, other.x1) and max(one.top, other.top) < min(one.bottom, other.bottom)
    is_surer = told.name == labelled.name or labelled.confidence < told.confidence
    return is_there and is_surer and told.raw in labelled.raw


def _unread(name: str, print_: str) -> Finding:
    return Finding(
        code="value_unread", severity="warning", fields=(name,), evidence=(("print", print_[:_MOST_SHOWN]),),
        message=f"Something stands under the label of {name} that has not its form. Compare it with the document.",
    )  # fmt: skip


def _candidates(
    sheets: Sequence[Sheet], words: PaperWords, table: Table, habits: Habits, by: Mapping[int, str], language: str | None,
    lost: dict[str, str],
) -> Iterator[Field]:  # fmt: skip
    """Yield what stands under labels; `lost` takes the prints that have not the form of their field."""
    fields = words.paper.fields
    for sheet in sheets:
        for spot in spots_on(sheet, words, fields, used=table.lines_of(sheet.page.number), language=language):
            typed = habits.typed(printed(spot, by)) if spot.raw else None
            if typed is None and spot.raw:
                lost.setdefault(spot.name, spot.raw)
            if typed is not None:
                yield settled_date(typed, habits) if fields[spot.name].kind == "date" else _doubted(typed, fields)


def _doubted(field: Field, fields: Mapping[str, PaperField]) -> Field:
    """Return a text that runs on like a sentence as less sure: clauses begin with the words of labels, too."""
    said = fields[field.name]
    is_sentence = said.kind == "text" and not said.is_long and len(field.value.split()) > _SENTENCE
    return field.model_copy(update={"confidence": round(_RUNNING * field.confidence, 3)}) if is_sentence else field


def _chosen(candidates: Iterator[Field]) -> dict[str, Field]:
    """Return the surest value of each field; less sure where another one is as likely."""
    found: dict[str, Field] = {}
    for field in candidates:
        known = found.get(field.name)
        if known is None:
            found[field.name] = field
        elif known.value != field.value:
            best, other = (known, field) if known.confidence >= field.confidence else (field, known)
            found[field.name] = _disputed(best, other)
    return found


def _disputed(best: Field, other: Field) -> Field:
    rival = Alternative(value=other.value, raw=other.raw, confidence=round(other.confidence * (1 - _DISPUTED), 3))
    is_close = other.confidence >= _DISPUTED * best.confidence
    sure = round(best.confidence * _DISPUTED, 3) if is_close else best.confidence
    rest = tuple(one for one in best.alternatives if one.value not in {rival.value, best.value})
    return best.model_copy(update={"confidence": sure, "alternatives": (*rest, rival)})


def _row(cells: Sequence[Cell], habits: Habits, columns: Mapping[str, PaperField], by: Mapping[int, str]) -> Row:
    """Return a row of the table as fields; one without any value of a form of its own is none."""
    fields = [typed for cell in cells if (typed := habits.typed(_cell(cell, by))) is not None]
    return tuple(fields) if any(columns[field.name].kind != "text" for field in fields) else ()


def _cell(cell: Cell, by: Mapping[int, str]) -> Field:
    words = cell.line.words[cell.start : cell.end]
    raw, page = cell.line.part(cell.start, cell.end), cell.line.page
    least = min((word.confidence for word in words if any(c.isalnum() for c in word.text)), default=1.0)
    sure = _CELL if least >= CLEAR else min(_CELL, 0.3 + 0.4 * least)
    where = Provenance(how="read", page=page, box=rounded(cell.line.box_of(cell.start, cell.end)), by=by.get(page, ""))
    return Field(name=cell.name, value=raw, raw=raw, confidence=round(sure, 3), provenance=where)


def _ticks(sheets: Sequence[Sheet], fields: Mapping[str, PaperField], by: Mapping[int, str]) -> Iterator[Field]:
    """Yield the choices whose sentence is ticked."""
    for name, field in fields.items():
        for tick in ticked(sheets, field) if field.kind == "choice" else ():
            where = Provenance(
                how="read", page=tick.line.page, box=rounded(tick.line.box), by=by.get(tick.line.page, "")
            )
            yield Field(name=name, value=tick.value, raw=tick.line.text, confidence=_TICKED, provenance=where)


def _goes_on(part: Field, known: Field | None) -> bool:
    """Tell whether a part of a letter is not known under a label, or begins with what is."""
    return known is None or part.value.startswith(known.value)


def _of_letter(
    letter: Letter | None, sheets: Sequence[Sheet], words: PaperWords, habits: Habits, by: Mapping[int, str]
) -> dict[str, Field]:
    """Return the fields that are parts of a letter; the first print of a part that has the form of its field."""
    fields = words.paper.fields.items()
    named = {told: name for name, field in fields for told in (field.part, field.stands_for) if told is not None}
    is_ocr = any(sheet.page.how == "ocr" for sheet in sheets)
    found: dict[str, Field] = {}
    for told in parts_of(letter, words, is_ocr=is_ocr) if letter is not None else ():
        name = named.get(told.part, "")
        if name and name not in found:
            where = Provenance(how="read", page=told.page, box=rounded(told.box), by=by.get(told.page, ""))
            raw = Field(name=name, value=told.raw, raw=told.raw, confidence=told.confidence, provenance=where)
            typed = habits.typed(raw)
            found |= {} if typed is None else {name: typed}
    return found


def _sides(
    reading: Reading, classification: Classification, vocabularies: Mapping[str, Vocabulary], words: PaperWords,
    found: Mapping[str, Field],
) -> Iterator[Field]:  # fmt: skip
    """Yield the parties that no label names: who wrote the paper, and to whom it is written."""
    wanted = {
        name: _PARTIES[field.stands_for]
        for name, field in words.paper.fields.items() if field.stands_for and name not in found
    }  # fmt: skip
    if not wanted:
        return
    seen = extract_with_evidence(
        reading, document_id="", classification=classification, vocabularies=vocabularies
    )[0]  # fmt: skip
    titles = _titles(classification, vocabularies, words)
    for name, side in wanted.items():
        party = seen.get(side)
        if party is not None and not _is_spoken_for(party.value, titles, found):
            yield party.model_copy(update={"name": name, "confidence": round(_PARTY * party.confidence, 3)})


def _titles(
    classification: Classification, vocabularies: Mapping[str, Vocabulary], words: PaperWords
) -> frozenset[str]:  # fmt: skip
    """Return what papers of the type are headed, and their labels, folded."""
    kind = classification.type
    named = [title for titles in words.paper.titles.values() for title in titles]
    for one in vocabularies.values():
        named += [*one.types.get(kind, ()), *one.titles.get(kind, ())]
        named += one.asides.get(words.paper.aside, ()) if words.paper.aside is not None else ()
    return frozenset((*(fold(title) for title in named), *words.labels))


def _is_spoken_for(print_: str, titles: Collection[str], found: Mapping[str, Field]) -> bool:
    """Tell whether a print that might be a party is a title or a label of the paper, or holds what stands under a label of its own."""
    folded = fold(print_)
    return folded in titles or any(fold(field.value) in folded for field in found.values() if fold(field.value))


def _sign_of(text: str) -> str:
    """Return the sign of a currency that stands at an amount without a space (`€5.00`), else the text."""
    sign = text.strip("0123456789.,")
    return sign if len(sign) == 1 and not sign.isalnum() else text


def _currency(
    sheets: Sequence[Sheet], fields: Mapping[str, PaperField], habits: Habits, by: Mapping[int, str]
) -> Iterator[Field]:  # fmt: skip
    """Yield the one currency that is printed beside amounts."""
    name = next((name for name, field in fields.items() if field.kind == "currency"), None)
    places = [
        (code, line, index) for sheet in sheets for line in sheet.lines for index, text in enumerate(line.texts)
        if (code := currency_of(_sign_of(text), habits.lexicon)) and code != CROWNS
    ]  # fmt: skip
    if name is None or len({code for code, _, _ in places}) != 1:
        return
    code, line, index = places[0]
    where = Provenance(how="read", page=line.page, box=rounded(line.box_of(index, index + 1)), by=by.get(line.page, ""))
    yield Field(name=name, value=code, raw=line.texts[index], confidence=_TOLD, provenance=where)
