"""Pictures of the reading benchmark."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from scores import Judged, bins, calibration_error

INK, ACCENT, FAINT = "#22303c", "#0b6e99", "#c9d3da"


def reliability(judged: Sequence[Judged], file: Path, title: str = "Claimed and true share of right values") -> None:
    """Draw claimed probability against the share that was right; bars show how many values stand behind a point."""
    parts = bins(judged)
    figure, (upper, lower) = plt.subplots(2, 1, figsize=(6, 6.6), height_ratios=(4, 1), sharex=True)
    upper.plot([0, 1], [0, 1], color=FAINT, linewidth=1.5, label="perfect")
    upper.plot([b.claimed for b in parts], [b.right for b in parts], "o-", color=ACCENT, label="measured")
    for b in parts:
        upper.annotate(
            f"{b.count}", (b.claimed, b.right), textcoords="offset points", xytext=(6, -10), fontsize=8, color=INK
        )
    upper.set(
        ylabel="share right",
        ylim=(0, 1.02),
        xlim=(0, 1.01),
        title=f"{title}\nECE {calibration_error(judged):.3f}, {len(judged)} values",
    )
    upper.legend(frameon=False)
    lower.bar([b.claimed for b in parts], [b.count for b in parts], width=0.06, color=ACCENT)
    lower.set(xlabel="claimed probability", ylabel="values", yscale="log")
    _save(figure, file)


def coverage(corpora: Mapping[str, Sequence[Judged]], file: Path) -> None:
    """Draw which share of wrong values is taken when the surest share of all values is taken."""
    figure, axis = plt.subplots(figsize=(7, 4.5))
    for name, judged in corpora.items():
        order = sorted(judged, key=lambda one: -one[0])
        wrong, points = 0, []
        for count, (_, ok) in enumerate(order, start=1):
            wrong += not ok
            points.append((count / len(order), wrong / count))
        axis.plot([x for x, _ in points], [y for _, y in points], label=name, linewidth=1.4)
    axis.axhline(0.01, color=INK, linewidth=0.8, linestyle=":")
    axis.set(
        xlabel="share of values taken, surest first",
        ylabel="share wrong",
        ylim=(0, 0.3),
        title="Errors against coverage (dotted: 1 %)",
    )
    axis.legend(frameon=False, fontsize=8)
    _save(figure, file)


def fields(table: Mapping[str, Mapping[str, float]], file: Path) -> None:
    """Draw the share of printed values that were read right, by corpus and field."""
    names = list(dict.fromkeys(name for row in table.values() for name in row))
    figure, axis = plt.subplots(figsize=(1.2 + 0.75 * len(names), 1.2 + 0.45 * len(table)))
    grid = [[row.get(name, float("nan")) for name in names] for row in table.values()]
    axis.imshow(grid, cmap="RdYlGn", vmin=0.5, vmax=1.0, aspect="auto")
    for y, row in enumerate(grid):
        for x, value in enumerate(row):
            if value == value:  # noqa: PLR0124 - not a number is the only value unlike itself
                axis.text(x, y, f"{value:.2f}", ha="center", va="center", fontsize=8, color=INK)
    axis.set_xticks(range(len(names)), names, rotation=40, ha="right", fontsize=8)
    axis.set_yticks(range(len(table)), list(table), fontsize=8)
    axis.set_title("Printed values read right")
    _save(figure, file)


def _save(figure: plt.Figure, file: Path) -> None:
    figure.tight_layout()
    figure.savefig(file, dpi=110)
    plt.close(figure)
