"""Where HubSpot's calls are, by version of its API: numbered ones, and since 2026 dated ones (`/<api>/<version>/...`)."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

ApiVersion = Literal["v3", "2026-03", "2026-09"]
NUMBERED: ApiVersion = "v3"
"""CRM and files v3, associations v4, OAuth v1. HubSpot ends them in September 2027."""


@dataclass(frozen=True)
class Paths:
    """The paths of one version."""

    version: ApiVersion = NUMBERED

    @property
    def is_dated(self) -> bool:
        """Whether one date stands for the versions of all APIs."""
        return self.version != NUMBERED

    def objects(self, kind: str, *more: str) -> str:
        """Return the records of a kind, or what lies below them."""
        root = f"/crm/objects/{self.version}" if self.is_dated else "/crm/v3/objects"
        return "/".join((root, kind, *map(_safe, more)))

    def association(self, kind: str, record: str, to: str, other: str) -> str:
        """Return the default association of two records."""
        root = f"/crm/objects/{self.version}" if self.is_dated else "/crm/v4/objects"
        return f"{root}/{kind}/{_safe(record)}/associations/default/{to}/{_safe(other)}"

    def definition(self, kind: str, name: str) -> str:
        """Return the definition of a property."""
        root = f"/crm/properties/{self.version}" if self.is_dated else "/crm/v3/properties"
        return f"{root}/{kind}/{_safe(name)}"

    @property
    def files(self) -> str:
        """The file manager."""
        return f"/files/{self.version}/files"

    @property
    def token(self) -> str:
        """Where an OAuth app fetches its tokens."""
        return f"/oauth/{self.version if self.is_dated else 'v1'}/token"


CURRENT = Paths()
"""What is called where a binding says nothing."""


def _safe(text: str) -> str:
    return quote(text, safe="")
