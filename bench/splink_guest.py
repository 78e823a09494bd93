"""Score given pairs with splink (MIT), as its own manual does it: unsupervised, with term frequencies."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

WORDS = (8, 6, 4, 3, 2, 1)
"""Words in common that make a level of likeness; beside them codes in common."""
CODES = (3, 2, 1)

Record = Mapping[str, str]


def scored(
    pairs: Sequence[tuple[Record, Record]],
    names: Sequence[str],
    codes: set[str],
    whole: Sequence[tuple[Sequence[str], Sequence[str]]] = (),
) -> Any:
    """Return a probability for each pair. A row is made for each side of each pair, so that exactly these are scored.

    Attributes are compared one by one; with `whole` (the words of both whole records) also what the records share.
    """
    comparisons = [
        cl.LevenshteinAtThresholds(name, [1, 2]).configure(term_frequency_adjustments=True)
        if name in codes
        else cl.JaroWinklerAtThresholds(name, [0.92, 0.8, 0.7]).configure(term_frequency_adjustments=True)
        for name in names
    ]
    if whole:
        comparisons.append(cl.ArrayIntersectAtSizes("_words", list(WORDS)))
    if any(map(coded, whole)):
        comparisons.append(cl.ArrayIntersectAtSizes("_codes", list(CODES)))
    settings = SettingsCreator(
        link_type="link_only", comparisons=comparisons, blocking_rules_to_generate_predictions=[block_on("pair")],
        probability_two_random_records_match=1 / len(pairs),
    )  # fmt: skip
    house = DuckDBAPI()
    sides = [house.register(table(side, pairs, names, whole)) for side in (0, 1)]
    linker = Linker(sides, settings, log_level="ERROR")
    linker.training.estimate_u_using_random_sampling(max_pairs=200_000)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("pair"))
    found = linker.inference.predict().as_record_list()
    sure = np.zeros(len(pairs))
    for row in found:
        sure[row["unique_id_l"]] = row["match_probability"]
    return sure


def table(
    side: int,
    pairs: Sequence[tuple[Record, Record]],
    names: Sequence[str],
    whole: Sequence[tuple[Sequence[str], Sequence[str]]],
) -> Any:
    numbers = list(range(len(pairs)))
    columns: dict[str, Any] = {name: pa.array([pair[side].get(name) for pair in pairs], pa.string()) for name in names}
    if whole:
        said = [sorted(set(both[side])) for both in whole]
        columns["_words"] = pa.array(said, pa.list_(pa.string()))
        columns["_codes"] = pa.array([list(filter(is_code, words)) or None for words in said], pa.list_(pa.string()))
    return pa.table({"unique_id": numbers, "pair": numbers, **columns})


def coded(both: tuple[Sequence[str], Sequence[str]]) -> bool:
    return all(any(map(is_code, words)) for words in both)


def is_code(word: str) -> bool:
    return len(word) > 2 and any(sign.isdigit() for sign in word)
