"""Measure how well two records are told to be one, on entity-resolution sets with truth, beside rapidfuzz and splink.

    python bench/linkage.py [--no-splink] [--only SET]

Every set is treated alike and nothing is set per set: the pairs are compared attribute by attribute with the signs that the
hub uses for vendors (`engine.stages.parties.likeness`), a rare word telling more than a common one; half of the records
fit the weights, the other half is measured. `automatic` means: probability 0.98 or more, and no rival.
Reads the corpora beside the checkout; skips what is not there. Splink (MIT) is a guest: it scores the same pairs, once
attribute by attribute and once with the words and codes that the whole records share, which is what product texts need.
"""

import argparse
import json
import re
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rapidfuzz import fuzz, process
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from engine.stages.parties.likeness import Weights, codes_alike, weights, words_alike
from engine.stages.parties.names import normal_name

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "corpora" / "matching"
KEYS = frozenset({"id", "qid", "rec_id", "true_id", "true_key"})
"""Row numbers and truth: never compared."""
CANDIDATES = 6
MOST_QUERIES = 1200
"""Of a large set so many queries are asked, always the same ones; every master record stays a candidate."""
AUTOMATIC = 0.98


class Pair(NamedTuple):
    """Two records, whether they are one, and which record asks."""

    one: Mapping[str, str]
    other: Mapping[str, str]
    is_match: bool
    asks: str
    answers: str


def main() -> None:
    asked = argparse.ArgumentParser(description="Measure record linkage.")
    asked.add_argument("--no-splink", action="store_true")
    asked.add_argument("--only", default="")
    options = asked.parse_args()
    if not FOLDER.is_dir():
        sys.exit("the corpora are not there")
    print("| set | pairs | way | precision | recall | F1 | automatic: precision | recall | errors | cpu ms a pair |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    ways: dict[str, Callable[[Sequence[Pair]], tuple[Any, float]]] = {"rapidfuzz": plain, "signs": by_signs}
    if not options.no_splink:
        ways |= {"splink": by_splink, "splink, records too": partial(by_splink, is_whole=True)}
    for name, pairs, missed in sets():
        for way, score in ways.items() if options.only in name else ():
            began = time.process_time()
            sure, floor = score(pairs)
            spent = (time.process_time() - began) / len(pairs) * 1000
            print(f"| {name} | {len(pairs)} | {way} | {row(pairs, sure, floor, missed)} | {spent:.2f} |", flush=True)


def sets() -> Iterable[tuple[str, list[Pair], int]]:
    """Yield each set with its pairs and how many true pairs the candidates miss."""
    for folder in ("patstat-applicants", "febrl4-persons", "abt-buy"):
        master, queries = (rows(FOLDER / folder / f"{name}.jsonl") for name in ("master", "queries"))
        yield folder, *candidates(master, queries)
    for file in sorted((FOLDER / "magellan").glob("*.jsonl")):
        yield file.stem.removesuffix("-valid"), labelled(rows(file)), 0


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def labelled(found: list[dict[str, Any]]) -> list[Pair]:
    return [
        Pair(cleaned(row["a"]), cleaned(row["b"]), bool(row["match"]), json.dumps(row["a"]), json.dumps(row["b"]))
        for row in found
    ]


def candidates(master: list[dict[str, Any]], queries: list[dict[str, Any]]) -> tuple[list[Pair], int]:
    """Pair each query with the master records nearest to it, and count the true ones that are not among them."""
    texts = [whole(row) for row in master]
    queries = sorted(queries, key=lambda query: zlib.crc32(query["qid"][::-1].encode()))[:MOST_QUERIES]
    best = np.argsort(
        -process.cdist([whole(row) for row in queries], texts, scorer=fuzz.token_sort_ratio, workers=1), axis=1
    )
    pairs, missed = [], 0
    for query, near in zip(queries, best[:, :CANDIDATES], strict=True):
        meant = {number for number, row in enumerate(master) if is_one(query, row)}
        missed += 0 if not meant or (meant & set(near)) or not in_test(query["qid"]) else 1
        pairs += [Pair(cleaned(query), cleaned(master[n]), n in meant, query["qid"], master[n]["id"]) for n in near]
    return pairs, missed


def is_one(query: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    if "true_id" in query:
        return bool(query["true_id"] == row["id"])
    return query.get("true_key") is not None and query["true_key"] == row.get("true_key")


def cleaned(row: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in row.items() if key not in KEYS and value not in (None, "")}


def whole(row: Mapping[str, Any]) -> str:
    return normal_name(" ".join(cleaned(row).values()))[:200]


def in_test(key: str) -> bool:
    return zlib.crc32(key.encode()) % 2 == 1


def plain(pairs: Sequence[Pair]) -> tuple[Any, float]:
    """Score by rapidfuzz alone."""
    sure = np.array([fuzz.token_sort_ratio(whole(pair.one), whole(pair.other)) / 100 for pair in pairs])
    return sure, best_threshold(pairs, sure)


def by_signs(pairs: Sequence[Pair]) -> tuple[Any, float]:
    """Score by the signs of the hub, weighed on one half."""
    signs = signs_of(pairs)
    train = np.array([not in_test(pair.asks) for pair in pairs])
    truth = np.array([pair.is_match for pair in pairs])
    groups = np.array([zlib.crc32(pair.asks.encode()) for pair in pairs])
    model = make_pipeline(DictVectorizer(sparse=False), LogisticRegression(C=3.0, max_iter=3000))
    known = [one for one, is_in in zip(signs, train, strict=True) if is_in]
    folded = cross_val_predict(
        model, known, truth[train], groups=groups[train], cv=GroupKFold(5), method="predict_proba"
    )[:, 1]
    sure = model.fit(known, truth[train]).predict_proba(signs)[:, 1]
    judged = sure.copy()
    judged[train] = folded
    return sure, best_threshold(pairs, judged)


def signs_of(pairs: Sequence[Pair]) -> list[dict[str, float]]:
    """Return the signs of every pair; which attributes are codes and how telling a word is come from the records."""
    records = [side for pair in pairs for side in (pair.one, pair.other)]
    names = sorted({name for record in records for name in record})
    codes = {name for name in names if is_code([record[name] for record in records if name in record])}
    tell = {name: weights({words(record.get(name, "")) for record in records}) for name in names if name not in codes}
    tell[""] = weights({words(" ".join(record.values())) for record in records})
    signs = [compared(pair, names, codes, tell) for pair in pairs]
    asking, answering = defaultdict(list), defaultdict(list)
    for place, pair in enumerate(pairs):
        asking[pair.asks].append(place)
        answering[pair.answers].append(place)
    leads = [
        (lead(signs, asking[pair.asks], n), lead(signs, answering[pair.answers], n)) for n, pair in enumerate(pairs)
    ]
    for one, (ahead, sought) in zip(signs, leads, strict=True):
        one |= {
            "ahead": max(0.0, ahead),
            "behind": max(0.0, -ahead),
            "sought": max(0.0, sought),
            "outbid": max(0.0, -sought),
        }
    return signs


def lead(signs: Sequence[Mapping[str, float]], places: Sequence[int], own: int) -> float:
    others = [signs[place].get("_share", 0.0) for place in places if place != own]
    return signs[own].get("_share", 0.0) - max(others, default=0.0)


@cache
def words(text: str) -> tuple[str, ...]:
    return tuple(normal_name(text).split())


def is_code(values: Sequence[str]) -> bool:
    """Tell whether an attribute holds numbers and codes: nearly all values have digits and few words."""
    short = [any(sign.isdigit() for sign in value) and len(value.split()) <= 2 for value in values]
    return sum(short) >= 0.8 * len(short)


def compared(pair: Pair, names: Sequence[str], codes: set[str], tell: Mapping[str, Weights]) -> dict[str, float]:
    signs: dict[str, float] = {}
    for name in names:
        mine, theirs = pair.one.get(name, ""), pair.other.get(name, "")
        if name in codes:
            alike = codes_alike(re.sub(r"\W", "", mine.lower()), re.sub(r"\W", "", theirs.lower()))
        else:
            alike = words_alike(words(mine), words(theirs), tell[name])
        signs |= {f"{name}_{key}": value for key, value in alike.items()} or {f"{name}_missing": 1.0}
    mine, theirs = (words(" ".join(side.values())) for side in (pair.one, pair.other))
    signs |= {f"_{key}": value for key, value in words_alike(mine, theirs, tell[""]).items()}
    numbers = [
        {word for word in some if any(sign.isdigit() for sign in word) and len(word) > 2} for some in (mine, theirs)
    ]
    if all(numbers):
        signs |= {
            "_codes_shared": float(bool(numbers[0] & numbers[1])),
            "_codes_apart": float(not numbers[0] & numbers[1]),
        }
    return signs


def by_splink(pairs: Sequence[Pair], *, is_whole: bool = False) -> tuple[Any, float]:
    """Score by splink, trained without labels on the same pairs, term frequencies on; also by whole records if so asked."""
    import splink_guest

    records = [pair.one for pair in pairs] + [pair.other for pair in pairs]
    names = sorted({name for record in records for name in record})
    codes = {name for name in names if is_code([record[name] for record in records if name in record])}
    texts = [(words(" ".join(pair.one.values())), words(" ".join(pair.other.values()))) for pair in pairs]
    sure = splink_guest.scored([(pair.one, pair.other) for pair in pairs], names, codes, texts if is_whole else ())
    return sure, best_threshold(pairs, sure)


def best_threshold(pairs: Sequence[Pair], sure: Any) -> float:
    """Return the score that gives the best F1 on the half that is not measured."""
    train = [(score, pair.is_match) for score, pair in zip(sure, pairs, strict=True) if not in_test(pair.asks)]
    train.sort(key=lambda item: -item[0])
    total, right, best, floor = sum(is_match for _, is_match in train), 0, 0.0, 1.0
    for place, (score, is_match) in enumerate(train, 1):
        right += is_match
        f1 = 2 * right / (place + total)
        if f1 > best:
            best, floor = f1, score
    return float(floor)


def row(pairs: Sequence[Pair], sure: Any, floor: float, missed: int) -> str:
    """Return precision, recall and F1 at the threshold, and those of automatic matches, on the half that is measured."""
    test = [n for n, pair in enumerate(pairs) if in_test(pair.asks)]
    total = sum(pairs[n].is_match for n in test) + missed
    rivals = defaultdict(list)
    for n in test:
        rivals[pairs[n].asks].append(n)
    taken = [n for n in test if sure[n] >= floor]
    alone = [
        n for n in test if sure[n] >= AUTOMATIC and sum(sure[m] >= 1 - AUTOMATIC for m in rivals[pairs[n].asks]) == 1
    ]
    right, good = sum(pairs[n].is_match for n in taken), sum(pairs[n].is_match for n in alone)
    precision, recall = right / max(len(taken), 1), right / total
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"{precision:.3f} | {recall:.3f} | {f1:.3f} | {good / max(len(alone), 1):.4f} | {good / total:.3f} | {len(alone) - good}"


if __name__ == "__main__":
    main()
