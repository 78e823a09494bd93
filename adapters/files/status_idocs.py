"""Status messages of SAP about IDocs that we delivered: SYSTAT01 and ALEAUD01 as XML, SYSTAT01 flat too.

SYSTAT01 carries segments E1STATS (DOCNUM, STATUS, STATXT, STAPA1..4, ARCKEY), ALEAUD01 segments E1STATE with E1PRTOB
below (OBJKEY: the document that was posted). DOCNUM is the number of the IDoc as its sender gave it: ours.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lxml import etree

_MOST = 100_000
"""Segments of one file that are looked at."""
_FLAT = {"DOCNUM": (13, 16), "STATUS": (43, 2)}
_FLAT_OLD = {"STATXT": (103, 70), "STAPA1": (185, 20), "STAPA2": (205, 20), "STAPA3": (225, 20), "STAPA4": (245, 20)}
_FLAT_NEW = {"STAPA1": (72, 50), "STAPA2": (122, 50), "STAPA3": (172, 50), "STAPA4": (222, 50), "STATXT": (272, 70)}
"""Offset and length in SDATA: E2STATS of release 3, and the structure EDI_DS40 behind E2STATS001 (SAP's documentation)."""
_HEAD = 63
"""Signs of EDI_DD40 before SDATA."""
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
    return tuple(_from_flat(data)) if data.startswith(b"EDI_DC40") else ()


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
        yield _status({str(one.tag): one.text or "" for one in segment}, segment.findtext("E1PRTOB/OBJKEY") or "")


def _from_flat(data: bytes) -> Iterator[Status]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    for record in text.splitlines()[1 : _MOST + 1]:
        name, body = record[:30].rstrip(), record[_HEAD:]
        if name.startswith("E2STATS"):
            layout = {**_FLAT, **(_FLAT_OLD if name == "E2STATS" else _FLAT_NEW)}
            yield _status({field: body[start : start + length] for field, (start, length) in layout.items()}, "")


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
    values = [cells.get(f"STAPA{at}", "") for at in range(1, 5)]
    if not text:
        return " ".join(filter(None, values))
    following = iter(values)
    return " ".join(_GAP.sub(lambda gap: values[int(gap[1]) - 1] if gap[1] else next(following, ""), text).split())
