"""Extractors whose confidences are not worth what they say."""

import numpy as np

from engine.model.outcome import Outcome

NOW = {"default": 500, "total": 800}


class Extractor:
    """Reads one field; a document of confidence c is wrong with probability `worth` * (1 - c) + `floor`."""

    def __init__(self, rng: np.random.Generator, *, worth: float, floor: float = 0.0) -> None:
        self.rng, self.worth, self.floor = rng, worth, floor

    def history(self, count: int) -> list[Outcome]:
        """Reviewed documents, all held before."""
        sure = self.rng.beta(12, 0.6, count)
        wrong = self.rng.random(count) < self._risk(sure)
        return [outcome(int(c * 1000), is_wrong=bool(w)) for c, w in zip(sure, wrong, strict=True)]

    def error_above(self, permille: int) -> float:
        """The true error of what passes a threshold."""
        sure = (np.arange(permille, 1000) + 0.5) / 1000
        likely = sure**11 * (1 - sure) ** -0.4
        return float((self._risk(sure) * likely).sum() / likely.sum())

    def _risk(
        self, sure: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]"
    ) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
        return np.minimum(1.0, self.worth * (1 - sure) + self.floor)


def outcome(permille: int, *, is_wrong: bool | None = False, share_permille: int = 1000) -> Outcome:
    wrong = None if is_wrong is None else ("total",) if is_wrong else ()
    return Outcome(
        document_id="d", ruleset="r@1", confidences=(("total", permille),), share_permille=share_permille,
        is_straight=share_permille < 1000, wrong=wrong,
    )  # fmt: skip
