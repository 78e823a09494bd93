"""Import of master data: a change people make, so it stands in the ledger."""

from pathlib import Path

from engine.runtime.house import House
from engine.store import ledger
from engine.store import masterdata as tables
from engine.store.database import transaction


def import_csv(
    house: House,
    *,
    vendors: Path | None = None,
    orders: Path | None = None,
    order_lines: Path | None = None,
    actor: str,
) -> dict[str, int]:
    """Upsert vendors, purchase orders and their lines from CSV files in one transaction. Returns how many of each.

    Raises ContentError naming file, line and the allowed columns; then nothing was imported.
    """
    counted: dict[str, int] = {}
    with transaction(house.engine) as tx:
        if vendors is not None:
            counted["vendors"] = tables.import_vendors_csv(tx, vendors)
        if orders is not None:
            counted["orders"] = tables.import_orders_csv(tx, orders)
        if order_lines is not None:
            counted["order lines"] = tables.import_orders_csv(tx, order_lines)
        ledger.append(
            tx, at=house.clock.now(), document_id=None, kind="master_data_imported", actor=actor, data=dict(counted)
        )
    return counted
