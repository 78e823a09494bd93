"""Arguments and options that the commands about operations share."""

import typer

KEY = typer.Argument(metavar="KEY", help="Key of an operation, the beginning of its short key, or a part of the key.")
KEYS = typer.Argument(
    metavar="KEY...", help="Keys of operations, or beginnings of their short keys.", show_default=False
)
JSON = typer.Option("--json", help="One JSON object a line.")
BY = typer.Option(help="Who says so; the login name when not given.", show_default=False)
WHY = typer.Option(help="The reason; it stands in the ledger.", show_default=False)
