"""The curve of error against automation, as a picture."""

from collections.abc import Sequence
from pathlib import Path

from admin.cli.canvas import Anchor, Canvas, Place, sheet
from engine.model.outcome import Fit, Point

_WIDTH, _HEIGHT = 860, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 30, 118, 62
"""Margins of the plot in a panel."""
_INK, _FAINT, _GRID = "#1f2933", "#5f6c7b", "#e3e7ec"
_FOUND, _BELOW, _SHADE, _TARGET, _CHOSEN = "#1f5fa8", "#b4531a", "#fbeee4", "#9b1c31", "#1b7a3d"
_PRESENT = 100
"""Level of the thresholds as they are."""
_WORDS = 310
"""Room that the words of a mark take."""
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)


def draw(path: Path, title: str, fits: Sequence[Fit]) -> None:
    """Draw a panel for each scope, one below the other. Raises ValueError for a file that is neither .svg nor .png."""
    canvas = sheet(path, _WIDTH, _HEIGHT * len(fits), title)
    for number, one in enumerate(fits):
        _Panel(canvas, one, top=number * _HEIGHT).draw(title)
    canvas.save(path)


class _Panel:
    """One scope: automation to the right, error upwards, both as shares."""

    def __init__(self, canvas: Canvas, fitted: Fit, *, top: int) -> None:
        self._canvas, self._fit, self._top = canvas, fitted, top
        told = [point for point in fitted.points if point.reviewed]
        self._points = sorted(told, key=lambda point: point.automated)
        self._most = _most(fitted)

    def draw(self, title: str) -> None:
        """Draw everything."""
        one = self._fit
        head = f"{title}, {one.scope}: {one.documents:,} documents, {one.reviewed:,} of them reviewed"
        self._canvas.text((_LEFT, self._top + 26), head, colour=_INK, size=16)
        self._legend()
        self._axes()
        self._curves()
        self._target()
        self._mark()

    def _legend(self) -> None:
        y, x = self._top + 50, float(_LEFT)
        below = f"error is below (each point alone, {self._fit.confidence * 100:.3g} % sure)"
        for colour, filled, words in (
            (_FOUND, True, "error found"), (_BELOW, True, below), (_BELOW, False, "hollow: not proved"),
        ):  # fmt: skip
            self._canvas.dot((x + 5, y - 4), radius=4, colour=colour, is_filled=filled)
            self._canvas.text((x + 16, y), words, colour=_FAINT)
            x += 46 + 6.4 * len(words)

    def _axes(self) -> None:
        step = next((one for one in _STEPS if self._most / one <= 6), 1)  # noqa: PLR2004 - lines of the grid
        for number in range(round(self._most / step) + 1):
            y = self._place(0, number * step)[1]
            self._canvas.line([(_LEFT, y), (_WIDTH - _RIGHT, y)], colour=_GRID)
            self._canvas.text((_LEFT - 8, y + 4), f"{number * step * 100:.3g} %", colour=_FAINT, anchor="end")
        for tenth in range(0, 11, 2):
            at = self._place(tenth / 10, 0)
            self._canvas.text((at[0], at[1] + 20), f"{tenth * 10} %", colour=_FAINT, anchor="middle")
        middle = (_LEFT + _WIDTH - _RIGHT) / 2
        self._canvas.text(
            (middle, self._top + _HEIGHT - 20), "documents that need no person", colour=_INK, anchor="middle"
        )
        self._canvas.text((12, self._top + _TOP - 12), "error", colour=_INK)

    def _curves(self) -> None:
        below = _clipped([(point.automated, point.bound) for point in self._points], self._most)
        for part in below:
            floor = [(part[-1][0], 0.0), (part[0][0], 0.0)]
            self._canvas.area([self._place(*at) for at in [*part, *floor]], colour=_SHADE)
        for part in below:
            self._canvas.line([self._place(*at) for at in part], colour=_BELOW, width=2)
        found = [(point.automated, point.error or 0.0) for point in self._points]
        for part in _clipped(found, self._most):
            self._canvas.line([self._place(*at) for at in part], colour=_FOUND, width=2)
        for point in self._points:
            for colour, share in ((_FOUND, point.error or 0.0), (_BELOW, point.bound)):
                if share <= self._most:
                    self._canvas.dot(
                        self._place(point.automated, share), radius=3, colour=colour,
                        is_filled=colour == _FOUND or point.is_proved,
                    )  # fmt: skip

    def _target(self) -> None:
        y = self._place(0, self._fit.target)[1]
        self._canvas.line([(_LEFT, y), (_WIDTH - _RIGHT, y)], colour=_TARGET, width=1.5, dashed=True)
        self._canvas.text((_LEFT + 6, y - 6), f"target {self._fit.target * 100:.3g} %", colour=_TARGET)

    def _mark(self) -> None:
        """Mark the present thresholds and the proposed ones, each with a line and its figures above the plot."""
        present = next((point for point in self._fit.points if point.level == _PRESENT), None)
        chosen = self._fit.chosen
        is_left = bool(present and chosen and present.automated < chosen.automated)
        if present is not None:
            row = 1 if is_left or chosen is None else 0
            self._flag(present, f"present: {_said(present)}", colour=_INK, row=row, dashed=True)
        if chosen is not None:
            self._flag(chosen, f"proposed: {_said(chosen)}", colour=_CHOSEN, row=0 if is_left else 1)
        else:
            words = f"nothing is proved: {self._fit.missing:,} more reviewed documents without an error are needed"
            self._canvas.text((_LEFT, self._top + _TOP - 38), words, colour=_TARGET)

    def _flag(self, point: Point, words: str, *, colour: str, row: int, dashed: bool = False) -> None:
        """Draw one mark; the one further left stands in the lower row, so that no line crosses words."""
        x, bottom = self._place(point.automated, 0)
        y = self._top + _TOP - 38 + row * 18
        self._canvas.line([(x, bottom), (x, y + 4)], colour=colour, width=1.5, dashed=dashed)
        if point.reviewed and point.bound <= self._most:
            self._canvas.dot(self._place(point.automated, point.bound), radius=7, colour=colour, is_filled=False)
            self._canvas.dot(
                self._place(point.automated, point.bound), radius=3, colour=_BELOW, is_filled=point.is_proved
            )
        is_right = x - _LEFT > _WORDS
        anchor: Anchor = "end" if is_right else "start"
        self._canvas.text((x - 6 if is_right else x + 6, y), words, colour=colour, anchor=anchor)

    def _place(self, automated: float, share: float) -> Place:
        across = (_WIDTH - _LEFT - _RIGHT) * automated
        up = (_HEIGHT - _TOP - _BOTTOM) * share / self._most
        return _LEFT + across, self._top + _HEIGHT - _BOTTOM - up


def _most(fitted: Fit) -> float:
    """Return the top of the scale: the target, what is proved and what is found stand well below it."""
    told = [point for point in fitted.points if point.reviewed]
    proved = [point.bound for point in told if point.is_proved]
    marked = [point.bound for point in told if point.level == _PRESENT]
    wanted = max([1.8 * fitted.target, *(point.error or 0.0 for point in told), *proved, *marked]) * 1.1
    step = next((one for one in _STEPS if wanted / one <= 6), 1.0)  # noqa: PLR2004 - lines of the grid
    return min(1.0, -(-wanted // step) * step)


def _clipped(places: Sequence[Place], most: float) -> list[list[Place]]:
    """Return the parts of a line that stand below `most`, cut where it leaves and comes back."""
    parts: list[list[Place]] = [[]]
    for last, at in zip([None, *places], places, strict=False):
        if last is not None and (at[1] <= most) != (last[1] <= most):
            share = (most - last[1]) / (at[1] - last[1])
            parts[-1].append((last[0] + share * (at[0] - last[0]), most))
            if at[1] > most:
                parts.append([])
        if at[1] <= most:
            parts[-1].append(at)
    return [part for part in parts if part]


def _said(point: Point) -> str:
    below = f", error below {point.bound * 100:.2f} %" if point.reviewed else ""
    return f"{point.automated * 100:.1f} % automated{below}"
