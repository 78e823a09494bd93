"""Invented values in the place of real ones: names, addresses, tax ids and accounts of the same shape. Pure.

What is valid stays valid and what is not stays wrong, so that rules decide the same. Words that are alike stay as alike as
they were: they share one exchange of letters. Everything follows from a `salt` that is thrown away afterwards.
"""

import hashlib
import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from rapidfuzz.fuzz import ratio
from stdnum import get_cc_module, luhn

from engine.stages.validate import iban_is_valid, tax_id_is_valid

_VOWELS, _CONSONANTS, _DIGITS = "aeiou", "bcdfghjklmnpqrstvwxyz", "0123456789"
_ALIKE = 65
"""Likeness (0..100) from which words share one exchange of letters."""
_TRIES = 50_000
_SHORTEST = 3
_SHORTEST_IN_TEXT = 4
"""Letters from which a word of a name is looked for in other texts."""
_WORD = re.compile(r"[^\W_]+")
_LEGAL = frozenset(
    [
        "ab",
        "ag",
        "aps",
        "as",
        "asa",
        "bv",
        "bvba",
        "co",
        "company",
        "corp",
        "corporation",
        "cv",
        "eg",
        "ehf",
        "ek",
        "eurl",
        "gbr",
        "gmbh",
        "hb",
        "inc",
        "ivs",
        "kb",
        "kft",
        "kg",
        "kgaa",
        "limited",
        "llc",
        "llp",
        "ltd",
        "mbh",
        "nv",
        "ohg",
        "oy",
        "oyj",
        "partg",
        "plc",
        "pty",
        "sa",
        "sarl",
        "sas",
        "sasu",
        "sc",
        "sca",
        "scop",
        "se",
        "sia",
        "sicav",
        "sl",
        "sll",
        "slu",
        "snc",
        "spa",
        "spol",
        "spzoo",
        "srl",
        "sro",
        "ug",
        "und",
        "and",
        "et",
        "y",
        "e",
        "de",
        "la",
        "le",
        "du",
        "der",
        "die",
        "das",
        "van",
        "von",
        "di",
        "da",
        "do",
        "dos",
        "the",
        "of",
        "for",
    ]
)
"""Words of names that say nothing of whose they are: legal forms, and what joins words."""
_FREE_MAIL = frozenset({"gmail", "outlook", "hotmail", "yahoo", "gmx", "web", "icloud", "orange", "libero", "wanadoo"})


class Words:
    """An exchange of words for invented ones, the same for equal words, with letters exchanged alike in like words."""

    def __init__(self, texts: Iterable[str], *, salt: bytes, keep: Iterable[str] = ()) -> None:
        self._salt = salt
        self._kept = frozenset(word for text in keep for word in self.words(text))
        self._groups: dict[str, str] = {}
        """Word -> the word whose exchange of letters it shares."""
        for word in sorted({word for text in texts for word in self.words(text)}, key=lambda one: (-len(one), one)):
            like = (lead for lead in dict.fromkeys(self._groups.values()) if ratio(word, lead) >= _ALIKE)
            self._groups[word] = next(like, word)

    @staticmethod
    def words(text: str) -> list[str]:
        """Return the words of a text that tell whose it is, without accents and in small letters."""
        return [word for word in map(_folded, _WORD.findall(text)) if _tells(word)]

    def masked(self, text: str, *, only_known: bool = False) -> str:
        """Return a text with its words exchanged; punctuation, capitals and accents stay where they are."""

        def exchanged(found: re.Match[str]) -> str:
            word = _folded(found[0])
            is_wanted = _tells(word) and word not in self._kept
            if only_known:
                is_wanted = is_wanted and word in self._groups and len(word) >= _SHORTEST_IN_TEXT and word.isalpha()
            return self._exchanged(found[0]) if is_wanted else found[0]

        return _WORD.sub(exchanged, text)

    def _exchanged(self, word: str) -> str:
        lead = self._groups.get(_folded(word), _folded(word))
        letters = _letters(_random(self._salt, "word", lead))
        return unicodedata.normalize("NFC", "".join(_like(c, letters) for c in unicodedata.normalize("NFD", word)))


def masked_iban(number: str, *, salt: bytes) -> str:
    """Return an invented account number of the same country, length and grouping, valid if the real one was."""
    compact = _compact(number)
    chance = _random(salt, "iban", compact)
    for _ in range(_TRIES):
        body = _shaped(compact[4:], chance)
        country = compact[:2]
        made = f"{country}{_check_digits(country, body)}{body}" if iban_is_valid(compact) else compact[:4] + body
        if made != compact and iban_is_valid(made) == iban_is_valid(compact):
            return reshaped(number, made)
    return reshaped(number, compact[:4] + _shaped(compact[4:], chance))


def masked_id(number: str, *, salt: bytes, countries: Sequence[str] = ()) -> str:
    """Return an invented tax or registration number of the same shape that passes the same checks as the real one."""
    compact = _compact(number)
    chance = _random(salt, "id", compact)
    prefix = compact[:2] if compact[:2].isalpha() else ""
    prefix = "CHE" if compact.startswith("CHE") else prefix
    checks = _checks({prefix[:2], *countries})
    wanted = [check(compact) for check in checks]
    made = compact
    for _ in range(_TRIES):
        made = prefix + _shaped(compact[len(prefix) :], chance)
        if made != compact and [check(made) for check in checks] == wanted:
            break
    return reshaped(number, made)


def masked_phone(number: str, *, salt: bytes) -> str:
    """Return an invented number with the same country code and grouping."""
    kept = re.match(r"\+\d{2}|00\d{2}", number)
    head = kept[0] if kept else ""
    tail = number[len(head) :]
    return head + reshaped(tail, _shaped(_compact(tail), _random(salt, "phone", _compact(number))))


def masked_email(address: str, words: Words) -> str:
    """Return an invented address; free mail services and the top domain stay."""
    local, at, domain = address.partition("@")
    host, dot, top = domain.rpartition(".")
    masked_host = ".".join(part if part.casefold() in _FREE_MAIL else words.masked(part) for part in host.split("."))
    return f"{words.masked(local)}{at}{masked_host}{dot}{top}"


def reshaped(text: str, compact: str) -> str:
    """Return the letters and digits of `compact` in the grouping and capitals of a text; bare when they do not fit."""
    if sum(c.isalnum() for c in text) != len(compact):
        return compact
    signs = iter(compact)
    return "".join((c.lower() if (c := next(signs)) and old.islower() else c) if old.isalnum() else old for old in text)


def _compact(number: str) -> str:
    return "".join(c for c in number.upper() if c.isalnum())


def _checks(countries: Iterable[str]) -> list[Callable[[str], object]]:
    """Return the checks that a number may pass: our own, and those of the registers of its countries."""
    found: list[Callable[[str], object]] = [tax_id_is_valid, luhn.is_valid]
    for country in sorted(one for one in countries if len(one) == 2):  # noqa: PLR2004 - ISO 3166
        for kind in ("vat", "tin", "businessid", "personalid"):
            module = get_cc_module(country.lower(), kind)
            if module is not None:
                found += [module.is_valid, lambda number, module=module: module.is_valid(number[2:])]  # type: ignore[misc]
    return found


def _check_digits(country: str, body: str) -> str:
    """Return the check digits of an IBAN (ISO 13616: mod 97 of body, country and 00 in digits)."""
    digits = "".join(str(int(c, 36)) for c in f"{body}{country}00")
    return f"{98 - int(digits) % 97:02d}"


def _shaped(compact: str, chance: random.Random) -> str:
    """Return random signs of the same kinds; leading zeros stay."""
    zeros = len(compact) - len(compact.lstrip("0"))
    made = [c if not c.isdigit() else chance.choice(_DIGITS) for c in compact]
    made[:zeros] = compact[:zeros]
    if zeros < len(compact) and compact[zeros].isdigit():
        made[zeros] = chance.choice(_DIGITS[1:])
    return "".join(made)


def _letters(chance: random.Random) -> dict[str, str]:
    """Return an exchange of vowels, of consonants and of digits, each among themselves."""
    table: dict[str, str] = {}
    for signs in (_VOWELS, _CONSONANTS, _DIGITS):
        others = list(signs)
        chance.shuffle(others)
        table |= dict(zip(signs, others, strict=True))
    return table


def _like(c: str, letters: dict[str, str]) -> str:
    made = letters.get(c.lower(), c)
    return made.upper() if c.isupper() else made


def _folded(word: str) -> str:
    bare = (c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))
    return "".join(bare)


def _tells(word: str) -> bool:
    return word not in _LEGAL and (len(word) >= _SHORTEST or any(c.isdigit() for c in word))


def _random(salt: bytes, *about: str) -> random.Random:
    seed = hashlib.sha256(salt + "\0".join(about).encode()).digest()
    return random.Random(seed)  # noqa: S311 - invented values, not keys
