"""The storage that Finance lends places in: its addresses carry their own signature."""

from adapters.shared.http import Api, Patience


def storage(url: str, name: str) -> Api:
    """Return calls of one address. Our credentials do not go there, and its signature appears in no message."""
    place, _, signature = url.partition("?")
    return Api(place, name=f"{name}, its storage", secrets=(signature,), patience=Patience(tries=2))
