"""The page of key figures: tiles with what each means, charts with their tables, and groups beside the period before."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from admin.http.kpi import Ask, Typed, exported, found_for
from admin.http.who import Needs
from admin.pages.field_names import label, shown_amount
from admin.pages.kpi_charts import Column, columns
from admin.pages.shell import language_of, marked, page, say
from engine.model.kpi import GROUPS, MEASURES, STEPS, Measure, Unit
from engine.model.person import Asker
from engine.runtime import kpi
from engine.runtime.house import House
from engine.runtime.kpi import Compared, Kpi, Line
from engine.runtime.kpi_export import Form
from engine.runtime.people.reach import is_everywhere

router = APIRouter(include_in_schema=False)
Reader = Annotated[Asker, Depends(Needs("read_status"))]
Asked = Annotated[Typed, Query()]
GROUP_NAMES = {
    "all": marked("Everything"), "type": marked("Type"), "entity": marked("Company"), "queue": marked("Queue"),
    "team": marked("Team"), "vendor": marked("Vendor"),
}  # fmt: skip
STEP_NAMES = {"day": marked("Day"), "week": marked("Week"), "month": marked("Month")}
IN_TABLE = (
    "straight_rate", "provisional_rate", "exception_rate", "posting_p50", "cycle_p50", "accuracy", "write_back",
    "duplicates",
)  # fmt: skip
MOST_GROUPS = 50
_DATE = {"day": "d MMM", "week": "d MMM", "month": "MMM"}
_SPANS = (
    (48 * 3600, 86_400, marked("%(number)s d")),
    (5400, 3600, marked("%(number)s h")),
    (90, 60, marked("%(number)s min")),
)


class Tile(NamedTuple):
    """One figure of everything."""

    measure: Measure
    value: str
    before: str
    tone: str
    """`good` or `bad`: the way it went; empty where that says nothing."""
    more: str = ""


class Chart(NamedTuple):
    """A picture, and the rows that it shows."""

    name: str
    title: str
    drawn: Markup
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


class Words:
    """How figures are written in the reader's language."""

    def __init__(self, request: Request) -> None:
        self.language, self.say = language_of(request), say(request)

    def figure(self, value: float | None, unit: Unit) -> str:
        """Return a figure with its unit; a dash where nothing was counted."""
        if value is None:
            return "-"
        if unit == "share":
            return str(format_percent(value, format="0.0 %", locale=self.language))
        if unit == "seconds":
            return self.span(value)
        return str(format_decimal(value, format="#,##0" if unit == "count" else "#,##0.0#", locale=self.language))

    def span(self, seconds: float) -> str:
        """Return a time in the largest unit that leaves two digits."""
        for least, size, words in _SPANS:
            if seconds >= least:
                number = format_decimal(seconds / size, format="#,##0.0", locale=self.language)
                return self.say(words) % {"number": number}
        return self.say(marked("%(number)s s")) % {
            "number": format_decimal(seconds, format="#,##0.#", locale=self.language)
        }

    def day(self, day: date, step: str) -> str:
        """Return the name of the period that begins on a day, as short as charts need it."""
        return str(format_date(day, _DATE[step], locale=self.language))


@router.get("/kpi")
def figures(request: Request, asker: Reader, ask: Asked) -> HTMLResponse:
    """Show the figures of a period."""
    house: House = request.app.state.house
    found, words = found_for(request, asker, ask, most=MOST_GROUPS + 1), Words(request)
    total, before = found.total.now, found.total.before
    sums = ", ".join(f"{shown_amount(str(one.amount), words.language)} {one.currency}" for one in total.prevented)
    tiles = [_tile(one, total, before, words, sums if one.name == "duplicates" else "") for one in MEASURES]
    everywhere = is_everywhere(asker, "read_documents")
    return page(
        request, "kpi/figures.html.j2", found=found, ask=ask, tiles=tiles, measures=MEASURES, label=label,
        charts=[_straight(found, words), _exceptions(found, words), _posting(found, words)], reasons=_reasons(found.total),
        in_table=[one for one in MEASURES if one.name in IN_TABLE], groups=found.groups[:MOST_GROUPS],
        more=len(found.groups) > MOST_GROUPS, words=words, address=address(ask), choices=kpi.choices(house),
        group_names={one: GROUP_NAMES[one] for one in GROUPS if one != "vendor" or everywhere}, step_names=STEP_NAMES,
        steps=STEPS, earlier=_moved(found, ask, -1), later=_moved(found, ask, 1) if found.is_over else "",
        last=found.ends - timedelta(days=1), tone=_tone,
    )  # fmt: skip


@router.get("/kpi/export.{form}")
def export(request: Request, asker: Reader, ask: Asked, form: str) -> Response:
    """Hand the figures out as a file."""
    forms: dict[str, Form] = {"csv": "csv", "parquet": "parquet"}
    if form not in forms:
        raise HTTPException(404, "There is nothing at this address.")
    return exported(found_for(request, asker, ask), forms[form])


def address(ask: Ask, **changes: Any) -> str:
    """Return what was asked for as an address spells it."""
    given = {**ask.model_dump(mode="json"), **changes}
    return urlencode({name: one for name, one in given.items() if one not in {None, ""}})


def _moved(found: Kpi, ask: Ask, way: int) -> str:
    day = found.ends if way > 0 else found.begins - timedelta(days=1)
    return address(ask, day=day.isoformat())


def _tile(one: Measure, now: Line, before: Line, words: Words, more: str) -> Tile:
    value, was = now.figures.get(one.name), before.figures.get(one.name)
    return Tile(one, words.figure(value, one.unit), words.figure(was, one.unit), _tone(one, now, before), more)


def _tone(one: Measure, now: Line, before: Line) -> str:
    """Tell which way a figure went, where a way is better, and where both periods are settled."""
    value, was = now.figures.get(one.name), before.figures.get(one.name)
    if one.name == "straight_rate" and (now.counts.get("provisional") or before.counts.get("provisional")):
        return ""
    if not one.good or value is None or was is None or value == was:
        return ""
    return "good" if (value > was) == (one.good == "up") else "bad"


def _straight(found: Kpi, words: Words) -> Chart:
    drawn, rows = [], []
    for line in found.trend:
        name = words.day(line.begins, found.wanted.step)
        sure, maybe = line.figures.get("straight_rate"), line.figures.get("provisional_rate")
        told = (words.figure(sure, "share"), words.figure(maybe, "share"))
        drawn.append(Column(name, sure, maybe or 0, f"{name}: {told[0]} + {told[1]}"))
        rows.append((name, words.figure(line.counts.get("decided", 0), "count"), *told))
    title = words.say(marked("Straight-through: sure, and provisional on top"))
    heads = (words.say(marked("Decided")), words.say(marked("Straight-through")), words.say(marked("Provisional")))
    return Chart("straight", title, _shares(drawn, title, words, names=(heads[1], heads[2])), heads, rows)


def _exceptions(found: Kpi, words: Words) -> Chart:
    title = words.say(marked("Exceptions"))
    rows = [(*_trend(found, words, "exception_rate", "share"),)]
    drawn = [Column(name, value, 0, f"{name}: {told}") for name, value, told in rows[0]]
    return Chart("exceptions", title, _shares(drawn, title, words), (title,), [(one, told) for one, _, told in rows[0]])


def _posting(found: Kpi, words: Words) -> Chart:
    title = words.say(marked("Posting latency, 95th percentile"))
    told = _trend(found, words, "posting_p95", "seconds")
    drawn = [Column(name, value, 0, f"{name}: {text}") for name, value, text in told]
    picture = columns(drawn, title=title, tick=words.span)
    return Chart("posting", title, picture, (title,), [(name, text) for name, _, text in told])


def _trend(found: Kpi, words: Words, name: str, unit: Unit) -> list[tuple[str, float | None, str]]:
    return [
        (words.day(one.begins, found.wanted.step), one.figures.get(name), words.figure(one.figures.get(name), unit))
        for one in found.trend
    ]


def _shares(drawn: Sequence[Column], title: str, words: Words, *, names: tuple[str, str] = ("", "")) -> Markup:
    def tick(value: float) -> str:
        return str(format_percent(value, format="0 %", locale=words.language))

    return columns(drawn, title=title, tick=tick, most=1, names=names)


def _reasons(pair: Compared) -> list[tuple[str, int, int]]:
    """Return (reason, documents, documents of the period before), the most frequent first."""
    names = dict.fromkeys((*pair.now.reasons, *pair.before.reasons))
    return [(one, pair.now.reasons.get(one, 0), pair.before.reasons.get(one, 0)) for one in names]
