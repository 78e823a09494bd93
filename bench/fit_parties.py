"""Fit how probable it is that a candidate is the vendor meant, and write mappings/inbound/parties.json.

    python bench/fit_parties.py [--vendors N] [--documents N] [--no-write]

Vendors are generated with what makes them hard to tell apart: branches under one name, groups with one tax id, one mail
domain or one bank account (factoring), common names in one town. Documents name one of them, or somebody who is not in
the master, with fields missing, misread or printed of somebody else. The candidates come from the real search. Half of the
documents fit the weights, a quarter bends them into probabilities, the last quarter (vendors the fit has not seen) tells
how far they can be trusted.
"""

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from vendors import misread, vendors

from engine.content.party_model import FILE
from engine.model.field import Field, Provenance
from engine.model.record import Classification, Record
from engine.stages.parties.probability import signs_of
from engine.stages.parties.signals import VENDOR
from engine.store import database, masterdata

ROOT = Path(__file__).resolve().parent.parent
FREE = ("gmail.com", "outlook.com", "gmx.de")
INVOICE = Classification(type="invoice", language="en", type_confidence=1.0, language_confidence=1.0)
_DIGITS = "0123456789"
_KNOTS = 24
_SHARED = {
    "branch": ("name", "tax_id", "registration_id", "email", "country"),
    "tax_group": ("tax_id", "country"),
    "mail_group": ("email", "street", "postcode", "city"),
    "factoring": ("iban",),
    "neighbour": ("postcode", "city", "street"),
    "namesake": ("name",),
}
"""What relatives have in common."""


def main() -> None:
    asked = argparse.ArgumentParser(description="Fit the probability of a party.")
    asked.add_argument("--vendors", type=int, default=25_000)
    asked.add_argument("--documents", type=int, default=8_000)
    asked.add_argument("--no-write", action="store_true")
    options = asked.parse_args()
    dice = random.Random(20_11)
    master = related(dice, list(vendors(options.vendors, seed=5)))
    examples = drawn(dice, master, options.documents)
    model, held_out = fitted(examples)
    print(json.dumps(held_out, indent=1))
    if not options.no_write:
        (ROOT / FILE).write_text(json.dumps(model, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def related(dice: random.Random, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the vendors with some of them made relatives of others."""
    for row in dice.sample(rows, len(rows) // 8):
        kind = dice.choice(tuple(_SHARED))
        other = dice.choice(rows)
        row.update({name: other[name] for name in _SHARED[kind]})
    for row in dice.sample(rows, len(rows) // 10):
        row["email"] = f"box{dice.randrange(10**6)}@{dice.choice(FREE)}"
    return rows


def drawn(
    dice: random.Random, master: Sequence[dict[str, str]], count: int
) -> list[tuple[list[dict[str, float]], list[int]]]:
    """Return for each document the signs of its candidates, and which of them is meant (a document may mean none)."""
    engine = database.connect("sqlite://")
    database.migrate(engine)
    absent = {row["id"] for row in dice.sample(list(master), len(master) // 6)}
    with database.transaction(engine) as tx:
        masterdata.upsert_vendors(tx, [row for row in master if row["id"] not in absent])
    found: list[tuple[list[dict[str, float]], list[int]]] = []
    with database.reading(engine) as tx:
        while len(found) < count:
            row = dice.choice(master)
            record = document(dice, row, dice.choice(master))
            said = {
                name: record.value(f"vendor_{name}")
                for name in ("tax_id", "registration_id", "iban", "name", "address")
            }
            mail = (record.value("vendor_email") or "").rpartition("@")[2]
            candidates = masterdata.vendor_candidates(tx, **said, email_domain=mail or None)
            signs = signs_of(record, candidates, side=VENDOR, free_domains=FREE)
            if signs:
                found.append((list(signs.values()), [int(id_ == row["id"]) for id_ in signs]))
    return found


def document(dice: random.Random, row: dict[str, str], stranger: dict[str, str]) -> Record:
    """Return what is read of a vendor on a document."""
    said: dict[str, str] = {}
    if dice.random() < 0.85:
        said["name"] = misread(dice, row["name"])[0]
    if dice.random() < 0.75:
        said["address"] = wrong(dice, f"{row['street']}, {row['postcode']} {row['city']}", 0.08)
    chances = {"tax_id": 0.75, "iban": 0.7, "registration_id": 0.4, "email": 0.5}
    said |= {
        name: wrong(dice, row[name], 0.05) for name, chance in chances.items() if row[name] and dice.random() < chance
    }
    for name in ("iban", "tax_id", "email"):
        if stranger[name] and dice.random() < 0.02:
            said[name] = stranger[name]
    origin = Provenance(how="read", by="bench")
    fields = tuple(
        Field(name=f"vendor_{name}", value=value, raw=value, confidence=0.9, provenance=origin)
        for name, value in said.items()
    )
    return Record(document_id="bench", revision=1, classification=INVOICE, fields=fields)


def wrong(dice: random.Random, text: str, chance: float) -> str:
    """Return a text, sometimes with a digit or letter misread."""
    if dice.random() >= chance or not text:
        return text
    at = dice.randrange(len(text))
    return text[:at] + dice.choice(_DIGITS) + text[at + 1 :]


def fitted(examples: Sequence[tuple[list[dict[str, float]], list[int]]]) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the model as it is written, and its figures on documents that it has not seen."""
    half, three = len(examples) // 2, len(examples) * 3 // 4
    signs, truth = flat(examples[:half])
    vectors = DictVectorizer(sparse=False)
    logistic = LogisticRegression(C=1.0, max_iter=2000).fit(vectors.fit_transform(signs), truth)
    bend_signs, bend_truth = flat(examples[half:three])
    sums = logistic.decision_function(vectors.transform(bend_signs))
    bend = IsotonicRegression(out_of_bounds="clip").fit(sums, bend_truth)
    knots = np.unique(np.quantile(bend.X_thresholds_, np.linspace(0, 1, _KNOTS)))
    levels = np.clip(bend.predict(knots), 0.0005, 0.9995)
    held_out = figures(logistic, vectors, knots, levels, examples[three:])
    weights = dict(zip(vectors.get_feature_names_out(), (round(float(w), 4) for w in logistic.coef_[0]), strict=True))
    scale = {
        "weights": weights,
        "intercept": round(float(logistic.intercept_[0]), 4),
        "knots": [round(float(k), 4) for k in knots],
        "levels": [round(float(v), 5) for v in levels],
    }
    card = {
        "purpose": "Probability that a candidate of the search is the party a document means. It advises; the cascade and the rules decide.",
        "data": "Generated vendors of 20 countries with relatives (branches, tax groups, factoring, namesakes) and generated documents with missing, misread and foreign values (bench/fit_parties.py). No customer data.",
        "held_out": held_out,
        "limits": "How often documents mean somebody who is not in the master, and how often values are misread, are assumptions of the generator (1 in 6; 5 in 100). Fit anew on reviewed history where there is some.",
        "licence": "Apache-2.0",
    }
    return {"name": "parties", "version": 1, "scale": scale, "card": card}, held_out


def flat(examples: Sequence[tuple[list[dict[str, float]], list[int]]]) -> tuple[list[dict[str, float]], list[int]]:
    return [one for signs, _ in examples for one in signs], [one for _, truth in examples for one in truth]


def figures(
    logistic: Any, vectors: Any, knots: Any, levels: Any, examples: Sequence[tuple[list[dict[str, float]], list[int]]]
) -> dict[str, float]:
    """Return calibration of single pairs, and what choosing the likeliest candidate at 0.98 would do."""
    sure, right, chosen, good = [], [], 0, 0
    for signs, truth in examples:
        values = np.interp(logistic.decision_function(vectors.transform(signs)), knots, levels)
        values = values / max(1.0, values.sum())
        sure += list(values)
        right += truth
        best = int(values.argmax())
        if values[best] >= 0.98:
            chosen, good = chosen + 1, good + truth[best]
    meant = sum(any(truth) for _, truth in examples)
    return {
        "documents": len(examples), "pairs": len(right), "calibration_error": round(calibration_error(sure, right), 4),
        "calibration_error_of_the_doubtful": round(calibration_error(*doubtful(sure, right)), 4),
        "precision_at_98": round(good / max(chosen, 1), 4), "recall_at_98": round(good / meant, 4),
    }  # fmt: skip


def doubtful(sure: list[float], right: list[int]) -> tuple[list[float], list[int]]:
    """Return the pairs that are not plainly no match: nearly all pairs are, and would hide the others."""
    kept = [(value, truth) for value, truth in zip(sure, right, strict=True) if value >= 0.02]
    return [value for value, _ in kept], [truth for _, truth in kept]


def calibration_error(sure: Sequence[float], right: Sequence[int]) -> float:
    """Return the expected calibration error over 15 bins of equal size."""
    order = np.argsort(sure)
    bins = np.array_split(order, 15)
    values, truth = np.asarray(sure), np.asarray(right)
    return float(sum(len(b) * abs(values[b].mean() - truth[b].mean()) for b in bins if len(b)) / len(values))


if __name__ == "__main__":
    main()
