"""The fitted model of who is meant: signs of a candidate in, the probability that it is the one out."""

import json
from pathlib import Path

from pydantic import ValidationError

from engine.content.calibration import Scale
from engine.content.fitted import model_file
from engine.model.errors import ContentError
from engine.model.value import Value

FILE = Path("mappings") / "inbound" / "parties.json"


class Card(Value):
    """What the model was fitted on, what it is for, and how far it can be trusted."""

    purpose: str
    data: str
    held_out: dict[str, float]
    """Figures on what it has not seen, by name: `calibration_error`, `pairs` ..."""
    limits: str
    licence: str


class PartyModel(Value):
    """Weights of signs, and what they come to as a probability."""

    name: str
    version: int
    scale: Scale
    card: Card

    @property
    def ref(self) -> str:
        """Name and version as they appear in digests."""
        return f"{self.name}@{self.version}"


def load_party_model(root: Path, *, version: int | None = None) -> PartyModel | None:
    """Return the model, or None where there is none: candidates then carry no probability.

    Without a version the highest there is. Raises ContentError for a broken file.
    """
    path = model_file(root, FILE, version)
    if path is None:
        return None
    try:
        return PartyModel.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, ValidationError) as e:
        raise ContentError(f"not a model of parties: {e}; fit it again", file=str(path)) from e
