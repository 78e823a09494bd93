"""SAP's token against forged requests: fetched with a session's cookies, and sent with them on every write."""

import re
from collections.abc import Callable, Generator, Sequence

import httpx

from adapters.shared.auth.tokens import forget
from adapters.shared.http import Unsent
from engine.model.errors import Unauthorised

_TOKEN = "x-csrf-token"  # noqa: S105 - the name of a header
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_SERVICE = re.compile(r"^.*?/sap/opu/odata/[^/]+/[^/]+/|^.*?/sap/opu/odata4/(?:[^/]+/){6}")


def service_root(url: httpx.URL) -> httpx.URL:
    """Return the root of the OData service that an address belongs to, with `sap-client` kept.

    V2: `/sap/opu/odata/sap/<SERVICE>/`; V4: `/sap/opu/odata4/sap/<group>/srvd_a2x/sap/<service>/<version>/`.
    """
    match = _SERVICE.match(url.path)
    root = url.copy_with(path=match.group(0) if match else "/", query=None)
    client = url.params.get("sap-client")
    return root.copy_merge_params({"sap-client": client}) if client else root


class SapCsrf(httpx.Auth):
    """Adds the token and its cookies to every write, fetches them when there are none, and once more when they ended.

    The rules are those of SAP's own cloud SDK: HEAD on the service root with `x-csrf-token: Fetch`, the token also counts
    on an error answer, all cookies go with it, and 403 with `x-csrf-token: Required` asks for another.
    """

    def __init__(self, inner: httpx.Auth, *, root: Callable[[httpx.URL], httpx.URL] = service_root) -> None:
        """`inner` signs every request, also those that fetch the token."""
        self._inner = inner
        self._root = root
        self._pair: tuple[str, str] | None = None
        """Token and cookies of one session: they only fit together, so they are replaced together."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Sign a request."""
        if request.method.upper() in _READS:
            yield from _through(self._inner, request)
            return
        pair = self._pair or (yield from self._fetched(request))
        response = yield from self._sent(request, pair)
        wants = response.headers.get(_TOKEN, "").strip().lower() == "required"
        if response.status_code == httpx.codes.FORBIDDEN and wants:
            forget(response)
            pair = yield from self._fetched(request)
            yield from self._sent(request, pair)

    def secrets(self) -> Sequence[str]:
        """Return the texts that appear in no message."""
        inner: Sequence[str] = getattr(self._inner, "secrets", tuple)()
        cookies = self._pair[1].split("; ") if self._pair else ()
        return (*inner, *(self._pair[:1] if self._pair else ()), *(one.partition("=")[2] for one in cookies))

    def _sent(
        self, request: httpx.Request, pair: tuple[str, str]
    ) -> Generator[httpx.Request, httpx.Response, httpx.Response]:
        token, cookies = pair
        request.headers[_TOKEN] = token or "Fetch"
        if cookies:
            request.headers["cookie"] = cookies
        return (yield from _through(self._inner, request))

    def _fetched(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, tuple[str, str]]:
        token = cookies = ""
        for method in ("HEAD", "GET"):
            asking = httpx.Request(
                method, self._root(request.url), headers={_TOKEN: "Fetch", "accept": "application/json"},
                extensions={"timeout": request.extensions.get("timeout", {})},
            )  # fmt: skip
            response = yield from _through(self._inner, asking)
            forget(response)
            token = response.headers.get(_TOKEN, "").strip()
            cookies = "; ".join(one.partition(";")[0].strip() for one in response.headers.get_list("set-cookie"))
            if token and token.lower() != "required":
                self._pair = (token, cookies)
                return self._pair
            _refuse_unsure(response)
        return ("", cookies)  # a service without the check


def _refuse_unsure(response: httpx.Response) -> None:
    """Stop before a write leaves without a token that the target would have given."""
    status, host = response.status_code, response.request.url.host
    detail = f"{response.request.method} {response.request.url.copy_with(query=None)}: {status}"
    if status in {401, 403} or response.is_redirect:
        raise Unauthorised(f"{host} gives no token for writes: it refused our credentials.", detail=detail)
    if status in {408, 425, 429} or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        wait = response.headers.get("retry-after", "")
        message = f"{host} gives no token for writes at the moment."
        raise Unsent(message, retry_after=float(wait) if wait.isdigit() else None, detail=detail)


def _through(inner: httpx.Auth, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, httpx.Response]:
    """Send a request through another auth and return the last response."""
    flow = inner.auth_flow(request)
    try:
        sending = next(flow)
        while True:
            response = yield sending
            try:
                sending = flow.send(response)
            except StopIteration:
                return response
    finally:
        flow.close()
