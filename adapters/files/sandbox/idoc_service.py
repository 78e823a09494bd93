"""A stand-in for SAP's service for IDocs as XML (ICF node `/sap/bc/idoc_xml`).

User and client are checked, the control record has to name a known receiver, and an IDoc is stored as often as it comes,
under a number of SAP's own: the service knows no duplicates and cannot be asked for what it has.
"""

import base64
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from adapters.shared.sandbox.server import Call, Reply, Sandbox

_SAP = {"server": "SAP NetWeaver Application Server / ABAP 752", "content-type": "text/html"}
_USER, _PASSWORD, _CLIENT = "POSTROOM", "wonderland-7", "200"
_RECEIVERS = frozenset({"PRDCLNT100", "ERPCLNT100"})
_PATH = "/sap/bc/idoc_xml"


class IdocService(Sandbox):
    """The service. `objects["idocs"]` holds what came in, as XML."""

    title = "SAP, IDocs over HTTP"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, folder: Path | None = None) -> None:
        """`folder` holds the journal of a binding; without one it goes away with the stand-in."""
        super().__init__(host=host, port=port)
        self._own = None if folder else tempfile.TemporaryDirectory(prefix="postroom-idoc-")
        self._folder = folder or Path(self._own.name if self._own else "")

    def settings(self) -> Mapping[str, Any]:
        """Return a binding that fits it, with made-up credentials."""
        return {
            "delivery": "http", "url": f"{self.url}{_PATH}", "username": _USER, "password": _PASSWORD,
            "journal_folder": str(self._folder / "journal"), "idoc_control": {"MANDT": _CLIENT},
        }  # fmt: skip

    def reply(self, call: Call) -> Reply:
        """Answer one call as SAP does."""
        expected = base64.b64encode(f"{_USER}:{_PASSWORD}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {expected}":
            return Reply(401, body=b"<html>Logon failed</html>", headers={**_SAP, "www-authenticate": "Basic"})
        if (call.path, call.query.get("sap-client")) != (_PATH, _CLIENT):
            return Reply(404, body=b"<html>Service cannot be reached</html>", headers=_SAP)
        try:
            idoc = etree.fromstring(call.body)
        except etree.XMLSyntaxError:
            return Reply(400, body=b"<html><body>XML error: no IDoc</body></html>", headers=_SAP)
        if idoc.findtext(".//RCVPRN") not in _RECEIVERS:
            return Reply(400, body=b"<html><body>Partner <b>unknown</b></body></html>", headers=_SAP)
        self.objects.setdefault("idocs", []).append({"xml": call.body.decode()})
        return Reply(200, body=b"", headers={"server": _SAP["server"]})

    def expire_tokens(self) -> None:
        """Leave everything as it is: a password does not end."""
