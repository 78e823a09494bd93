"""Logistic sums bent by a monotone curve, fitted so that nothing is judged by a model that has seen its like."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction import DictVectorizer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import MaxAbsScaler

from engine.content.calibration import Scale
from engine.stages.calibrate.doubts import LIDS

FOLDS = 5
_PRIOR = 8.0
"""Values that a level of the curve is drawn towards its neighbours by: few cases prove little."""
_STEPS = 24
_LID_RIGHT, _LID_PRIOR = 0.9, 10.0
"""What a doubted value is worth before any has been seen: as if of ten nine had been right, or no more than usual."""
_FEW_WRONG = 0.1
"""Strength of the line for documents: a dozen wrong ones prove little."""
_GROUP = 5.0
"""Values of one vendor or layout stand or fall together: they prove no more than this many."""


class Example(NamedTuple):
    """One judged value."""

    signs: dict[str, float]
    is_right: bool
    group: str
    weight: float
    corpus: str
    name: str


def fit(examples: Sequence[Example], *, strength: float = 0.3, has_lids: bool = True) -> Scale:
    """Return the scale fitted on all examples; its curve comes from scores given out of fold.

    With lids the curve is that of the values that nothing makes doubtful.
    """
    vectorizer, scaler, model = _logistic(examples, strength)
    scores = _out_of_fold(examples, lambda train: _scorer(*_logistic(train, strength)))
    plain = [i for i, e in enumerate(examples) if not (has_lids and any(map(e.signs.get, LIDS)))]
    knots, levels = _curve(scores[plain], [examples[i] for i in plain]) if plain else ([], [])
    weights = model.coef_[0] / np.where(scaler.max_abs_ == 0, 1.0, scaler.max_abs_)
    named = {
        name: round(float(w), 5) for name, w in zip(vectorizer.feature_names_, weights, strict=True) if abs(w) > 1e-4
    }
    return Scale(
        weights=dict(sorted(named.items())), intercept=round(float(model.intercept_[0]), 5),
        knots=tuple(round(float(k), 4) for k in knots), levels=tuple(round(float(v), 4) for v in levels),
        lids=_lids(examples) if has_lids else {},
    )  # fmt: skip


def _lids(examples: Sequence[Example]) -> dict[str, float]:
    """Return the most that each doubt leaves: the mean of a Beta posterior over the groups in which it was seen."""
    usual = sum(e.weight for e in examples if e.is_right) / sum(e.weight for e in examples)
    lids = {}
    for name in LIDS:
        by_group: dict[str, list[Example]] = defaultdict(list)
        for example in (e for e in examples if e.signs.get(name)):
            by_group[example.group].append(example)
        right = total = 0.0
        for group in by_group.values():
            weight = sum(e.weight for e in group)
            counted = min(weight, _GROUP)
            total += counted
            right += counted * sum(e.weight for e in group if e.is_right) / weight
        lids[name] = round((right + _LID_PRIOR * min(_LID_RIGHT, usual)) / (total + _LID_PRIOR), 4)
    return lids


def line(examples: Sequence[Example]) -> Scale:
    """Return a logistic line through few signs, without a curve (Platt 1999), drawn towards the share of right ones."""
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform([e.signs for e in examples])
    model = LogisticRegression(C=_FEW_WRONG, max_iter=2000)
    model.fit(table, [e.is_right for e in examples], sample_weight=[e.weight for e in examples])
    weights = dict(zip(vectorizer.feature_names_, (round(float(w), 5) for w in model.coef_[0]), strict=True))
    return Scale(weights=weights, intercept=round(float(model.intercept_[0]), 5), knots=(), levels=())


def judged_by_others(
    examples: Sequence[Example], asked: Mapping[int, tuple[str, Sequence[Mapping[str, float]]]]
) -> dict[int, list[float]]:
    """Return the probabilities of further values, (group, signs of each) by number, from models without their group."""
    groups = [e.group for e in examples]
    scales = {}
    for train, test in _folds(groups).split(examples, groups=groups):
        scales |= dict.fromkeys((groups[i] for i in test), fit([examples[i] for i in train]))
    every = fit(examples)
    return {
        number: [scales.get(group, every).probability(signs) for signs in values]
        for number, (group, values) in asked.items()
    }


def held_out(examples: Sequence[Example], *, kind: str = "logistic") -> list[float]:
    """Return for each example the probability given by a model fitted on the other groups only.

    `kind`: `logistic` (the one that ships), `line` (that of documents), or for comparison `open` (logistic without
    lids) or `boosted` (gradient boosted trees under the same lids).
    """

    def scorer(train: Sequence[Example]) -> Any:
        if kind == "boosted":
            return _boosted(train)
        scale = line(train) if kind == "line" else fit(train, has_lids=kind == "logistic")
        return lambda test: [scale.probability(e.signs) for e in test]

    return list(_out_of_fold(examples, scorer))


def _logistic(examples: Sequence[Example], strength: float) -> tuple[Any, Any, Any]:
    vectorizer = DictVectorizer()
    scaler = MaxAbsScaler()
    table = scaler.fit_transform(vectorizer.fit_transform([e.signs for e in examples]))
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit(table, [e.is_right for e in examples], sample_weight=[e.weight for e in examples])
    return vectorizer, scaler, model


def _scorer(vectorizer: Any, scaler: Any, model: Any) -> Any:
    return lambda test: model.decision_function(scaler.transform(vectorizer.transform([e.signs for e in test])))


def _boosted(train: Sequence[Example]) -> Any:
    vectorizer = DictVectorizer(sparse=False)
    table = vectorizer.fit_transform([e.signs for e in train])
    model = HistGradientBoostingClassifier(
        max_iter=120, learning_rate=0.06, max_leaf_nodes=12, min_samples_leaf=20, l2_regularization=1.0
    )
    model.fit(table, [e.is_right for e in train], sample_weight=[e.weight for e in train])
    lids = _lids(train)

    def judge(test: Sequence[Example]) -> list[float]:
        claimed = model.predict_proba(vectorizer.transform([e.signs for e in test]))[:, 1]
        return [min(p, *(lids[n] for n in lids if e.signs.get(n)), 1.0) for p, e in zip(claimed, test, strict=True)]

    return judge


def _out_of_fold(examples: Sequence[Example], make: Any) -> np.ndarray:
    """Return the scores of each example by a model made without its group."""
    scores = np.zeros(len(examples))
    groups = [e.group for e in examples]
    for train, test in _folds(groups).split(examples, groups=groups):
        scorer = make([examples[i] for i in train])
        scores[test] = scorer([examples[i] for i in test])
    return scores


def _folds(groups: Sequence[str]) -> GroupKFold:
    return GroupKFold(n_splits=min(FOLDS, len(set(groups))))


def _curve(scores: np.ndarray, examples: Sequence[Example]) -> tuple[list[float], list[float]]:
    """Return knots and levels of a monotone curve through the share of right values, by slices of equal weight."""
    order = np.argsort(scores)
    weights = np.array([e.weight for e in examples])[order]
    right = np.array([float(e.is_right) for e in examples])[order]
    ranked = scores[order]
    mean = float(np.average(right, weights=weights))
    edges = np.searchsorted(np.cumsum(weights), np.linspace(0, weights.sum(), _STEPS + 1)[1:-1])
    knots, levels, counts = [], [], []
    for part in np.split(np.arange(len(ranked)), np.unique(edges)):
        if len(part):
            weight = float(weights[part].sum())
            knots.append(float(np.average(ranked[part], weights=weights[part])))
            levels.append(
                (float((right[part] * weights[part]).sum()) + _PRIOR * mean * 0.5 + _PRIOR * 0.5) / (weight + _PRIOR)
            )
            counts.append(weight)
    smooth = IsotonicRegression(y_min=0.0, y_max=1.0).fit(knots, levels, sample_weight=counts)
    return knots, [float(v) for v in smooth.predict(knots)]
