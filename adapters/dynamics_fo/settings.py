"""The binding of this adapter in an environment file, typed."""

from collections.abc import Mapping
from typing import Any, Literal

from adapters.shared.entra import Environment
from engine.model.value import Value


class FoExport(Value):
    """The queue of one recurring data job that exports an entity."""

    activity: str
    """Id of the recurring data job."""
    entity: str
    """The entity as the data project calls it: the name of its file in the package."""
    kinds: Mapping[str, Mapping[str, Any]]
    """Column map by kind of master data; an empty one: the file has our columns."""
    holds: Literal["all", "changes"] = "changes"
    most_gone_percent: int = 50


class FoSettings(Environment):
    """One legal entity of one environment. Credentials arrive resolved."""

    company: str
    """`dataAreaId` of the legal entity."""
    timeout_seconds: float = 120
    package_polls: int = 10
    """How often an import is asked for, three seconds apart, before it is looked for later."""
    columns: Mapping[str, Mapping[str, str]] = {}
    recurring: Mapping[str, str] = {}
    """Data project to the id of its recurring data job (the activity id of its queue)."""
    exports: tuple[FoExport, ...] = ()
    """Queues of master data; with them `masterdata sync` takes packages, and asks for no lists."""
    poll: tuple[str, ...] = ("VendInvoiceJourBiEntities",)

    @property
    def root(self) -> str:
        """Address of the data service."""
        return f"{self.origin}/data"
