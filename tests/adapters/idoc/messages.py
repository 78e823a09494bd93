"""IDocs for tests, written in both forms from one description."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from adapters.idoc.plug import PLUG
from adapters.shared.idoc.layout import Segment, load_layout
from engine.model.page import Embedded, Reading
from engine.ports import Limits
from engine.runtime.media_type import sniff_bytes


class Seg(NamedTuple):
    """One segment."""

    name: str
    values: Mapping[str, str] = {}
    children: tuple["Seg", ...] = ()


def seg(name: str, *children: Seg, **values: str) -> Seg:
    return Seg(name, values, children)


class Message(NamedTuple):
    """One IDoc."""

    type: str
    message: str
    segments: tuple[Seg, ...]
    number: str = "0000000000004711"

    @property
    def control(self) -> dict[str, str]:
        named = {"TABNAM": "EDI_DC40", "MANDT": "100", "DOCNUM": self.number, "DIRECT": "1", "IDOCTYP": self.type}
        return {**named, "MESTYP": self.message, "SNDPRN": "VENDOR", "RCVPRN": "POSTROOM", "CREDAT": "20260302"}

    def with_(self, *segments: Seg) -> "Message":
        """Return it with more segments at the end, those of the same name and qualifier replaced."""
        replaced = {(one.name, one.values.get("QUALF") or one.values.get("SUMID")) for one in segments}
        kept = [
            one
            for one in self.segments
            if (one.name, one.values.get("QUALF") or one.values.get("SUMID")) not in replaced
        ]
        return self._replace(segments=(*kept, *segments))


INVOICE = Message("INVOIC02", "INVOIC", (
    seg("E1EDK01", CURCY="EUR", BSART="INVO", BELNR="90012345", EIGENUINR="DE136695976", KUNDEUINR="ATU12345675"),
    seg("E1EDKA1", PARVW="AG", PARTN="0000104711", NAME1="Alpenkontor GmbH", LAND1="AT"),
    seg("E1EDKA1", PARVW="LF", PARTN="V1", NAME1="Müller & Söhne KG", STRAS="Hafenweg 3", PSTLZ="20457", ORT01="Hamburg", LAND1="DE"),
    seg("E1EDK02", QUALF="009", BELNR="90012345", DATUM="20260301"),
    seg("E1EDK02", QUALF="001", BELNR="4500001234"),
    seg("E1EDK02", QUALF="012", BELNR="80001234"),
    seg("E1EDK03", IDDAT="026", DATUM="20260301"),
    seg("E1EDK03", IDDAT="028", DATUM="20260331"),
    seg("E1EDK04", MWSKZ="A1", MSATZ="19.000", MWSBT="21.38"),
    seg("E1EDK18", QUALF="001", TAGE="30", ZTERM_TXT="30 days net"),
    seg("E1EDK28", BIBAN="DE02120300000000202051", BRNUM="BYLADEM1001"),
    seg("E1EDP01",
        seg("E1EDP02", QUALF="001", BELNR="4500001234", ZEILE="000010"),
        seg("E1EDP19", QUALF="001", IDTNR="K-77", KTEXT="Espresso"),
        seg("E1EDP19", QUALF="002", IDTNR="000000000000012345", KTEXT="Espresso beans"),
        seg("E1EDP26", QUALF="003", BETRG="100.00"),
        POSEX="000010", MENGE="10.000", MENEE="H87", VPREI="10.00", PEINH="1"),
    seg("E1EDP01",
        seg("E1EDP19", QUALF="002", IDTNR="M-4", KTEXT="Filter paper"),
        seg("E1EDP26", QUALF="003", BETRG="12.50"),
        POSEX="000020", MENGE="2.000", MENEE="H87"),
    seg("E1EDS01", SUMID="010", SUMME="112.50", WAERQ="EUR"),
    seg("E1EDS01", SUMID="005", SUMME="21.38", WAERQ="EUR"),
    seg("E1EDS01", SUMID="011", SUMME="133.88", WAERQ="EUR"),
))  # fmt: skip

ORDER = Message("ORDERS05", "ORDERS", (
    seg("E1EDK01", CURCY="EUR", BELNR="4500009876", EIGENUINR="ATU12345675"),
    seg("E1EDK03", IDDAT="012", DATUM="20260302"),
    seg("E1EDK03", IDDAT="002", DATUM="20260401"),
    seg("E1EDKA1", PARVW="AG", PARTN="0000104711", NAME1="Alpenkontor GmbH", LAND1="AT"),
    seg("E1EDKA1", PARVW="LF", PARTN="V1", NAME1="Müller & Söhne KG"),
    seg("E1EDK02", QUALF="001", BELNR="4500009876", DATUM="20260302"),
    seg("E1EDP01",
        seg("E1EDP20", WMENG="3.000", EDATU="20260410"),
        seg("E1EDP19", QUALF="001", IDTNR="K-77", KTEXT="Espresso"),
        POSEX="00010", MENGE="3.000", MENEE="KGM", VPREI="10.0055", PEINH="1"),
))  # fmt: skip

RESPONSE = Message("ORDERS05", "ORDRSP", (
    *ORDER.segments[:-2],
    seg("E1EDK02", QUALF="001", BELNR="4500009876", DATUM="20260302"),
    seg("E1EDK02", QUALF="002", BELNR="2000321116", DATUM="20260303"),
    ORDER.segments[-1],
))  # fmt: skip


def delivery(*items: Seg, **header: str) -> Message:
    """Return a delivery advice."""
    head = {"VBELN": "0080001234", **header}
    return Message("DELVRY03", "DESADV", (
        seg("E1EDL20",
            seg("E1ADRM1", PARTNER_Q="LF", PARTNER_ID="V1", NAME1="Müller & Söhne KG", STREET1="Hafenweg 3",
                POSTL_COD1="20457", CITY1="Hamburg", COUNTRY1="DE"),
            seg("E1ADRM1", PARTNER_Q="AG", PARTNER_ID="0000104711", NAME1="Alpenkontor GmbH", COUNTRY1="AT"),
            seg("E1EDT13", QUALF="006", NTANF="20260227", ISDD="20260228"),
            seg("E1EDT13", QUALF="007", NTEND="20260303"),
            *items, **head),
    ))  # fmt: skip


def item(position: str, quantity: str, *, order: str = "4500001234", order_line: str = "000010", **more: str) -> Seg:
    """Return an item of a delivery."""
    return seg(
        "E1EDL24", seg("E1EDL41", QUALI="001", BSTNR=order, POSEX=order_line),
        **{"POSNR": position, "MATNR": "000000000000012345", "ARKTX": "Espresso beans", "LFIMG": quantity, "VRKME": "H87", **more},
    )  # fmt: skip


DELIVERY = delivery(item("000010", "4.000"), item("000020", "2.500", order_line="000020"))


def as_xml(*messages: Message, encoding: str = "UTF-8") -> bytes:
    root = etree.Element(messages[0].type)
    for message in messages:
        idoc = etree.SubElement(root, "IDOC", BEGIN="1")
        _append(idoc, Seg("EDI_DC40", message.control))
        for one in message.segments:
            _append(idoc, one)
    content = etree.tostring(root, encoding=encoding, xml_declaration=True)
    assert isinstance(content, bytes)
    return content


def _append(parent: Any, segment: Seg) -> None:
    element = etree.SubElement(parent, segment.name, SEGMENT="1")
    for name, value in segment.values.items():
        etree.SubElement(element, name).text = value
    for child in segment.children:
        _append(element, child)


def records_of(message: Message) -> list[str]:
    """Return the control record and the data records of an IDoc."""
    family = {"INVOIC": "INVOIC02", "ORDERS": "ORDERS05", "DELVRY": "DELVRY07"}[message.type[:6]]
    layout = load_layout(family)
    found = list(_numbered(message.segments, layout.segments, 0, [0], 1))
    head = [
        f"{name:<30}100{message.number}{at:06d}{parent:06d}{level:02d}" + data.ljust(1000)
        for at, parent, level, name, data in found
    ]
    return [_placed(message.control, layout.control).ljust(524), *head]


def _numbered(
    segments: Sequence[Seg], places: Sequence[Segment], parent: int, count: list[int], level: int
) -> Iterator[tuple[int, int, int, str, str]]:
    for one in segments:
        place = next((known for known in places if known.name == one.name), None)
        count[0] += 1
        here = count[0]
        name = place.released if place else one.name
        yield here, parent, level, name, _placed(one.values, place) if place else "somebody's own"
        yield from _numbered(one.children, place.children if place else (), here, count, level + 1)


def _placed(values: Mapping[str, str], place: Segment) -> str:
    out = [" "] * 1000
    for field in place.fields:
        text = values.get(field.name, "")
        assert len(text) <= field.length, field.name
        out[field.offset : field.offset + len(text)] = text
    return "".join(out).rstrip()


def as_flat(*messages: Message, end: str = "\r\n", encoding: str = "utf-8", trim: bool = False) -> bytes:
    records = [record for message in messages for record in records_of(message)]
    return "".join((one.rstrip() if trim else one) + end for one in records).encode(encoding)


def read(tmp_path: Path, content: bytes, **limits: int) -> Reading:
    """Read a file as the hub does."""
    path = tmp_path / "message"
    path.write_bytes(content)
    return PLUG.reader().read(path, sniff_bytes(content), pages=None, limits=Limits.model_validate(limits))


def data_of(reading: Reading) -> Embedded:
    assert reading.embedded is not None
    return reading.embedded


def plain(reading: Reading) -> dict[str, Any]:
    """Return the bare values of a reading."""
    data = data_of(reading)
    header: dict[str, Any] = {field.name: field.value for field in data.fields}
    rows = {"lines": data.lines, "taxes": data.taxes}
    return header | {
        name: [{field.name: field.value for field in row} for row in group] for name, group in rows.items() if group
    }


def codes(reading: Reading) -> list[str]:
    return sorted({finding.code for finding in reading.findings})
