"""Which paths a portal serves, and under which version: HubSpot serves the numbered and the dated ones side by side."""

from collections.abc import Sequence

DATES = frozenset({"2026-03", "2026-09"})
TOKENS = frozenset({"/oauth/v1/token", *(f"/oauth/{date}/token" for date in DATES)})


def unversioned(parts: Sequence[str]) -> list[str]:
    """Return a path without its version; nothing for one that no version has."""
    match parts:
        case ["crm", "v3", "objects" | "properties" as api, *rest] if "associations" not in rest:
            return ["crm", api, *rest]
        case ["crm", "v4", "objects", *rest] if "associations" in rest:
            return ["crm", "objects", *rest]
        case ["crm", "objects" | "properties" as api, date, *rest] if date in DATES:
            return ["crm", api, *rest]
        case ["files", version, "files", *rest] if version in {"v3", *DATES}:
            return ["files", "files", *rest]
    return []
