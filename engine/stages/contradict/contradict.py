"""Compares everything that speaks about a document with what is printed on it. Nothing is picked in silence."""

from collections.abc import Mapping

from engine.content.vocabulary import Vocabulary
from engine.model.page import Reading
from engine.model.record import Extraction
from engine.stages.contradict.around import Letter, check_letter, check_name
from engine.stages.contradict.code_check import check_codes
from engine.stages.contradict.dispute import settle
from engine.stages.contradict.hidden_check import check_hidden
from engine.stages.contradict.printed import PrintedText


def contradict(
    extraction: Extraction,
    reading: Reading,
    *,
    name: str,
    mail: Letter | None,
    vocabularies: Mapping[str, Vocabulary],
) -> Extraction:
    """Return the extraction after codes, hidden text, file name and mail were held against the print.

    A difference becomes a finding `contradiction` with both readings and their places; the value keeps the other
    reading as an alternative and loses its confidence. What a code alone says fills a gap.
    """
    printed = PrintedText(reading.pages)
    extraction = check_codes(extraction, reading.pages, printed)
    extraction = check_hidden(extraction, reading, printed, vocabularies)
    notes = tuple(check_name(extraction, name, printed)) if printed.text else ()
    extraction = extraction.model_copy(update={"findings": (*extraction.findings, *notes)})
    return settle(extraction, check_letter(extraction, mail, printed)) if mail is not None else extraction
