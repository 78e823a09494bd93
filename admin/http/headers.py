"""What browsers are told about every answer: nothing inline runs, nothing from elsewhere loads, nobody frames it."""

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


def add(response: Response, *, is_https: bool) -> None:
    """Add the headers that every answer carries; what a route said itself stays."""
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    if is_https:
        response.headers.setdefault("Strict-Transport-Security", _TRANSPORT)
    if response.headers.get("content-type", "").startswith(("application/json", "application/problem+json")):
        response.headers.setdefault("Cache-Control", "no-store")
