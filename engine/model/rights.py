"""Which role may do what: the whole table, and how the scope of a grant is held against a document."""

from collections.abc import Iterable, Mapping
from typing import Literal

from engine.model.value import Value

Verb = Literal[
    "read_documents",
    "upload_documents",
    "correct_documents",
    "approve_documents",
    "read_operations",
    "release_operations",
    "edit_operations",
    "read_content",
    "edit_content",
    "edit_master_data",
    "promote",
    "read_audit",
    "export_audit",
    "read_status",
    "manage_people",
    "erase_documents",
    "speak_for_others",
]
"""What can be asked of the runtime. `speak_for_others` is for programs that name the person who acts through them."""

Role = Literal[
    "integration_admin", "environment_promoter", "reviewer", "approver", "auditor", "operator", "viewer", "people_admin",
    "records_manager", "service",
]  # fmt: skip

FieldGroup = Literal["bank", "identity"]
"""Fields that are masked unless the right to see them is granted."""

_LOOK: frozenset[Verb] = frozenset({"read_documents", "read_operations", "read_status"})
ROLES: Mapping[Role, frozenset[Verb]] = {
    "viewer": _LOOK,
    "reviewer": _LOOK | {"upload_documents", "correct_documents"},
    "approver": _LOOK | {"approve_documents"},
    "operator": _LOOK | {"upload_documents", "release_operations", "edit_operations", "read_content"},
    "auditor": _LOOK | {"read_content", "read_audit", "export_audit"},
    "integration_admin": _LOOK | {"read_content", "edit_content", "edit_master_data"},
    "environment_promoter": _LOOK | {"read_content", "promote", "read_audit"},
    "people_admin": frozenset({"read_status", "manage_people", "read_audit"}),
    "records_manager": _LOOK | {"read_audit", "erase_documents"},
    "service": _LOOK | {"upload_documents", "correct_documents", "release_operations", "edit_operations", "speak_for_others"},
}  # fmt: skip
"""The table of permissions: role x verb."""

KNOWLEDGE: frozenset[Verb] = frozenset({"edit_content", "edit_master_data", "promote"})
"""Who holds one of these decides what goes through by itself: rules, mappings, tolerances, bank details, what is live."""

APART: tuple[tuple[frozenset[Verb], Verb], ...] = (
    (KNOWLEDGE, "approve_documents"),
    (frozenset({"edit_operations"}), "approve_documents"),
    (frozenset({"manage_people"}), "approve_documents"),
    (frozenset({"erase_documents"}), "approve_documents"),
)
"""Duties that no one person holds together: with any verb of the first, the second is not given."""


class Subject(Value):
    """What a question of right is about: a document's type, the company it is addressed to and the team that owns it."""

    type: str | None = None
    entity: str | None = None
    team: str | None = None


class Grant(Value):
    """A role that somebody holds, and for what; an empty scope does not restrict."""

    role: Role
    team: str | None = None
    types: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    fields: tuple[FieldGroup, ...] = ()
    """Groups of masked fields that may be seen where the grant reaches."""

    def reaches(self, subject: Subject) -> bool:
        """Tell whether a document is in the scope. What is not known of it is not in a scope that restricts it."""
        return (
            (self.team is None or self.team == subject.team)
            and (not self.types or subject.type in self.types)
            and (not self.entities or subject.entity in self.entities)
        )


def verbs(grants: Iterable[Grant]) -> frozenset[Verb]:
    """Return what grants allow together, anywhere; of duties that have to stay apart only the first."""
    held = frozenset[Verb]().union(*(ROLES[one.role] for one in grants))
    return held - {second for first, second in APART if first & held}


def may(grants: Iterable[Grant], verb: Verb, subject: Subject | None = None) -> bool:
    """Tell whether grants allow a verb: for one document, or at all when no document is named."""
    given = tuple(grants)
    return verb in verbs(given) and any(
        verb in ROLES[one.role] and (subject is None or one.reaches(subject)) for one in given
    )


def visible(grants: Iterable[Grant], subject: Subject) -> frozenset[FieldGroup]:
    """Return the groups of masked fields that may be seen of a document."""
    return frozenset(group for one in grants if one.reaches(subject) for group in one.fields)
