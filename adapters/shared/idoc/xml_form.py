"""IDocs as XML: `<ORDERS05><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1">...</EDI_DC40><E1EDK01 SEGMENT="1">...`."""

from collections import Counter
from collections.abc import Iterator, Mapping

from lxml import etree

from adapters.shared import safe_xml
from adapters.shared.idoc.tree import CONTROL, Cell, Idoc, Node, layout_of, names_of, unknown_segments
from adapters.shared.safe_xml import Element
from engine.model.finding import Finding


def idocs_of(data: bytes, *, max_bytes: int) -> tuple[Idoc, ...]:
    """Return the IDocs of a file. Raises ReadError `too_large`, `unsafe_xml` or `unreadable_xml`."""
    root = safe_xml.parse(data, max_bytes=max_bytes)
    return tuple(_idoc(element, at) for at, element in enumerate(_elements(root), start=1))


def pieces_of(data: bytes, *, max_bytes: int) -> tuple[bytes, ...]:
    """Return each IDoc of a file as a file of its own, in UTF-8; the same bytes every time. Raises like `idocs_of`."""
    root = safe_xml.parse(data, max_bytes=max_bytes)
    pieces = []
    for element in _elements(root):
        holder = etree.Element(_type(element))
        element.tail = None
        holder.append(element)
        pieces.append(etree.tostring(holder, encoding="UTF-8", xml_declaration=True))
    return tuple(pieces)


def _elements(root: Element) -> list[Element]:
    return [one for one in root.iter("{*}IDOC") if one.find(f"{{*}}{CONTROL}") is not None]


def _type(element: Element) -> str:
    """Return the basic type: as the control record says, else as the root is called."""
    named = element.findtext(f"{{*}}{CONTROL}/{{*}}IDOCTYP") or ""
    parent = element.getparent()
    return named.strip() or (_local(parent) if parent is not None else "IDOC")


def _idoc(element: Element, number: int) -> Idoc:
    kind = _type(element)
    base = f"/{kind}/IDOC[{number}]"
    control, *segments = list(_children(element, base))
    layout = layout_of(kind)
    root = Node("IDOC", base, {}, segments)
    found = _unknown(root, names_of(layout.type)) if layout else ()
    return Idoc(kind, control, root, found)


def _children(element: Element, base: str) -> Iterator[Node]:
    seen: Counter[str] = Counter()
    for child in element.iterchildren("*"):
        if _is_segment(child):
            name = _local(child)
            seen[name] += 1
            pointer = f"{base}/{name}[{seen[name]}]"
            yield Node(name, pointer, _cells(child, pointer), list(_children(child, pointer)))


def _cells(element: Element, pointer: str) -> Mapping[str, Cell]:
    texts = (
        (_local(child), (child.text or "").strip()) for child in element.iterchildren("*") if not _is_segment(child)
    )
    return {name: Cell(text, f"{pointer}/{name}") for name, text in texts if text}


def _is_segment(element: Element) -> bool:
    return "SEGMENT" in element.attrib or len(element) > 0


def _local(element: Element) -> str:
    return etree.QName(element).localname


def _unknown(root: Node, known: frozenset[str]) -> tuple[Finding, ...]:
    strange = [node for node in root.walk() if node is not root and node.name not in known]
    return (unknown_segments([(node.name, node.pointer) for node in strange]),) if strange else ()
