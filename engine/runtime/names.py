"""Names of documents as people may safely see them."""

import re
import unicodedata

MAX_LENGTH = 120
_FALLBACK = "document"
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
_DRIVE = re.compile(r"^[A-Za-z]:")
_LONGEST_ENDING = 12


def printable_name(name: str | bytes) -> str:
    """Return a name for display: the last part of a path, without control, format or bidi characters.

    Bytes that are no UTF-8 (also surrogate escapes of the operating system) become `%E9`, other lone surrogates U+FFFD.
    At most 120 characters, the ending kept; never empty, `document` instead.
    """
    visible = _visible(_decoded(name))
    parts = [_trimmed(part) for part in visible.replace("\\", "/").split("/")]
    last = next((part for part in reversed(parts) if part), "")
    return _shortened(_trimmed(_DRIVE.sub("", last))) or _FALLBACK


def _decoded(name: str | bytes) -> str:
    data = _bytes(name) if isinstance(name, str) else name
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        escaped = data.decode("utf-8", "surrogateescape")
        return "".join(f"%{ord(sign) - 0xDC00:02X}" if "\udc80" <= sign <= "\udcff" else sign for sign in escaped)


def _bytes(name: str) -> bytes:
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in name).encode()


def _visible(text: str) -> str:
    shown = (" " if sign.isspace() else sign for sign in text if sign.isspace() or _is_shown(sign))
    return unicodedata.normalize("NFC", "".join(shown))


def _is_shown(sign: str) -> bool:
    return unicodedata.category(sign) not in _HIDDEN


def _trimmed(part: str) -> str:
    return " ".join(part.split()).lstrip(". ").rstrip(". ")


def _shortened(name: str) -> str:
    if len(name) <= MAX_LENGTH:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem or len(ending) > _LONGEST_ENDING:
        return name[: MAX_LENGTH - 1].rstrip(". ") + "…"
    keep = MAX_LENGTH - len(ending) - 2
    return f"{stem[:keep].rstrip('. ')}….{ending}"
