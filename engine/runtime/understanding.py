"""From what readers saw to one record: the order in which the pure stages look at a document."""

from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from typing import Any, NamedTuple

from engine.model.correction import Correction
from engine.model.document import Document
from engine.model.field import Field, Provenance
from engine.model.layout import LearnedPlacing
from engine.model.page import Reading
from engine.model.record import Extraction, Record
from engine.runtime import date_habits, questions
from engine.runtime.correspondence import letter_of
from engine.runtime.house import House
from engine.runtime.media_type import ending_of
from engine.runtime.witness import Live, Witness
from engine.stages.arbitrate import arbitrate
from engine.stages.calibrate.calibrate import calibrate
from engine.stages.canonical.dates import has_open_dates
from engine.stages.classify import classify
from engine.stages.contradict.around import Letter
from engine.stages.contradict.contradict import contradict
from engine.stages.correct import corrected, typed
from engine.stages.extract.evidence import Evidence
from engine.stages.kinds.doubts import doubted, doubts
from engine.stages.layout.apply import apply, identities
from engine.stages.layout.known import known
from engine.stages.normalize import normalize
from engine.stages.papers.read import read_print
from engine.stages.papers.words import paper_of
from engine.stages.second_opinion import second_opinion, with_opinion


class Understanding(NamedTuple):
    """What a document says: as read, and as canonical data with fitted confidences."""

    extraction: Extraction
    record: Record


def understand(
    house: House, document: Document, reading: Reading, *, revision: int, witness: Witness | None = None
) -> Understanding:
    """Return what a reading says: printed and carried data, with one of them chosen where they differ.

    What people taught before is asked of the witness, by default of the store as it is.
    """
    asked = witness or Live(house.engine)
    said: tuple[Correction, ...] = asked.ask(questions.corrections(document.id, revision))
    mail = letter_of(house, document)
    extraction, evidence = _read_values(house, document, reading, asked, said, mail)
    schema = house.library.schemas.get(extraction.classification.type)
    extraction = _told_by_arrival(extraction, document, mail, schema)
    extraction = corrected(extraction, said)
    findings = tuple(dict.fromkeys((*reading.findings, *extraction.findings, *doubts(extraction))))
    extraction = extraction.model_copy(update={"findings": findings, "page_count": reading.page_count})
    vocabularies, came = house.library.vocabularies, document.received_at.date()
    record = normalize(extraction, revision=revision, vocabularies=vocabularies, received_on=came)
    if has_open_dates(extraction.fields):
        habit = date_habits.of_vendor(house, document, record, witness=asked)
        record = normalize(extraction, revision=revision, vocabularies=vocabularies, received_on=came, habit=habit)
    is_fitted = paper_of(vocabularies, record.type) is None  # too few papers of other types exist to fit anything
    sure = calibrate(record, reading, house.library.calibration, evidence) if is_fitted else record
    return Understanding(extraction, doubted(sure))


def _read_values(
    house: House, document: Document, reading: Reading, witness: Witness, said: Sequence[Correction], mail: Letter | None
) -> tuple[Extraction, Mapping[str, Evidence]]:  # fmt: skip
    """Return the values as they are read of the type that a person said, and what speaks for those that stand in print."""
    vocabularies = house.library.vocabularies
    classification = typed(with_opinion(classify(reading, vocabularies), reading), said)
    printed: Extraction | None = None
    evidence: Mapping[str, Evidence] = {}
    if reading.embedded is None or any(page.words for page in reading.pages):
        printed, evidence = read_print(
            reading, document_id=document.id, classification=classification, vocabularies=vocabularies
        )
        printed = second_opinion(printed, reading, vocabularies)
        printed = _taught(house, printed, reading, witness)
    extraction = arbitrate(
        printed, reading.embedded, document_id=document.id, classification=classification, pages=reading.pages
    )
    return contradict(extraction, reading, name=document.name, mail=mail, vocabularies=vocabularies), evidence


def _told_by_arrival(
    extraction: Extraction, document: Document, mail: Letter | None, schema: Mapping[str, Any] | None
) -> Extraction:
    """Return the extraction with what the arrival tells, in the fields whose schema says so (`x-from`) and that nothing on it fills.

    `mail_sender`: the address that the mail came from. Who sends can be forged: rules say how far it is believed, the gateway
    of mails checks it (SPF, DKIM). `arrival_date`: the day on which it came, of what is not dated itself. `file_type`: the
    usual ending of such a file.
    """
    address = parseaddr(mail.sender)[1].casefold() if mail is not None else ""
    day, ending = document.received_at.date().isoformat(), ending_of(document.blob.media_type)
    told = {
        "mail_sender": (address, mail.sender if mail else "", "mail"), "arrival_date": (day, day, "arrival"),
        "file_type": (ending, document.blob.media_type, "arrival"),
    }  # fmt: skip
    fields = []
    for name, one in (schema["properties"] if schema is not None else {}).items():
        value, raw, by = told.get(one.get("x-from"), ("", "", ""))
        if value and extraction.get(name) is None:
            where = Provenance(how="embedded", by=by)
            fields.append(Field(name=name, value=value, raw=raw, confidence=1.0, provenance=where))
    return extraction.model_copy(update={"fields": (*extraction.fields, *fields)}) if fields else extraction


def _taught(house: House, printed: Extraction, reading: Reading, witness: Witness) -> Extraction:
    """Return the extraction with values read where corrections of this vendor's documents showed them to stand."""
    who = identities(printed)
    taught: tuple[LearnedPlacing, ...] = witness.ask(questions.layouts(who))
    learned = known(house.library.layouts, who, taught)
    return apply(printed, reading, learned, vocabularies=house.library.vocabularies)
