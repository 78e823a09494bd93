"""Parts of keys: texts of a document in one spelling, so that two ways of writing one number make one key. Pure."""

import unicodedata


def key_part(value: str) -> str:
    """Return one part of a key in its one spelling: NFKC, capitals, single blanks, `%` and `/` escaped."""
    folded = " ".join(unicodedata.normalize("NFKC", value).casefold().upper().split())
    return folded.replace("%", "%25").replace("/", "%2F")
