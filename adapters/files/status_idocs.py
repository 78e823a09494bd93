"""Status messages of SAP about IDocs that we delivered: SYSTAT01 and ALEAUD01, as XML and flat.

SYSTAT01 carries segments E1STATS (DOCNUM, STATUS, STATXT, STAPA1..4, ARCKEY), ALEAUD01 segments E1STATE with E1PRTOB
below (OBJKEY: the document that was posted). DOCNUM is the number of the IDoc as its sender gave it: ours.

Columns of ALEAUD01: SAP's help names the segments and says that release 4.0 put STATYP, STAMQU, STAMID, STAMNO and
STAPA1_LNG..STAPA4_LNG behind the older fields; lengths are those of the status record (EDIDS) in both releases. A
release only puts fields behind others, so one layout reads E2STATE, E2STATE001 and E2STATE002. What decides (number and
status) stands in the first 18 columns and has to look like it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from lxml import etree

from adapters.shared.idoc.flat_form import Record, records_of
from engine.model.errors import ReadError

_MOST = 100_000
"""Segments of one file that are looked at."""
_FLAT = {"DOCNUM": (13, 16), "STATUS": (43, 2)}
_FLAT_OLD = {"STATXT": (103, 70), "STAPA1": (185, 20), "STAPA2": (205, 20), "STAPA3": (225, 20), "STAPA4": (245, 20)}
_FLAT_NEW = {"STAPA1": (72, 50), "STAPA2": (122, 50), "STAPA3": (172, 50), "STAPA4": (222, 50), "STATXT": (272, 70)}
"""Offset and length in SDATA: E2STATS of release 3, and the structure EDI_DS40 behind E2STATS001 (SAP's documentation)."""
_FLAT_AUDIT = {
    "DOCNUM": (0, 16), "STATUS": (16, 2), "STATXT": (26, 70),
    "STAPA1": (96, 20), "STAPA2": (116, 20), "STAPA3": (136, 20), "STAPA4": (156, 20),
    "STAPA1_LNG": (203, 50), "STAPA2_LNG": (253, 50), "STAPA3_LNG": (303, 50), "STAPA4_LNG": (353, 50),
}  # fmt: skip
"""E2STATE. STACOD 8 stands before STATXT; STATYP 1, STAMQU 3, STAMID 20 and STAMNO 3 before the long parameters."""
_FLAT_OBJECT = (36, 70)
"""OBJKEY in E2PRTOB, behind DOCNUM 16, LOGSYS 10 and OBJTYPE 10."""
_HEAD = 63
"""Signs of EDI_DD40 before SDATA."""
_AUDITED = re.compile(r"[0-9]{16}[0-9]{2}")
_LIMIT = 64 * 1024 * 1024
_POSITIVE = frozenset({"53", "41"})
_NEGATIVE = frozenset({"51", "56", "60", "63", "65", "68", "40", "17"})
"""53 posted, 41 posted over there; 51 application error, 56 added with errors, 60 65 63 errors of syntax, service and
hand-over, 68 not processed any further, 40 not posted over there, 17 functional acknowledgement negative."""
_GAP = re.compile(r"&([1-4])?")


class Status(NamedTuple):
    """What became of one IDoc."""

    number: str
    """DOCNUM, sixteen digits."""
    archive_key: str
    """ARCKEY as our control record carried it, or empty."""
    code: str
    message: str
    document: str
    """The document that was posted, or empty."""

    @property
    def is_final(self) -> bool:
        """Whether it says yes or no; 64 (waits to be handed over) and the like say neither."""
        return self.code in _POSITIVE | _NEGATIVE

    @property
    def is_positive(self) -> bool:
        """Whether it says yes."""
        return self.code in _POSITIVE


def read_statuses(data: bytes) -> tuple[Status, ...]:
    """Return the statuses of a file in their order; nothing for a file that is no status message."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return tuple(_from_xml(data))
    return tuple(_from_flat(data))


def _from_xml(data: bytes) -> Iterator[Status]:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data.strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    document = root.getroottree().docinfo
    if document is not None and document.internalDTD is not None:
        return
    for at, segment in enumerate(root.iter("E1STATS", "E1STATE")):
        if at >= _MOST:
            return
        objects = (one.text or "" for one in segment.iterfind("E1PRTOB/OBJKEY"))
        yield _status({str(one.tag): one.text or "" for one in segment}, next(filter(str.strip, objects), ""))


def _from_flat(data: bytes) -> Iterator[Status]:
    try:
        records = records_of(data, max_bytes=_LIMIT)[:_MOST]
    except ReadError:
        return
    for at, record in enumerate(records):
        name = record.text[:30].rstrip()
        if name.startswith("E2STATS"):
            yield _status(_cut(record, {**_FLAT, **(_FLAT_OLD if name == "E2STATS" else _FLAT_NEW)}), "")
        elif name.startswith("E2STATE") and _AUDITED.fullmatch(record.cut(_HEAD, 18)):
            yield _status(_cut(record, _FLAT_AUDIT), _object_of(records, at + 1))


def _cut(record: Record, layout: Mapping[str, tuple[int, int]]) -> dict[str, str]:
    return {field: record.cut(_HEAD + start, length) for field, (start, length) in layout.items()}


def _object_of(records: Sequence[Record], start_at: int) -> str:
    """Return the document that the records below a status name first, or nothing."""
    following = (records[at] for at in range(start_at, len(records)))
    below = takewhile(lambda record: record.text.startswith("E2PRTOB"), following)
    start, length = _FLAT_OBJECT
    return next(filter(str.strip, (record.cut(_HEAD + start, length) for record in below)), "")


def _status(fields: Mapping[str, str], document: str) -> Status:
    cells = {name: " ".join(value.split()) for name, value in fields.items()}
    number = cells.get("DOCNUM", "")
    return Status(
        number=number.rjust(16, "0") if number else "", archive_key=cells.get("ARCKEY", "").lower(),
        code=cells.get("STATUS", ""), message=_message(cells), document=" ".join(document.split()),
    )  # fmt: skip


def _message(cells: Mapping[str, str]) -> str:
    """Return the text with its parameters where SAP left gaps for them (`&`, `&1`)."""
    text = cells.get("STATXT", "")
    values = [cells.get(f"STAPA{at}_LNG") or cells.get(f"STAPA{at}", "") for at in range(1, 5)]
    if not text:
        return " ".join(filter(None, values))
    following = iter(values)
    return " ".join(_GAP.sub(lambda gap: values[int(gap[1]) - 1] if gap[1] else next(following, ""), text).split())
