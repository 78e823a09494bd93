"""What lint says of a condition agrees with working it out over every record that differs for it."""

from collections.abc import Mapping
from itertools import product
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.content import strict_yaml
from engine.content.expression import compile_expression
from engine.content.lint import matrix_reach
from engine.content.lint.matrix_subject import MatrixSubject, Surroundings
from engine.content.matrix import MatrixFile

TEXT = {"type": "string", "minLength": 1}
RECORD = {
    "required": ["currency", "total"],
    "properties": {
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}, "note": TEXT, "po_number": TEXT, "kind": {"enum": ["a", "b"]},
        "total": {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$"},
    },
}  # fmt: skip
VALUES: Mapping[str, tuple[str | None, ...]] = {
    "currency": ("EUR", "USD", "XXX"), "note": (None, "a", "EUR", "USD", "other"), "po_number": (None, "a", "EUR", "USD", "other"),
    "kind": (None, "a", "b"), "total": ("1.00", "-1.00"),
}  # fmt: skip
AROUND = Surroundings(
    record=RECORD,
    payload={},
    types=("invoice", "credit_note"),
    environments=("dev",),
    xrefs={},
    teams=frozenset({"finance"}),
)

fields = st.sampled_from(sorted(VALUES))
atoms = st.one_of(
    st.builds("record.{} is {}".format, fields, st.sampled_from(["present", "missing"])),
    st.builds("record.{} {} '{}'".format, st.sampled_from(["currency", "note", "po_number", "kind"]), st.sampled_from(["==", "!="]), st.sampled_from(["a", "EUR", "USD"])),
    st.builds("record.{} {} ['a', 'EUR']".format, st.sampled_from(["currency", "note"]), st.sampled_from(["in", "not in"])),
    st.builds("document.type == '{}'".format, st.sampled_from(["invoice", "receipt"])),
)  # fmt: skip
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner), st.builds("({} or {})".format, inner, inner),
        st.builds("(not {})".format, inner),
    ),
    max_leaves=4,
)  # fmt: skip


def told(condition: str) -> set[str]:
    text = (
        "name: erp.bill\nversion: 1\nfrom: invoice\nowner: finance\n"
        "target: {adapter: files, object: bill, schema: bill.schema.json}\n"
        f'rows: [{{to: x, value: "1", when: "{condition}"}}]\nexamples: [{{name: one, record: {{}}}}]\n'
    )
    source = strict_yaml.loads(text, file=Path("bill.yaml"))
    subject = MatrixSubject(source, strict_yaml.parse(source, MatrixFile), AROUND)
    return {one.code for one in matrix_reach.check(subject)}


def real(condition: str) -> set[object]:
    """Return everything that a condition comes to, over all records and types."""
    expression = compile_expression(condition)
    found: set[object] = set()
    for values in product(*VALUES.values()):
        record = {name: value for name, value in zip(VALUES, values, strict=True) if value is not None}
        for kind in AROUND.types:
            context: dict[str, dict[str, str]] = {name: {} for name in ("line", "outer", "vendor", "order", "env")}
            found.add(expression.evaluate({**context, "record": record, "document": {"type": kind}}, xref={}))
    return found


@settings(max_examples=100, deadline=None)
@given(conditions)
def test_lint_and_the_converters_agree_about_every_condition(condition: str) -> None:
    outcomes = real(condition)

    codes = told(condition)

    assert ("never_holds" in codes) is (True not in outcomes)
    assert ("always_holds" in codes) is (outcomes == {True})
    assert ("rests_on_missing" in codes) is (None in outcomes and True in outcomes)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(
        ["record.total | sign", "record.currency | lower", "record.note | upper", "record.note | trim | cut(2)"]
    ),
    st.sampled_from(["-", "+", "eur", "EUR", "A", "a", "ot", "other"]),
    conditions,
)
def test_what_converters_may_give_is_never_called_impossible(term: str, value: str, condition: str) -> None:
    whole = f"{condition} and {term} == '{value}'"
    outcomes = real(whole)

    codes = told(whole)

    assert not ("never_holds" in codes and True in outcomes)
    assert not ("always_holds" in codes and outcomes != {True})
