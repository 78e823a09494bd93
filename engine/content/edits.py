"""The edits between two versions of a flow, and libraries in which only some of them are made.

An edit is the smallest part that can be changed alone: a rule, a row of a matrix or a table, one threshold. The promotion
gate makes them one at a time to prove which of them changes a document.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from engine.content import closure
from engine.content.flow import Flow, Send
from engine.content.inbound_matrix import InboundMatrix
from engine.content.layout_book import LayoutBook
from engine.content.library import Library
from engine.content.matrix import Matrix
from engine.content.matrix_row import MatrixRow
from engine.content.mix import Edit, Mix, Pair, merged
from engine.content.ruleset import Ruleset
from engine.content.table import Table
from engine.content.tolerance import TolerancePolicy
from engine.content.vocabulary import Vocabulary
from engine.content.xref import CrossReference
from engine.model.change import CauseKind
from engine.model.value import digest


def edits(live: Library, candidate: Library, flow: str) -> tuple[Edit, ...]:
    """Return every part in which two libraries would judge documents of a flow (by name) otherwise."""
    mix = Mix(())
    _library(mix, live, candidate, flow)
    return tuple({one.ref: one for one in mix.found}.values())


def mixed(live: Library, candidate: Library, flow: str, chosen: Collection[str]) -> Library:
    """Return the live library with only some edits (by `ref`) made. Its flow bears the candidate's version."""
    return _library(Mix(chosen), live, candidate, flow)


def _library(mix: Mix, live: Library, candidate: Library, name: str) -> Library:
    flows = Pair(_live_flow(live, name), _live_flow(candidate, name))
    was, wanted = flows
    if was is None or wanted is None:
        raise LookupError(f"no version of the flow {name!r} is live on both sides")
    sets = Pair(live.rulesets[was.ruleset], candidate.rulesets[wanted.ruleset])
    policies, matching = _policies(mix, live, candidate, sets)
    tables, asked = _tables(mix, live, candidate, sets)
    matrices, sends = _sends(mix, live, candidate, flows)
    flow = mix.value("flow", f"flow/{wanted.ref}#", flows, leave=("ruleset", "sends"))
    flow = flow.model_copy(update={"version": wanted.version, "ruleset": wanted.ruleset, "sends": sends})
    ruleset = _ruleset(mix, sets).model_copy(update={"matching": matching, "tables": asked})
    facts = candidate.facts
    in_force = tuple(wanted.ref if ref == was.ref else ref for ref in live.environment.flows)
    made = replace(
        live,
        facts=mix.pick("facts", f"facts/{facts.name}@{facts.version}", Pair(live.facts, facts)),
        flows=_over(live.flows, {wanted.ref: flow}), rulesets=_over(live.rulesets, {wanted.ruleset: ruleset}),
        tolerances=_over(live.tolerances, policies), tables=_over(live.tables, tables),
        matrices=_over(live.matrices, matrices), schemas=_schemas(mix, live, candidate, wanted),
        vocabularies=_vocabularies(mix, live, candidate), layouts=_layouts(mix, live, candidate),
        inbound=_inbound(mix, live, candidate),
        calibration=mix.pick("reading", "calibration", Pair(live.calibration, candidate.calibration)),
        parties=mix.pick("parties", "parties", Pair(live.parties, candidate.parties)),
        environment=live.environment.model_copy(update={"flows": in_force}),
    )  # fmt: skip
    return replace(made, digests=MappingProxyType(_digests(made, live, candidate)))


def _digests(made: Library, live: Library, candidate: Library) -> dict[str, str]:
    """Return the digests of what was taken; by those of the reading content it is known what has to be read again."""
    words = closure.READING_KINDS
    digests = {ref: sha256 for ref, sha256 in candidate.digests.items() if ref.partition("/")[0] not in words}
    for language, one in made.vocabularies.items():
        side = candidate if one is candidate.vocabularies.get(language) else live
        digests |= {ref: side.digests[ref] for ref in closure.words_of(one) if ref in side.digests}
    for name, book in made.layouts.items():
        whole = next((side for side in (candidate, live) if side.layouts.get(name) == book), None)
        # a book of both sides has a digest of its own, so that documents are read again with it
        digests[f"layout/{book.ref}"] = (
            digest(book.model_dump(mode="json"))
            if whole is None
            else whole.digests[f"layout/{whole.layouts[name].ref}"]
        )
    for name, matrix in made.inbound.items():
        whole = next((side for side in (candidate, live) if side.inbound.get(name) == matrix), None)
        ref = f"inbound/{matrix.ref}"
        read_by = matrix.model_dump(mode="json", exclude={"matrix": {"files", "xrefs"}})
        digests[ref] = digest(read_by) if whole is None else whole.digests[ref]
    for kind, model, theirs in (
        ("calibration", made.calibration, candidate.calibration), ("parties", made.parties, candidate.parties),
        ("facts", made.facts, candidate.facts),
    ):  # fmt: skip
        if model is not None:
            ref = f"{kind}/{model.name}@{model.version}"
            digests[ref] = (candidate if model is theirs else live).digests[ref]
    return digests


def _live_flow(library: Library, name: str) -> Flow | None:
    return next((library.flows[ref] for ref in library.environment.flows if ref.partition("@")[0] == name), None)


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType({**below, **above})


def _ruleset(mix: Mix, pair: Pair) -> Ruleset:
    """Return the rules under the candidate's reference. What it refers to is set elsewhere."""
    ref = f"ruleset/{pair.candidate.ref}#"
    made: Ruleset = mix.value("rule", ref, pair, leave=("rules", "matching", "tables"))
    rules = mix.keyed("rule", f"{ref}rules", Pair(*(((rule.id, rule) for rule in one.rules) for one in pair)))
    return made.model_copy(
        update={"name": pair.candidate.name, "version": pair.candidate.version, "rules": tuple(rules)}
    )


def _policies(
    mix: Mix, live: Library, candidate: Library, pair: Pair
) -> tuple[dict[str, TolerancePolicy], str | None]:  # fmt: skip
    """Return the tolerance policy and its reference: check by check for a new version, as a whole for another one."""
    was, wanted = pair.live.matching, pair.candidate.matching
    if was is None or wanted is None or was.partition("@")[0] != wanted.partition("@")[0]:
        ref = mix.pick("tolerance", f"ruleset/{pair.candidate.ref}#matching", Pair(was, wanted))
        side = candidate if ref == wanted else live
        return ({} if ref is None else {ref: side.tolerances[ref]}), ref
    old, new = live.tolerances[was], candidate.tolerances[wanted]
    at = f"tolerance/{new.ref}#"
    made = mix.value("tolerance", at, Pair(old, new), leave=("checks", "examples"))
    sides = Pair(*(((check.name, check) for check in one.checks) for one in (old, new)))
    checks = tuple(mix.keyed("tolerance", f"{at}checks", sides))
    return {wanted: made.model_copy(update={"version": new.version, "checks": checks})}, wanted


def _tables(mix: Mix, live: Library, candidate: Library, pair: Pair) -> tuple[dict[str, Table], tuple[str, ...]]:
    """Return the decision tables and their references; those that are asked on both sides row by row."""
    was, wanted = pair.live.tables, pair.candidate.tables
    names = [tuple(ref.partition("@")[0] for ref in refs) for refs in (was, wanted)]
    if names[0] != names[1]:
        refs = mix.pick("table", f"ruleset/{pair.candidate.ref}#tables", Pair(was, wanted))
        side = candidate if refs == wanted else live
        return {ref: side.tables[ref] for ref in refs}, refs
    both = zip(was, wanted, strict=True)
    return {new: _table(mix, live.tables[old], candidate.tables[new]) for old, new in both}, wanted


def _table(mix: Mix, old: Table, new: Table) -> Table:
    if (old.policy, old.inputs, old.outputs) != (new.policy, new.inputs, new.outputs):
        taken: Table = mix.pick("table", f"table/{new.ref}#columns", Pair(old, new))
        return taken._replace(version=new.version)
    sides = Pair(*(((row.id, row._replace(line=0)) for row in one.rows) for one in (old, new)))
    return new._replace(rows=tuple(mix.keyed("table", f"table/{new.ref}#rows", sides)))


def _sends(
    mix: Mix, live: Library, candidate: Library, pair: Pair
) -> tuple[dict[str, Matrix], tuple[Send, ...]]:  # fmt: skip
    """Return the matrices and the sends; matrices of the same writes row by row."""
    was, wanted = pair.live.sends, pair.candidate.sends
    shapes = [
        [one.model_copy(update={"mapping": one.mapping.partition("@")[0]}) for one in side] for side in (was, wanted)
    ]
    if shapes[0] != shapes[1]:
        taken = mix.pick("flow", f"flow/{pair.candidate.ref}#sends", Pair(was, wanted))
        side = candidate if taken == wanted else live
        return {one.mapping: side.matrices[one.mapping] for one in taken}, taken
    both = zip(was, wanted, strict=True)
    back = {one.mapping: candidate.matrices[one.mapping] for one in pair.candidate.reversals}
    return back | {
        new.mapping: _matrix(mix, live.matrices[old.mapping], candidate.matrices[new.mapping]) for old, new in both
    }, wanted


def _matrix(mix: Mix, old: Matrix, new: Matrix, kind: CauseKind = "row", place: str = "matrix") -> Matrix:
    at = f"{place}/{new.ref}#"
    leave = ("rows", "examples", "files", "xrefs", "xref_tables", "owner")
    made = mix.value(kind, at, Pair(old, new), leave=leave)
    xrefs = _xrefs(mix, old, new)
    rows = tuple(_rows(mix, f"{at}rows", old.rows, new.rows, kind))
    return made.model_copy(update={"version": new.version, "rows": rows, "xrefs": xrefs})  # type: ignore[no-any-return]


def _xrefs(mix: Mix, old: Matrix, new: Matrix) -> Mapping[str, CrossReference]:
    """Return the tables that either side's rows look up. One that both call by the same reference is the candidate's or not."""
    pairs = {ref: Pair(old.xrefs.get(ref), new.xrefs.get(ref)) for ref in dict.fromkeys((*old.xrefs, *new.xrefs))}
    made = {
        ref: mix.pick("xref", f"xref/{ref}", pair) if all(pair) else pair.live or pair.candidate
        for ref, pair in pairs.items()
    }
    return MappingProxyType(made)


def _rows(
    mix: Mix, at: str, old: Sequence[MatrixRow], new: Sequence[MatrixRow], kind: CauseKind
) -> list[MatrixRow]:  # fmt: skip
    """Return rows by target path; below an object or list that is the same on both sides, the rows in it."""
    keys = [list(dict.fromkeys(_keys(rows))) for rows in (old, new)]
    sides = [dict(zip(_keys(rows), rows, strict=True)) for rows in (old, new)]
    shared = [[key for key in one if key in other] for one, other in (keys, keys[::-1])]
    order = mix.pick(kind, f"{at}.order", Pair(*shared))
    made = []
    for key in merged(*keys, first=order):
        pair = Pair(sides[0].get(key), sides[1].get(key))
        row = _row(mix, f"{at}.{key}", pair, kind)
        made += [row] if row is not None else []
    return made


def _keys(rows: Sequence[MatrixRow]) -> list[str]:
    return [row.to for row in rows]


def _row(mix: Mix, at: str, pair: Pair, kind: CauseKind) -> MatrixRow | None:
    was, wanted = pair
    if was is None or wanted is None or not (was.rows and wanted.rows) or _frame(was) != _frame(wanted):
        taken: MatrixRow | None = mix.pick(kind, at, pair)
        return taken
    below = {
        name: tuple(
            _rows(mix, f"{at}.{name}" if name != "rows" else at, getattr(was, name), getattr(wanted, name), kind)
        )
        for name in ("rows", "when_none")
    }
    made: MatrixRow = wanted.model_copy(update=below)
    return made


def _frame(row: MatrixRow) -> MatrixRow:
    """Return what an object or list is apart from the rows in it."""
    return row.model_copy(update={"rows": (), "when_none": (), "why": ""})


def _schemas(mix: Mix, live: Library, candidate: Library, flow: Flow) -> Mapping[str, Any]:
    name = flow.record
    both = Pair(live.schemas.get(name), candidate.schemas[name])
    return _over(live.schemas, {name: mix.pick("schema", f"schema/{name}", both)})


def _vocabularies(mix: Mix, live: Library, candidate: Library) -> Mapping[str, Any]:
    made: dict[str, Vocabulary] = {}
    for language in dict.fromkeys((*live.vocabularies, *candidate.vocabularies)):
        pair = Pair(live.vocabularies.get(language), candidate.vocabularies.get(language))
        named = pair.candidate or pair.live
        taken = mix.pick("reading", f"vocabulary/{named.ref}", pair)
        made |= {language: taken} if taken is not None else {}
    return MappingProxyType(made)


def _layouts(mix: Mix, live: Library, candidate: Library) -> Mapping[str, LayoutBook]:
    """Return the layouts of vendors' paper, field by field."""
    made: dict[str, LayoutBook] = {}
    for name in dict.fromkeys((*live.layouts, *candidate.layouts)):
        books = Pair(live.layouts.get(name), candidate.layouts.get(name))
        named = books.candidate or books.live
        sides = Pair(*({} if book is None else book.placed for book in books))
        picked = {
            key: mix.pick(
                "layout", f"layout/{named.ref}#vendors.{'.'.join(key)}", Pair(*(side.get(key) for side in sides))
            )
            for key in sorted({*sides.live, *sides.candidate})
        }
        taken = {key: one for key, one in picked.items() if one is not None}
        whole = next((book for book, side in zip(books, sides, strict=True) if book and side == taken), None)
        if taken:
            made[name] = whole or named.with_placed(taken)
    return MappingProxyType(made)


def _inbound(mix: Mix, live: Library, candidate: Library) -> Mapping[str, InboundMatrix]:
    """Return the matrices that events are read by, row by row."""
    made: dict[str, InboundMatrix] = {}
    for name in dict.fromkeys((*live.inbound, *candidate.inbound)):
        pair = Pair(live.inbound.get(name), candidate.inbound.get(name))
        if pair.live is None or pair.candidate is None:
            taken = mix.pick("inbound", f"inbound/{(pair.candidate or pair.live).ref}", pair)
        elif pair.live == pair.candidate:
            taken = pair.candidate
        else:
            matrix = _matrix(mix, pair.live.matrix, pair.candidate.matrix, "inbound", "inbound")
            sides = Pair(*(one.model_copy(update={"matrix": matrix}) for one in pair))
            taken = mix.value(
                "inbound", f"inbound/{pair.candidate.ref}#", sides, leave=("examples", "matrix", "tables")
            )
        made |= {name: taken} if taken is not None else {}
    return MappingProxyType(made)
