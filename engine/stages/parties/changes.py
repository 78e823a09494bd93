"""What a request would change in the master data of the party that it is about: field by field, before and after."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from engine.model.record import Candidate, Match, Record
from engine.stages.parties.names import bare, domain, name_likeness, normal_name
from engine.stages.parties.signals import BUYER, VENDOR

NEW, NOW = "new_", "account_"
"""What fields of a record are called that say how something is to be, and how it is now."""
BANK = frozenset({"iban", "bic", "bank_name", "account_holder"})
_SAME_NAME = 90
"""Likeness (0..100) from which a stated name is the one in the master data."""
_SHOWN = 4
_PLAIN: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(("iban", "bic", "tax_id", "registration_id", "postcode", "country", "number"), bare),
    "email": lambda text: text.strip().casefold(),
    "phone": lambda text: re.sub(r"\D", "", text).lstrip("0"),
    "name": lambda text: " ".join(text.split()),
}
"""How a value is written to be compared; a name is another one as soon as it is spelled otherwise."""


class Change(NamedTuple):
    """One value that would change."""

    name: str
    """As master data call it: `street`."""
    before: str
    """What master data hold; empty where they hold nothing, or keep no such value."""
    after: str

    @property
    def field(self) -> str:
        """Name of the field of the record."""
        return f"{NEW}{self.name}"

    @property
    def told(self) -> str:
        """Before and after in words; of a bank account the last four signs alone."""
        shown = _hidden if self.name == "iban" else str
        return f"{self.name}: {shown(self.before) or 'none'} -> {shown(self.after)}"


def changes_of(record: Record, party: Match) -> tuple[Change, ...]:
    """Return what a record asks to change and is not so already; nothing where not exactly one party is meant."""
    one = party.chosen if party.outcome == "one" else None
    return () if one is None else tuple(_changes(record, one))


def contradicted(record: Record, party: Match) -> tuple[str, ...]:
    """Return the fields that say how something is now, where the master data of the party say otherwise."""
    one = party.chosen if party.outcome == "one" else None
    if one is None:
        return ()
    stated = (
        (field.name, field.name.removeprefix(NOW), field.value) for field in record.fields if field.name.startswith(NOW)
    )
    return tuple(field for field, name, value in stated if value and _is_other(one, name, value))


def asked_of(record: Record) -> tuple[str, ...]:
    """Return the fields that a record asks to change, whether or not they are so already."""
    return tuple(field.name for field in record.fields if field.name.startswith(NEW) and field.value)


def _changes(record: Record, one: Candidate) -> Iterator[Change]:
    for field in asked_of(record):
        name, after = field.removeprefix(NEW), record.value(field) or ""
        if not _is_kept(one, name, after):
            yield Change(name, kept(one, name), after)


def kept(one: Candidate, name: str) -> str:
    """Return what master data hold of a party; empty text when they hold nothing."""
    side = BUYER if one.kind == "customer" else VENDOR
    return one.name if name == "name" else side.kept(one, name) or one.attribute(name) or ""


def _is_kept(one: Candidate, name: str, value: str) -> bool:
    if name == "iban":
        return bare(value) in {bare(number) for number in re.split(r"[;,|]", kept(one, name))}
    plain = _PLAIN.get(name, normal_name)
    return plain(kept(one, name)) == plain(value)


def _is_other(one: Candidate, name: str, value: str) -> bool:
    """Tell whether master data hold another value. What they do not hold contradicts nothing."""
    there = kept(one, name)
    if not there:
        return False
    if name == "name":
        return name_likeness(there, value) < _SAME_NAME
    if name == "email":  # another person of the same house
        return domain(there) != domain(value)
    if name == "tax_id":  # with the country before it, or without
        return not bare(there).endswith(bare(value)) and not bare(value).endswith(bare(there))
    return not _is_kept(one, name, value)


def _hidden(account: str) -> str:
    return ", ".join(f"...{number.strip()[-_SHOWN:]}" for number in re.split(r"[;,|]", account) if number.strip())
