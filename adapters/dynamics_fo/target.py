"""The target: pending vendor invoices with their lines, and data packages, each once."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from adapters.dynamics_fo.packages import PACKAGES, Packages
from adapters.dynamics_fo.settings import FoSettings
from adapters.shared.answers import Answer, ErrorTable, Meaning, NotData, Told, with_numbers
from adapters.shared.http import Api, Dialect, Patience
from adapters.shared.odata.batch import Part, multipart
from adapters.shared.odata.literals import entity_path, query, where
from adapters.shared.odata.results import pages, told
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient
from engine.model.operation import Acknowledgement, Operation, Receipt

HEADERS, LINES = "VendorInvoiceHeaders", "VendorInvoiceLines"
_LINES = "lines"
_NUMBERS = ("lines[].NetAmount", "lines[].UnitPrice", "lines[].ReceiveNow", "lines[].PurchLineNumber")
_CREATED, _NOT_FOUND = 201, 404
ERRORS: ErrorTable = {
    "409": Meaning(Rejected, "A record with the same key stands there, or somebody changed it."),
    "412": Meaning(Rejected, "Somebody changed it meanwhile."),
}
_THERE = "already exists"


def tell(answer: Answer) -> Told:
    """Read `{"error": {"code", "message", "innererror": {"message"}}}`: the inner message is the one of the application."""
    said = told(answer)
    inner = answer.mapping()["error"].get("innererror") or {}
    words = str(inner.get("message") or said.message)
    return Told(code=said.code, message=words[:500], fields=said.fields)


class FoTarget:
    """Implements `Target` and `Pings`. Safe to share between threads."""

    def __init__(self, settings: FoSettings) -> None:
        self._settings = settings
        self._api = Api(
            settings.root, name="Dynamics 365 Finance", auth=settings.auth(), dialect=Dialect(tell, ERRORS),
            secrets=settings.secrets, headers={"odata-version": "4.0", "odata-maxversion": "4.0"},
            patience=Patience(read=settings.timeout_seconds),
        )  # fmt: skip
        self._packages = Packages(self._api, settings.company, polls=settings.package_polls)

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of an invoice that stands as the payload says; None when there surely is none pending.

        Raises Ambiguous when the invoice of our key says something else, or the vendor's number stands under another key.
        """
        if operation.object == PACKAGES:
            return self._packages.find(operation)
        _check(operation)
        header = self._header(operation)
        if header is None:
            self._refuse_twin(operation)
            return None
        wrong = _differences(operation.payload, header, self._lines(operation))
        if wrong:
            raise Ambiguous(
                f"Finance holds another invoice under our key: {'; '.join(wrong)}. A person must decide what is right.",
                detail=f"{HEADERS} {_reference(operation)}",
            )
        return self._receipt(operation, header, "already_there")

    def send(self, operation: Operation) -> Receipt:
        """Write header and lines in one changeset, or import a package."""
        if operation.object == PACKAGES:
            return self._packages.send(operation)
        _check(operation)
        if not operation.payload.get(_LINES):
            raise Rejected("An invoice without lines books nothing.", fields={_LINES: "is missing"})
        batch = multipart([self._parts(operation)])
        answer = self._api.write(
            "POST", "/$batch", content=batch.content, headers={"content-type": batch.content_type}, expect=(200,)
        )
        try:
            answers = batch.answers(answer)
        except NotData as e:
            raise Ambiguous("Finance answered a changeset with something else.", detail=str(e)) from e
        for part in answers:
            if part is None:
                raise Ambiguous("Finance's answer to a changeset does not speak of each part.")
            if part.status != _CREATED:
                return self._refused(operation, part)
        first = answers[0]
        return self._receipt(operation, self._api.object(first, is_write=True) if first is not None else {}, "created")

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        """Return nothing: Finance answers at once."""
        return ()

    def settle(self, acknowledgement: Acknowledgement) -> None:
        """Do nothing: there are no late answers."""

    def ping(self) -> str:
        """Look whether pending invoices of the legal entity can be read."""
        asked = query({"cross-company": "true", "$filter": self._of_company(), "$top": "1"})
        self._api.object(self._api.read(f"/{HEADERS}?{asked}"))
        return f"Finance answers for legal entity {self._settings.company}"

    def close(self) -> None:
        """Let go of the connections."""
        self._api.close()

    def _refused(self, operation: Operation, part: Answer) -> Receipt:
        """Return the receipt of an invoice that was refused because it stands there; raise any other refusal."""
        error: TargetError = self._api.error(part, is_write=True)
        if not isinstance(error, Rejected) or _THERE not in f"{error.message} {error.detail}":
            raise error
        found = self.find(operation)
        if found is None:
            raise error
        return found

    def _parts(self, operation: Operation) -> list[Part]:
        payload: dict[str, Any] = with_numbers(dict(operation.payload), _NUMBERS)
        key = {"dataAreaId": self._settings.company, "HeaderReference": _reference(operation)}
        header = {**key, **{name: value for name, value in payload.items() if name != _LINES}}
        lines = [
            {**key, "InvoiceLineNumber": number, "Currency": payload["Currency"], **line}
            for number, line in enumerate(payload[_LINES], start=1)
        ]
        return [Part("POST", HEADERS, header), *(Part("POST", LINES, line) for line in lines)]

    def _header(self, operation: Operation) -> dict[str, Any] | None:
        key = {"dataAreaId": self._settings.company, "HeaderReference": _reference(operation)}
        answer = self._api.read(f"/{entity_path(HEADERS, key, 'v4')}?cross-company=true", expect=(200, _NOT_FOUND))
        if answer.status == _NOT_FOUND:
            try:
                tell(answer)
            except (NotData, KeyError, TypeError) as e:
                raise Transient(
                    "Something before Finance answered 404.", detail=self._api.hide(answer.text[:200])
                ) from e
            return None
        data = self._api.object(answer)
        if str(data.get("HeaderReference", "")).upper() != _reference(operation):
            raise Transient("Finance answered with another invoice than the one that was asked for.")
        return data

    def _lines(self, operation: Operation) -> list[dict[str, Any]]:
        only = f"{self._of_company()} and {where('v4', ('HeaderReference', 'eq', _reference(operation)))}"
        address = f"/{LINES}?{query({'cross-company': 'true', '$filter': only})}"
        found = [row for page in pages(self._api, address, "v4", base_url=self._settings.root) for row in page]
        return sorted(found, key=lambda row: Decimal(str(row.get("InvoiceLineNumber") or 0)))

    def _refuse_twin(self, operation: Operation) -> None:
        """Raise Ambiguous when the vendor's number stands there already: somebody else entered this invoice."""
        payload = operation.payload
        named = where(
            "v4",
            ("InvoiceAccount", "eq", str(payload["InvoiceAccount"])),
            ("InvoiceNumber", "eq", str(payload["InvoiceNumber"])),
        )
        address = f"/{HEADERS}?{query({'cross-company': 'true', '$filter': f'{self._of_company()} and {named}'})}"
        for page in pages(self._api, address, "v4", base_url=self._settings.root):
            for row in page:
                raise Ambiguous(
                    f"Invoice {payload['InvoiceNumber']} of {payload['InvoiceAccount']} stands in Finance already, "
                    f"as {row.get('HeaderReference')}. A person must decide."
                )

    def _of_company(self) -> str:
        return where("v4", ("dataAreaId", "eq", self._settings.company))

    def _receipt(
        self, operation: Operation, header: Mapping[str, Any], outcome: Literal["created", "already_there"]
    ) -> Receipt:
        reference = _reference(operation)
        if str(header.get("HeaderReference") or "").upper() != reference:
            raise Ambiguous("Finance answered with another invoice than the one that was sent.")
        company, url = self._settings.company, self._settings.url.rstrip("/")
        return Receipt(
            key=operation.key, external_id=f"{company}/{reference}", outcome=outcome,
            version=str(header.get("@odata.etag") or ""), link=f"{url}/?cmp={company}&mi=VendInvoiceInfoListPage",
            request={"object": HEADERS, "digest": operation.payload_digest}, response={"HeaderReference": reference},
        )  # fmt: skip


def _check(operation: Operation) -> None:
    if operation.object != HEADERS:
        raise Rejected(f"Finance has no object {operation.object!r} here; there are: {HEADERS}, {PACKAGES}")
    for name in ("InvoiceAccount", "InvoiceNumber", "Currency"):
        if not operation.payload.get(name):
            raise Rejected(f"An invoice in Finance needs {name}.", fields={name: "is missing"})


def _reference(operation: Operation) -> str:
    """Return the header reference: 20 signs, as long as the field is."""
    return operation.short_key.upper()


def _differences(
    payload: Mapping[str, Any], header: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return in words where an invoice differs from what we would send."""
    wrong = [
        f"{name} is {header.get(name)!s}, not {value}"
        for name, value in payload.items()
        if name != _LINES and not _is_same(header.get(name), value)
    ]
    wanted = list(payload.get(_LINES) or ())
    if len(lines) != len(wanted):
        return [*wrong, f"it has {len(lines)} lines, not {len(wanted)}"]
    for number, (there, mine) in enumerate(zip(lines, wanted, strict=True), start=1):
        wrong += [
            f"line {number}: {name} is {there.get(name)!s}, not {value}"
            for name, value in mine.items()
            if not _is_same(there.get(name), value)
        ]
    return wrong


def _is_same(there: object, mine: object) -> bool:
    if isinstance(there, int | Decimal) and not isinstance(there, bool):
        try:
            return Decimal(there) == Decimal(str(mine))
        except InvalidOperation:
            return False
    # days travel as noon UTC
    return str(there).strip() in {str(mine).strip(), f"{mine}T12:00:00Z", f"{mine}T00:00:00Z"}
