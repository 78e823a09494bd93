"""`postroom kpi` and `postroom roi`: key figures of a period, and what it saved."""

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.markup import escape
from rich.table import Table

from admin.cli.console import out, print_json
from admin.cli.house import opened
from engine.model.kpi import MEASURES, Group, Step, Unit
from engine.runtime import kpi as figures
from engine.runtime import kpi_export, kpi_roi
from engine.runtime.house import House
from engine.runtime.kpi import Kpi, Line, Wanted

_SHOWN = (
    "straight_rate", "provisional_rate", "exception_rate", "posting_p50", "cycle_p50", "touch_seconds", "accuracy",
    "write_back", "duplicates",
)  # fmt: skip
By = Annotated[str, typer.Option(metavar="|".join(get_args(Group)), help="Tell figures apart by this.")]
Length = Annotated[str, typer.Option("--step", metavar="|".join(get_args(Step)), help="Length of the period.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Any day of the period; today.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def kpi(
    *, by: By = "all", step: Length = "month", day: Day = None,
    file: Annotated[Path | None, typer.Option("--export", help="Write a file: .csv or .parquet.", dir_okay=False)] = None,
    definitions: Annotated[bool, typer.Option(help="Say what each figure means, and end.")] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Show key figures of a period beside the period before: straight-through, exceptions, latency, touch time, accuracy."""
    if definitions:
        for one in MEASURES:
            out.print(f"[bold]{escape(one.title)}[/] ({one.name}): {escape(one.says)}")
        return
    with opened() as house:
        found = figures.kpi(house, _wanted(house, by, step, day))
        while found.behind and not figures.count_on(house):
            pass
        found = figures.kpi(house, found.wanted) if found.behind else found
    if file is not None:
        form: kpi_export.Form = "parquet" if file.suffix == ".parquet" else "csv"
        file.write_bytes(kpi_export.written(figures.rows(found), form))
        out.print(f"wrote {file}")
    elif as_json:
        print_json(found.model_dump(mode="json"))
    else:
        out.print(_table(found))
        _reasons(found.total.now)


def roi(*, step: Length = "month", day: Day = None, as_json: Json = False) -> None:
    """Show what a period saved, with every formula. The inputs are those that you keep on the page, else defaults."""
    with opened() as house:
        found = figures.kpi(house, _wanted(house, "all", step, day))
        saved = kpi_roi.reckoned(found.total.now, kpi_roi.inputs_of(house, getpass.getuser()))
    if as_json:
        print_json(saved.model_dump(mode="json"))
        return
    table = Table("what", "sure", "with provisional", "how", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for one in kpi_roi.FORMULAS:
        unit = saved.inputs.currency if one.unit == "money" else one.unit if one.unit == "h" else ""
        table.add_row(one.title, f"{saved.sure[one.name]} {unit}", f"{saved.provisional[one.name]} {unit}", one.says)
    out.print(table)


def _wanted(house: House, by: str, step: str, day: datetime | None) -> Wanted:
    if by not in get_args(Group):
        raise typer.BadParameter(f"one of {', '.join(get_args(Group))}", param_hint="--by")
    if step not in get_args(Step):
        raise typer.BadParameter(f"one of {', '.join(get_args(Step))}", param_hint="--step")
    chosen = day.date() if day else house.clock.now().date()
    return Wanted.model_validate({"by": by, "step": step, "day": chosen})


def _table(found: Kpi) -> Table:
    measures = [one for one in MEASURES if one.name in _SHOWN]
    title = (
        f"{found.begins} to {found.ends} (not with it){'' if found.is_over else ', still running'}; before in brackets"
    )
    table = Table(
        found.wanted.by, "received", *(one.title for one in measures), title=title, title_justify="left", box=None
    )
    for pair in (found.total, *found.groups):
        name = "all" if pair is found.total else pair.now.name or pair.now.group or "-"
        cells = (
            f"{_cell(pair.now.figures.get(one.name), one.unit)} ({_cell(pair.before.figures.get(one.name), one.unit)})"
            for one in measures
        )
        table.add_row(escape(name), str(pair.now.counts.get("received", 0)), *cells)
    return table


def _cell(value: float | None, unit: Unit) -> str:
    if value is None:
        return "-"
    return {"share": f"{value:.1%}", "seconds": f"{value:.0f} s", "count": f"{value:.0f}", "number": f"{value:.1f}"}[
        unit
    ]


def _reasons(line: Line) -> None:
    if line.reasons:
        out.print("asked because of: " + ", ".join(f"{escape(name)} {many}" for name, many in line.reasons.items()))
