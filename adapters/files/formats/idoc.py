"""Writes SAP IDocs, flat and as XML, from a payload that mirrors the segment tree.

The flat file holds the control record EDI_DC40 (524 characters) and data records EDI_DD40: SEGNAM 30, MANDT 3,
DOCNUM 16, SEGNUM 6, PSGNUM 6, HLEVEL 2, SDATA 1000; one record a line.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lxml import etree

from adapters.files.formats.options import IdocFlatOptions, IdocXmlOptions
from adapters.files.formats.text import encode_xml
from adapters.files.formats.values import encodable, is_plain_number, plain_text, refuse
from adapters.shared.idoc.layout import IdocField, Layout, Segment, load_layout
from engine.model.errors import Rejected
from engine.model.operation import Operation

_SDATA = 1000
_CONTROL_NEEDS = ("SNDPOR", "SNDPRT", "SNDPRN", "RCVPOR", "RCVPRN")
_DATE = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):?([0-9]{2}):?([0-9]{2})")


class Node(NamedTuple):
    """One segment with its values in layout order."""

    segment: Segment
    values: tuple[tuple[IdocField, str], ...]
    children: tuple["Node", ...]
    label: str
    """Where it stands, for messages: `E1EDP01[2]`."""


def render_idoc_flat(operation: Operation, options: IdocFlatOptions, *, generation: int = 1) -> bytes:
    """Return the flat file; a later generation has another number. Raises Rejected naming segment and field for what does not fit, never cuts."""
    layout = load_layout(options.type)
    control = _control(operation, options.control, layout, generation)
    nodes = _tree(operation.payload, layout)
    client = next((text for field, text in control.values if field.name == "MANDT"), "")
    number = document_number(operation.short_key, generation)
    records = [_data(control, options)]
    for sequence, parent, node in _numbered(nodes):
        name = options.segment_names.get(node.segment.name, node.segment.released)
        head = f"{name:<30}{client:<3}{number}{sequence:06d}{parent:06d}{node.segment.level:02d}"
        records.append(head + _data(node, options).ljust(_SDATA))
    lines = (record.rstrip() if options.trim else record for record in records)
    return "".join(line + options.newline for line in lines).encode(options.encoding)


def render_idoc_xml(operation: Operation, options: IdocXmlOptions, *, generation: int = 1) -> bytes:
    """Return the IDoc as XML; a later generation has another number. Raises Rejected naming segment and field for what does not fit, never cuts."""
    layout = load_layout(options.type)
    root = etree.Element(layout.type)
    idoc = etree.SubElement(root, "IDOC", BEGIN="1")
    for node in (_control(operation, options.control, layout, generation), *_tree(operation.payload, layout)):
        _append(idoc, node)
    return encode_xml(str(etree.tostring(root, encoding="unicode", pretty_print=True)), options.encoding)


def document_number(short_key: str, generation: int = 1) -> str:
    """Return the sixteen digits of DOCNUM: always the same for one delivery of one operation."""
    return f"{(int(short_key, 16) + generation - 1) % 10**16:016d}"


def _control(operation: Operation, given: Mapping[str, str], layout: Layout, generation: int) -> Node:
    """Return the control record: our defaults, then the mapping's options, then the payload's EDI_DC40."""
    own = operation.payload.get(layout.control.name, {})
    if not isinstance(own, Mapping):
        raise refuse(layout.control.name, "one segment is expected")
    values = {
        "TABNAM": layout.control.name, "DIRECT": "2", "IDOCTYP": layout.type, "MESTYP": layout.message,
        "ARCKEY": operation.short_key, **given, **{name: text for name, text in own.items() if text not in (None, "")},
        "DOCNUM": document_number(operation.short_key, generation),
    }  # fmt: skip
    for name in _CONTROL_NEEDS:
        if not values.get(name):
            raise refuse(f"{layout.control.name}.{name}", "a value is required")
    return _node(layout.control, values, layout.control.name)


def _tree(payload: Mapping[str, Any], layout: Layout) -> tuple[Node, ...]:
    known = {layout.control.name, *(segment.name for segment in layout.segments)}
    for name in payload:
        # lower-case keys are for the file name (header values), segments are upper-case
        if name not in known and name == name.upper():
            raise refuse(name, f"{layout.type} has no such segment at the top")
    return tuple(node for segment in layout.segments for node in _nodes(segment, payload, ""))


def _nodes(segment: Segment, holder: Mapping[str, Any], prefix: str) -> Iterator[Node]:
    found = holder.get(segment.name)
    is_list = isinstance(found, (list, tuple))
    many = () if found is None else found if isinstance(found, (list, tuple)) else (found,)
    if not segment.min <= len(many) <= segment.max:
        raise refuse(prefix + segment.name, f"{len(many)} of them, {segment.min} to {segment.max} are allowed")
    for at, values in enumerate(many):
        label = f"{prefix}{segment.name}[{at}]" if is_list else prefix + segment.name
        if not isinstance(values, Mapping):
            raise refuse(label, "an object with fields is expected")
        yield _node(segment, values, label)


def _node(segment: Segment, values: Mapping[str, Any], label: str) -> Node:
    known = {field.name for field in segment.fields} | {child.name for child in segment.children}
    unknown = [name for name in values if name not in known]
    if unknown:
        raise refuse(f"{label}.{unknown[0]}", f"{segment.name} has no such field or segment")
    texts = ((field, _text(field, values.get(field.name), f"{label}.{field.name}")) for field in segment.fields)
    return Node(
        segment,
        tuple((field, text) for field, text in texts if text),
        tuple(node for child in segment.children for node in _nodes(child, values, f"{label}.")),
        label,
    )


def _text(field: IdocField, value: Any, label: str) -> str:
    """Return what is written for one value; numbers with the minus behind, dates and times as digits only."""
    if value is None or value == "":
        return ""
    text = " ".join(plain_text(value, label).split())
    if field.kind == "number":
        if not is_plain_number(text):
            raise refuse(label, f"{text!r} is no plain number")
        text = f"{text[1:]}-" if text.startswith("-") else text
    elif field.kind == "date":
        text = _digits(_DATE, text, label, "date")
    elif field.kind == "time":
        text = _digits(_TIME, text, label, "time")
    elif field.kind == "digits":
        if not (text.isascii() and text.isdigit()):
            raise refuse(label, f"{text!r} holds other signs than digits")
        text = text.rjust(field.length, "0")
    if len(text) > field.length:
        raise refuse(label, f"{len(text)} characters, at most {field.length} fit")
    return text


def _digits(pattern: re.Pattern[str], text: str, label: str, what: str) -> str:
    found = pattern.fullmatch(text)
    if found is None:
        raise refuse(label, f"{text!r} is no {what}")
    return "".join(found.groups())


def _numbered(nodes: tuple[Node, ...]) -> Iterator[tuple[int, int, Node]]:
    """Yield (SEGNUM, PSGNUM, segment) in file order; PSGNUM is 0 for header segments."""
    sequence = 0
    waiting = [(0, node) for node in reversed(nodes)]
    while waiting:
        parent, node = waiting.pop()
        sequence += 1
        yield sequence, parent, node
        waiting += [(sequence, child) for child in reversed(node.children)]


def _data(node: Node, options: IdocFlatOptions) -> str:
    """Return SDATA (or the control record) with each value at its offset."""
    last = node.segment.fields[-1]
    out = [" "] * (last.offset + last.length)
    for field, text in node.values:
        fit = encodable(text, options.encoding, options.unencodable, f"{node.label}.{field.name}")
        if len(fit) > field.length:
            raise refuse(
                f"{node.label}.{field.name}", f"{len(fit)} characters once respelled, at most {field.length} fit"
            )
        out[field.offset : field.offset + len(fit)] = fit
    return "".join(out)


def _append(parent: etree._Element, node: Node) -> None:
    element = etree.SubElement(parent, node.segment.name, SEGMENT="1")
    for field, text in node.values:
        try:
            etree.SubElement(element, field.name).text = text
        except ValueError as e:
            raise Rejected(
                f"{node.label}.{field.name}: a character that XML does not allow.",
                fields={f"{node.label}.{field.name}": str(e)},
            ) from e
    for child in node.children:
        _append(element, child)
