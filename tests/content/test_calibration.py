import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.content.calibration import FILE, Scale, load_calibration
from engine.model.errors import ContentError

ROOT = Path(__file__).parents[2]
SCALE = Scale(weights={"a": 2.0, "b": -1.0}, intercept=0.5, knots=(-1.0, 0.0, 2.0), levels=(0.1, 0.4, 0.9))


@pytest.mark.parametrize(
    ("signs", "probability"),
    [
        ({"a": -5.0}, 0.1), ({"a": 5.0}, 0.9), ({"a": -0.25}, 0.4), ({"a": 0.25}, 0.65),
        ({"b": 0.5, "unheard_of": 9.0}, 0.4),
    ],
    ids=["below the curve", "above the curve", "on a knot", "between two knots", "a sign that it does not know"],
)  # fmt: skip
def test_a_probability_is_read_off_the_curve(signs: dict[str, float], probability: float) -> None:
    assert SCALE.probability(signs) == pytest.approx(probability)


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_a_better_sign_never_makes_a_value_less_probable(low: float, high: float) -> None:
    first, second = sorted((low, high))

    assert SCALE.probability({"a": first}) <= SCALE.probability({"a": second})


@pytest.mark.parametrize(
    ("signs", "probability"),
    [({"a": 5.0, "odd": 1.0}, 0.7), ({"a": 5.0, "odd": 0.0}, 0.9), ({"a": -5.0, "odd": 1.0}, 0.1)],
    ids=["it is lowered", "the sign does not hold", "it is low anyway"],
)
def test_a_doubt_sets_the_most_that_a_value_is_worth(signs: dict[str, float], probability: float) -> None:
    lidded = SCALE.model_copy(update={"lids": {"odd": 0.7}})

    assert lidded.probability(signs) == pytest.approx(probability)


def test_without_knots_the_sum_is_a_logistic_one() -> None:
    assert Scale(weights={}, intercept=0.0, knots=(), levels=()).probability({}) == pytest.approx(0.5)


def test_where_there_is_no_model_none_is_used(tmp_path: Path) -> None:
    assert load_calibration(tmp_path) is None


@pytest.mark.parametrize("text", ["{", '{"name": "x"}', "[]"], ids=["torn", "incomplete", "another thing"])
def test_a_broken_model_stops_the_start(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text(text)

    with pytest.raises(ContentError, match="train it again"):
        load_calibration(tmp_path)


def test_the_shipped_model_is_whole_and_small() -> None:
    model = load_calibration(ROOT)

    assert model is not None
    assert all(sorted(scale.knots) == list(scale.knots) for scale in (model.values, model.absences, model.documents))
    assert all(sorted(scale.levels) == list(scale.levels) for scale in (model.values, model.absences, model.documents))
    assert len(json.dumps(model.model_dump(mode="json"))) < 5_000_000
