"""How Daybook is called, and what its errors ask us to do."""

from adapters.shared.answers import Answer, ErrorTable, Meaning, Told
from adapters.shared.auth.oauth2 import ClientCredentials
from adapters.shared.http import Api, Dialect, Unsent
from engine.model.errors import Rejected
from engine.model.value import Value

ERRORS: ErrorTable = {
    "INVALID": Meaning(Rejected, "Daybook does not take this entry."),
    "CLOSED": Meaning(Rejected, "The period is closed."),
    "BUSY": Meaning(Unsent, "Daybook asks us to slow down."),
}
"""Its codes: a refusal is for a person, `Unsent` did surely nothing and may be tried again. Others are sorted by status."""


class DaybookSettings(Value):
    """The binding. Credentials arrive resolved."""

    base_url: str
    client_id: str
    client_secret: str


def connect(settings: DaybookSettings) -> Api:
    """Return its API, signed in by client credentials."""
    auth = ClientCredentials(f"{settings.base_url}/token", settings.client_id, settings.client_secret)
    return Api(settings.base_url, name="Daybook", auth=auth, dialect=Dialect(tell, ERRORS))


def tell(answer: Answer) -> Told:
    """Read `{"error": {"code", "message", "fields"}}`; any other shape raises, and the status decides."""
    error = answer.mapping()["error"]
    return Told(code=error["code"], message=error["message"], fields=error.get("fields", {}))
