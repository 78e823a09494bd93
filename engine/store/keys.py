"""Normalised keys: the one spelling under which a vendor or an order is kept and looked for."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

_NOT_ALNUM = re.compile(r"[\W_]+")
_DOTTED = re.compile(r"\b(?:\w\.\s?){2,}\w?\b|\b(?:\w\.\s?){2,}")
_VAT_PREFIX = re.compile(
    r"(?:CHE|AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|GR|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK|XI)"
    r"(?=[A-Z]{0,2}\d)"
)
_VAT_SUFFIX = re.compile(r"(?<=\d)(?:MWST|TVA|IVA|MVA|TPS|VAT)$")
_COURT_NUMBER = re.compile(r"HR[AB]\d+")
_SEVERAL = re.compile(r"[;|,]")
_SHORTEST_ID = 5
_SIRET, _SIREN = 14, 9
_KEY_CHARS = 255

_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "æ": "a",
        "œ": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ŀ": "l",
    }
)
_DIGRAPHS = (("ae", "a"), ("oe", "o"), ("ue", "u"))

# Legal forms of Europe, North America and Asia as they look after folding; and the words that only join.
_LEGAL_FORMS = frozenset({
    "gmbh", "ggmbh", "mbh", "gesmbh", "ag", "kg", "kgaa", "ohg", "gbr", "ug", "haftungsbeschrankt", "ev", "eg", "ek",
    "se", "co", "cie", "compagnie", "company", "ltd", "limited", "llc", "llp", "lp", "plc", "inc", "incorporated",
    "corp", "corporation", "sa", "sas", "sasu", "sarl", "eurl", "snc", "sci", "scop", "sprl", "srl", "bv", "nv",
    "vof", "cv", "spa", "srls", "sapa", "sl", "slu", "sau", "scl", "oy", "oyj", "ab", "as", "asa", "aps", "is", "kft",
    "zrt", "bt", "nyrt", "doo", "dd", "sro", "spol", "sp", "z", "zoo", "oo", "ood", "eood", "lda", "ltda",
    "unipessoal", "pty", "pte", "kk", "bvba", "und", "and", "et", "y", "e", "the", "ets",
})  # fmt: skip

_PUBLIC_MAIL = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.fr", "hotmail.it", "hotmail.es", "live.com",
    "msn.com", "yahoo.com", "yahoo.de", "yahoo.fr", "yahoo.es", "yahoo.it", "icloud.com", "me.com", "aol.com",
    "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de", "arcor.de", "orange.fr",
    "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "libero.it", "virgilio.it", "tin.it", "alice.it",
    "telefonica.net", "terra.es", "ziggo.nl", "kpnmail.nl", "planet.nl", "hetnet.nl", "home.nl", "bluewin.ch",
    "proton.me", "protonmail.com", "mail.com", "zoho.com", "yandex.com",
})  # fmt: skip
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "ac", "edu"})
_COUNTRY_LABEL = 2
_SHORTEST_STUMP, _LONGEST_STUMP = 4, 24
_SHORTEST_CODE, _LONGEST_CODE, _LONGEST_HALF = 3, 8, 4
_MOST_ADDRESS_WORDS = 24
_LOOKALIKE_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("ri", "n"), ("ii", "u"))
_LOOKALIKES = str.maketrans({
    "0": "o", "1": "i", "l": "i", "j": "i", "|": "i", "!": "i", "t": "f", "5": "s", "8": "b", "h": "b", "6": "b", "9": "q", "g": "q",
    "c": "e", "v": "u", "2": "z",
})  # fmt: skip
"""Signs that OCR takes for one another, each with the one that stands for both."""


def fold(text: str) -> str:
    """Return `text` without case, accents and the spelling variants of umlauts (Müller = Mueller = muller)."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
    for digraph, letter in _DIGRAPHS:
        plain = plain.replace(digraph, letter)
    return plain


def name_tokens(name: str) -> list[str]:
    """Return the telling words of a company name: folded, no legal forms, abbreviations closed up, each once.

    A name of nothing but legal forms keeps its words.
    """
    closed = _DOTTED.sub(lambda match: re.sub(r"[.\s]", "", match.group()) + " ", fold(name))
    words = _joined_letters(_NOT_ALNUM.sub(" ", closed.replace("'", "").replace("\u2019", "")).split())
    telling = [word for word in words if word not in _LEGAL_FORMS] or words
    return [word[:_KEY_CHARS] for word in dict.fromkeys(telling)]


def _joined_letters(words: Iterable[str]) -> list[str]:
    """Join neighbouring single letters: `s a` is `sa`, `b v` is `bv`."""
    joined: list[str] = []
    is_open = False
    for word in words:
        is_letter = len(word) == 1 and word.isalpha()
        if is_letter and is_open:
            joined[-1] += word
        else:
            joined.append(word)
        is_open = is_letter
    return joined


def identifier(text: str) -> str:
    """Return the letters and digits of an identifier in capitals; empty when too short to mean anything."""
    key = _NOT_ALNUM.sub("", unicodedata.normalize("NFKC", text)).upper()[:_KEY_CHARS]
    return key if len(key) >= _SHORTEST_ID and any(c.isdigit() for c in key) else ""


def tax_ids(text: str) -> set[str]:
    """Return the keys of one or several tax numbers: with their country prefix, and without it."""
    full = {_VAT_SUFFIX.sub("", identifier(part)) for part in _SEVERAL.split(text)} - {""}
    full = {f"EL{key[2:]}" if key.startswith("GR") and key[2:].isdigit() else key for key in full}
    return full | {bare_tax_id(key) for key in full}


def bare_tax_id(key: str) -> str:
    """Return a tax id key without its country prefix."""
    return _VAT_PREFIX.sub("", key, count=1) if _VAT_PREFIX.match(key) else key


def same_tax_id(one: str, other: str) -> str | None:
    """Return the tax id on which two texts agree, or None. Without a prefix on one side the number alone decides."""
    mine, theirs = _full_tax_ids(one), _full_tax_ids(other)
    for key in sorted(mine):
        for candidate in sorted(theirs):
            is_bare = bare_tax_id(key) == key or bare_tax_id(candidate) == candidate
            if key == candidate or (is_bare and bare_tax_id(key) == bare_tax_id(candidate)):
                return max(key, candidate, key=len)
    return None


def _full_tax_ids(text: str) -> set[str]:
    """Return the keys of tax numbers as they were written, leaving out what `tax_ids` adds by dropping prefixes."""
    keys = tax_ids(text)
    return keys - {bare_tax_id(key) for key in keys if bare_tax_id(key) != key}


def registration_ids(text: str) -> set[str]:
    """Return the keys of a company register number: as written, without the court, and the SIREN of a SIRET."""
    keys: set[str] = set()
    for part in _SEVERAL.split(text):
        key = identifier(part)
        keys |= {key, *_COURT_NUMBER.findall(key)}
        if key.isdigit() and len(key) == _SIRET:
            keys.add(key[:_SIREN])
    return keys - {""}


def ibans(text: str) -> set[str]:
    """Return the keys of one or several account numbers."""
    return {identifier(part) for part in _SEVERAL.split(text)} - {""}


def email_domains(text: str) -> set[str]:
    """Return the registrable domains of one or several addresses or domains; public mail providers say nothing."""
    domains: set[str] = set()
    for part in _SEVERAL.split(text):
        labels = part.strip().casefold().rpartition("@")[2].strip(" .>").split(".")
        is_second_level = len(labels) > _COUNTRY_LABEL and labels[-2] in _SECOND_LEVEL
        keep = 3 if is_second_level and len(labels[-1]) == _COUNTRY_LABEL else 2
        domain = ".".join(labels[-keep:])
        if "." in domain and domain not in _PUBLIC_MAIL:
            domains.add(domain[:_KEY_CHARS])
    return domains


def hashed(key: str) -> int:
    """Return a key as a whole number of 64 bits, with sign, as both databases keep it."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


def shape(word: str) -> str:
    """Return how a word looks to a reader: signs that are taken for one another are one sign (`0` and `o`, `rn` and `m`)."""
    for pair, letter in _LOOKALIKE_PAIRS:
        word = word.replace(pair, letter)
    return word.translate(_LOOKALIKES)


def stumps(word: str) -> set[str]:
    """Return the shape of a word, whole and with each one letter left out.

    Two words with a stump in common differ by one letter that is wrong, missing, too many or swapped with its neighbour
    (symmetric deletes, as in SymSpell), whatever look-alikes stand in them. Words too short for that have none.
    """
    look = shape(word)[:_LONGEST_STUMP]
    if len(look) < _SHORTEST_STUMP:
        return set()
    return {look, *(look[:at] + look[at + 1 :] for at in range(len(look)))}


def postcodes(text: str) -> set[str]:
    """Return what may be postcodes in an address: groups of 3 to 8 letters and digits with a digit, alone or two joined."""
    words = _NOT_ALNUM.sub(" ", unicodedata.normalize("NFKC", text)).upper().split()[:_MOST_ADDRESS_WORDS]
    joined = [
        one + other for one, other in pairwise(words) if len(one) <= _LONGEST_HALF and len(other) <= _LONGEST_HALF
    ]
    return {
        code for code in (*words, *joined)
        if _SHORTEST_CODE <= len(code) <= _LONGEST_CODE and any(sign.isdigit() for sign in code)
    }  # fmt: skip


def order_number(text: str) -> str:
    """Return the key of an order number: letters and digits in capitals, without leading zeros."""
    key = _NOT_ALNUM.sub("", unicodedata.normalize("NFKC", text)).upper()[:_KEY_CHARS]
    return key.lstrip("0") or key
