"""What browsers are told about every answer: nothing inline runs, nothing from elsewhere loads, nobody frames it."""

import base64
import hashlib
import re

from fastapi import Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Content-Security-Policy": POLICY,
}
_TRANSPORT = "max-age=31536000"
_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def add(response: Response, *, is_https: bool) -> None:
    """Add the headers that every answer carries; what a route said itself stays."""
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    if is_https:
        response.headers.setdefault("Strict-Transport-Security", _TRANSPORT)
    if response.headers.get("content-type", "").startswith(("application/json", "application/problem+json")):
        response.headers.setdefault("Cache-Control", "no-store")


def policy_of_documentation(html: bytes) -> str:
    """Return the policy of the page on which calls are tried out: its library from its host, its one script by digest."""
    digests = (base64.b64encode(hashlib.sha256(one).digest()).decode() for one in _INLINE.findall(html))
    scripts = " ".join(f"'sha256-{one}'" for one in digests)
    return (
        f"default-src 'none'; script-src {scripts} https://cdn.jsdelivr.net; style-src https://cdn.jsdelivr.net 'unsafe-inline'; "
        "img-src 'self' data: https://fastapi.tiangolo.com; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
