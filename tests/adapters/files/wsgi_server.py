"""A WSGI application behind cheroot, for the length of a test."""

import threading
from typing import Any

from cheroot.wsgi import Server


class WsgiServer:
    """Serves on a free port of this machine."""

    address = ""
    """`http://127.0.0.1:34567`."""

    def serve(self, app: Any) -> None:
        self._server = Server(("127.0.0.1", 0), app, numthreads=4)
        self._server.expiration_interval = 0.02
        self._server.prepare()
        self._thread = threading.Thread(target=self._server.serve, daemon=True)
        self._thread.start()
        host, port = self._server.bind_addr[:2]
        self.address = f"http://{host!s}:{port}"

    def stop(self) -> None:
        self._server.stop()
        self._thread.join(5)
