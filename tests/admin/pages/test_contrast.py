"""Every pair of ink and ground that pages use can be read (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from itertools import product

import pytest

from admin.pages.shell import HERE

CSS = (HERE / "static" / "postroom.css").read_text()
THEMES = {
    "light": CSS.partition(":root {")[2].partition("}")[0],
    "dark": CSS.partition(':root[data-theme="dark"] {')[2].partition("}")[0],
    "dark by preference": CSS.partition(':root:not([data-theme="light"]) {')[2].partition("}")[0],
}
TEXT = [
    *product(("ink", "ink-soft"), ("paper", "surface", "raised")),
    *product(("accent", "bad"), ("paper", "surface", "accent-soft")),
    ("accent-ink", "accent"), ("good", "good-soft"), ("warn", "warn-soft"), ("bad", "bad-soft"), ("ink", "accent-soft"),
]  # fmt: skip
EDGES = [("line-strong", "surface"), ("line-strong", "paper"), ("focus", "surface"), ("focus", "paper")]


def tokens(theme: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", THEMES[theme]))


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2, definition) of `#rrggbb`."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_as_the_norm_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read(theme: str) -> None:
    known = tokens(theme)

    weak = {pair: round(contrast(known[pair[0]], known[pair[1]]), 2) for pair in TEXT}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_edges_of_fields_and_focus_can_be_seen(theme: str) -> None:
    known = tokens(theme)

    weak = {pair: round(contrast(known[pair[0]], known[pair[1]]), 2) for pair in EDGES}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 3} == {}


def test_dark_is_the_same_by_choice_and_by_preference() -> None:
    assert tokens("dark") == tokens("dark by preference")
