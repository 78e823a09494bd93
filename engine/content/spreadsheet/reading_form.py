"""A sheet as a page (HTML) or as Markdown: for reading, reviewing and signing on paper."""

import html
import re
from collections.abc import Sequence

from engine.content.spreadsheet.sheet import COLUMNS, Line, Sheet

_STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}
body{font:14px/1.45 system-ui,"Segoe UI",Roboto,Arial,sans-serif;color:#1d2733;margin:2rem;background:#fff}
h1{font-size:1.5rem;margin:0 0 .25rem}.lead{color:#52606d;margin:.1rem 0}.lead code{font-size:.85em}
table{border-collapse:collapse;width:100%;margin-top:1.25rem}
th,td{border-bottom:1px solid #d9e0e8;padding:.4rem .55rem;text-align:left;vertical-align:top}
thead th{position:sticky;top:0;background:#1f3a5f;color:#fff;font-weight:600;font-size:.82rem}
tr.group td{background:#e8eff7;font-weight:600}code{font:12.5px ui-monospace,Consolas,monospace;overflow-wrap:anywhere}
td.target>code{white-space:nowrap}td.number{color:#7b8794;white-space:nowrap;font-size:.8rem}.quiet{color:#697586;font-size:.86rem}
.must{background:#fde8e8;color:#9b1c1c}.should{background:#fdf3d8;color:#7a4d00}.may{background:#edf1f5;color:#48566a}
.pill{border-radius:1em;padding:.05rem .55rem;font-size:.8rem;white-space:nowrap}
.sign{margin-top:2rem;width:auto;min-width:60%}.sign td{height:2.6rem}
@media print{body{margin:0}thead th{position:static}tr{break-inside:avoid}@page{size:A3 landscape;margin:12mm}}
"""
_GROUPS = frozenset({"object", "list", "item"})
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")


def page(sheet: Sheet) -> str:
    """Return the sheet as one HTML page without scripts and without anything from elsewhere."""
    head = "".join(f"<th>{title}</th>" for title in _HEADS)
    body = "\n".join(_row(line) for line in sheet.lines)
    owners = sorted({line.cells["owner"] for line in sheet.lines if line.cells["owner"]} | {sheet.owner})
    signs = "".join(f"<tr><td>{_text(owner)}</td><td></td><td></td><td></td></tr>" for owner in owners)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{_text(sheet.ref)}</title>'
        f"<style>{_STYLE}</style></head><body>\n<h1>{_text(sheet.title)}</h1>\n"
        f'<p class="lead">Mapping matrix <code>{_text(sheet.ref)}</code>: {_text(sheet.record)} to {_text(sheet.target)}</p>\n'
        f'<p class="lead">{_text(sheet.why)}</p>\n'
        f'<p class="lead">SHA-256 of the file: <code>{sheet.digest}</code></p>\n'
        f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>\n"
        f'<table class="sign"><thead><tr><th>Owner</th><th>Name</th><th>Date</th><th>Signature</th></tr></thead>'
        f"<tbody>{signs}</tbody></table>\n</body></html>\n"
    )


_HEADS = ("No.", "Target field", "Type", "Comes from", "What is done", "Need", "Otherwise", "Example", "Owner", "Why")


def _row(line: Line) -> str:
    cells, place = line.cells, line.place
    depth = place.target.count(".")
    name = place.target.rpartition(".")[2] if place.kind not in _GROUPS else place.target
    group = ' class="group"' if place.kind in _GROUPS else ""
    indent = f' style="padding-left:{0.55 + depth * 1.1:.2f}rem"'
    need = f'<span class="pill {cells["need"]}">{cells["need"]}</span>' if cells["need"] and not cells["value"] else ""
    columns = (
        f'<td class="number">{place.number}</td>',
        f'<td class="target"{indent}><code>{_text(name)}</code>{_quiet(cells["meaning"])}</td>',
        f"<td>{_text(cells['type'])}{_quiet(cells['takes'])}</td>",
        f"<td>{_text(_source(line))}{_code(cells['from'])}</td>",
        f"<td>{_text(cells['words'])}{_code(cells['via'])}</td>",
        f"<td>{need}</td>", f"<td>{_text(_otherwise(line))}</td>",
        f"<td>{_example(line)}</td>", f"<td>{_text(cells['owner'])}</td>", f"<td>{_text(cells['why'])}</td>",
    )  # fmt: skip
    return f"<tr{group}>{''.join(columns)}</tr>"


def _source(line: Line) -> str:
    cells = line.cells
    if cells["each"]:
        return f"one for each of the {cells['each']}"
    if cells["value"]:
        return f'always "{cells["value"]}"'
    return cells["source"]


def _otherwise(line: Line) -> str:
    cells = line.cells
    if line.place.kind != "value" or cells["value"]:
        return ""
    missing = f'missing: "{cells["default"]}"' if cells["default"] else f"missing: {cells['fallback']}"
    return missing if cells["misfit"] == "hold" else f"{missing}; does not fit: {cells['misfit']}"


def _example(line: Line) -> str:
    given, result = line.cells["example_in"], line.cells["example_out"]
    if not result:
        return ""
    return (
        f"<code>{_text(result)}</code>"
        if given in ("", result)
        else f"<code>{_text(given)}</code> → <code>{_text(result)}</code>"
    )


def _quiet(text: str) -> str:
    return f'<div class="quiet">{_text(text)}</div>' if text else ""


def _code(text: str) -> str:
    return f'<div class="quiet"><code>{_text(text)}</code></div>' if text else ""


def _text(text: str) -> str:
    return html.escape(text)


def markdown(sheet: Sheet) -> str:
    """Return the sheet as a table in GitHub's Markdown."""
    columns = [column for column in COLUMNS if column.name != "remove"]
    head = [
        f"# {_bare(sheet.title)}",
        "",
        f"Mapping matrix `{sheet.ref}`, SHA-256 `{sheet.digest}`. {_bare(sheet.why)}",
        "",
    ]
    table = [_bar([column.title for column in columns]), _bar(["---"] * len(columns))]
    table += [_bar([_bare(line.cells[column.name]) for column in columns]) for line in sheet.lines]
    return "\n".join([*head, *table]) + "\n"


def _bar(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _bare(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return _MARKS.sub(r"\\\1", " ".join(text.split())) if text else ""
