"""The binding of one SAP system, as the adapter uses it."""

from collections.abc import Mapping

from engine.model.value import Value


class SapSettings(Value):
    """A checked binding; secrets are in clear. What each setting means stands in manifest.yaml."""

    url: str
    client: str = ""
    username: str = ""
    password: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    scope: str = ""
    fiori_url: str = ""
    language: str = "EN"
    company_code: str = ""
    tax_types: tuple[str, ...] = ()
    units: Mapping[str, str] = {}
    poll: tuple[str, ...] = ("purchase_order", "sales_order", "supplier_invoice", "goods_receipt")
    batch_size: int = 20
    timeout_seconds: int = 60

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that appear in no message."""
        return tuple(filter(None, (self.password, self.client_secret)))

    def page_of(self, intent: str) -> str:
        """Return where people see an object, by its Fiori intent (`SupplierInvoice-displayAdvanced?...`)."""
        base = self.fiori_url or f"{self.url.rstrip('/')}/sap/bc/ui2/flp"
        client = f"?sap-client={self.client}" if self.client and "?" not in base else ""
        return f"{base}{client}#{intent}"
