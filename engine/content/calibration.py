"""The fitted confidence model: signs of a value in, the probability that it is right out."""

import bisect
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field as Spec
from pydantic import ValidationError

from engine.content.fitted import model_file
from engine.model.errors import ContentError
from engine.model.value import Value

FILE = Path("mappings") / "inbound" / "confidence.json"
TEXT = "description"
_Probability = Annotated[float, Spec(ge=0.0, le=1.0)]


class Scale(Value):
    """A logistic sum of signs, bent by a monotone curve: knots of the sum, and the probability at each; and lids."""

    weights: Mapping[str, float]
    intercept: float
    knots: tuple[float, ...]
    levels: tuple[_Probability, ...]
    lids: Mapping[str, _Probability] = Spec(default_factory=dict)
    """The most that a value with this sign is worth, whatever else speaks for it."""

    def probability(self, signs: Mapping[str, float]) -> float:
        """Return the probability (0..1). Signs that the model does not know count nothing."""
        lid = min((most for name, most in self.lids.items() if signs.get(name)), default=1.0)
        return min(self._curved(signs), lid)

    def _curved(self, signs: Mapping[str, float]) -> float:
        score = self.intercept + sum(self.weights.get(name, 0.0) * value for name, value in signs.items())
        if not self.knots:
            return 1.0 / (1.0 + math.exp(-max(min(score, 30.0), -30.0)))
        place = bisect.bisect_right(self.knots, score)
        if place == 0:
            return self.levels[0]
        if place == len(self.knots):
            return self.levels[-1]
        low, high = self.knots[place - 1], self.knots[place]
        share = (score - low) / (high - low) if high > low else 1.0
        return self.levels[place - 1] + share * (self.levels[place] - self.levels[place - 1])


class Calibration(Value):
    """Scales for values, for descriptions, for "not on the document", and for whole documents."""

    name: str
    version: int
    values: Scale
    absences: Scale
    documents: Scale
    texts: Scale | None = None
    """For descriptions, where what belongs to a text is a matter of opinion; without it they are as other values."""

    def of(self, name: str) -> Scale:
        """Return the scale for a value by its name in a record or in its lines."""
        return self.texts if self.texts is not None and name == TEXT else self.values

    @property
    def ref(self) -> str:
        """Name and version as they appear in provenance."""
        return f"{self.name}@{self.version}"


def load_calibration(root: Path, *, version: int | None = None) -> Calibration | None:
    """Return the model, or None where there is none: confidences then stay what the reader itself thinks of them.

    Without a version the highest there is. Raises ContentError for a broken file.
    """
    path = model_file(root, FILE, version)
    if path is None:
        return None
    try:
        return Calibration.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, ValidationError) as e:
        raise ContentError(f"not a confidence model: {e}; train it again", file=str(path)) from e
