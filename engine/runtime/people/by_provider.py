"""People for whom an OpenID provider vouches: known by issuer and subject, never by a name or an address that may change hands."""

from collections.abc import Mapping
from typing import Any

from engine.model.person import Person, Where
from engine.runtime.house import House
from engine.runtime.people import accounts, stay
from engine.runtime.people.accounts import Hand, Refused
from engine.runtime.people.entry import NotLetIn
from engine.store import people
from engine.store.database import reading


def enter(house: House, claims: Mapping[str, Any], where: Where) -> str:
    """Begin a session for the person of verified claims, who is added at the first time; return its secret.

    Where a claim names groups, those of ours that it names are joined, the others left: a claim that is missing names none.
    Raises NotLetIn.
    """
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    with reading(house.engine) as tx:
        person = people.of_subject(tx, issuer, subject)
    if person is None:
        person = _added(house, claims, issuer, subject, where)
    if not person.is_active:
        raise NotLetIn("Your account is closed here.")
    _align(house, person, claims, Hand(person.name, where))
    return stay.begin(house, person, where, way="oidc")


def _added(house: House, claims: Mapping[str, Any], issuer: str, subject: str, where: Where) -> Person:
    name = str(claims.get("preferred_username") or claims.get("email") or subject)
    try:
        return accounts.add(
            house, name, full_name=str(claims.get("name") or ""), email=str(claims.get("email") or ""), issuer=issuer,
            subject=subject, hand=Hand("oidc", where),
        )  # fmt: skip
    except Refused as e:
        raise NotLetIn(f"{e.message} Ask who manages people to add you with your subject {subject}.") from e


def _align(house: House, person: Person, claims: Mapping[str, Any], hand: Hand) -> None:
    claim = house.settings.oidc_groups_claim
    if claim is None:
        return
    told = claims.get(claim) or ()
    with reading(house.engine) as tx:
        ours = set(people.groups(tx))
    named = {str(one) for one in (told if isinstance(told, list) else ())} & ours
    try:
        for group in sorted(set(person.groups) - named):
            accounts.leave(house, group, person.name, hand=hand)
        for group in sorted(named - set(person.groups)):
            accounts.join(house, group, person.name, hand=hand)
    except Refused as e:
        raise NotLetIn(e.message) from e
