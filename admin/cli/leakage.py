"""`postroom leakage`: money that leaves inside the tolerances."""

from typing import Annotated

import typer
from rich.table import Table

from admin.cli.console import out, print_json
from admin.cli.house import opened
from engine.runtime.leakage import VendorLeaks, policy_of, report

app = typer.Typer(help="Money that leaves inside the tolerances.", no_args_is_help=True)


@app.callback()
def leakage() -> None:
    """Look for money that leaves inside the tolerances."""


@app.command("report")
def report_leaks(
    vendor: Annotated[str, typer.Option(help="Only this vendor, by its id.")] = "",
    policy: Annotated[str, typer.Option(help="Tolerance policy, name@version. Default: that of the live flows.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a vendor.")] = False,  # noqa: FBT002 - an option
) -> None:
    """List vendors that are always a little dearer than ordered, or whose amounts crowd below an approval limit."""
    with opened() as house:
        found = report(house, policy=policy_of(house, policy), vendor=vendor or None)
    if as_json:
        for one in found:
            print_json(one.model_dump(mode="json"))
        return
    if not found:
        out.print("Nothing that chance would not explain.")
        return
    out.print(_table(found))


def _table(found: tuple[VendorLeaks, ...]) -> Table:
    table = Table("vendor", "what", "let pass", "invoices", box=None)
    for one in found:
        for drift in one.drifts:
            what = f"item {drift.item} above the order" if drift.item else "above the orders, all items together"
            table.add_row(one.vendor, what, f"{drift.amount:f} {drift.currency}", str(drift.count))
        for currency, limit, below, near in one.below_limits:
            table.add_row(one.vendor, f"just below {limit} {currency}", "", f"{below} of {near} around it")
    return table
