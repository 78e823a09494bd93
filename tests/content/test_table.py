"""Decision tables: what loads, what is refused where, and what lint finds."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.content.condition import Condition
from engine.content.facts import Fact, FactCatalogue
from engine.content.lint.tables import lint_table
from engine.content.table import Table, load_table
from engine.content.table_cell import CellError, parse_cell
from engine.model.errors import ContentError
from engine.stages.tables import ask, holds, run_examples

CATALOGUE = FactCatalogue(
    name="facts",
    version=1,
    facts={
        "kind": Fact(type="text", values=("a", "b", "c"), meaning="m"),
        "size": Fact(type="integer", unit="minor", meaning="m", missing="not read"),
        "flag": Fact(type="boolean", meaning="m"),
        "shop": Fact(type="text", meaning="m", missing="not read"),
        "who": Fact(type="text", values=("x", "y"), meaning="m", missing="no answer", table="t"),
        "points": Fact(type="integer", unit="points", meaning="m", missing="no answer", table="t"),
        "set_by_rule": Fact(type="boolean", asserted=True, meaning="m"),
    },
)
HEAD = "id,kind,size,=who,why"


def table(
    folder: Path, *rows: str, policy: str = "unique", columns: str = HEAD, example: str = "example,a,1,x,"
) -> Table:
    file = folder / "t.v1.csv"
    file.write_text("\n".join([f"table,t,1,{policy},What it is for", columns, *rows, example]) + "\n")
    return load_table(file, catalogue=CATALOGUE)


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        (["r,d,-,x,w"], "t.v1.csv:3: kind: 'd' is nothing that kind can be: it must be one of a, b, c"),
        (["r,a,< b,x,w"], "t.v1.csv:3: size: 'b' is nothing that size can be"),
        (["r,< 3,-,x,w"], "t.v1.csv:3: kind: kind is text; order and ranges are for integers"),
        (["r,a,[9..2],x,w"], "t.v1.csv:3: size: the range ends at 2 before it begins at 9"),
        (["r,a,[..],x,w"], "t.v1.csv:3: size: a range without ends is anything"),
        (["r,missing,-,x,w"], "t.v1.csv:3: kind: kind is never missing"),
        (["r,a,,x,w"], "t.v1.csv:3: size: an empty cell says nothing; write - for anything"),
        (["r,a,-,z,w"], "t.v1.csv:3: =who: 'z' is nothing that who can be"),
        (["r,a,-,-,w"], "t.v1.csv:3: =who: '-' is nothing that who can be"),
        (["r,a,-,x,"], "t.v1.csv:3: why: every row says why"),
        (["r,a,-,x,w", "r,b,-,x,w"], "t.v1.csv:4: id: every row has an id of its own"),
        (["r,has a,-,x,w"], "t.v1.csv:3: kind: words are looked for in free text; kind is text with values of its own"),
        (["r,a,-,x"], "t.v1.csv:3: 4 cells where the columns are 5"),
    ],
)  # fmt: skip
def test_a_broken_cell_is_refused_with_file_line_and_column(tmp_path: Path, rows: list[str], wrong: str) -> None:
    with pytest.raises(ContentError) as refused:
        table(tmp_path, *rows)

    assert wrong in str(refused.value)


@pytest.mark.parametrize(
    ("columns", "policy", "wrong"),
    [
        ("id,kid,size,=who,why", "unique", "2: kid: this is no fact of rules/facts.yaml"),
        ("id,set_by_rule,size,=who,why", "unique", "set_by_rule: a table can neither test nor say what rules assert"),
        ("id,kind,size,=flag,why", "unique", "=flag: the catalogue does not say `table: t` of this fact"),
        ("id,who,size,=who,why", "unique", "who: this fact comes out of this very table"),
        ("id,kind,size,flag,why", "unique", "a table without a column of outputs"),
        ("id,kind,kind,=who,why", "unique", "each once"),
        (HEAD, "best", "hit policy: unknown 'best'; there are: unique, any, first"),
        (HEAD, "collect sum", "hit policy: collect sum makes numbers; its outputs are integer facts"),
    ],
)
def test_a_broken_head_is_refused(tmp_path: Path, columns: str, policy: str, wrong: str) -> None:
    with pytest.raises(ContentError) as refused:
        table(tmp_path, "r,a,-,x,w", columns=columns, policy=policy)

    assert wrong in str(refused.value)


@pytest.mark.parametrize(
    ("rows", "policy", "code", "subject"),
    [
        (["r,a,-,x,w", "s,not a,< 5,y,w"], "unique", "table_gap", "s"),
        (["r,a,-,x,w", "s,not a,[5..),y,w", "t,not a,< 5,y,w"], "unique", "table_gap", "t"),
        (["r,a,-,x,w", "s,-,-,y,w"], "unique", "table_overlap", "s"),
        (["r,-,<= 5,x,w", "s,-,[5..),y,w", "t,-,missing,y,w"], "unique", "table_overlap", "s"),
        (["r,a|b,-,x,w", "s,b|c,-,y,w"], "any", "table_conflict", "s"),
        (["r,a,-,x,w", "s,a,-,x,w", "t,not a,-,x,w"], "unique", "table_duplicate", "s"),
        (["r,a|b|c,-,x,w", "s,-,-,x,w"], "any", "table_duplicate", "s"),
        (["r,not a,< 5,x,w", "s,-,-,x,w"], "any", "table_subsumed", "r"),
        (["r,-,-,x,w", "s,a,-,y,w"], "first", "table_unreachable", "s"),
        (["r,a|b,-,x,w", "s,c,< 9,x,w", "t,c,[9..),y,w", "u,c,present,x,w", "v,-,-,x,w"], "first", "table_unreachable", "u"),
        (["r,not a|b|c,-,x,w", "s,-,-,y,w"], "first", "table_impossible", "r"),
        (["r,-,-,x,w", "s,-,present,y,w"], "first", "table_unreachable", "s"),
    ],
)  # fmt: skip
def test_a_seeded_fault_is_found_with_a_case(
    tmp_path: Path, rows: list[str], policy: str, code: str, subject: str
) -> None:
    made = table(tmp_path, *rows, policy=policy)

    found = [one for one in lint_table(made, CATALOGUE) if one.code == code]

    assert [one.subject for one in found] == [subject]
    if code == "table_gap":
        assert ask(made, dict(found[0].case) | _unnamed(dict(found[0].case))).hits == ()


def _unnamed(case: dict[str, object]) -> dict[str, str]:
    return {} if "kind" in case else {"kind": "a"}


def test_a_sound_table_has_no_findings(tmp_path: Path) -> None:
    made = table(tmp_path, "r,a,-,x,w", "s,not a,< 5,y,w", "t,not a,[5..),x,w", "u,not a,missing,y,w")

    assert lint_table(made, CATALOGUE) == []


@pytest.mark.parametrize(
    ("policy", "says"),
    [("first", {"points": 1}), ("rule order", {"points": "1, 20, 5"}), ("collect sum", {"points": 26}),
     ("collect min", {"points": 1}), ("collect max", {"points": 20}), ("collect count", {"points": 3})],
)  # fmt: skip
def test_hit_policies_put_rows_together(tmp_path: Path, policy: str, says: dict[str, object]) -> None:
    rows = ["r,a,-,1,w", "s,-,< 9,20,w", "t,a|b,present,5,w", "u,c,-,7,w"]
    made = table(tmp_path, *rows, policy=policy, columns="id,kind,size,=points,why", example="example,a,1,1,")

    asked = ask(made, {"kind": "a", "size": 3})

    assert asked.says == says
    assert (asked.hits, asked.misses) == (("r", "s", "t"), {"u": "kind"})


def test_a_missing_fact_hits_only_what_asks_for_nothing_or_for_it(tmp_path: Path) -> None:
    made = table(tmp_path, "r,a,< 5,x,w", "s,a,not 7,x,w", "t,a,missing,y,w", policy="rule order")

    assert ask(made, {"kind": "a"}).hits == ("t",)


def test_an_example_that_does_not_hold_is_told(tmp_path: Path) -> None:
    made = table(tmp_path, "r,a,-,y,w")

    assert run_examples(made) == [(4, "it says who y (r)")]


CELLS = st.sampled_from(
    [
        "-",
        "missing",
        "present",
        "5",
        "not 5",
        "< 5",
        ">= 7",
        "[5..7)",
        "(5..7]",
        "[..6)",
        "(7..)",
        "3|[6..9]",
        "not [2..5]",
    ]
)
KINDS = st.sampled_from(["-", "a", "a|b", "not c"])
SIZES = (None, *range(10))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(KINDS, CELLS, st.sampled_from("xy")), min_size=1, max_size=5))
def test_lint_agrees_with_trying_every_case(rows: list[tuple[str, str, str]]) -> None:
    tests = [(parse(kind, "kind"), parse(size, "size")) for kind, size, _ in rows]
    hits = {
        (kind, size): [
            place for place, row in enumerate(tests)
            if all(test is None or holds(test, {"kind": kind, "size": size}) for test in row)
        ]
        for kind, size in product("abc", SIZES)
    }  # fmt: skip
    made = _made(rows)

    codes = {one.code for one in lint_table(made, CATALOGUE)}

    assert ("table_gap" in codes) == any(not found for found in hits.values())
    assert ("table_impossible" in codes) == (len({place for found in hits.values() for place in found}) < len(rows))
    assert bool({"table_overlap", "table_duplicate"} & codes) == any(len(found) > 1 for found in hits.values())


def parse(text: str, name: str) -> Condition | None:
    return parse_cell(text, name, CATALOGUE[name])


def _made(rows: list[tuple[str, str, str]]) -> Table:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        return table(Path(folder), *(f"r{place},{kind},{size},{who},w" for place, (kind, size, who) in enumerate(rows)))


def test_a_cell_says_what_it_allows() -> None:
    with pytest.raises(CellError, match="write - for anything, or missing"):
        parse_cell(" ", "size", CATALOGUE["size"])


SHOPS = ("inn,has inn,-,x,w", "fuel,has tank*|has petrol station,-,y,w")


@pytest.mark.parametrize(
    ("shop", "who"),
    [
        ("The Old Mill Inn", "x"), ("Innendienst GmbH", None), ("SHELL-TANKSTELLE 12", "y"), ("Petrol station", "y"), ("Petrol", None),
        ("Tankstelle zum Inn", "x"), ("Tänkstelle", "y"), (None, None),
    ],
)  # fmt: skip
def test_words_are_found_whole_whatever_their_case_and_accents(
    tmp_path: Path, shop: str | None, who: str | None
) -> None:
    made = table(tmp_path, *SHOPS, policy="first", columns="id,shop,size,=who,why", example="example,Inn,1,x,")

    assert ask(made, {"shop": shop, "size": 1}).says == {"who": who}


def test_words_need_an_order_of_rows_and_lint_sees_a_row_that_is_never_reached(tmp_path: Path) -> None:
    columns, example = "id,shop,size,=who,why", "example,Inn,1,x,"
    with pytest.raises(ContentError, match="needs an order of the rows"):
        table(tmp_path, *SHOPS, columns=columns, example=example)

    made = table(
        tmp_path, SHOPS[0], "r,has old inn,-,y,w", "rest,-,-,x,w", policy="first", columns=columns, example=example
    )

    assert [(one.code, one.subject) for one in lint_table(made, CATALOGUE)] == [("table_unreachable", "r")]
