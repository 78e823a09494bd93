"""Masks a case: every name, address, tax id, account, mail address and phone number in JSON data, consistently. Pure.

A first look collects what tells of a party, a second one writes the data anew. Field names, codes, numbers of documents
and amounts stay as they are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.stages.mask_values import Words, masked_email, masked_iban, masked_id, masked_phone, reshaped
from engine.stages.mask_words import is_word, masked_words

_NAMES = frozenset(
    [
        "vendor_name",
        "vendor_trade_name",
        "buyer_name",
        "payee_name",
        "vendor_contact",
        "buyer_contact",
        "contact_name",
        "customer_name",
    ]
)
_PLACES = frozenset(
    f"{party}_{part}"
    for party in ("vendor", "buyer", "payee", "delivery", "customer")
    for part in ("address", "street", "house_number", "postcode", "city")
)
_IDS = frozenset(
    f"{party}_{part}"
    for party in ("vendor", "buyer", "payee", "customer")
    for part in ("tax_id", "tax_number", "registration_id", "endpoint", "id_number")
)
_IBANS = frozenset({"vendor_iban", "buyer_iban", "payee_iban", "customer_iban", "iban"})
_MAILS = frozenset({"vendor_email", "buyer_email", "customer_email", "employee_email", "email"})
_PHONES = frozenset({"vendor_phone", "buyer_phone", "customer_phone", "phone"})
_BARE: Mapping[str, str] = {
    "tax_id": "id", "registration_id": "id", "tax_number": "id", "street": "place", "city": "place", "postcode": "place",
    "address": "place",
}  # fmt: skip
_SEVERAL: Mapping[str, str] = {"vendor_tax_ids": "id", "vendor_ibans": "iban"}
"""Lists of secrets."""
_WORDED = frozenset({"message", "detail", "note", "raw", "why", "text", "identity"})
"""Keys of sentences in which a name may stand."""
_PARTY_NOUNS = frozenset({"vendor", "customer", "entity"})
_FIELD_TEXTS = ("value", "raw")
_LEAST_LEFT = 6
"""Letters and digits from which a number that is left over counts as found."""


class Masked(dict[str, Any]):
    """Data in which nothing tells of a party any more."""


class NotMasked(ValueError):
    """Something that tells of a party would be left; the message says what kind and where."""


def kind_of(name: str) -> str | None:
    """Return what kind of secret a field of this name holds: `name place id iban email phone`, or None."""
    for kind, names in (
        ("name", _NAMES), ("place", _PLACES), ("id", _IDS), ("iban", _IBANS), ("email", _MAILS), ("phone", _PHONES)
    ):  # fmt: skip
        if name in names:
            return kind
    return _BARE.get(name)


def masked(data: Mapping[str, Any], *, salt: bytes, keep: Sequence[str] = ()) -> Masked:
    """Return JSON data with invented parties. Raises NotMasked when an account or tax id would be left in it.

    `keep` are names and numbers that stay, such as those of our own companies, which rules compare with.
    """
    own = {_compact(text) for text in keep if _is_number(text)}
    found = [(kind, text) for kind, text in _secrets(data) if _compact(text) not in own]
    made = _Mask(found, salt, keep)
    result = Masked(made.written(dict(data)))
    real = {_compact(text) for kind, text in found if kind in {"id", "iban"} and len(_compact(text)) >= _LEAST_LEFT}
    for path, text in _texts(result, ""):
        left = next((one for one in real if any(c.isdigit() for c in one) and one in _compact(text)), None)
        if left is not None:
            raise NotMasked(f"a number of a party is left at {path}")
    return result


class _Mask:
    """Writes data anew; equal secrets become equal inventions."""

    def __init__(self, found: list[tuple[str, str]], salt: bytes, keep: Sequence[str]) -> None:
        self._salt = salt
        self._own = {_compact(text) for text in keep if _is_number(text)}
        texts = (_without_top(kind, text) for kind, text in found if kind in {"name", "place", "email"})
        self._words = Words(texts, salt=salt, keep=keep)
        self._countries = {text[:2].upper() for kind, text in found if kind == "iban" and text[:2].isalpha()}
        self._numbers: dict[str, str] = {}
        numbered = [(kind, text) for kind, text in found if kind in {"id", "iban", "email", "phone"}]
        for kind, text in sorted(numbered, key=lambda one: -len(_compact(one[1]))):
            self._numbers.setdefault(_compact(text), _compact(self.value(kind, text)))

    def value(self, kind: str, text: str) -> str:
        """Return the invention for one secret; what is our own stays."""
        if _compact(text) in self._own:
            return text
        if kind in {"name", "place"}:
            return self._words.masked(text)
        if kind == "iban":
            return masked_iban(text, salt=self._salt)
        if kind == "email":
            return masked_email(text, self._words)
        if kind == "phone":
            return masked_phone(text, salt=self._salt)
        return self._id(text)

    def _id(self, text: str) -> str:
        """Return the invention for a tax id; without its country it is the end of the one with it."""
        compact = _compact(text)
        known = next((one for one in self._numbers if one == compact or one[2:] == compact), None)
        if known is not None:
            return reshaped(text, self._numbers[known][len(known) - len(compact) :])
        return masked_id(text, salt=self._salt, countries=sorted(self._countries))

    def written(self, data: Any, *, worded: bool = False) -> Any:
        """Return data with every secret in it replaced."""
        if isinstance(data, dict):
            return self._object(data)
        if isinstance(data, list | tuple):
            return self._list(list(data))
        return self.sentence(data) if worded and isinstance(data, str) else data

    def _object(self, data: dict[str, Any]) -> dict[str, Any]:
        named = data.get("name")
        is_field = isinstance(named, str) and "value" in data
        kind = kind_of(named) if is_field and isinstance(named, str) else None
        made: dict[str, Any] = {}
        for key, one in data.items():
            own = kind if key in _FIELD_TEXTS else kind_of(key)
            if key == "name" and data.get("kind") in _PARTY_NOUNS:
                own = "name"
            if isinstance(one, str):
                made[key] = self._text(key, one, own, in_field=is_field)
            elif (several := _SEVERAL.get(key)) is not None and isinstance(one, list | tuple):
                made[key] = [self.value(several, text) for text in one]
            elif key == "alternatives" and kind is not None:
                made[key] = [self._alternative(other, kind) for other in one]
            else:
                made[key] = self.written(one)
        return made

    def _text(self, key: str, text: str, kind: str | None, *, in_field: bool) -> str:
        if kind is not None:
            return self.value(kind, text) if kind != "id" or _is_number(text) else self._words.masked(text)
        if key in _WORDED or (in_field and key in _FIELD_TEXTS):
            return self.sentence(text)
        return text

    def _alternative(self, one: dict[str, Any], kind: str) -> dict[str, Any]:
        return {key: self.value(kind, text) if key in _FIELD_TEXTS else text for key, text in one.items()}

    def _list(self, data: list[Any]) -> list[Any]:
        if data and all(map(is_word, data)):
            return masked_words(data, numbers=self._numbers, sentence=self.sentence)
        is_pair = len(data) == 2 and all(isinstance(one, str) for one in data)  # noqa: PLR2004 - (name, value)
        if is_pair and (kind := kind_of(data[0]) or _PAIRS.get(data[0])):
            return [data[0], self.value(kind, data[1]) if kind != "plain" else self.sentence(data[1])]
        return [self.written(one) for one in data]

    def sentence(self, text: str) -> str:
        """Return a sentence without the numbers and the words of parties."""
        for compact, invention in self._numbers.items():
            if len(compact) >= _LEAST_LEFT and compact in _compact(text):
                text = re.sub(r"[\s.\-/]*".join(map(re.escape, compact)), invention, text, flags=re.IGNORECASE)
        return self._words.masked(text, only_known=True)


_PAIRS: Mapping[str, str] = {
    "name": "plain", "found": "plain", "address": "plain", "stated": "plain", "domain": "plain", "email_domain": "plain"
}  # fmt: skip
"""Evidence that may hold a word of a party, or a score."""


def _secrets(data: Any) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of everything that tells of a party."""
    if isinstance(data, dict):
        named = data.get("name")
        kind = kind_of(named) if isinstance(named, str) and "value" in data else None
        for key, one in data.items():
            own = kind if key in _FIELD_TEXTS else kind_of(key)
            if key == "name" and data.get("kind") in _PARTY_NOUNS:
                own = "name"
            if own is not None and isinstance(one, str) and one.strip():
                yield ("name" if own == "id" and not _is_number(one) else own), one
            elif (several := _SEVERAL.get(key)) is not None and isinstance(one, list | tuple):
                yield from ((several, text) for text in one)
            elif not isinstance(one, str):
                yield from _secrets(one)
    elif isinstance(data, list | tuple):
        if len(data) == 2 and all(isinstance(one, str) for one in data) and (own := kind_of(data[0])):  # noqa: PLR2004
            yield own, data[1]
            return
        for one in data:
            yield from _secrets(one)


def _texts(data: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for key, one in data.items():
            yield from _texts(one, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list | tuple):
        for index, one in enumerate(data):
            yield from _texts(one, f"{path}[{index}]")
    elif isinstance(data, str):
        yield path, data


def _without_top(kind: str, text: str) -> str:
    """Return a mail address without its top domain, which stays."""
    return text.rpartition(".")[0] if kind == "email" else text


def _is_number(text: str) -> bool:
    return any(c.isdigit() for c in text)


def _compact(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())
