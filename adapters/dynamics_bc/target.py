"""The target: documents, parties, journal lines and attachments, each once."""

from collections.abc import Mapping, Sequence

from adapters.dynamics_bc.batch import send_batch
from adapters.dynamics_bc.client import BusinessCentral
from adapters.dynamics_bc.documents import Documents, is_update
from adapters.dynamics_bc.journal import Journal
from adapters.dynamics_bc.objects import OBJECTS
from adapters.shared.place import Place
from adapters.shared.tries import AnswersAtOnce
from engine.model.errors import Rejected, TargetError
from engine.model.operation import Operation, Receipt
from engine.ports import Surroundings


class BcTarget(AnswersAtOnce):
    """Implements `Target`, `MovesIn`, `Pings` and `Batches`. Safe to share between threads.

    Two workers that send the same operation at the same moment could both create it: Business Central has no key of ours
    to refuse the second by. The dispatcher never lets two send one operation at once.
    """

    def __init__(self, client: BusinessCentral, place: Place) -> None:
        self._client = client
        self._place = place
        self._kinds: Mapping[str, Documents | Journal] = {
            path: Journal(client, kind) if kind.journal else Documents(client, kind, place)
            for path, kind in OBJECTS.items()
        }

    @property
    def most_at_once(self) -> int:
        """How many operations one `$batch` takes."""
        return self._client.settings.batch_size

    def move_in(self, surroundings: Surroundings) -> None:
        """Take over where documents lie."""
        self._place.move_in(surroundings)

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of what stands as the payload says, with all its steps done; else None. Raises Ambiguous."""
        return self._kind(operation).find(operation)

    def send(self, operation: Operation) -> Receipt:
        """Write it and do every further step that its mapping asks for; what was begun is finished."""
        return self._kind(operation).send(operation)

    def send_many(self, operations: Sequence[Operation]) -> Sequence[Receipt | TargetError]:
        """Write documents of one object in one `$batch`; what cannot be batched goes one by one."""
        kind = self._kind(operations[0]) if operations else None
        is_made = not any(is_update(one) for one in operations)
        if isinstance(kind, Documents) and is_made and len({one.object for one in operations}) == 1:
            return send_batch(self._client, kind, operations)
        return [self._alone(operation) for operation in operations]

    def ping(self) -> str:
        """Look whether the company is there for us and purchase invoices can be read."""
        company = self._client.company()
        self._client.rows("purchaseInvoices", top=1)
        return f"Business Central answers for company {company}"

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _alone(self, operation: Operation) -> Receipt | TargetError:
        try:
            return self.send(operation)
        except TargetError as e:
            return e

    def _kind(self, operation: Operation) -> Documents | Journal:
        kind = self._kinds.get(operation.object)
        if kind is None:
            raise Rejected(f"Business Central has no object {operation.object!r}; there are: {', '.join(OBJECTS)}")
        return kind
