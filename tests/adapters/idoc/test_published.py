"""The reader against what SAP publishes: its sample IDocs, as XML and written flat by its own definitions."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from adapters.shared.idoc.layout import Layout, Segment, load_layout
from tests.adapters.idoc.messages import codes, data_of, plain, read

SPECS = Path(__file__).parents[4] / "shared" / "specs" / "sap-idoc"
SAMPLES = sorted(SPECS.glob("samples/*.xml"))
DEFINITIONS = {
    "INVOIC": "INVOIC02.segments.json", "ORDERS": "ORDERS05_ORDERS.segments.json", "ORDRSP": "ORDERS05_ORDRSP.segments.json",
    "DESADV": "DELVRY07_DESADV.segments.json",
}  # fmt: skip
TYPES = {"INVOIC": "invoice", "ORDERS": "purchase_order", "ORDRSP": "order_response", "DESADV": "goods_receipt"}

pytestmark = pytest.mark.skipif(not SAMPLES, reason="SAP's published samples do not stand beside this checkout")


def idocs() -> list[Any]:
    """Return the samples that are IDocs; others are messages of SAP's newer interface."""
    found = []
    for file in SAMPLES:
        control = etree.parse(file).find(".//IDOC/EDI_DC40")
        if control is not None:
            found.append(pytest.param(file, str(control.findtext("MESTYP")), id=file.stem))
    return found


def definitions(message: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SPECS / DEFINITIONS[message]).read_text(encoding="utf-8"))["segments"]
    if message == "ORDERS":  # its own item holds fields of a mapping tool
        found["E1EDP01"]["fields"] = definitions("INVOIC")["E1EDP01"]["fields"]
    return found


def flat(content: bytes, places: Mapping[str, Any]) -> bytes:
    """Write an XML IDoc flat, by SAP's definitions alone."""
    idoc = etree.fromstring(content).find("IDOC")
    assert idoc is not None
    control, *segments = idoc
    records = [placed(control, places["EDI_DC40"]).ljust(524)]

    def walk(element: Any, known: Mapping[str, Any], parent: int, level: int) -> None:
        place = known[element.tag]
        here = len(records)
        number = control.findtext("DOCNUM") or ""
        head = f"{'E2' + element.tag[2:]:<30}{'':3}{number:<16}{here:06d}{parent:06d}{level:02d}"
        records.append(head + placed(element, place).ljust(1000))
        for child in element:
            if child.get("SEGMENT"):
                walk(child, place["children"], here, level + 1)

    for element in segments:
        walk(element, places, 0, 1)
    return "\r\n".join(records).encode()


def placed(element: Any, place: Mapping[str, Any]) -> str:
    fields = {field["name"]: field for field in place["fields"]}
    out = [" "] * 1000
    for child in element:
        # three fields of the samples stand in no definition (see facts of the vendor); none is read
        if child.get("SEGMENT") is None and child.tag in fields:
            field = fields[child.tag]
            text = (child.text or "")[: field["len"]]
            out[field["offset"] : field["offset"] + len(text)] = text
    return "".join(out).rstrip()


@pytest.mark.parametrize(("file", "message"), idocs())
def test_samples_are_read_without_a_doubt(tmp_path: Path, file: Path, message: str) -> None:
    reading = read(tmp_path, file.read_bytes())

    assert data_of(reading).type == TYPES[message]
    assert set(codes(reading)) <= {"several_values"}
    assert plain(reading)["lines"]


@pytest.mark.parametrize(("file", "message"), idocs())
def test_the_flat_form_of_a_sample_says_the_same(tmp_path: Path, file: Path, message: str) -> None:
    xml = file.read_bytes()
    one, other = read(tmp_path, xml), read(tmp_path, flat(xml, definitions(message)))

    assert (plain(other), codes(other)) == (plain(one), codes(one))


def test_the_definition_of_deliveries_is_the_published_one() -> None:
    published: dict[str, list[tuple[Any, ...]]] = {}

    def gather(segments: Mapping[str, Any]) -> None:
        for segment in segments.values():
            published[segment["name"]] = [(one["name"], one["offset"], one["len"]) for one in segment["fields"]]
            gather(segment["children"])

    def every(layout: Layout) -> Iterator[Segment]:
        waiting = [layout.control, *layout.segments]
        while waiting:
            segment = waiting.pop()
            yield segment
            waiting += segment.children

    gather(definitions("DESADV"))
    layout = load_layout("DELVRY07")
    ours = {one.name: [(field.name, field.offset, field.length) for field in one.fields] for one in every(layout)}
    assert ours == {name: published[name] for name in ours}
    assert layout.others == published.keys() - ours.keys()
