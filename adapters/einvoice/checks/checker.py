"""Findings about the form of an e-invoice: its schema, and the business rules of EN 16931 and of its profile."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lxml import etree

from adapters.einvoice.checks.suite import Suite, suite
from adapters.einvoice.checks.wording import Wording, wording
from adapters.shared.guard import ChildDied, Guard
from adapters.shared.safe_xml import Element
from engine.model.finding import Finding, Severity

Check = Callable[[Element, str, Mapping[str, str]], tuple[Finding, ...]]
"""Message, profile identifier and namespaces by prefix -> findings."""

_ADDRESS_SPACE_MIB = 48 * 1024
"""Saxon reserves 32 GiB of addresses and uses a fraction of a gigabyte; the worker bounds what it uses."""
_SECONDS = 60
"""The first message of a kind waits for its stylesheet to be compiled; a message of 10,000 lines takes long as well."""
_CHILDREN = 2
_guard = Guard("adapters.einvoice.checks.worker:handle", memory_mib=_ADDRESS_SPACE_MIB)

_STANDARD = re.compile(r"(BR|UBL|CII)-(?!FX|FR|DE-|NL)")
_SAME = {
    "BR-FREXT-CL-10": "BR-CL-10", "BR-FREXT-CL-20": "BR-CL-20", "BR-FREXT-CL-24": "BR-CL-24", "BR-EXT-CL-07": "BR-CL-07",
    "CII-FREXTDT-027": "CII-DT-027",
}  # fmt: skip
"""Assertions of a French extension that test the rule of the standard (their wider code lists are narrowed, see `suite.MENDS`)."""
_SURPLUS = re.compile(r"(marked as )?not used in the given context|PEPPOL-EN16931-R008")
"""More than the profile foresees, or empty elements: untidy, but nothing is wrong or missing."""
_OWN_ID = re.compile(r"^\[([A-Z][\w-]+-[A-Z]?\d+\w*)\]\s*-?\s*")
_STEP = re.compile(r"\*:(?P<name>[\w.-]+)\[namespace-uri\(\)='(?P<uri>[^']*)'\]|Q\{(?P<uri2>[^}]*)\}(?P<name2>[\w.-]+)")
_QUALIFIED = re.compile(r"\{[^}]*\}")
_MOST = 60


def check(message: Element, profile: str, namespaces: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return what schema and rules say of a message: at most one finding a rule, with its first place.

    Messages for which nothing was published (UBL orders) have no findings. The work is done in a child process with
    bounds on memory and time; when it gives no answer, one finding says so.
    """
    name = etree.QName(message)
    wanted = suite((name.namespace or "", name.localname), profile)
    notes = _recognised(wanted, profile)
    if wanted.schema is None and not wanted.sheets:
        return notes
    request = {
        "xml": etree.tostring(message, encoding="unicode", with_tail=False), "schema": wanted.schema, "sheets": wanted.sheets,
    }  # fmt: skip
    try:
        answers = list(_guard.ask(request, seconds=_SECONDS, at_most=_CHILDREN))
    except ChildDied as e:
        return (*notes, _unchecked(str(e)))
    return (*notes, *findings(answers, namespaces))


def findings(answers: Iterable[Mapping[str, Any]], namespaces: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return the answers of the child as findings, the gravest first, `_MOST` at most."""
    broken: dict[tuple[str, str], list[list[str]]] = {}
    result: list[Finding] = []
    for answer in answers:
        result.extend(_schema(answer["schema"]) if answer.get("schema") else ())
        for id_, flag, place, text, times in answer.get("sheet", ()):
            rule, words = _identified(id_, text)
            broken.setdefault((rule, "" if rule else words), []).append([flag, place, words, times])
    result.extend(_rule(rule, told, namespaces) for (rule, _), told in broken.items())
    return tuple(sorted(result, key=lambda finding: finding.severity != "error")[:_MOST])


def _identified(id_: str, text: str) -> tuple[str, str]:
    """Return the id of a rule and its sentence; the id in the sentence is that of the standard."""
    found = _OWN_ID.match(text)
    words = text[found.end() :] if found else text
    named = found[1] if found else ""
    rule = named if id_.startswith("FX-SCH") and named else id_ or named
    return _SAME.get(rule, re.sub(r"CII-(FR)?EXT-", "CII-", rule)), words


def _rule(rule: str, told: list[list[str]], namespaces: Mapping[str, str]) -> Finding:
    flag, place, text, _ = told[0]
    times = str(sum(int(one[-1]) for one in told))
    means = wording(rule) or Wording(text.rstrip("."))
    is_warning = flag == "warning" or _SURPLUS.search(text) is not None
    severity: Severity = "warning" if is_warning else "error"
    advice = "It may stay as it is." if is_warning else "Ask the supplier for a corrected e-invoice."
    said = means.sentence[:300]
    named = (("rule", rule), ("text", text[:500]), ("place", _pointer(place, namespaces)), ("times", times))
    evidence = tuple((name, value) for name, value in named if value)
    if _STANDARD.match(rule):
        return Finding(
            code="en16931_rule", severity=severity, fields=means.fields, evidence=evidence,
            message=f"The e-invoice breaks {rule}: {said}. {advice}",
        )  # fmt: skip
    return Finding(
        code="profile_rule", severity=severity, fields=means.fields, evidence=evidence,
        message=f"The e-invoice breaks {rule or 'a rule of its profile'}: {said}. {advice}",
    )  # fmt: skip


def _schema(errors: list[list[str]]) -> tuple[Finding, ...]:
    text, place = errors[0]
    return (
        Finding(
            code="einvoice_schema", severity="error",
            message=f"The e-invoice does not follow its schema: {_QUALIFIED.sub('', text)[:300]} Ask the supplier for a corrected one.",
            evidence=(
                ("text", _QUALIFIED.sub("", text)[:500]), ("place", place), ("times", str(len(errors))),
            ),
        ),
    )  # fmt: skip


def _recognised(wanted: Suite, profile: str) -> tuple[Finding, ...]:
    if not profile:
        return ()
    name = wanted.profile or "unknown here, so it was checked against the standard alone"
    return (
        Finding(
            code="einvoice_profile", severity="info", message=f"This is an e-invoice. Its profile is {name}.",
            evidence=(("profile", wanted.profile or "unknown"), ("identifier", profile[:300])),
        ),
    )  # fmt: skip


def _unchecked(why: str) -> Finding:
    return Finding(
        code="einvoice_unchecked", severity="warning",
        message="The e-invoice was read, but its rules could not be checked. Check it by hand if the supplier is new.",
        evidence=(("why", why[-300:]),),
    )  # fmt: skip


def _pointer(place: str, namespaces: Mapping[str, str]) -> str:
    """Return a location with our prefixes: `/ubl:Invoice[1]/cac:TaxTotal[1]`."""
    prefixes = {uri: prefix for prefix, uri in namespaces.items()}

    def step(found: re.Match[str]) -> str:
        name, prefix = found["name"] or found["name2"], prefixes.get(found["uri"] or found["uri2"] or "")
        return f"{prefix or '*'}:{name}"

    return _STEP.sub(step, place)
