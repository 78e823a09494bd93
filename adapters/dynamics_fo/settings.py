"""The binding of this adapter in an environment file, typed."""

from collections.abc import Mapping

from adapters.shared.entra import Environment


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
    poll: tuple[str, ...] = ("VendInvoiceJourBiEntities",)

    @property
    def root(self) -> str:
        """Address of the data service."""
        return f"{self.origin}/data"
