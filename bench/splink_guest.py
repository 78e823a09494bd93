"""Score given pairs with splink (MIT), as its own manual does it: unsupervised, with term frequencies."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def scored(pairs: Sequence[tuple[Mapping[str, str], Mapping[str, str]]], names: Sequence[str], codes: set[str]) -> Any:
    """Return a probability for each pair. A row is made for each side of each pair, so that exactly these are scored."""

    def table(side: int) -> Any:
        columns = {name: [pair[side].get(name) for pair in pairs] for name in names}
        return pa.table({"unique_id": list(range(len(pairs))), "pair": list(range(len(pairs))), **columns})

    comparisons = [
        cl.LevenshteinAtThresholds(name, [1, 2]).configure(term_frequency_adjustments=True)
        if name in codes
        else cl.JaroWinklerAtThresholds(name, [0.92, 0.8, 0.7]).configure(term_frequency_adjustments=True)
        for name in names
    ]
    settings = SettingsCreator(
        link_type="link_only", comparisons=comparisons, blocking_rules_to_generate_predictions=[block_on("pair")],
        probability_two_random_records_match=1 / len(pairs),
    )  # fmt: skip
    house = DuckDBAPI()
    linker = Linker([house.register(table(0)), house.register(table(1))], settings, log_level="ERROR")
    linker.training.estimate_u_using_random_sampling(max_pairs=200_000)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("pair"))
    found = linker.inference.predict().as_record_list()
    sure = np.zeros(len(pairs))
    for row in found:
        sure[row["unique_id_l"]] = row["match_probability"]
    return sure
