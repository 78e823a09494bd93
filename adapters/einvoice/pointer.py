"""XPaths that lead back to one node, for provenance."""

from collections.abc import Mapping

from lxml import etree

from adapters.shared.safe_xml import Element


class Pointers:
    """Writes the concrete XPath of nodes of one document, such as `/ubl:Invoice[1]/cac:InvoiceLine[2]/cbc:ID[1]`.

    The prefixes are those of the table, whatever the document calls them.
    """

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._prefixes = {uri: prefix for prefix, uri in namespaces.items()}
        self._known: dict[Element, str] = {}

    def of(self, element: Element) -> str:
        """Return the path of an element. Siblings are numbered once, so that long documents stay linear."""
        if element not in self._known:
            parent = element.getparent()
            step = self._step(element)
            if parent is None:
                self._known[element] = f"/{step}[1]"
            else:
                base = self.of(parent)
                for index, sibling in enumerate(parent.iterchildren(element.tag), start=1):
                    self._known[sibling] = f"{base}/{step}[{index}]"
        return self._known[element]

    def _step(self, element: Element) -> str:
        name = etree.QName(element)
        prefix = self._prefixes.get(name.namespace or "")
        if prefix is not None:
            return f"{prefix}:{name.localname}"
        return f"*[local-name()='{name.localname}' and namespace-uri()='{name.namespace or ''}']"
