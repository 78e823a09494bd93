"""Boxes that one reader found on a page as it is stored, on the page as another reader turned it upright."""

from typing import NamedTuple, TypeVar

from engine.model.page import Code, Page, Word

Placed = TypeVar("Placed", Code, Word)


class _Turn(NamedTuple):
    """A turn clockwise by quarters of a page so wide and high (points), and the scale behind it."""

    quarters: int
    width: float
    height: float
    across: float
    down: float

    def corner(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point comes to lie."""
        turned = ((x, y), (self.height - y, x), (self.width - x, self.height - y), (y, self.width - x))
        return turned[self.quarters][0] * self.across, turned[self.quarters][1] * self.down

    def place(self, one: Placed) -> Placed:
        """Return a code or word at its place on the turned page."""
        (ax, ay), (bx, by) = self.corner(one.x0, one.top), self.corner(one.x1, one.bottom)
        return one._replace(x0=min(ax, bx), top=min(ay, by), x1=max(ax, bx), bottom=max(ay, by))


def moved(before: Page, after: Page, placed: tuple[Placed, ...]) -> tuple[Placed, ...]:
    """Return codes or words of a page as it was read `before`, at their places on the page as it was read `after`."""
    quarters = (after.rotation - before.rotation) // 90 % 4
    width, height = (before.height, before.width) if quarters % 2 else (before.width, before.height)
    turn = _Turn(quarters, before.width, before.height, after.width / max(width, 1.0), after.height / max(height, 1.0))
    return tuple(turn.place(one) for one in placed)
