"""Runs in a guarded child: XML Schema and Schematron over one message. Schemas and stylesheets stay compiled."""

import re
import resource
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, cast

from lxml import etree

from adapters.einvoice import cii, ubl
from adapters.einvoice.checks import own
from adapters.einvoice.checks.suite import MENDS, OWN, Mend, Sheet, folder
from adapters.shared.safe_xml import Element

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_XSL = "{http://www.w3.org/1999/XSL/Transform}"
_MOST = 500
"""Errors of the schema that are told of one message."""
_MEMORY = 2 * 1024**3
"""Bytes of memory in use. The guard can only bound addresses, of which Saxon reserves far more than it uses."""


def handle(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield `{"schema": [[text, path]]}` and for each sheet `{"sheet": [[id, flag, place, text, times]]}`.

    Request: `xml` (text of the message), `schema` (or None), `sheets` ([[file, keep]]).
    """
    root = etree.fromstring(request["xml"])
    if request["schema"] is not None:
        schema = _schema(request["schema"])
        schema.validate(root.getroottree())
        errors = islice(cast("Iterable[Any]", schema.error_log), _MOST)
        yield {"schema": [[error.message, error.path or ""] for error in errors]}
    for file, keep in request["sheets"]:
        yield {"sheet": _broken(request["xml"], Sheet(file, keep))}


def _broken(xml: str, sheet: Sheet) -> list[list[str]]:
    """Return each broken assertion once: id, flag, first place, text, how often."""
    report = etree.fromstring(_processor().run(xml, sheet).encode())
    first: dict[tuple[str, str], list[str]] = {}
    times: Counter[tuple[str, str]] = Counter()
    for found in report.iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report"):
        words = " ".join(" ".join(str(part) for part in found.itertext()).split())
        id_, flag = found.get("id", ""), found.get("flag", "")
        key = id_, "" if id_ else words
        first.setdefault(key, [id_, flag, found.get("location", ""), words])
        times[key] += 1
    return [[*told, str(times[key])] for key, told in first.items()]


@lru_cache(maxsize=8)
def _schema(file: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(folder() / file, etree.XMLParser(no_network=True)))


@lru_cache(maxsize=1)
def _processor() -> "_Processor":
    return _Processor()


class _Processor:
    """Saxon with the stylesheets that it has compiled; one a process."""

    def __init__(self) -> None:
        _, ceiling = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, ceiling))
        from saxonche import PySaxonProcessor

        self._saxon = PySaxonProcessor(license=False)
        self._compiled: dict[Sheet, Any] = {}

    def run(self, xml: str, sheet: Sheet) -> str:
        """Return the SVRL report of a sheet over a message."""
        if sheet not in self._compiled:
            self._compiled[sheet] = self._saxon.new_xslt30_processor().compile_stylesheet(stylesheet_text=_text(sheet))
        node = self._saxon.parse_xml(xml_text=xml)
        return str(self._compiled[sheet].transform_to_string(xdm_node=node))


def _text(sheet: Sheet) -> str:
    if not sheet.file.startswith(OWN):
        return trimmed(sheet)
    _, name, syntax = sheet.file.split("/")
    prefixes = cii.TABLES[0].namespaces if syntax == "cii" else ubl.TABLES[0].namespaces
    return own.stylesheet(name, "cii" if syntax == "cii" else "ubl", prefixes)


def trimmed(sheet: Sheet) -> str:
    """Return a stylesheet without the assertions that are not wanted and without the log of what was looked at.

    The tests that remain are unchanged but for `MENDS`. Dropped code list look-ups save the parsing of a large file on every run, and
    places are told by Saxon's own `path()`, which does not count siblings one by one in XSLT.
    """
    path = folder() / sheet.file
    root = etree.parse(path).getroot()
    # relative look-ups of code lists go out from the stylesheet
    root.set("{http://www.w3.org/XML/1998/namespace}base", path.as_uri())
    for place in root.iter(f"{_XSL}attribute"):
        if place.get("name") == "location":
            for child in list(place):
                _drop(child)
            place.set("select", "path()")
    for log in list(root.iter(f"{_SVRL}fired-rule", f"{_SVRL}active-pattern")):
        _drop(log)
    for found in list(root.iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report")) if sheet.keep else []:
        id_ = next((str(a.text) for a in found.iterchildren(f"{_XSL}attribute") if a.get("name") == "id"), "")
        otherwise = found.getparent()
        choice = otherwise.getparent() if otherwise is not None else None
        if choice is not None and not re.match(sheet.keep, id_):
            _drop(choice if choice.tag == f"{_XSL}choose" else found)
        elif choice is not None and id_ in MENDS:
            _mend(choice, MENDS[id_])
    return etree.tostring(root, encoding="unicode")


def _mend(choice: Element, mend: Mend) -> None:
    """Narrow an assertion to what the standard allows: its test, or the match of its rule."""
    test, rule = choice.find(f"{_XSL}when"), next(choice.iterancestors(f"{_XSL}template"), None)
    place = test if mend.where == "test" else rule
    if place is not None:
        place.set(mend.where, re.sub(mend.pattern, mend.standard, place.get(mend.where, "")))


def _drop(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
