"""What the tests in which processes die share: a hub's home and database, and a reader outside of our own code."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.durable.site import Site
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url", "site"]


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A home and an empty database of each kind; whatever was started on it is ended with the test."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    with Site(tmp_path / "home", url) as site:
        yield site
