"""References between files: what a flow, a ruleset and an environment name has to be there."""

from collections.abc import Collection
from pathlib import Path

from engine.content.approved import check_approved
from engine.content.environment import Environment
from engine.content.flow import Flow, Need, Reversal, Send
from engine.content.needs import unmet
from engine.content.receipt_reference import check_references, check_reversals
from engine.content.record_schema import known_types
from engine.content.shelf import Shelf
from engine.model.errors import ContentError


def check(shelf: Shelf, environment: Environment, *, file: Path, flows_file: Path) -> None:
    """Refuse references to content that is not there, naming what is. `flows_file` names the live flows.

    Raises ContentError.
    """
    for ruleset in shelf.rulesets.values():
        for ref in ruleset.tables:
            _known(ref, shelf.tables, file=shelf.sources[f"ruleset/{ruleset.ref}"], path="tables")
        if ruleset.matching is not None:
            _known(ruleset.matching, shelf.tolerances, file=shelf.sources[f"ruleset/{ruleset.ref}"], path="matching")
    _check_layouts(shelf)
    _check_sources(shelf, environment, file)
    for flow in shelf.flows.values():
        check_flow(flow, shelf)
    for index, ref in enumerate(environment.flows):
        _known(ref, shelf.flows, file=flows_file, path=f"flows[{index}]")
        for need, wrong in unmet(shelf.flows[ref], environment):
            raise ContentError(f"{ref} needs {need.name}, {wrong}", file=str(file), path=_place(need))
        for send in shelf.flows[ref].sends:
            _known(send.target, environment.targets, file=file, path="targets", why=f"; {ref} sends to it")
        check_approved(shelf.flows[ref], shelf, environment, file=file)
        for matrix in (shelf.matrices[one] for one in shelf.flows[ref].mappings):
            for table in matrix.xref_tables:
                _known(table, environment.xref, file=file, path="xref", why=f"; {matrix.ref} looks values up in it")


def _check_sources(shelf: Shelf, environment: Environment, file: Path) -> None:
    """Refuse sources that name matrices which are not there, or of another system or object."""
    for name, source in environment.sources.items():
        adapter = environment.targets[source.target].adapter
        for told, followed in source.objects.items():
            if followed.reads is None:
                continue
            path = f"sources.{name}.objects.{told}.reads"
            in_force = shelf.inbound
            _known(
                followed.reads,
                in_force,
                file=file,
                path=path,
                why="; a new one is promoted with a flow before it is named",
            )
            matrix = in_force[followed.reads]
            if (matrix.source.adapter, matrix.source.object) != (adapter, told):
                theirs = f"{matrix.source.object} of {matrix.source.adapter}"
                raise ContentError(f"{matrix.ref} reads {theirs}, not {told} of {adapter}", file=str(file), path=path)
            for table in matrix.tables:
                _known(table, environment.xref, file=file, path="xref", why=f"; {matrix.ref} looks values up in it")


def _check_layouts(shelf: Shelf) -> None:
    """Refuse places of fields that no record of the shelf has; cells of lines are named `lines.amount`."""
    fields: set[str] = set()
    for schema in shelf.schemas.values():
        for name, one in schema.get("properties", {}).items():
            cells = one.get("items", {}).get("properties", {}) if name == "lines" else None
            fields |= {name} if cells is None else {f"lines.{cell}" for cell in cells}
    for book in shelf.layouts.values() if fields else ():
        for index, paper in enumerate(book.vendors):
            for field in paper.fields:
                _known(field, fields, file=shelf.sources[f"layout/{book.ref}"], path=f"vendors[{index}].fields.{field}")


def _place(need: Need) -> str:
    target, _, setting = (need.setting or "").partition(".")
    return f"targets.{target}.settings.{setting}" if setting else "xref" if need.xref else "company.entities"


def check_flow(flow: Flow, shelf: Shelf) -> None:
    """Refuse a flow that names what is not there or does not fit. Raises ContentError."""
    file = shelf.sources[f"flow/{flow.ref}"]
    for index, type_ in enumerate(flow.when.types):
        _known(type_, known_types(shelf.root), file=file, path=f"when.types[{index}]")
    _known(flow.ruleset, shelf.rulesets, file=file, path="ruleset")
    _known(flow.record, shelf.schemas, file=file, path="record")
    _check_dossier(flow, shelf, file)
    _check_sends(flow, shelf, file)
    for queue in sorted(shelf.rulesets[flow.ruleset].queues):
        _known(queue, flow.queues, file=file, path="queues", why=f"; {flow.ruleset} sends to it")
    properties = shelf.schemas[flow.record].get("properties", {})
    fields = {*properties, *(f"{party}_id" for party in ("vendor", "customer", "account") if party in flow.matches)}
    fields |= {"asked"} if "account" in flow.matches else set()
    for name in flow.key_fields:
        _known(name, fields, file=file, path="business_key")
    for name in shelf.rulesets[flow.ruleset].mandatory:
        _known(name, properties, file=file, path="ruleset", why=f"; {flow.ruleset} names it mandatory")


def _check_dossier(flow: Flow, shelf: Shelf, file: Path) -> None:
    """Refuse papers of unknown types, keys and fields to agree on that no record has, and conditions on others."""
    types = known_types(shelf.root)
    if flow.joins is not None:
        _known(flow.joins, types, file=file, path="joins")
    if flow.collects is None:
        return
    for name, wanted in flow.collects.papers.items():
        _known(wanted.type, types, file=file, path=f"collects.papers.{name}.type")
    if flow.collects.remind.says is not None:
        _known(flow.collects.remind.says, types, file=file, path="collects.remind.with")
    fields = {name for schema in shelf.schemas.values() for name in schema.get("properties", {})}
    for place, some in (("keys", flow.collects.keys), ("hints", flow.collects.hints)):
        for name, asked in some.items():
            for field in asked:
                _known(field, fields, file=file, path=f"collects.{place}.{name}")
    for field in flow.collects.agree:
        _known(field, fields, file=file, path="collects.agree")


def _check_sends(flow: Flow, shelf: Shelf, file: Path) -> None:
    written: list[tuple[str, Send | Reversal]] = [(f"sends[{index}]", one) for index, one in enumerate(flow.sends)]
    written += [(f"reversals[{index}]", one) for index, one in enumerate(flow.reversals)]
    for place, send in written:
        _known(send.mapping, shelf.matrices, file=file, path=f"{place}.mapping")
        matrix = shelf.matrices[send.mapping]
        if matrix.record != flow.record:
            raise ContentError(
                f"{matrix.ref} maps from {matrix.record!r}, but this flow makes records of {flow.record!r}",
                file=str(file), path=f"{place}.mapping",
            )  # fmt: skip
        if matrix.target.object != send.object:
            raise ContentError(
                f"{matrix.ref} writes {matrix.target.object!r}, but the flow says {send.object!r}",
                file=str(file), path=f"{place}.object",
            )  # fmt: skip
    for index, send in enumerate(flow.sends):
        _check_items(send, shelf, file=file, path=f"sends[{index}]")
    mapped = {send.called: shelf.matrices[send.mapping] for send in flow.sends}
    check_references(
        flow, {name: one.rows for name, one in mapped.items()}, {name: one.returns for name, one in mapped.items()},
        file=file,
    )  # fmt: skip
    check_reversals(
        flow, {one.mapping: shelf.matrices[one.mapping].rows for one in flow.reversals},
        {name: one.returns for name, one in mapped.items()}, file=file,
    )  # fmt: skip


def _check_items(send: Send, shelf: Shelf, *, file: Path, path: str) -> None:
    """Refuse a send that makes other objects of a record than its matrix does."""
    matrix = shelf.matrices[send.mapping]
    if matrix.each != send.each:
        said = f"makes one {send.object} of each of {matrix.each}" if matrix.each else "maps the whole record"
        wanted = f"`each: {matrix.each}`" if matrix.each else "no `each`"
        raise ContentError(f"{matrix.ref} {said}; the send has to say {wanted}", file=str(file), path=f"{path}.each")
    if send.each is not None:
        items = shelf.schemas[matrix.record].get("properties", {}).get(send.each, {}).get("items", {})
        _known(send.item_key, {*items.get("properties", {}), "position"}, file=file, path=f"{path}.item_key")


def _known(name: str, known: Collection[str], *, file: Path, path: str, why: str = "") -> None:
    if name not in known:
        allowed = ", ".join(sorted(known)) or "none"
        raise ContentError(f"unknown {name!r}{why}; there are: {allowed}", file=str(file), path=path)
