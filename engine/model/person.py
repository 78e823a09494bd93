"""People and programs that ask something of the hub, and where from."""

from datetime import datetime
from typing import Literal

from engine.model import rights
from engine.model.rights import FieldGroup, Grant, Subject, Verb
from engine.model.value import Value

Kind = Literal["person", "token"]


class Where(Value):
    """From where somebody asks."""

    address: str = ""
    agent: str = ""
    """The program, as it calls itself."""


class Asker(Value):
    """Somebody whose identity was proved by a session or a token."""

    id: str
    """Of the person or the token."""
    name: str
    """As it stands in the ledger: the sign-in name, or `token:` and the token's name."""
    full_name: str = ""
    kind: Kind
    grants: tuple[Grant, ...] = ()
    where: Where = Where()
    language: str | None = None
    session_id: str | None = None

    def may(self, verb: Verb, subject: Subject | None = None) -> bool:
        """Tell whether the verb is allowed: for one document, or at all."""
        return rights.may(self.grants, verb, subject)

    def sees(self, subject: Subject) -> frozenset[FieldGroup]:
        """Return the groups of masked fields that may be seen of a document."""
        return rights.visible(self.grants, subject)

    def teams(self) -> frozenset[str]:
        """Return the teams that the grants name."""
        return frozenset(one.team for one in self.grants if one.team)


class Person(Value):
    """A person who may sign in, or could once."""

    id: str
    name: str
    full_name: str = ""
    email: str = ""
    language: str | None = None
    is_active: bool = True
    has_password: bool = False
    has_totp: bool = False
    issuer: str | None = None
    """Of the OpenID provider that vouches for the person; None for a local one."""
    made_at: datetime
    grants: tuple[Grant, ...] = ()
    """Own and those of the person's groups."""
    groups: tuple[str, ...] = ()
