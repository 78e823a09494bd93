"""`postroom read`: stop after reading, show every value with its origin."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from admin.cli.console import complain, out, print_json
from admin.cli.paths import expand
from engine.model.errors import ReadError
from engine.model.field import Field
from engine.runtime.house import open_house
from engine.runtime.logs import configure
from engine.runtime.names import printable_name
from engine.runtime.read_only import Part, read_file
from engine.runtime.settings import Settings


def read(
    paths: Annotated[list[str], typer.Argument(help="Files, folders, globs.", show_default=False)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Read documents without judging or posting. Exit code 0 when every file could be read."""
    settings = Settings()
    configure(form=settings.log_format, level=settings.log_level)
    house = open_house(settings)
    files, missing = expand(paths)
    failed = bool(missing)
    for argument in missing:
        complain(f"{argument}: no such file, folder or match")
    for file in files:
        try:
            for part in read_file(house, file):
                data = as_data(part)
                print_json(data) if as_json else _show(data)
        except ReadError as e:
            failed = True
            _refuse(file, e, as_json=as_json)
        except Exception as e:  # noqa: BLE001 - the outermost loop: a reader that fails on one file does not stop the rest
            failed = True
            _refuse(file, _our_fault(e), as_json=as_json)
    house.close()
    raise typer.Exit(1 if failed else 0)


def as_data(part: Part) -> dict[str, Any]:
    """Return the JSON form of what was read: `document`, `fields`, `lines`, `taxes`, `absent`, `findings`."""
    record = part.record
    kind = record.classification
    return {
        "document": {
            "path": part.path,
            "name": part.name,
            "id": record.document_id,
            "media_type": part.media_type,
            "type": kind.type,
            "type_confidence": kind.type_confidence,
            "language": kind.language,
            "pages": part.pages,
            "confidence": record.confidence,
        },
        "fields": {field.name: _field(field) for field in record.fields},
        "lines": [{field.name: _field(field) for field in row} for row in record.lines],
        "taxes": [{field.name: _field(field) for field in row} for row in record.taxes],
        "absent": {absence.name: absence.confidence for absence in record.absent},
        "findings": [finding.model_dump(mode="json") for finding in record.findings],
    }


def _field(field: Field) -> dict[str, Any]:
    origin = field.provenance
    data: dict[str, Any] = {
        "value": field.value,
        "raw": field.raw,
        "confidence": round(field.confidence, 4),
        "how": origin.how,
        "page": origin.page,
        "bbox": [round(number, 2) for number in origin.box] if origin.box else None,
        "by": origin.by,
    }
    if origin.pointer is not None:
        data["pointer"] = origin.pointer
    if field.alternatives:
        data["alternatives"] = [
            {"value": other.value, "raw": other.raw, "confidence": round(other.confidence, 4)}
            for other in field.alternatives
        ]
    return data


def _our_fault(error: Exception) -> ReadError:
    return ReadError(f"Postroom itself failed on this file ({type(error).__name__}: {error}).", code="internal_error")


def _refuse(file: Path, error: ReadError, *, as_json: bool) -> None:
    if as_json:
        document = {"path": str(file), "name": printable_name(file.name)}
        print_json({"document": document, "error": {"code": error.code, "message": error.message}})
    else:
        complain(f"{printable_name(file.name)}: {error.message}")


def _show(data: dict[str, Any]) -> None:
    document = data["document"]
    title = f"{document['name']}  {document['type']} ({document['type_confidence']:.2f}), {document['language']}, {document['pages']} p."
    table = Table("field", "value", "conf", "how", "page", "raw", title=title, box=None, title_justify="left")
    for name, field in data["fields"].items():
        table.add_row(
            name, field["value"], f"{field['confidence']:.2f}", field["how"], str(field["page"] or ""), field["raw"]
        )
    for index, row in enumerate(data["lines"]):
        words = "  ".join(f"{name}={field['value']}" for name, field in row.items())
        table.add_row(f"lines[{index}]", words, f"{min(f['confidence'] for f in row.values()):.2f}")
    out.print(table)
    for finding in data["findings"]:
        out.print(f"  {finding['severity']}: {finding['message']}", highlight=False)
    out.print()
