"""Makes sample documents with their truth: a shipped set, or as many random ones as asked for."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from admin.samples import master, mix, shipped
from admin.samples.make import Made, make
from admin.samples.model import Kind, Paper, Sample
from admin.samples.recipe import Recipe

FOLDER = "documents"


def generate(out: Path, *, seed: int, count: int | None, kinds: Sequence[str]) -> list[Sample]:
    """Write documents/, truth.jsonl and the master data below `out`; same seed, same bytes.

    Without `count` the shipped set is made, else so many random documents. `kinds` (see `model.Kind`) restricts both; none
    means all. Raises ValueError for a kind that does not exist.
    """
    wanted = _checked(kinds)
    recipes = shipped.recipes() if count is None else mix.recipes(seed, count, wanted)
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    samples: list[Sample] = []
    papers: list[tuple[Recipe, Paper]] = []
    names: dict[str, str] = {}
    with (out / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for at, recipe in enumerate(recipes, start=1):
            if recipe.kind not in wanted:
                continue
            name = recipe.name if count is not None else f"{at:02d}-{recipe.name}"
            made = make(recipe, seed, name=name, original_name=_original(recipe, names))
            names[recipe.name] = made.name
            _write(folder, made)
            papers += zip(recipe.parts, made.parts, strict=True) if recipe.parts else [(recipe, made.paper)]
            for sample in made.samples:
                placed = sample.model_copy(update={"file": f"{FOLDER}/{sample.file}"})
                truth.write(json.dumps(placed.row(), ensure_ascii=False) + "\n")
                samples.append(placed)
    master.write(out, papers)
    return samples


def _checked(kinds: Sequence[str]) -> tuple[Kind, ...]:
    known: tuple[Kind, ...] = get_args(Kind)
    unknown = sorted(set(kinds) - set(known))
    if unknown:
        raise ValueError(f"there is no kind {unknown[0]!r}; allowed: {', '.join(known)}")
    return tuple(kind for kind in known if not kinds or kind in kinds)


def _original(recipe: Recipe, names: dict[str, str]) -> str:
    if recipe.original is None:
        return ""
    return f"{FOLDER}/{names[recipe.original.name]}" if recipe.original.name in names else ""


def _write(folder: Path, made: Made) -> None:
    path = folder / made.name
    if not path.exists() or path.read_bytes() != made.data:
        path.write_bytes(made.data)
