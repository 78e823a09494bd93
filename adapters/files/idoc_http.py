"""The target: IDocs as XML, posted to SAP's own HTTP service (ICF node `/sap/bc/idoc_xml`).

The service takes the same IDoc as often as it comes and cannot be asked for one. So the journal says before the call
that it is made. What was surely not taken is forgotten again; what is not known stays "sending": `find` then says that
a person must look (transaction WE02, by number), and a status message of SAP settles it too.
"""

import html
import posixpath
import re
import secrets
import threading
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import structlog

from adapters.files.acknowledge import TAKEN_AFTER_ALL, Answers
from adapters.files.delivery import Delivery, Item, Journal, sha256_of
from adapters.files.folder import Folder
from adapters.files.formats.idoc import document_number
from adapters.files.formats.options import IdocXmlOptions, parse_options
from adapters.files.formats.render import render
from adapters.files.naming import file_name
from adapters.files.settings import FilesSettings
from adapters.shared.answers import Answer, Told
from adapters.shared.auth.basic import Basic
from adapters.shared.http import Api, Dialect, Patience
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient, Unauthorised
from engine.model.operation import Acknowledgement, Operation, Receipt

log = structlog.get_logger()

_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_PAGE = re.compile(rb"<form\b|<input\b|<script\b|sap-system-login", re.IGNORECASE)
_WELL = (200, 202, 204)
_THERE = (*_WELL, 400, 405, 500)
"""What an empty GET is answered with by a service that is there and let us in."""


class IdocHttpTarget:
    """Implements `Target`. One call at a time; safe to share between threads."""

    def __init__(self, folder: Folder, settings: FilesSettings, *, patience: Patience | None = None) -> None:
        """`folder` holds the journal and the answers."""
        self._folder = folder
        self._settings = settings
        self._delivery = Delivery(folder, drop=settings.journal, journal=settings.journal)
        self._answers = Answers(folder, settings, self._delivery)
        self._lock = threading.Lock()
        where = urlsplit(settings.url)
        client = settings.idoc_control.get("MANDT", "")
        self._path = where.path + (f"?sap-client={client}" if client else f"?{where.query}" if where.query else "")
        self._api = Api(
            f"{where.scheme}://{where.netloc}", name="SAP", auth=Basic(settings.username, settings.password or ""), dialect=Dialect(_tell),
            secrets=[settings.password or ""],
            patience=patience or Patience(read=settings.timeout_seconds, whole=3 * settings.timeout_seconds),
        )  # fmt: skip

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of an IDoc that SAP took; None when none left. Raises Ambiguous for one without an answer."""
        with self._lock:
            journal = self._delivery.load(operation.short_key)
            return (
                None if journal is None else self._receipt(operation, self._taken(journal, operation), "already_there")
            )

    def send(self, operation: Operation) -> Receipt:
        """Post the IDoc once. Raises Ambiguous whenever SAP may have it."""
        with self._lock:
            standing = self._delivery.load(operation.short_key)
            if standing is not None:
                return self._receipt(operation, self._taken(standing, operation), "already_there")
            content, journal = self._rendered(operation)
            self._claim(journal)
            try:
                answer = self._posted(content)
            except (Transient, Unauthorised, Rejected):
                self._forget(journal)
                raise
            done = journal.model_copy(update={"state": "done"})
            self._note(done)
            return self._receipt(operation, done, "created", answer)

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        """Return what SAP's status messages say (`ack_folder`)."""
        with self._lock:
            return self._answers.waiting()

    def settle(self, acknowledgement: Acknowledgement) -> None:
        """Archive an answer. After a refusal a corrected operation may be sent again, under another number."""
        with self._lock:
            self._answers.settle(acknowledgement)
            journal = self._delivery.load(acknowledgement.short_key)
            if acknowledgement.accepted and journal is not None and not acknowledgement.is_superseded:
                self._note(journal.model_copy(update={"state": "done"}))

    def ping(self) -> str:
        """Ask the service without an IDoc. Raises Unauthorised, or Transient when something else answers."""
        with self._lock:
            answer = self._api.read(self._path, expect=_THERE)
            if not _is_sap(answer):
                raise Transient("Something other than SAP answers there.", detail=self._api.shown(answer, 200))
            return f"SAP answers with {answer.status}"

    def close(self) -> None:
        """Let go of the connections."""
        self._api.close()
        self._folder.close()

    def _taken(self, journal: Journal, operation: Operation) -> Journal:
        """Return the journal of an IDoc that SAP took with this content. Raises Ambiguous."""
        number = journal.parts[0].temporary
        if journal.payload_digest != operation.payload_digest:
            raise Ambiguous(
                f"Other content was sent under this key before (IDoc number {number}). A person must decide what SAP keeps."
            )
        if journal.state != "done":
            raise Ambiguous(
                f"The IDoc left and SAP gave no answer that could be read. Look in WE02 for the sender's number {number} "
                f"(ARCKEY {journal.short_key}). If it is surely not there, remove "
                f"{self._delivery.journal_path(journal.short_key)}, then it can be sent again."
            )
        return journal

    def _rendered(self, operation: Operation) -> tuple[bytes, Journal]:
        options = parse_options(operation.options, control=self._settings.idoc_control)
        if not isinstance(options, IdocXmlOptions):
            message = "SAP takes IDocs as XML over HTTP; the mapping's format is another one."
            raise Rejected(message, fields={"format": "idoc_xml"})
        generation = self._delivery.generation(operation.short_key)
        if generation > 1 and self._answers.took(operation.short_key):
            raise Ambiguous(TAKEN_AFTER_ALL)
        (content,) = render(operation, options, generation=generation)
        number = document_number(operation.short_key, generation)
        self._delivery.number(number, operation.short_key, generation)
        item = Item(
            temporary=number, name=file_name(options.name, operation, generation=generation), sha256=sha256_of(content),
            size=len(content), role="part",
        )  # fmt: skip
        journal = Journal(
            key=operation.key, short_key=operation.short_key, payload_digest=operation.payload_digest,
            generation=generation, items=(item,),
        )  # fmt: skip
        return content, journal

    def _claim(self, journal: Journal) -> None:
        """Write down that the call is made, before it is. Of two workers one goes on."""
        path = self._delivery.journal_path(journal.short_key)
        draft = f"{path}.{secrets.token_hex(4)}.draft"
        self._folder.mkdir(posixpath.dirname(path))
        self._folder.write(draft, journal.model_dump_json(indent=1).encode())
        try:
            self._folder.claim(draft, path)
        except FileExistsError:
            self._folder.remove(draft)
            raise Ambiguous("Another process sends this IDoc at the moment.") from None

    def _posted(self, content: bytes) -> Answer:
        answer = self._api.write(
            "POST", self._path, content=content, headers={"content-type": "text/xml", "accept": "*/*"}, expect=_WELL
        )
        if not _is_sap(answer) or _PAGE.search(answer.body):
            raise Ambiguous(
                "Something answered that is not SAP's service for IDocs.", detail=self._api.shown(answer, 300)
            )
        return answer

    def _forget(self, journal: Journal) -> None:
        """Take the note back: SAP surely has nothing. If that fails, a person looks once in vain."""
        try:
            self._folder.remove(self._delivery.journal_path(journal.short_key))
        except (TargetError, FileNotFoundError) as e:
            log.warning("journal_not_taken_back", key=journal.short_key, why=repr(e))

    def _note(self, journal: Journal) -> None:
        """Close the journal. If that fails the receipt still stands in the ledger, which is asked first."""
        path = self._delivery.journal_path(journal.short_key)
        draft = f"{path}.{secrets.token_hex(4)}.new"
        try:
            if not self._folder.exists(path):  # refused by a status message in the meantime
                return
            self._folder.write(draft, journal.model_dump_json(indent=1).encode())
            self._folder.rename(draft, path)
        except (TargetError, FileNotFoundError) as e:
            log.warning("journal_not_closed", key=journal.short_key, why=repr(e))

    def _receipt(self, operation: Operation, journal: Journal, outcome: str, answer: Answer | None = None) -> Receipt:
        item = journal.parts[0]
        response = {"status": answer.status, "said": _plain(answer)} if answer else {"journal": journal.state}
        return Receipt.model_validate(
            {
                "key": operation.key,
                "external_id": item.temporary,
                "outcome": outcome,
                "awaits_acknowledgement": self._settings.awaits_acknowledgement,
                "request": {"delivery": "http", "name": item.name, "sha256": item.sha256, "bytes": item.size},
                "response": response,
            }
        )


def _is_sap(answer: Answer) -> bool:
    """Whether SAP's own server answered, not a proxy before it: ICM names itself in its headers."""
    headers: Mapping[str, str] = answer.headers
    return "sap" in headers.get("server", "").lower() or any(name.startswith("sap-") for name in headers)


def _tell(answer: Answer) -> Told:
    """Read an error page: its text, if it is SAP's."""
    return Told(message=_plain(answer)) if _is_sap(answer) else Told()


def _plain(answer: Answer) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", answer.text)).split())[:300]
