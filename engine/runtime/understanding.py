"""From what readers saw to one extraction: the order in which the pure stages look at a document."""

from engine.model.document import Document
from engine.model.page import Reading
from engine.model.record import Extraction, Record
from engine.runtime.correspondence import letter_of
from engine.runtime.house import House
from engine.stages.arbitrate import arbitrate
from engine.stages.calibrate.calibrate import calibrate
from engine.stages.classify import classify
from engine.stages.contradict.contradict import contradict
from engine.stages.correct import corrected
from engine.stages.extract.extract import extract
from engine.stages.layout.apply import apply, identities
from engine.stages.normalize import normalize
from engine.stages.second_opinion import second_opinion, with_opinion
from engine.store import corrections, database, layouts


def understand(house: House, document: Document, reading: Reading) -> Extraction:
    """Return the typed values of a reading: printed and carried data, with one of them chosen where they differ."""
    vocabularies = house.library.vocabularies
    classification = with_opinion(classify(reading, vocabularies), reading)
    printed = None
    if reading.embedded is None or any(page.words for page in reading.pages):
        printed = extract(reading, document_id=document.id, classification=classification, vocabularies=vocabularies)
        printed = second_opinion(printed, reading, vocabularies)
        printed = taught(house, printed, reading)
    extraction = arbitrate(
        printed, reading.embedded, document_id=document.id, classification=classification, pages=reading.pages
    )
    mail = letter_of(house, document)
    extraction = contradict(extraction, reading, name=document.name, mail=mail, vocabularies=vocabularies)
    with database.reading(house.engine) as tx:
        extraction = corrected(extraction, corrections.of_document(tx, document.id))
    findings = dict.fromkeys((*reading.findings, *extraction.findings))
    return extraction.model_copy(update={"findings": tuple(findings), "page_count": reading.page_count})


def taught(house: House, printed: Extraction, reading: Reading) -> Extraction:
    """Return the extraction with values read where corrections of this vendor's documents showed them to stand."""
    with database.reading(house.engine) as tx:
        learned = layouts.of(tx, identities(printed))
    return apply(printed, reading, learned, vocabularies=house.library.vocabularies)


def record_of(house: House, extraction: Extraction, reading: Reading, *, revision: int) -> Record:
    """Return the canonical record of an extraction, its confidences fitted to how often such values are right."""
    record = normalize(extraction, revision=revision, vocabularies=house.library.vocabularies)
    return calibrate(record, reading, house.library.calibration)
