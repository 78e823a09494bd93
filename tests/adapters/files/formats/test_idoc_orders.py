"""ORDERS05 as published, and partner numbers of an environment."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from adapters.files.plug import PLUG
from adapters.shared.idoc.layout import Segment, load_layout
from tests.adapters.files.factories import CONTROL, local, operation

SPECS = Path(__file__).parents[5] / "shared" / "specs" / "sap-idoc"
LEFT_OUT = {"E1CUREF", "E1ADDI1", "E1EDC01", "E1CUCFG", "E1EDL37", "E1EDPAD"}
ORDER: dict[str, Any] = {
    "E1EDK01": {"CURCY": "EUR", "BELNR": "PO-77/1"},
    "E1EDK14": [{"QUALF": "008", "ORGID": "1010"}],
    "E1EDKA1": [{"PARVW": "AG", "PARTN": "1000004"}],
    "E1EDP01": [{"POSEX": "000010", "MENGE": "3.000", "E1EDP20": [{"WMENG": "3.000", "EDATU": "2026-04-15"}]}],
}


def published(file: str) -> dict[str, Any]:
    path = SPECS / file
    if not path.is_file():
        pytest.skip("the published segment definitions do not stand beside this checkout")
    segments: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["segments"]
    return segments


def fields(segment: Segment) -> list[tuple[str, int, int]]:
    return [(field.name, field.offset, field.length) for field in segment.fields]


def test_the_layout_is_the_published_one() -> None:
    item = published("INVOIC02.segments.json")["E1EDP01"]["fields"]

    def compare(ours: tuple[Segment, ...], theirs: dict[str, Any]) -> None:
        assert [segment.name for segment in ours] == [name for name in theirs if name not in LEFT_OUT]
        for segment in ours:
            # where its own definition holds fields of a mapping tool, that of INVOIC02 is the segment as it is
            given = item if segment.name == "E1EDP01" else theirs[segment.name]["fields"]
            assert fields(segment) == [(field["name"], field["offset"], field["len"]) for field in given]
            compare(segment.children, theirs[segment.name]["children"])

    layout = load_layout("ORDERS05")
    compare((layout.control, *layout.segments), published("ORDERS05_ORDERS.segments.json"))


def test_the_published_order_has_no_segment_or_field_that_we_do_not_know() -> None:
    sample = SPECS / "samples" / "p2p_01.a_Sales_Order_Request_Outbound.xml"
    if not sample.is_file():
        pytest.skip("the published samples do not stand beside this checkout")
    known: dict[str, set[str]] = {}

    def gather(segments: tuple[Segment, ...]) -> None:
        for segment in segments:
            known[segment.name] = {field.name for field in segment.fields}
            gather(segment.children)

    layout = load_layout("ORDERS05")
    gather((layout.control, *layout.segments))
    unknown = {
        (element.tag, field.tag)
        for element in etree.fromstring(sample.read_bytes()).iter()
        if element.get("SEGMENT") and element.tag not in LEFT_OUT
        for field in element
        if field.get("SEGMENT") is None and field.tag not in known.get(str(element.tag), set())
    }
    assert unknown == set()


@pytest.mark.parametrize("kind", ["idoc_flat", "idoc_xml"])
def test_the_environment_sets_partner_numbers_before_the_mapping(tmp_path: Path, kind: str) -> None:
    target = PLUG.target(local(tmp_path, idoc_control={"RCVPRN": "TSTCLNT200", "MANDT": "200"}))
    op = operation(ORDER, format=kind, name="O_{key}.x", control=CONTROL, type="ORDERS05")
    text = (tmp_path / target.send(op).external_id).read_text(encoding="utf-8")

    if kind == "idoc_flat":
        told = [text[start : start + 10].strip() for start in (277, 99)] + [text[10:13]]
    else:
        root = etree.fromstring(text.encode())
        told = [str(root.findtext(f".//{name}")) for name in ("RCVPRN", "MESTYP", "MANDT")]
    assert told == ["TSTCLNT200", "ORDERS", "200"]
