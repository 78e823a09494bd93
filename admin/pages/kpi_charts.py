"""Charts of figures as SVG, drawn on the server by leather; every chart stands beside the table that it shows.

leather draws with attributes only, so nothing is styled inline; `kpi.css` paints its groups in the colours of the theme.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple
from xml.etree import ElementTree as ET

import leather
from leather import svg, theme
from markupsafe import Markup

WIDTH, HEIGHT = 560, 240
_FIRST, _SECOND = "#000001", "#000002"  # told apart here, painted by the style sheet
_PAINTS = {_FIRST: "first", _SECOND: "second"}

theme.background_color = "none"
theme.margin = 0.02
theme.tick_font_size = 12
theme.tick_font_char_width = 7
theme.tick_font_char_height = 12
theme.legend_font_size = 12
theme.legend_font_char_width = 8


class Column(NamedTuple):
    """One column: what stands below it, how high it is, and the part on top of that."""

    label: str
    value: float | None
    more: float = 0.0
    words: str = ""
    """What the column says when it is pointed at."""


def columns(
    drawn: Sequence[Column], *, title: str, tick: Callable[[float], str], most: float | None = None,
    names: tuple[str, str] = ("", ""),
) -> Markup:  # fmt: skip
    """Return columns, and behind them what stands on top; `most` is the top of the scale, otherwise the highest column.

    `names` are those of the columns and of what stands on top.
    """
    chart = leather.Chart()
    top = most or max((((one.value or 0) + one.more) for one in drawn), default=0) or 1
    chart.set_x_scale(leather.Ordinal([one.label for one in drawn]))
    chart.add_y_scale(0, top)
    chart.add_y_axis(ticks=[0, top / 2, top], tick_formatter=lambda value, _index, _count: tick(float(value)))
    if any(one.more for one in drawn):
        chart.add_columns(
            [(one.label, (one.value or 0) + one.more) for one in drawn], name=names[1], fill_color=_SECOND
        )
    chart.add_columns([(one.label, one.value or 0) for one in drawn], name=names[0], fill_color=_FIRST)
    return _picture(chart.to_svg_group(WIDTH, HEIGHT), title, [one.words for one in drawn])


def _picture(group: ET.Element, title: str, words: Sequence[str]) -> Markup:
    root = ET.Element("svg", {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img", "aria-label": title})
    for series in group.iter("g"):
        if "series" in (series.get("class") or ""):
            _name(series, words)
    for drawn in group.iter("rect"):
        if (painted := _PAINTS.get(drawn.get("fill", ""))) is not None:
            drawn.set("class", painted)
            drawn.attrib.pop("fill")
    for text in group.iter("text"):
        text.attrib.pop("font-family", None)
        text.attrib.pop("fill", None)
    root.append(group)
    return Markup(svg.stringify(root))  # noqa: S704 - made of elements, which escape what they hold


def _name(series: ET.Element, words: Sequence[str]) -> None:
    for bar, told in zip(series.iter("rect"), words, strict=True):
        ET.SubElement(bar, "title").text = told
