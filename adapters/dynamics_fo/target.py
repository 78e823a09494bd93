"""The target: pending vendor invoices with their lines and documents, and data packages, each once."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from adapters.dynamics_fo.attachments import ATTACHMENTS, Attachments
from adapters.dynamics_fo.client import Finance
from adapters.dynamics_fo.messages import MESSAGES, Messages
from adapters.dynamics_fo.packages import PACKAGES, Packages
from adapters.dynamics_fo.pending import HEADERS, PendingInvoices
from adapters.dynamics_fo.posted import JOURNAL, TRANSACTIONS
from adapters.dynamics_fo.settings import FoSettings
from adapters.shared.place import Place
from engine.model.errors import Rejected
from engine.model.operation import Acknowledgement, Operation, Receipt
from engine.ports import Surroundings


class Written(Protocol):
    """One kind of object, as it is found and written."""

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of what stands there already, or None."""

    def send(self, operation: Operation) -> Receipt:
        """Write it."""


class FoTarget:
    """Implements `Target`, `MovesIn` and `Pings`. Safe to share between threads."""

    def __init__(self, settings: FoSettings) -> None:
        self._client = Finance(settings)
        self._place = Place()
        self._packages = Packages(self._client.api, settings.company, polls=settings.package_polls)
        self._messages = Messages(self._client, self._packages, self._place)
        self._kinds: Mapping[str, Written] = {
            HEADERS: PendingInvoices(self._client), ATTACHMENTS: Attachments(self._client, self._place),
            PACKAGES: self._packages, MESSAGES: self._messages,
        }  # fmt: skip

    def move_in(self, surroundings: Surroundings) -> None:
        """Take over where documents lie, and the folder in which message ids are kept."""
        self._place.move_in(surroundings)

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of what stands there already, or None. Raises Ambiguous when a person has to look."""
        return self._kind(operation).find(operation)

    def send(self, operation: Operation) -> Receipt:
        """Write it, or import a package."""
        return self._kind(operation).send(operation)

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        """Return what came of messages in the queues of recurring data jobs; everything else is answered at once."""
        return self._messages.acknowledgements()

    def settle(self, acknowledgement: Acknowledgement) -> None:
        """Forget a message whose answer was recorded."""
        self._messages.settle(acknowledgement)

    def ping(self) -> str:
        """Look whether pending invoices of the legal entity can be read, and say when posted ones cannot."""
        self._client.page(HEADERS)
        hidden = [name for name in (JOURNAL, TRANSACTIONS) if self._client.seen(name, ("SourceKey", "eq", 0)) is None]
        more = f"; it does not show {' and '.join(hidden)}: lost answers will need a person" if hidden else ""
        return f"Finance answers for legal entity {self._client.company}{more}"

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _kind(self, operation: Operation) -> Written:
        kind = self._kinds.get(operation.object)
        if kind is None:
            raise Rejected(f"Finance has no object {operation.object!r} here; there are: {', '.join(self._kinds)}")
        return kind
