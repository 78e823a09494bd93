"""From what readers saw to one extraction: the order in which the pure stages look at a document."""

from engine.model.document import Document
from engine.model.page import Reading
from engine.model.record import Extraction
from engine.runtime.house import House
from engine.stages.arbitrate import arbitrate
from engine.stages.classify import classify
from engine.stages.extract.extract import extract


def understand(house: House, document: Document, reading: Reading) -> Extraction:
    """Return the typed values of a reading: printed and carried data, with one of them chosen where they differ."""
    vocabularies = house.library.vocabularies
    classification = classify(reading, vocabularies)
    printed = None
    if reading.embedded is None or any(page.words for page in reading.pages):
        printed = extract(reading, document_id=document.id, classification=classification, vocabularies=vocabularies)
    extraction = arbitrate(printed, reading.embedded, document_id=document.id, classification=classification)
    findings = dict.fromkeys((*reading.findings, *extraction.findings))
    return extraction.model_copy(update={"findings": tuple(findings), "page_count": reading.page_count})
