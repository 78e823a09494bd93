"""Formatting, comments and key order are no difference: generated configurations go round through other spellings."""

import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.content import strict_yaml
from engine.content.diff.changes import changes
from engine.content.diff.meaning import condition_text, meaning, whole
from engine.content.diff.meaning import settings as settings_of
from engine.content.shelf import everything
from tests.content.content_folder import copied, lean

FILES = (
    "rules/sets/ap_invoice.v1.yaml", "rules/flows/ap_invoice.v1.yaml", "rules/tolerances/sap_like.v1.yaml",
    "rules/facts.yaml", "mappings/outbound/files.ap_invoice_csv.v1.yaml", "mappings/inbound/vocabulary.lv.v1.yaml",
    "mappings/ownership.yaml", "environments/dev.yaml", "environments/test.yaml", "environments/prod.yaml",
)  # fmt: skip
ENVIRONMENTS = ("dev", "test", "prod")


class Dumper(yaml.SafeDumper):
    """Writes no anchors, which strict YAML refuses."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def shuffled(data: Any, chance: random.Random) -> Any:
    """Return the same data with keys in another order."""
    if isinstance(data, dict):
        keys = list(data)
        chance.shuffle(keys)
        return {key: shuffled(data[key], chance) for key in keys}
    return [shuffled(one, chance) for one in data] if isinstance(data, list) else data


def respelled(file: Path, chance: random.Random, update: dict[str, Any] | None = None) -> None:
    """Write a file again: keys in another order, other quotes and widths, comments and blank lines between."""
    data = shuffled({**strict_yaml.load(file).data, **(update or {})}, chance)
    text = yaml.dump(
        data, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=chance.choice([40, 80, 4000]),
        default_flow_style=False, indent=chance.choice([2, 4]),
    )  # fmt: skip
    lines = [
        line
        + (
            "\n\n# " + "why " * chance.randint(1, 3)
            if line[:1].isalpha() and line.endswith(":") and chance.random() < 0.5
            else ""
        )
        for line in text.splitlines()
    ]
    ending = chance.choice(["\n", "\r\n"])
    file.write_bytes(("# comment\n" + "\n".join(lines) + "\n").replace("\n", ending).encode())


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copied(tmp_path_factory.mktemp("content"))
    return lean(root)


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32), default=st.integers(0, 100), limit=st.integers(0, 10**6), tax=st.integers(0, 100),
    kinds=st.permutations(["test", "development"]),
)  # fmt: skip
def test_a_generated_configuration_means_the_same_in_every_spelling(
    content: Path, seed: int, default: int, limit: int, tax: int, kinds: list[str]
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the order of keys is no secret
    ruleset = content / FILES[0]
    head = {
        "confidence": {**strict_yaml.load(ruleset).data["confidence"], "default": f"{default / 100:.2f}"},
        "limits": {"large_without_order": {"EUR": f"{limit}.00", "USD": "unlimited"}},
        "tolerances": {"sum_minor": 0, "tax_minor": tax, "order_minor": limit},
    }
    respelled(ruleset, chance, head)
    for name, kind in zip(ENVIRONMENTS[:2], kinds, strict=True):
        respelled(content / "environments" / f"{name}.yaml", chance, {"kind": kind})
    before, told = whole(everything(content), content), settings_of(content)

    for name in FILES:
        respelled(content / name, chance)

    assert whole(everything(content), content) == before
    assert [changes(ref, one, settings_of(content)[ref]) for ref, one in told.items()] == [()] * len(told)


@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), value=st.integers(1, 99))
def test_one_generated_change_is_one_difference_in_any_spelling(content: Path, seed: int, value: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the order of keys is no secret
    file, ref = content / FILES[0], "ruleset/ap_invoice@1"
    old = meaning(everything(content), ref)
    field = chance.choice(["total", "currency", "vendor_iban"])
    confidence = strict_yaml.load(file).data["confidence"]
    fresh = f"0.{value:02}"
    respelled(file, chance, {"confidence": {**confidence, "fields": {**confidence["fields"], field: fresh}}})

    found = changes(ref, old, meaning(everything(content), ref))

    is_other = float(confidence["fields"][field]) != float(fresh)
    assert [one.path for one in found] == ([("thresholds", field)] if is_other else [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a<5", "a < 5"),
        ('kind=="x y"', "kind == 'x y'"),
        ("a in ['b','c']", "a  in [ 'b', 'c' ]"),
        ("not  a and (b or c)", "not a and ( b or c )"),
        ("a > -5", "a>-5"),
    ],
)
def test_blanks_and_quotes_of_a_condition_mean_nothing(one: str, other: str) -> None:
    assert condition_text(one) == condition_text(other)
