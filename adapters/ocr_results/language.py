"""Languages as engines name them: `de`, `de-DE`, `deu`, `ger`, `German`."""

from functools import cache

from babel import Locale
from babel.core import get_global


def language_code(text: str) -> str | None:
    """Return the ISO 639-1 code of a language, or None when it is not known."""
    word = text.strip().lower().replace("_", "-").split("-")[0]
    code = str(get_global("language_aliases").get(word, word))
    if len(code) == 2 and code.isalpha() and code.isascii():  # noqa: PLR2004 - letters of ISO 639-1
        return code
    return _names().get(text.strip().lower())


@cache
def _names() -> dict[str, str]:
    return {str(name).lower(): code for code, name in Locale("en").languages.items() if len(code) == 2}  # noqa: PLR2004
