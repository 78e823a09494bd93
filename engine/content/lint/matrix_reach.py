"""Rows that nothing reaches, fallbacks that never come, and values that may be missing where the target wants them."""

from collections.abc import Iterator, Sequence

from jinja2 import nodes

from engine.content.lint.finding import LintFinding
from engine.content.lint.matrix_subject import MatrixSubject, Path, Place
from engine.content.lint.outcomes import Case, TooMany, cases, named, outcomes, result
from engine.content.receipt_reference import reference_of
from engine.content.spelling import spelled
from engine.model.decision import FactValue

_BOOLEAN = (nodes.Test, nodes.Compare, nodes.Not)


def check(subject: MatrixSubject) -> Iterator[LintFinding]:
    """Yield what is wrong with conditions, fallbacks and needs of a matrix."""
    dead: list[Path] = []
    for place in subject.places:
        if any(place.path[: len(path)] == path for path in dead):
            continue
        try:
            for path, one in _conditions(subject, place):
                yield one
                if one.code == "never_holds":
                    dead.append(path)
            if place.path in dead:
                continue
            yield from _leaf(subject, place) if place.row.is_leaf else _none(subject, place)
            yield from _required(subject, place)
        except TooMany:
            subject.given_up.append(place)


def _cases(subject: MatrixSubject, place: Place, conditions: Sequence[nodes.Expr], *trees: nodes.Expr) -> list[Case]:
    """Return the cases in which all conditions may hold. Raises TooMany."""
    terms = named(*conditions, *trees)
    return [
        case for case in cases(terms, lambda term: subject.field(term, place.group))
        if all(True in outcomes(condition, case) for condition in conditions)
    ]  # fmt: skip


def _surely(case: Case, conditions: Sequence[nodes.Expr]) -> bool:
    return all(outcomes(condition, case) == {True} for condition in conditions)


def _conditions(subject: MatrixSubject, place: Place) -> Iterator[tuple[Path, LintFinding]]:
    """Yield what is wrong with each condition of a row, with the path below which nothing comes when it never holds."""
    row = place.row
    before = place.conditions[:-1] if row.when is not None else place.conditions
    if row.when is not None:
        yield from ((place.path, one) for one in _condition(subject, place, row.when, before, "when"))
    if row.where is not None:
        walked = Place(row, place.path, place.at, place.schema, place.is_required, row.each)
        below = (*place.path, "rows")
        yield from ((below, one) for one in _condition(subject, walked, row.where, place.conditions, "where"))
    for index, item in enumerate(row.items):
        if item.when is not None:
            own = ("items", index)
            below = (*place.path, *own)
            found = _condition(subject, place, item.when, place.conditions, *own, "when")
            yield from ((below, one) for one in found)


def _condition(
    subject: MatrixSubject, place: Place, text: str, before: Sequence[nodes.Expr], *path: str | int
) -> Iterator[LintFinding]:  # fmt: skip
    tree = subject.tree(text)
    if tree is None:
        return
    if not _is_boolean(tree):
        wrong = f"`{text}` gives a value, not true or false; write `... is present` or compare it with `==`"
        yield subject.find("not_a_condition", "error", place, wrong, *path)
        return
    known = _cases(subject, place, before, tree)
    found = {one for case in known for one in outcomes(tree, case)}
    if True not in found:
        wrong = f"`{text}` can never hold, so nothing under it is ever sent; correct the condition or take the row out"
        yield subject.find("never_holds", "error", place, wrong, *path)
        return
    if found == {True}:
        yield subject.find("always_holds", "warning", place, f"`{text}` always holds; take it out", *path)
    unsure = next((case for case in known if outcomes(tree, case) == {None}), None)
    if unsure is not None:
        gone = _missing(unsure, tree)
        wrong = (
            f"`{text}` cannot be answered when {gone} is missing, and the document is held then; "
            f"write `{gone} is present and ...`"
        )
        yield subject.find("rests_on_missing", "warning", place, wrong, *path, case=_said(unsure))


def _is_boolean(tree: nodes.Node) -> bool:
    if isinstance(tree, nodes.And | nodes.Or):
        return _is_boolean(tree.left) and _is_boolean(tree.right)
    if isinstance(tree, nodes.CondExpr):
        return tree.expr2 is not None and _is_boolean(tree.expr1) and _is_boolean(tree.expr2)
    return isinstance(tree, _BOOLEAN) or (isinstance(tree, nodes.Const) and isinstance(tree.value, bool))


def _leaf(subject: MatrixSubject, place: Place) -> Iterator[LintFinding]:
    tree = subject.value(place)
    if tree is None:
        return
    known = _cases(subject, place, place.conditions, tree)
    results = [(case, result(tree, case)) for case in known]
    if results and all(one.is_missing for _, one in results):
        wrong = "it never comes to a value, whatever the document says; correct `from` or `via`"
        yield subject.find("never_filled", "error", place, wrong, _key(place))
        return
    if place.row.fallback_key is not None and results and all(one.is_there for _, one in results):
        wrong = f"`fallback: {place.row.fallback}` never comes, because the value is never missing; take it out"
        yield subject.find("idle_fallback", "warning", place, wrong, "fallback")
    gone = next((case for case, one in results if one.is_missing and _surely(case, place.conditions)), None)
    is_told_later = reference_of(place.row.source) is not None
    if gone is not None and place.row.need == "must" and place.row.fallback != "default" and not is_told_later:
        yield _not_guaranteed(subject, place, tree, gone)
    if gone is not None and place.is_required and place.row.fallback == "omit":
        wrong = (
            f"the target requires it, but the row leaves it out when {_missing(gone, tree)} is missing; "
            "write `need: must`, or `fallback: default` with a default"
        )
        yield subject.find("required_may_be_omitted", "error", place, wrong, "to", case=_said(gone))
    yield from _branches(subject, place, tree, known)


def _not_guaranteed(subject: MatrixSubject, place: Place, tree: nodes.Expr, case: Case) -> LintFinding:
    holds = place.row.fallback == "hold"
    then = "is held and waits for a person" if holds else "is rejected, and nobody is asked"
    own = named(tree)
    gone = " and ".join(name for name, value in _said(case) if value is None and name in own) or "its source"
    wrong = f"nothing guarantees {gone}; a document without it {then}. Let a rule ask for it earlier, or give a default"
    return subject.find(
        "must_not_guaranteed", "info" if holds else "warning", place, wrong, _key(place), case=_said(case)
    )


def _branches(
    subject: MatrixSubject, place: Place, tree: nodes.Expr, known: Sequence[Case]
) -> Iterator[LintFinding]:  # fmt: skip
    """Yield branches of `a if b else c` that are never taken."""
    for node in (tree, *tree.find_all(nodes.CondExpr)):
        if not isinstance(node, nodes.CondExpr):
            continue
        found = {one for case in known for one in outcomes(node.test, case)}
        text = spelled(node.test)
        if True not in found and found:
            wrong = f"`{text}` can never hold, so `{spelled(node.expr1)}` is never taken; correct the condition"
            yield subject.find("idle_branch", "warning", place, wrong, "via")
        elif False not in found and node.expr2 is not None and found:
            wrong = f"`{text}` never fails, so `{spelled(node.expr2)}` is never taken; take the condition out"
            yield subject.find("idle_branch", "warning", place, wrong, "via")


def _none(subject: MatrixSubject, place: Place) -> Iterator[LintFinding]:
    """Yield a `when_none` that never comes: the record always has such a row, and none is left out."""
    row = place.row
    if not row.when_none or row.where is not None or row.detail is not None or row.each is None:
        return
    listed = subject.around.record.get("properties", {}).get(row.each, {})
    if row.each in subject.around.record.get("required", ()) and listed.get("minItems", 0) > 0:
        wrong = f"`when_none` never comes, because a record always has {row.each}; take it out"
        yield subject.find("idle_fallback", "warning", place, wrong, "when_none")


def _required(subject: MatrixSubject, place: Place) -> Iterator[LintFinding]:
    """Yield what the target requires and a condition or a misfit may leave out."""
    row = place.row
    if not place.is_required:
        return
    if row.when is not None:
        before = place.conditions[:-1]
        known = _cases(subject, place, before, place.conditions[-1])
        gone = next((case for case in known if outcomes(place.conditions[-1], case) == {False}), None)
        if gone is not None:
            wrong = (
                f"the target requires it, but the row is not asked unless `{row.when}`; move the condition into `via`"
            )
            yield subject.find("required_may_be_omitted", "error", place, wrong, "when", case=_said(gone))
    if row.misfit == "omit":
        wrong = "the target requires it, but `misfit: omit` leaves a value out that does not fit; hold or reject it"
        yield subject.find("required_may_be_omitted", "error", place, wrong, "misfit")


def _key(place: Place) -> str:
    return "from" if place.row.source is not None else "via" if place.row.via is not None else "value"


def _missing(case: Case, tree: nodes.Node) -> str:
    """Return the first field of an expression that is missing in a case."""
    terms = (spelled(node) for node in (tree, *tree.find_all(nodes.Getattr)) if isinstance(node, nodes.Getattr))
    return next((term for term in terms if term in case and case[term].is_missing), "a value")


def _said(case: Case) -> tuple[tuple[str, FactValue], ...]:
    """Return a case as it is told: what is missing, and what has a named value."""
    return tuple(
        (term, None if one.is_missing else one.known) for term, one in sorted(case.items())
        if "|" not in term and (one.is_missing or one.known is not None)
    )  # fmt: skip
